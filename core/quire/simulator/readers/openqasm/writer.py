"""What writes an OpenQASM program, statement by statement: its scopes, loops and calls under way."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from quire.simulator.faults import PayloadError
from quire.simulator.readers.arithmetic import Arithmetic
from quire.simulator.readers.builder import MAX_OPERATIONS, Number, ProgramBuilder, Register
from quire.simulator.readers.openqasm.expressions import Expressions
from quire.simulator.readers.openqasm.gates import Gates
from quire.simulator.readers.openqasm.inputs import Inputs
from quire.simulator.readers.openqasm.source import Source
from quire.simulator.readers.openqasm.values import Bits, Qubits, Scope

MAX_BITS: Final = 1_000_000
"""Classical bits that a program may declare."""

Handler = Callable[["Writer", Any], bool | None]
"""Writes the statement of a node; False if nothing that follows it in its block can be reached."""


class Loop:
    """A loop under way: where to go on after it and with its next round, in blocks made when needed.

    Attributes:
        leave: The block after the loop; None if nothing leaves the loop.
        go_on: The block with which the next round begins; None if nothing ends a round early.
    """

    def __init__(self, builder: ProgramBuilder) -> None:
        """Begins a loop."""
        self._builder = builder
        self.leave: int | None = None
        self.go_on: int | None = None

    def begin_round(self) -> None:
        """Begins a round of a loop that is written out."""
        self.go_on = None

    def jump_out(self) -> None:
        """Ends the loop."""
        if self.leave is None:
            self.leave = self._builder.new_block()
        self._builder.jump(self.leave)

    def jump_on(self) -> None:
        """Ends the round."""
        if self.go_on is None:
            self.go_on = self._builder.new_block()
        self._builder.jump(self.go_on)


class Writer:
    """A program under construction.

    Attributes:
        builder: Where its operations go.
        expressions: What evaluates its expressions.
        arithmetic: What does its arithmetic.
        gates: The gates that it may call.
        scope: The names that are known at this point.
        global_scope: The names that are known everywhere.
        inputs: The values of its inputs.
        registers: The registers of bits that it declares, in order.
        loops: The loops under way, the innermost last.
        returns: The calls under way: where the result goes, and the block after the call.
        end: The block in which the program ends early, if it does.
    """

    def __init__(
        self, source: Source, builder: ProgramBuilder, handlers: Mapping[str, Handler], inputs: Inputs
    ) -> None:
        """Begins a program.

        Args:
            source: What is to be written.
            builder: Where it is to be written.
            handlers: What writes each kind of statement, by the kind of its node.
            inputs: The values of its inputs.
        """
        self._source = source
        self._handlers = handlers
        self._executed = 0
        self.builder = builder
        self.inputs = inputs
        self.global_scope = Scope()
        self.scope = self.global_scope
        self.expressions = Expressions(source, builder, self.scope)
        self.arithmetic: Arithmetic = self.expressions.arithmetic
        self.gates = Gates(self.expressions, source.version)
        self.registers: list[tuple[str, Bits]] = []
        self.loops: list[Loop] = []
        self.returns: list[tuple[Any, int]] = []
        self.end: int | None = None

    def fault(self, node: Any, why: str) -> PayloadError:
        """What to raise if something is wrong with a node."""
        return self.expressions.fault(node, why)

    def write(self) -> None:
        """Writes the whole program."""
        reachable = self.all(self._source.statements)
        if self.end is not None:
            if reachable:
                self.builder.jump(self.end)
            self.builder.begin(self.end)
        elif not reachable:
            raise PayloadError("the program never ends")

    def all(self, nodes: Iterable[Any]) -> bool:
        """Writes statements up to the first that ends their block; answers whether none did."""
        return all(self.one(node) for node in nodes)

    def one(self, node: Any) -> bool:
        """Writes a statement; answers whether what follows it can be reached."""
        self.count(node)
        handler = self._handlers.get(type(node).__name__)
        if handler is None:
            raise self.fault(node, f"{type(node).__name__} is not supported")
        self.builder.line = self._source.line(node)
        try:
            return handler(self, node) is not False
        except (ArithmeticError, ValueError, TypeError) as error:
            raise self.fault(node, f"the statement has no meaning: {error}") from None
        except RecursionError:
            raise self.fault(node, "the program is nested too deep") from None

    def count(self, node: Any, number: int = 1) -> None:
        """Counts statements, of which there may only be so many when all loops are written out."""
        self._executed += number
        if self._executed > MAX_OPERATIONS:
            raise self.fault(node, f"the program expands to more than {MAX_OPERATIONS} statements")

    def within(self, nodes: Iterable[Any], scope: Scope | None = None) -> bool:
        """Writes statements in a scope of their own."""
        before = self.scope
        self.enter(scope or Scope(before))
        try:
            return self.all(nodes)
        finally:
            self.enter(before)

    def enter(self, scope: Scope) -> None:
        """Looks names up in another scope from now on."""
        self.scope = self.expressions.scope = scope

    def bind(self, node: Any, name: str, value: Any) -> None:
        """Declares a name in the present scope."""
        if not self.scope.bind(name, value):
            raise self.fault(node, f"{name} is declared twice")

    def size(self, node: Any, most: int) -> int:
        """A size, from 1 to the most that is possible."""
        size = self.expressions.known_integer(node, "a size")
        if not 1 <= size <= most:
            raise self.fault(node, f"a size of {size}; 1 to {most} are possible")
        return size

    def new_bits(self, size: int, is_register: bool, node: Any) -> Bits:
        """Bits that nothing else uses."""
        if self.builder.num_results + size > MAX_BITS:
            raise self.fault(node, f"more than {MAX_BITS} bits are declared")
        return Bits(self.builder.add_results(size), is_register)

    def copied(self, value: Number) -> Number:
        """A number that stays what it is if its register is assigned to."""
        if not isinstance(value, Register):
            return value
        copy = self.builder.variable(value.kind)
        self.builder.assign(copy, value)
        return copy

    def operands(self, nodes: Sequence[Any]) -> list[Qubits]:
        """The qubits that each of some nodes names."""
        found = [self.expressions.value(node) for node in nodes]
        for node, operand in zip(nodes, found, strict=True):
            if not isinstance(operand, Qubits):
                raise self.fault(node, "a qubit is needed")
        return found
