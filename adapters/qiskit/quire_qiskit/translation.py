"""A circuit as QIR, in one pass over its instructions; nothing about gates' identities or about jobs.

The pass keeps the qubits that were touched and not measured since in one dictionary. A look-up that misses
is a qubit's first use or its use after a measurement, so the common case pays nothing for the question.
"""

from collections.abc import Mapping
from typing import Protocol

import attrs
from qiskit import QuantumCircuit
from qiskit.circuit import CircuitInstruction, Clbit, ControlFlowOp, Measure, Qubit, Reset

from quire import TargetSpec
from quire.errors import InputError, TranslationError, UnboundParameterError
from quire.formats import QirProfile
from quire.qir import GATES, MEASURE, RESET, QirFrame
from quire_qiskit.conditions import Conditions
from quire_qiskit.control_flow import write_control_flow
from quire_qiskit.gates import MAX_CALLS, GateBook, definition, unbound
from quire_qiskit.registers import BitGroups

_FIXED = {name: gate.call for name, gate in GATES.items() if not gate.num_params}
_ROTATIONS = {name: gate.call for name, gate in GATES.items() if gate.num_params}


def translate(circuit: QuantumCircuit, target: TargetSpec) -> bytes:
    """Writes a circuit as a QIR program.

    Args:
        circuit: A circuit without free parameters that measures something.
        target: Where it is to run; its profile says whether it may measure in mid-circuit, reset and branch.

    Raises:
        UnboundParameterError: The circuit has parameters without values.
        TranslationError: It cannot be expressed for the target.
    """
    translation = Translation(circuit, target)
    try:
        translation.write(circuit, translation.scope)
    except UnboundParameterError as error:
        whole = unbound(circuit.parameters) if circuit.num_parameters else error
        raise attrs.evolve(whole, target=target.id) from None
    except InputError as error:
        raise _located(error, f"circuit {circuit.name}", target.id) from error.__cause__
    return translation.text()


class Wires(Protocol):
    """The operand of a qubit of a part of a circuit, to be used now."""

    def __getitem__(self, qubit: Qubit, /) -> str: ...


@attrs.frozen
class Scope:
    """What the bits of a circuit, or of a part inside it, are in the whole program.

    Attributes:
        wires: The operand of each of its qubits.
        qubits: The outermost circuit's qubit for each.
        clbits: The outermost circuit's index of each classical bit.
    """

    wires: Wires
    qubits: Mapping[Qubit, Qubit]
    clbits: Mapping[Clbit, int]


class LiveQubits(dict[Qubit, str]):
    """The operands of the qubits that were touched and not measured since.

    Attributes:
        operands: The operands of all qubits.
        measured: The qubits whose last use was a measurement.
    """

    def __init__(self, translation: "Translation", operands: dict[Qubit, str]) -> None:
        super().__init__()
        self.operands = operands
        self.measured: set[Qubit] = set()
        self._translation = translation

    def __missing__(self, qubit: Qubit) -> str:
        if qubit in self.measured:
            number = list(self.operands).index(qubit)
            self._translation.require_adaptive(f"it acts on qubit {number} after a measurement of that qubit")
            self.measured.discard(qubit)
        operand = self[qubit] = self.operands[qubit]
        return operand


@attrs.frozen
class InnerWires:
    """The operands of the qubits of a part inside a circuit.

    Attributes:
        live: The operands of the outermost circuit's qubits.
        qubits: The outermost circuit's qubit for each of the part's.
    """

    live: LiveQubits
    qubits: Mapping[Qubit, Qubit]

    def __getitem__(self, qubit: Qubit) -> str:
        return self.live[self.qubits[qubit]]


