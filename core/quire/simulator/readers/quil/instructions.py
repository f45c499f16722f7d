"""Quil's instructions, written into a program one after another."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from quire.model import TargetSpec
from quire.simulator.circuit import Circuit
from quire.simulator.program import Program
from quire.simulator.readers.arithmetic import Arithmetic
from quire.simulator.readers.builder import Number, ProgramBuilder, Register
from quire.simulator.readers.modifiers import PHASE
from quire.simulator.readers.quil.expressions import Expressions, Value
from quire.simulator.readers.quil.gates import Gates
from quire.simulator.readers.quil.memory import Memory
from quire.simulator.readers.quil.source import Source, problem

_ARITHMETIC = {"Add": "+", "Subtract": "-", "Multiply": "*", "Divide": "/"}
_LOGIC = {"And": "&", "Ior": "|", "Xor": "^"}
_RELATIONS = {
    "Equal": "==",
    "GreaterThan": ">",
    "GreaterThanOrEqual": ">=",
    "LessThan": "<",
    "LessThanOrEqual": "<=",
}
_NOISE_PRAGMAS = ("ADD-KRAUS", "READOUT-POVM", "ADD-NOISE")
_MAX_DEPTH = 100
_MAX_EXPANSION = 500_000


class Instructions:
    """Writes the instructions of one run into a program."""

    def __init__(self, source: Source, target: TargetSpec, values: Mapping[str, Sequence[float]]) -> None:
        """Begins a run.

        Args:
            source: The program.
            target: The target it is for.
            values: First values of its memory.
        """
        self._source = source
        self._builder = ProgramBuilder(problem)
        self._builder.add_qubits(_num_qubits(source, target))
        written = set(_written(source))
        self.memory = Memory(source.declarations, written, values, self._builder)
        self._arithmetic = Arithmetic(self._builder)
        expressions = Expressions(self._arithmetic, self.memory.read)
        self._expressions = expressions
        self._gates = Gates(source.gates, self._arithmetic, expressions)
        self._labels: dict[str, int] = {}
        self._placed: set[str] = set()
        self._end: int | None = None
        self._reachable = True
        self._sizes: dict[str, int] = {}
        self._uses = 0
        self._suffixes: Mapping[str, str] = {}

    def program(self) -> Circuit | Program:
        """The run as a circuit or program."""
        for instruction in self._source.instructions:
            self._write(instruction, {}, {})
        missing = sorted(set(self._labels) - self._placed)
        if missing:
            raise problem(f"there is no label {missing[0]}")
        if self._end is not None:
            if self._reachable:
                self._builder.jump(self._end)
            self._builder.begin(self._end)
        elif not self._reachable:
            raise problem("the program never ends")
        return self._builder.finish(self.memory.records()[1])

    def _write(self, instruction: Any, qubits: Mapping[str, int], variables: Mapping[str, Value]) -> None:
        kind = type(instruction).__name__
        if kind == "Label":
            self._label(instruction._0)
            return
        handler = _HANDLERS.get(kind)
        if handler is None:
            raise problem(f"{instruction.to_quil_or_debug()} is not supported on a simulator")
        if not self._reachable:
            return
        try:
            handler(self, getattr(instruction, "_0", None), qubits, variables)
        except (ArithmeticError, TypeError, ValueError) as error:
            raise problem(f"{instruction.to_quil_or_debug()} has no meaning: {error}") from None

    # Quantum

    def _qubit(self, qubit: Any, qubits: Mapping[str, int]) -> int:
        index = qubit._0
        if isinstance(index, str):
            if index not in qubits:
                raise problem(f"there is no qubit {index}")
            return qubits[index]
        number: int = index
        return number

    def _gate(self, gate: Any, qubits: Mapping[str, int], variables: Mapping[str, Value]) -> None:
        operands = [self._qubit(qubit, qubits) for qubit in gate.qubits]
        circuit = self._source.circuits.get(gate.name)
        if circuit is not None:
            self._circuit(circuit, gate, operands, variables)
            return
        for applied in self._gates.applied(gate, operands, variables):
            if applied[0] != PHASE:
                self._builder.gate(applied)

    def _circuit(
        self, circuit: Any, call: Any, operands: Sequence[int], variables: Mapping[str, Value]
    ) -> None:
        if call.modifiers:
            raise problem(f"{call.to_quil_or_debug()}: modifiers of circuits are not supported")
        if len(call.parameters) != len(circuit.parameters) or len(operands) != len(circuit.qubit_variables):
            raise problem(f"{call.to_quil_or_debug()} has a wrong number of parameters or qubits")
        if self._size(call.name) > _MAX_EXPANSION:
            raise problem(f"{call.name} comes to more than {_MAX_EXPANSION} operations")
        values = [self._expressions.angle(parameter, variables) for parameter in call.parameters]
        bound = dict(zip(circuit.qubit_variables, operands, strict=True))
        params: dict[str, Value] = dict(zip(circuit.parameters, values, strict=True))
        around, self._suffixes = self._suffixes, self._own_labels(circuit)
        for instruction in circuit.instructions:
            self._write(instruction, bound, params)
        self._suffixes = around

    def _own_labels(self, circuit: Any) -> Mapping[str, str]:
        """What tells the labels of this use of a circuit from those of its other uses."""
        self._uses += 1
        labels = (item for item in circuit.instructions if type(item).__name__ == "Label")
        return {label._0.target.to_quil(): f" in use {self._uses} of a circuit" for label in labels}

    def _own_name(self, target: Any) -> str:
        """A label's name, which the circuit under way may have for itself."""
        name: str = target.to_quil()
        return name + self._suffixes.get(name, "")

    def _size(self, name: str, depth: int = 0) -> int:
        """How many instructions a circuit comes to."""
        if depth >= _MAX_DEPTH:
            raise problem(f"{name}: circuits are defined by one another more than {_MAX_DEPTH} deep")
        if name not in self._sizes:
            circuits = self._source.circuits
            inner = [getattr(instruction, "_0", None) for instruction in circuits[name].instructions]
            names = [getattr(item, "name", None) for item in inner]
            self._sizes[name] = sum(self._size(n, depth + 1) if n in circuits else 1 for n in names)
        return self._sizes[name]

    def _measure(self, measurement: Any, qubits: Mapping[str, int], _: Mapping[str, Value]) -> None:
        qubit = self._qubit(measurement.qubit, qubits)
        target = measurement.target
        result = (
            self._builder.add_results(1)[0] if target is None else self.memory.bit(target.name, target.index)
        )
        self._builder.measure(qubit, result)

    def _reset(self, reset: Any, qubits: Mapping[str, int], _: Mapping[str, Value]) -> None:
        if reset.qubit is not None:
            self._builder.reset(self._qubit(reset.qubit, qubits))
            return
        for qubit in range(self._builder.num_qubits):
            self._builder.reset(qubit)

    # Classical

    def _value(self, operand: Any) -> Number:
        """A literal, or what a word of memory holds."""
        inner = operand._0
        if isinstance(inner, int | float):
            return inner
        return self.memory.read(inner.name, inner.index)

    def _read(self, reference: Any) -> Number:
        return self.memory.read(reference.name, reference.index)

    def _set(self, reference: Any, value: Number) -> None:
        self.memory.write(reference.name, reference.index, value)

    def _move(self, move: Any, *_: Any) -> None:
        self._set(move.destination, self._value(move.source))

    def _exchange(self, exchange: Any, *_: Any) -> None:
        left, right = self._copy(self._read(exchange.left)), self._copy(self._read(exchange.right))
        self._set(exchange.left, right)
        self._set(exchange.right, left)

    def _copy(self, value: Number) -> Number:
        if not isinstance(value, Register):
            return value
        copy = self._builder.variable(value.kind)
        self._builder.assign(copy, value)
        return copy

    def _convert(self, convert: Any, *_: Any) -> None:
        self._set(convert.destination, self._read(convert.source))

    def _load(self, load: Any, *_: Any) -> None:
        self._set(load.destination, self.memory.read_at(load.source, self._read(load.offset)))

    def _store(self, store: Any, *_: Any) -> None:
        self.memory.write_at(store.destination, self._read(store.offset), self._value(store.source))

    def _compute(self, op: str, instruction: Any) -> None:
        left, right = self._read(instruction.destination), self._value(instruction.source)
        self._set(instruction.destination, self._arithmetic.binary(op, left, right))

    def _arithmetic_instruction(self, instruction: Any, *_: Any) -> None:
        self._compute(_ARITHMETIC[str(instruction.operator)], instruction)

    def _logic(self, instruction: Any, *_: Any) -> None:
        self._compute(_LOGIC[str(instruction.operator)], instruction)

    def _unary(self, instruction: Any, *_: Any) -> None:
        operand = instruction.operand
        value = self._read(operand)
        if str(instruction.operator) == "Neg":
            self._set(operand, self._arithmetic.negative(value))
        elif self.memory.region(operand.name).type == "Bit":
            self._set(operand, self._arithmetic.inverted(value))
        else:
            self._set(operand, self._arithmetic.binary("^", value, -1))

    def _comparison(self, instruction: Any, *_: Any) -> None:
        op = _RELATIONS[str(instruction.operator)]
        left, right = self._read(instruction.lhs), self._value(instruction.rhs)
        self._set(instruction.destination, self._arithmetic.compare(op, left, right))

    # Control flow

    def _block(self, target: Any) -> int:
        name = self._own_name(target)
        if name not in self._labels:
            self._labels[name] = self._builder.new_block()
        return self._labels[name]

    def _label(self, label: Any) -> None:
        name = self._own_name(label.target)
        if name in self._placed:
            raise problem(f"label {name} stands twice")
        self._placed.add(name)
        block = self._block(label.target)
        if self._reachable:
            self._builder.jump(block)
        self._builder.begin(block)
        self._reachable = True

    def _jump(self, jump: Any, *_: Any) -> None:
        self._builder.jump(self._block(jump.target))
        self._reachable = False

    def _jump_when(self, jump: Any, *_: Any) -> None:
        self._branch(jump, True)

    def _jump_unless(self, jump: Any, *_: Any) -> None:
        self._branch(jump, False)

    def _branch(self, jump: Any, when: bool) -> None:
        there, here = self._block(jump.target), self._builder.new_block()
        bit = self._arithmetic.bit(self._read(jump.condition))
        if isinstance(bit, Register):
            self._builder.branch(bit, *((there, here) if when else (here, there)))
        else:
            self._builder.jump(there if bool(bit) == when else here)
        self._builder.begin(here)

    def _halt(self, *_: Any) -> None:
        if self._end is None:
            self._end = self._builder.new_block()
        self._builder.jump(self._end)
        self._reachable = False

    def _pragma(self, pragma: Any, *_: Any) -> None:
        if pragma.name in _NOISE_PRAGMAS:
            raise problem(f"PRAGMA {pragma.name}: noise is not simulated")

    def _nothing(self, *_: Any) -> None:
        """Instructions that change nothing here."""


