"""A circuit as a payload, in one pass over its instructions; nothing about gates' identities or jobs."""

import operator
from collections.abc import Mapping

import attrs
from qiskit import QuantumCircuit
from qiskit.circuit import CircuitInstruction, Clbit, Measure, Qubit, Reset

from quire import TargetSpec
from quire.errors import InputError, TranslationError, UnboundParameterError
from quire.formats import HONEYWELL_OPENQASM, QIR, RIGETTI_QUIL, QirProfile
from quire.writers import Frame
from quire_qiskit.angles import Angles, unbound
from quire_qiskit.control_flow import write_control_flow
from quire_qiskit.gate_lines import GateLines
from quire_qiskit.gates import CONTROL_FLOW, MAX_CALLS, GateBook, definition

_PLAIN = (1e-4, 1e16)
"""Between these, an angle's size leaves no exponent in its text."""

_ADAPTIVE_FORMATS = (HONEYWELL_OPENQASM, RIGETTI_QUIL)
"""The formats besides QIR whose programs may go on after measurements, on any target."""


@attrs.frozen
class Scope:
    """What the bits of a circuit, or of a part inside it, are in the whole program.

    Attributes:
        qubits: The outermost circuit's index of each qubit.
        clbits: The outermost circuit's index of each classical bit.
        is_outermost: Whether its qubits are the outermost circuit's own objects.
    """

    qubits: Mapping[Qubit, int]
    clbits: Mapping[Clbit, int]
    is_outermost: bool = False


