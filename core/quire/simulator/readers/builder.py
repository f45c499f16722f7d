"""A circuit or a program under construction: it stays a flat circuit for as long as nothing asks for more."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from quire.simulator.circuit import MEASURE, RESET, Circuit, Operation
from quire.simulator.faults import PayloadError
from quire.simulator.output import Container, Output
from quire.simulator.program import NO_REGISTER, UNDEFINED, Edge, Function, Instruction, Program

MAX_OPERATIONS: Final = 1_000_000
"""Operations that a payload may expand to, with all its definitions and loops written out."""

BIT: Final = "bit"
INTEGER: Final = "integer"
REAL: Final = "real"

_RECORDS = {BIT: "i64", INTEGER: "i64", REAL: "double"}


class Register:
    """A number that is known at run time only.

    Attributes:
        index: The register that holds it.
        kind: ``BIT`` (0 or 1), ``INTEGER`` (64 bits, two's complement) or ``REAL``.
    """

    __slots__ = ("index", "kind")

    def __init__(self, index: int, kind: str) -> None:
        self.index = index
        self.kind = kind


Number = int | float | Register
"""A number: as it is if it is known already, else the register that will hold it."""

Gate = tuple[str, tuple[Any, ...], tuple[Any, ...]]
"""An operation whose qubits and angles may be registers: name, qubits, angles."""


class ProgramBuilder:
    """Takes operations and instructions in order; :meth:`finish` makes of them what they need.

    Attributes:
        line: Where the payload stands that what follows comes from.
    """

    def __init__(self, fault: Callable[[str], PayloadError]) -> None:
        """Begins with an empty block.

        Args:
            fault: Makes an error of a sentence.
        """
        self.line = 0
        self.num_qubits = 0
        self.num_results = 0
        self._fault = fault
        self._blocks: list[list[Operation | Instruction]] = [[]]
        self._steps = self._blocks[0]
        self._count = 0
        self._registers: list[Any] = []
        self._constants: dict[tuple[type, Any], int] = {}

    # Qubits and results

    def add_qubits(self, count: int) -> range:
        """Declares qubits; returns their indices."""
        self.num_qubits += count
        return range(self.num_qubits - count, self.num_qubits)

    def add_results(self, count: int) -> range:
        """Declares results, which are 0 at first; returns their indices."""
        self.num_results += count
        return range(self.num_results - count, self.num_results)

    def gate(self, gate: Gate) -> None:
        """Applies a gate."""
        name, qubits, params = gate
        self._add()
        for operand in (*qubits, *params):
            if type(operand) is Register:
                operands = tuple(map(self._operand, (*params, *qubits)))
                self._steps.append(Instruction("gate", NO_REGISTER, operands, name, self.line))
                return
        if len(set(qubits)) < len(qubits):
            raise self._fault(f"{name} acts on one qubit twice")
        self._steps.append(gate)

    def measure(self, qubit: int | Register, result: int | Register) -> None:
        """Measures a qubit into a result."""
        self._quantum(MEASURE, (qubit, result))

    def reset(self, qubit: int | Register) -> None:
        """Resets a qubit."""
        self._quantum(RESET, (qubit,))

    def _quantum(self, name: str, operands: tuple[Any, ...]) -> None:
        self._add()
        if any(type(operand) is Register for operand in operands):
            registers = tuple(map(self._operand, operands))
            self._steps.append(Instruction(name, NO_REGISTER, registers, None, self.line))
        else:
            self._steps.append((name, operands, ()))

    def _add(self) -> None:
        self._count += 1
        if self._count > MAX_OPERATIONS:
            raise self._fault(f"the program expands to more than {MAX_OPERATIONS} operations")

    # Classical values

    def emit(self, op: str, operands: Sequence[Number], kind: str, detail: Any = None) -> Register:
        """Computes a value; see ``Instruction`` for the operations."""
        target = Register(self._new_register(), kind)
        self._instruct(op, target.index, operands, detail)
        return target

    def write(self, bit: Number, result: int | Register) -> None:
        """Sets a result to a classical bit."""
        self._instruct("write", NO_REGISTER, (bit, result), None)

    def read(self, result: int | Register) -> Register:
        """The value of a result."""
        return self.emit("read", (result,), BIT)

    def variable(self, kind: str) -> Register:
        """A register to be assigned to."""
        return Register(self._new_register(), kind)

    def assign(self, variable: Register, value: Number) -> None:
        """Sets a variable to a value of its kind."""
        self._instruct("bitcast", variable.index, (value,), (64, 64))

    def _instruct(self, op: str, target: int, operands: Sequence[Number], detail: Any) -> None:
        self._add()
        registers = tuple(map(self._operand, operands))
        self._steps.append(Instruction(op, target, registers, detail, self.line))

    def _new_register(self) -> int:
        self._registers.append(UNDEFINED)
        return len(self._registers) - 1

    def _operand(self, value: Number) -> int:
        if isinstance(value, Register):
            return value.index
        if isinstance(value, int):
            value = int(value) & (1 << 64) - 1
        key = (type(value), value)
        index = self._constants.get(key)
        if index is None:
            index = self._constants[key] = len(self._registers)
            self._registers.append(value)
        return index

    # Control flow

    def new_block(self) -> int:
        """A block to be begun later."""
        self._blocks.append([])
        return len(self._blocks) - 1

    def begin(self, block: int) -> None:
        """Goes on in another block; the present one must have been left."""
        self._steps = self._blocks[block]

    def jump(self, block: int) -> None:
        """Leaves the present block for another."""
        self._leave("jump", (), Edge(block, ()))

    def branch(self, bit: Register, if_one: int, if_zero: int) -> None:
        """Leaves the present block for one of two others."""
        self._leave("branch", (bit,), (Edge(if_one, ()), Edge(if_zero, ())))

    def unreachable(self) -> None:
        """Ends a block that nothing leads to."""
        self._leave("unreachable", (), None)

    def _leave(self, op: str, operands: Sequence[Number], detail: Any) -> None:
        self._instruct(op, NO_REGISTER, operands, detail)

    # The end

    def finish(self, records: Iterable[Container | int | tuple[Number, str]]) -> Circuit | Program:
        """Ends the program in the present block.

        Args:
            records: What it puts out: containers, results, and numbers with their kinds.
        """
        output = list(records)
        steps = self._steps
        if len(self._blocks) == 1 and not any(type(step) is Instruction for step in steps):
            flat: list[Container | int] = [record for record in output if not isinstance(record, tuple)]
            if len(flat) == len(output):
                return Circuit(steps, self.num_qubits, self.num_results, Output(tuple(flat)))  # type: ignore[arg-type]
        for record in output:
            self._record(record)
        self._instruct("return", NO_REGISTER, (), None)
        blocks = [[self._instruction(step) for step in block] for block in self._blocks]
        function = Function(blocks, self._registers)
        return Program({"": function}, "", self.num_qubits, self.num_results)

    def _record(self, record: Container | int | tuple[Number, str]) -> None:
        if isinstance(record, tuple):
            self._instruct("record", NO_REGISTER, record[:1], _RECORDS[record[1]])
        elif isinstance(record, int):
            self._instruct("record_result", NO_REGISTER, (record,), None)
        else:
            self._instruct("open", NO_REGISTER, (), record)

    def _instruction(self, step: Operation | Instruction) -> Instruction:
        if isinstance(step, Instruction):
            return step
        name, indices, params = step
        registers = tuple(map(self._operand, (*params, *indices)))
        return Instruction(name if name in (MEASURE, RESET) else "gate", NO_REGISTER, registers, name, 0)