_DESTINATIONS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        **dict.fromkeys(
            ("Arithmetic", "BinaryLogic", "Comparison", "Convert", "Load", "Move"), ("destination",)
        ),
        "UnaryLogic": ("operand",),
        "Exchange": ("left", "right"),
        "Measurement": ("target",),
    }
)


def _all(source: Source) -> Iterator[Any]:
    """All instructions, those of circuits included."""
    yield from source.instructions
    for circuit in source.circuits.values():
        yield from circuit.instructions


def _written(source: Source) -> Iterator[str]:
    """The names of the memory regions that a program writes to."""
    for instruction in _all(source):
        kind = type(instruction).__name__
        if kind == "Store":
            yield instruction._0.destination
        for field in _DESTINATIONS.get(kind, ()):
            reference = getattr(instruction._0, field)
            if reference is not None:
                yield reference.name


def _num_qubits(source: Source, target: TargetSpec) -> int:
    """How many qubits a program uses, the highest index counting."""
    highest = -1
    for instruction in _all(source):
        inner = getattr(instruction, "_0", None)
        for qubit in getattr(inner, "qubits", None) or (getattr(inner, "qubit", None),):
            index = getattr(qubit, "_0", None)
            if isinstance(index, int):
                highest = max(highest, index)
    if highest >= target.num_qubits:
        raise problem(f"there is no qubit {highest}: {target.id} has {target.num_qubits}")
    return highest + 1


_HANDLERS: Mapping[str, Callable[..., None]] = MappingProxyType(
    {
        "Gate": Instructions._gate,
        "Measurement": Instructions._measure,
        "Reset": Instructions._reset,
        "Move": Instructions._move,
        "Exchange": Instructions._exchange,
        "Convert": Instructions._convert,
        "Load": Instructions._load,
        "Store": Instructions._store,
        "Arithmetic": Instructions._arithmetic_instruction,
        "BinaryLogic": Instructions._logic,
        "UnaryLogic": Instructions._unary,
        "Comparison": Instructions._comparison,
        "Jump": Instructions._jump,
        "JumpWhen": Instructions._jump_when,
        "JumpUnless": Instructions._jump_unless,
        "Halt": Instructions._halt,
        "Pragma": Instructions._pragma,
        "Nop": Instructions._nothing,
        "Wait": Instructions._nothing,
        "Fence": Instructions._nothing,
        "Delay": Instructions._nothing,
    }
)