class Translation:
    """A program being written from a circuit.

    Attributes:
        frame: The program; its results are the circuit's classical bits, by index.
        scope: The outermost circuit's own bits.
        written: The classical bits that a measurement may have written so far; all others are still 0.
        shown: Which qubit each classical bit was last measured from.
        measurements: Where the lines that measure are.
        went_on: Whether the program goes on with a qubit after its measurement, resets or branches.
    """

    def __init__(self, circuit: QuantumCircuit, target: TargetSpec, frame: Frame, angles: Angles) -> None:
        """Begins with nothing written.

        Args:
            circuit: The circuit.
            target: Where it is to run.
            frame: An empty program with the circuit's qubits, and its classical bits as results.
            angles: The texts of angles.
        """
        self.frame = frame
        self.written: set[int] = set()
        self.shown: dict[int, int] = {}
        self.measurements: list[int] = []
        self.went_on = False
        self._target = target
        self._qubits = circuit.qubits
        self._used: set[Qubit] = set()
        self._measured: set[Qubit] = set()
        self.scope = Scope(
            {qubit: index for index, qubit in enumerate(circuit.qubits)},
            {bit: index for index, bit in enumerate(circuit.clbits)},
            is_outermost=True,
        )
        self._book = GateBook(frame.gates, angles)
        self._kept = GateLines(frame.gates, dict(zip(circuit.qubits, frame.qubits, strict=False)))
        self._spent = 0
        self._resets = False

    def require_adaptive(self, what: str) -> None:
        """Makes the program one that goes on after measurements.

        Args:
            what: What needs it, for the message.

        Raises:
            TranslationError: The format or the target has no such programs.
        """
        frame, target = self.frame, self._target
        if not frame.is_adaptive:
            raise _not_adaptive(f"{what}, but programs in {frame.format}", "another format", target)
        # Profiles are of QIR; the other formats have one language for all of their targets.
        if frame.format == QIR and not target.profile.is_adaptive:
            able = [each for each in _ADAPTIVE_FORMATS if each in target.input_formats]
            other = " or ".join(f"input_data_format={each!r}" for each in able)
            raise _not_adaptive(
                f"{what}, but {target.id} has the {target.profile} profile, whose programs", other, target
            )
        self.went_on = True

    def spend(self, calls: int) -> None:
        """Counts calls that loops and definitions are expanded into.

        Raises:
            TranslationError: They are too many.
        """
        self._spent += calls
        if self._spent > MAX_CALLS:
            raise TranslationError(f"definitions and loops expand into more than {MAX_CALLS} calls")

    def called(self) -> set[str]:
        """What the lines call: the format's gates, by quire's names, ``measure`` and ``reset``."""
        others = {"measure": self.measurements, "reset": self._resets}
        return self._book.called | self._kept.used() | {name for name, lines in others.items() if lines}

    def write_all(self, circuit: QuantumCircuit) -> None:
        """Writes the outermost circuit.

        Raises:
            UnboundParameterError: The circuit has parameters without values.
            TranslationError: It cannot be expressed for the target.
        """
        try:
            self.write(circuit, self.scope)
        except UnboundParameterError as error:
            whole = unbound(circuit.parameters) if circuit.num_parameters else error
            raise attrs.evolve(whole, target=self._target.id) from None
        except InputError as error:
            raise _located(error, f"circuit {circuit.name}", self._target.id) from error.__cause__

    def write(self, circuit: QuantumCircuit, scope: Scope, depth: int = 0) -> None:
        """Writes the instructions of a circuit, or of a part inside it.

        Args:
            circuit: The circuit or part.
            scope: What its bits are in the whole program.
            depth: How many parts it is inside of.

        Raises:
            TranslationError: One of them cannot be expressed; the message names it and where it is.
        """
        if depth:
            self._book.angles.require_values(circuit.parameters)
        append, angles, measured = self.frame.lines.append, self._book.angles, self._measured
        least, most = _PLAIN
        kept, outermost = self._kept, scope.is_outermost
        whole, around, halves = kept.whole, kept.around, kept.halves
        position = 0
        instruction: CircuitInstruction | None = None
        try:
            for position, instruction in enumerate(circuit.data):  # noqa: B007 - the handler names it
                if outermost and instruction.is_standard_gate():
                    name, qubits = instruction.name, instruction.qubits
                    if not measured or measured.isdisjoint(qubits):
                        lines = whole[name]
                        if lines is not None:
                            append(lines[qubits])
                            continue
                        parts = around[name]
                        if parts is not None:
                            before, after = parts[qubits]
                            (angle,) = instruction.params
                            plain = type(angle) is float and least < abs(angle) < most
                            append(f"{before}{repr(angle) if plain else angles[angle]}{after}")
                            continue
                        pair = halves[name]
                        if pair is not None:
                            first, second = qubits
                            append(pair[0][first] + pair[1][second])
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
        return Scope(
            dict(zip(part.qubits, qubits, strict=True)),
            dict(zip(part.clbits, clbits, strict=True)),
            scope.is_outermost and all(map(operator.is_, part.qubits, instruction.qubits)),
        )

    def operand_of(self, qubit: int) -> str:
        """The operand of one of the outermost circuit's qubits, to be used now.

        Raises:
            TranslationError: It was measured, and the target's programs do not go on after that.
        """
        own = self._qubits[qubit]
        if own in self._measured:
            self.require_adaptive(f"it acts on qubit {qubit} after a measurement of that qubit")
            self._measured.discard(own)
        self._used.add(own)
        return self.frame.qubits[qubit]

    def _write_other(self, instruction: CircuitInstruction, scope: Scope, depth: int) -> None:
        calls = self._book.calls(instruction, depth)
        if calls is not None:
            qubits = [scope.qubits[qubit] for qubit in instruction.qubits]
            operands = [self.operand_of(qubits[wire]) for wire in calls.wires]
            self.spend(calls.count)
            self.frame.lines.append(calls.text % tuple(operands))
            return
        operation = instruction.operation
        if isinstance(operation, Measure):
            self._measure(scope.qubits[instruction.qubits[0]], scope.clbits[instruction.clbits[0]])
        elif isinstance(operation, Reset):
            self._reset(scope.qubits[instruction.qubits[0]])
        elif isinstance(operation, CONTROL_FLOW):
            write_control_flow(self, instruction, scope, depth + 1)
        else:
            part = definition(operation, depth)
            self.spend(len(part.data))
            self.write(part, self.inner_scope(part, instruction, scope), depth + 1)

    def _measure(self, qubit: int, bit: int) -> None:
        # Measuring again what was just measured needs no adaptive program: both bits show the same.
        self._measured.add(self._qubits[qubit])
        self.shown[bit] = qubit
        self.written.add(bit)
        self.measurements.append(len(self.frame.lines))
        if self.frame.measures:
            self.frame.lines.append(self.frame.measure % (self.frame.qubits[qubit], self.frame.results[bit]))

    def _reset(self, qubit: int) -> None:
        own = self._qubits[qubit]
        if own not in self._used and own not in self._kept.operands:
            return  # already |0>
        self.require_adaptive("it resets a qubit that was used")
        self._resets = True
        self.frame.lines.append(self.frame.reset % self.operand_of(qubit))


def _not_adaptive(reason: str, other: str, target: TargetSpec) -> TranslationError:
    """The refusal of what needs an adaptive program; ``other`` is another way out, if there is one."""
    return TranslationError(
        f"{reason} measure at the end only and neither reset nor branch: take "
        f"{f'{other}, or ' if other else ''}a target with an adaptive profile",
        target=target.id,
        profiles=tuple(profile for profile in QirProfile if profile.is_adaptive),
    )


def _located(error: InputError, where: str, target: str, element: str = "") -> TranslationError:
    """The error with the place it happened at before its message."""
    message = f"{where}: {error.message}"
    if isinstance(error, TranslationError):
        element = error.element or element
        return attrs.evolve(error, message=message, argument="program", target=target, element=element)
    return TranslationError(message, argument="program", target=target, element=element)
