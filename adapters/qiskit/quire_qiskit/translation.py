"""A circuit as a payload, in one pass over its instructions; nothing about gates' identities or about jobs.

The pass keeps the qubits that were touched and not measured since in one dictionary. A look-up that misses
is a qubit's first use or its use after a measurement, so the common case pays nothing for the question.
"""

from collections.abc import Mapping

import attrs
from qiskit import QuantumCircuit
from qiskit.circuit import CircuitInstruction, Clbit, ControlFlowOp, Measure, Qubit, Reset

from quire import TargetSpec
from quire.errors import InputError, TranslationError, UnboundParameterError
from quire.formats import QIR
from quire.writers import GATES, Frame
from quire_qiskit.angles import Angles, unbound
from quire_qiskit.control_flow import write_control_flow
from quire_qiskit.gates import MAX_CALLS, GateBook, definition

_PLAIN = (1e-4, 1e16)
"""Between these, an angle's size leaves no exponent in its text."""


@attrs.frozen
class Scope:
    """What the bits of a circuit, or of a part inside it, are in the whole program.

    Attributes:
        wires: The operands of those of its qubits that may be used with no question.
        qubits: The outermost circuit's index of each qubit.
        clbits: The outermost circuit's index of each classical bit.
    """

    wires: Mapping[Qubit, str]
    qubits: Mapping[Qubit, int]
    clbits: Mapping[Clbit, int]


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
        self._live: dict[Qubit, str] = {}
        self._measured: set[int] = set()
        self.scope = Scope(
            self._live,
            {qubit: index for index, qubit in enumerate(circuit.qubits)},
            {bit: index for index, bit in enumerate(circuit.clbits)},
        )
        self._book = GateBook(frame.gates, angles)
        self._fixed = {name: text for name, text in frame.gates.items() if not GATES[name].num_params}
        self._rotations = {name: text for name, text in frame.gates.items() if GATES[name].num_params}
        self._spent = 0

    def require_adaptive(self, what: str) -> None:
        """Makes the program one that goes on after measurements.

        Args:
            what: What needs it, for the message.

        Raises:
            TranslationError: The format or the target has no such programs.
        """
        if not self.frame.is_adaptive:
            raise TranslationError(
                f"{what}, but programs in {self.frame.format} measure at the end only and neither reset nor "
                "branch: take another format or a target with an adaptive profile"
            )
        # Profiles are of QIR; the other formats have one language for all of their targets.
        if self.frame.format == QIR and not self._target.profile.is_adaptive:
            raise TranslationError(
                f"{what}, but {self._target.id} has the {self._target.profile} profile, whose programs "
                "measure at the end only and neither reset nor branch: take a target with an adaptive profile"
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

    def write_all(self, circuit: QuantumCircuit) -> None:
        """Writes the outermost circuit.

        Raises:
            UnboundParameterError: The circuit has parameters without values.
            TranslationError: It cannot be expressed for the target, or measures nothing.
        """
        try:
            self.write(circuit, self.scope)
        except UnboundParameterError as error:
            whole = unbound(circuit.parameters) if circuit.num_parameters else error
            raise attrs.evolve(whole, target=self._target.id) from None
        except InputError as error:
            raise _located(error, f"circuit {circuit.name}", self._target.id) from error.__cause__
        if not self.measurements:
            raise TranslationError(
                f"nothing is measured in circuit {circuit.name}: call its measure_all()",
                argument="program",
                target=self._target.id,
                element="measure",
            )

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
        append, wires, angles = self.frame.lines.append, scope.wires, self._book.angles
        fixed, rotations, (least, most) = self._fixed, self._rotations, _PLAIN
        position = 0
        instruction: CircuitInstruction | None = None
        try:
            for position, instruction in enumerate(circuit.data):  # noqa: B007 - the handler names it
                if instruction.is_standard_gate():
                    name, qubits = instruction.name, instruction.qubits
                    try:
                        call = fixed.get(name)
                        if call is not None:
                            single = len(qubits) == 1
                            append(call % (wires[qubits[0]] if single else tuple([wires[q] for q in qubits])))
                            continue
                        call = rotations.get(name)
                        if call is not None:
                            # Before the angle's text, which a template must ask for once.
                            operands = [wires[q] for q in qubits] if len(qubits) > 1 else (wires[qubits[0]],)
                            (angle,) = instruction.params
                            plain = type(angle) is float and least < abs(angle) < most
                            append(call % (repr(angle) if plain else angles[angle], *operands))
                            continue
                    except KeyError:
                        pass  # a qubit that is not live
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
            {}, dict(zip(part.qubits, qubits, strict=True)), dict(zip(part.clbits, clbits, strict=True))
        )

    def operand_of(self, qubit: int) -> str:
        """The operand of one of the outermost circuit's qubits, to be used now.

        Raises:
            TranslationError: It was measured, and the target's programs do not go on after that.
        """
        operand = self._live.get(self._qubits[qubit])
        if operand is None:
            if qubit in self._measured:
                self.require_adaptive(f"it acts on qubit {qubit} after a measurement of that qubit")
                self._measured.discard(qubit)
            operand = self._live[self._qubits[qubit]] = self.frame.qubits[qubit]
        return operand

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
        elif isinstance(operation, ControlFlowOp):
            write_control_flow(self, instruction, scope, depth + 1)
        else:
            part = definition(operation, depth)
            self.spend(len(part.data))
            self.write(part, self.inner_scope(part, instruction, scope), depth + 1)

    def _measure(self, qubit: int, bit: int) -> None:
        # Measuring again what was just measured needs no adaptive program: both bits show the same.
        self._live.pop(self._qubits[qubit], None)
        self._measured.add(qubit)
        self.shown[bit] = qubit
        self.written.add(bit)
        self.measurements.append(len(self.frame.lines))
        if self.frame.measures:
            self.frame.lines.append(self.frame.measure % (self.frame.qubits[qubit], self.frame.results[bit]))

    def _reset(self, qubit: int) -> None:
        if self._qubits[qubit] not in self._live and qubit not in self._measured:
            return  # untouched, so already |0>
        self.require_adaptive("it resets a qubit that was used")
        self.frame.lines.append(self.frame.reset % self.operand_of(qubit))


def _located(error: InputError, where: str, target: str, element: str = "") -> TranslationError:
    """The error with the place it happened at before its message."""
    message = f"{where}: {error.message}"
    if isinstance(error, TranslationError):
        element = error.element or element
        return attrs.evolve(error, message=message, argument="program", target=target, element=element)
    return TranslationError(message, argument="program", target=target, element=element)