class Translation:
    """A program being written from a circuit.

    Attributes:
        frame: The program; its results are the circuit's classical bits, by index.
        conditions: The writer of conditions on them.
        scope: The outermost circuit's own bits.
    """

    def __init__(self, circuit: QuantumCircuit, target: TargetSpec) -> None:
        self.frame = QirFrame(circuit.num_qubits, circuit.num_clbits)
        self.conditions = Conditions(self.frame)
        self._circuit = circuit
        self._target = target
        self._live = LiveQubits(self, dict(zip(circuit.qubits, self.frame.qubits, strict=True)))
        self.scope = Scope(
            self._live,
            {qubit: qubit for qubit in circuit.qubits},
            {bit: index for index, bit in enumerate(circuit.clbits)},
        )
        self._book = GateBook()
        self._is_adaptive = False
        self._spent = 0
        # Which qubit each classical bit shows, and where the lines that measure it are.
        self._shown: dict[int, Qubit] = {}
        self._measurements: list[int] = []

    def require_adaptive(self, what: str) -> None:
        """Makes the program an adaptive one.

        Args:
            what: What needs it, for the message.

        Raises:
            TranslationError: The target does not take adaptive programs.
        """
        if not self._target.profile.is_adaptive:
            raise TranslationError(
                f"{what}, but {self._target.id} has the {self._target.profile} profile, whose programs "
                "measure at the end only and neither reset nor branch: take a target with an adaptive profile"
            )
        self._is_adaptive = True

    def spend(self, calls: int) -> None:
        """Counts calls that loops and definitions are expanded into.

        Raises:
            TranslationError: They are too many.
        """
        self._spent += calls
        if self._spent > MAX_CALLS:
            raise TranslationError(f"definitions and loops expand into more than {MAX_CALLS} calls")

    def write(self, circuit: QuantumCircuit, scope: Scope, depth: int = 0) -> None:
        """Writes the instructions of a circuit, or of a part inside it.

        Args:
            circuit: The circuit or part.
            scope: What its bits are in the whole program.
            depth: How many parts it is inside of.

        Raises:
            TranslationError: One of them cannot be expressed; the message names it and where it is.
        """
        append, wires, angles = self.frame.lines.append, scope.wires, self._book.angles
        position = 0
        instruction: CircuitInstruction | None = None
        try:
            for position, instruction in enumerate(circuit.data):  # noqa: B007 - the handler names it
                if instruction.is_standard_gate():
                    name = instruction.name
                    call = _FIXED.get(name)
                    if call is not None:
                        append(call % tuple([wires[qubit] for qubit in instruction.qubits]))
                        continue
                    call = _ROTATIONS.get(name)
                    if call is not None:
                        angle = angles[instruction.params[0]]
                        append(call % (angle, *[wires[qubit] for qubit in instruction.qubits]))
                        continue
                self._write_other(instruction, scope, depth)
        except InputError as error:
            assert instruction is not None
            where = f"instruction {position} ({instruction.name})"
            raise _located(error, where, self._target.id, instruction.name) from error.__cause__

    def inner_scope(self, part: QuantumCircuit, instruction: CircuitInstruction, scope: Scope) -> Scope:
        """The scope of a part that an instruction brings.

        Args:
            part: The part, whose bits are the instruction's in order.
            instruction: The instruction.
            scope: The scope that the instruction is in.
        """
        qubits = [scope.qubits[qubit] for qubit in instruction.qubits]
        clbits = [scope.clbits[bit] for bit in instruction.clbits]
        inner = dict(zip(part.qubits, qubits, strict=True))
        return Scope(InnerWires(self._live, inner), inner, dict(zip(part.clbits, clbits, strict=True)))

    def _write_other(self, instruction: CircuitInstruction, scope: Scope, depth: int) -> None:
        calls = self._book.calls(instruction, depth)
        if calls is not None:
            qubits = instruction.qubits
            operands = [scope.wires[qubits[wire]] for wire in calls.wires]
            self.spend(calls.count)
            self.frame.lines.append(calls.text % tuple(operands))
            return
        operation = instruction.operation
        if isinstance(operation, Measure):
            self._measure(scope.qubits[instruction.qubits[0]], scope.clbits[instruction.clbits[0]])
        elif isinstance(operation, Reset):
            self._reset(scope.qubits[instruction.qubits[0]])
        elif isinstance(operation, ControlFlowOp):
            write_control_flow(self, instruction, scope, depth + 1)
        else:
            part = definition(operation, depth)
            self.spend(len(part.data))
            self.write(part, self.inner_scope(part, instruction, scope), depth + 1)

    def _measure(self, qubit: Qubit, bit: int) -> None:
        # Measuring again what was just measured needs no adaptive program: both bits show the same.
        self._live.pop(qubit, None)
        self._live.measured.add(qubit)
        self._shown[bit] = qubit
        self.conditions.written.add(bit)
        self._measurements.append(len(self.frame.lines))
        self.frame.lines.append(MEASURE % (self._live.operands[qubit], self.frame.results[bit]))

    def _reset(self, qubit: Qubit) -> None:
        if qubit not in self._live and qubit not in self._live.measured:
            return  # untouched, so already |0>
        self.require_adaptive("it resets a qubit that was used")
        self.frame.lines.append(RESET % self._live[qubit])

    def text(self) -> bytes:
        """The whole program.

        Raises:
            TranslationError: Nothing is measured.
        """
        if not self._measurements:
            raise TranslationError(
                f"nothing is measured in circuit {self._circuit.name}: call its measure_all()",
                argument="program",
                target=self._target.id,
                element="measure",
            )
        result_of = list(range(self._circuit.num_clbits))
        if not self._is_adaptive:
            self._measure_at_end(result_of)
        profile = QirProfile.ADAPTIVE_RI if self._is_adaptive else QirProfile.BASE
        return self.frame.text(BitGroups.of(self._circuit).records(result_of), profile)

    def _measure_at_end(self, result_of: list[int]) -> None:
        """Moves the measurements behind all gates, one for each qubit that a bit shows in the end."""
        lines = self.frame.lines
        for index in self._measurements:
            lines[index] = ""
        first: dict[Qubit, int] = {}
        for bit, qubit in sorted(self._shown.items()):
            if qubit not in first:
                first[qubit] = bit
                lines.append(MEASURE % (self._live.operands[qubit], self.frame.results[bit]))
            result_of[bit] = first[qubit]


def _located(error: InputError, where: str, target: str, element: str = "") -> TranslationError:
    """The error with the place it happened at before its message."""
    message = f"{where}: {error.message}"
    if isinstance(error, TranslationError):
        element = error.element or element
        return attrs.evolve(error, message=message, argument="program", target=target, element=element)
    return TranslationError(message, argument="program", target=target, element=element)
