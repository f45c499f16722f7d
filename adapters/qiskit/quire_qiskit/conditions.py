"""Conditions on classical bits as branches between blocks; nothing about what is done in them.

A register is compared bit by bit, its bit 0 being the least significant, so no arithmetic is needed.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from qiskit.circuit import ClassicalRegister, Clbit
from qiskit.circuit.classical import expr, types

from quire.errors import TranslationError
from quire.writers import BlockFrame

_AND = (expr.Binary.Op.BIT_AND, expr.Binary.Op.LOGIC_AND)
_OR = (expr.Binary.Op.BIT_OR, expr.Binary.Op.LOGIC_OR)
_NOT = (expr.Unary.Op.BIT_NOT, expr.Unary.Op.LOGIC_NOT)

BitIndex = Mapping[Clbit, int]
"""The index in the whole program of each classical bit of a part of it."""


class Conditions:
    """Writes conditions into a program.

    Each method ends the present block: the program goes on to ``if_true`` or ``if_false``, and what is
    written after it is in the block ``begin``.

    """

    def __init__(self, frame: BlockFrame, written: Collection[int]) -> None:
        """Begins to write.

        Args:
            frame: The program, whose results are the circuit's classical bits.
            written: The bits that a measurement may have written so far; all others are still 0.
        """
        self._frame = frame
        self._written = written

    def choose(self, condition: Any, bits: BitIndex, if_true: str, if_false: str, begin: str) -> None:
        """Writes a condition as Qiskit's control flow holds it: a pair of bits and value, or an expression.

        Raises:
            TranslationError: It is an expression of a kind that is not written.
        """
        if isinstance(condition, expr.Expr):
            self._expression(condition, bits, if_true, if_false, begin)
        else:
            operand, value = condition
            self.equal(self.bits(operand, bits), int(value), if_true, if_false, begin)

    def bits(self, operand: Any, bits: BitIndex) -> list[int]:
        """The indices of a bit or of a register's bits, the least significant first."""
        if isinstance(operand, Clbit):
            return [bits[operand]]
        if isinstance(operand, ClassicalRegister):
            return [bits[bit] for bit in operand]
        if isinstance(operand, expr.Var):
            return self.bits(operand.var, bits)
        if isinstance(operand, expr.Cast) and _is_wider(operand):
            return self.bits(operand.operand, bits)
        raise _refusal(operand)

    def new_block(self) -> str:
        """A name for a further block of the program."""
        return self._frame.new_block()

    def never(self, if_false: str, begin: str) -> None:
        """Writes a condition that does not hold."""
        self._frame.begin_block(begin, go_to=if_false)

    def equal(self, operand: Sequence[int], value: int, if_true: str, if_false: str, begin: str) -> None:
        """Writes a comparison of bits, the least significant first, with a whole number."""
        wanted = [(bit, bool(value >> i & 1)) for i, bit in enumerate(operand)]
        if value < 0 or value >> len(wanted) or any(one and bit not in self._written for bit, one in wanted):
            self._frame.begin_block(begin, go_to=if_false)
            return
        tests = [(self._frame.results[bit], one) for bit, one in wanted if bit in self._written]
        for result, one in tests[:-1]:
            rest = self._frame.new_block()
            self._test(result, one, rest, if_false, rest)
        if tests:
            self._test(*tests[-1], if_true, if_false, begin)
        else:
            self._frame.begin_block(begin, go_to=if_true)

    def _test(self, result: str, one: bool, if_true: str, if_false: str, begin: str) -> None:
        if one:
            self._frame.branch(result, if_true, if_false, begin)
        else:
            self._frame.branch(result, if_false, if_true, begin)

    def _expression(self, node: expr.Expr, bits: BitIndex, if_true: str, if_false: str, begin: str) -> None:
        if isinstance(node, expr.Var):
            self.equal(self.bits(node, bits), 1, if_true, if_false, begin)
        elif isinstance(node, expr.Value):
            self._frame.begin_block(begin, go_to=if_true if node.value else if_false)
        elif isinstance(node, expr.Cast) and isinstance(node.type, types.Bool):
            self.equal(self.bits(node.operand, bits), 0, if_false, if_true, begin)
        elif isinstance(node, expr.Unary) and node.op in _NOT:
            self._expression(node.operand, bits, if_false, if_true, begin)
        elif isinstance(node, expr.Binary):
            self._binary(node, bits, if_true, if_false, begin)
        else:
            raise _refusal(node)

    def _binary(self, node: expr.Binary, bits: BitIndex, if_true: str, if_false: str, begin: str) -> None:
        if node.op is expr.Binary.Op.NOT_EQUAL:
            if_true, if_false = if_false, if_true
        if node.op in (expr.Binary.Op.EQUAL, expr.Binary.Op.NOT_EQUAL):
            operand, value = _comparison(node)
            self.equal(self.bits(operand, bits), value, if_true, if_false, begin)
        elif isinstance(node.type, types.Bool) and node.op in (*_AND, *_OR):
            rest = self._frame.new_block()
            if node.op in _AND:
                self._expression(node.left, bits, rest, if_false, rest)
            else:
                self._expression(node.left, bits, if_true, rest, rest)
            self._expression(node.right, bits, if_true, if_false, begin)
        else:
            raise _refusal(node)


def _comparison(node: expr.Binary) -> tuple[expr.Expr, int]:
    """The operand and the constant that an equality compares."""
    for operand, constant in ((node.left, node.right), (node.right, node.left)):
        if isinstance(constant, expr.Cast) and _is_wider(constant):
            constant = constant.operand
        if isinstance(constant, expr.Value):
            return operand, int(constant.value)
    raise _refusal(node)


def _is_wider(cast: expr.Cast) -> bool:
    """Whether a cast keeps a number's value."""
    now, was = cast.type, cast.operand.type
    return isinstance(now, types.Uint) and isinstance(was, types.Uint) and bool(now.width >= was.width)


def _refusal(node: Any) -> TranslationError:
    return TranslationError(
        f"the condition {node!r} cannot be written: conditions are bits, registers compared with a "
        "constant by == or !=, and these joined by and, or, not",
        element="condition",
    )
