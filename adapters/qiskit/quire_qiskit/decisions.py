"""Conditions as the values of one whole register, for formats that compare registers and do not branch."""

from collections.abc import Collection, Iterator, Sequence

import attrs

from quire.errors import TranslationError
from quire.writers import BlockFrame, Register

MAX_VALUES = 16
"""How many values of a register a condition may stand for; each is a copy of what is done."""

_MAX_WAYS = 10_000

Bits = dict[int, bool]
"""What a way through a decision has found out about bits."""


@attrs.frozen
class Decision:
    """Which values of a register a condition holds for.

    Attributes:
        register: The register; None if the condition depends on no bit that was ever written.
        values: The values for which it holds, and those for which it does not.
    """

    register: Register | None
    values: tuple[Sequence[int], Sequence[int]]


class DecisionFrame(BlockFrame):
    """Takes a condition as the branches that :mod:`quire_qiskit.conditions` writes, for its logic."""

    def __init__(self, num_bits: int) -> None:
        """Begins without branches.

        Args:
            num_bits: How many classical bits there are.
        """
        super().__init__([], [str(bit) for bit in range(num_bits)])
        self._block = self._first = self.new_block()
        self._ways: dict[str, tuple[int | None, str, str]] = {}

    def add_result(self) -> int:
        """Adds a classical bit; returns its index."""
        self.results.append(str(len(self.results)))
        return len(self.results) - 1

    def begin_block(self, name: str, go_to: str | None = None) -> None:
        """See :meth:`quire.writers.BlockFrame.begin_block`."""
        self._ways[self._block] = (None, go_to or name, go_to or name)
        self._block = name

    def branch(self, result: str, if_one: str, if_zero: str, begin: str) -> None:
        """See :meth:`quire.writers.BlockFrame.branch`."""
        self._ways[self._block] = (int(result), if_one, if_zero)
        self._block = begin

    def decision(
        self, registers: Sequence[Register], written: Collection[int], if_true: str, if_false: str
    ) -> Decision:
        """Finds the register and the values that the branches come to.

        Args:
            registers: The registers that there are.
            written: The bits that may not be 0.
            if_true: The block where the branches lead if the condition holds.
            if_false: The block where they lead if it does not.

        Raises:
            TranslationError: It depends on several registers, or stands for too many values.
        """
        tested = {bit for bit, _, _ in self._ways.values() if bit is not None}
        if not tested:
            holds = next(block for block, _ in self._ends(self._first, {}, {if_true, if_false})) == if_true
            return Decision(None, ((0,), ()) if holds else ((), (0,)))
        register = next(
            (each for each in registers if tested <= set(range(each.first, each.first + each.size))), None
        )
        if register is None:
            raise TranslationError(
                "the condition is on several registers, and OpenQASM 2 compares a single one with a number",
                element="condition",
            )
        free = [bit for bit in range(register.first, register.first + register.size) if bit in written]
        found: dict[str, set[int]] = {if_true: set(), if_false: set()}
        for number, (block, known) in enumerate(self._ends(self._first, {}, {if_true, if_false})):
            if number > _MAX_WAYS:
                raise TranslationError("the condition has too many ways to hold", element="condition")
            if len(found[block]) <= MAX_VALUES:
                found[block].update(_values(register, known, free))
        return Decision(register, (sorted(found[if_true]), sorted(found[if_false])))

    def _ends(self, block: str, known: Bits, ends: Collection[str]) -> Iterator[tuple[str, Bits]]:
        """The blocks that the branches end in, each with what was found out on the way there."""
        while block not in ends:
            bit, if_one, if_zero = self._ways[block]
            if bit is None or bit in known:
                block = if_one if bit is None or known[bit] else if_zero
                continue
            yield from self._ends(if_one, {**known, bit: True}, ends)
            known, block = {**known, bit: False}, if_zero
        yield block, known


def _values(register: Register, known: Bits, free: Sequence[int]) -> Iterator[int]:
    """The values of a register that agree with what is known of its bits; a few more than allowed at most."""
    base = sum(1 << bit - register.first for bit, one in known.items() if one)
    open_bits = [bit for bit in free if bit not in known]
    for number in range(min(1 << len(open_bits), MAX_VALUES + 1)):
        yield base + sum(1 << bit - register.first for i, bit in enumerate(open_bits) if number >> i & 1)


def require_few(values: Sequence[int]) -> None:
    """Refuses a condition that stands for too many values of a register.

    Raises:
        TranslationError: It does.
    """
    if len(values) > MAX_VALUES:
        raise TranslationError(
            f"the condition stands for more than {MAX_VALUES} values of a register, and OpenQASM 2 compares "
            "with one at a time: compare the whole register with a number, or put the bit in one of its own",
            element="condition",
        )
