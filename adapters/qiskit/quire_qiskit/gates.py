"""Which lines of a payload a gate is, exactly up to a global phase; nothing about measurements or circuits.

A gate that formats lack is written by a short identity where one is exact, else by the SDK's own definition
of it. A controlled gate is always expanded as a whole, so that a phase of what it controls is never lost.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs
from qiskit import QuantumCircuit
from qiskit.circuit import (
    Barrier,
    BreakLoopOp,
    CircuitInstruction,
    ContinueLoopOp,
    ControlFlowOp,
    Delay,
    Instruction,
    Measure,
    Operation,
    Reset,
    Store,
)
from qiskit.exceptions import QiskitError
from qiskit.transpiler.passes import HighLevelSynthesis

from quire.errors import TranslationError
from quire_qiskit.angles import Angles, is_open
from quire_qiskit.identities import IDENTITIES, Step

MAX_DEPTH = 100
"""How deep definitions may be nested; one that contains itself has no bottom."""

MAX_CALLS = 2_000_000
"""How many calls the definitions and loops of one program may be expanded into."""

CONTROL_FLOW = (ControlFlowOp, BreakLoopOp, ContinueLoopOp, Store)
"""Instructions of classical computers: which instructions come next, and variables."""

NO_OPERATIONS = (Barrier, Delay)
"""Instructions that payloads leave out, as they change no result of an ideal target."""


@attrs.frozen
class Calls:
    """A unitary operation as lines of a payload.

    Attributes:
        text: The lines: a ``%`` template over operands.
        wires: Which of the operation's qubits each place of the template is.
        count: How many calls it has.
    """

    text: str
    wires: tuple[int, ...]
    count: int


class GateBook:
    """The calls of gates, each worked out once per program.

    Attributes:
        angles: The texts of angles.
        called: The format's gates that calls were written with.
    """

    def __init__(self, templates: Mapping[str, str], angles: Angles) -> None:
        """Begins empty.

        Args:
            templates: The format's template of each gate that it has.
            angles: The texts of angles.
        """
        self.angles = angles
        self.called: set[str] = set()
        self._templates = templates
        self._standard: dict[tuple[Any, ...], Calls | None] = {}
        # By identity: two gates of one name may differ. The operation is kept so that its id stays its own.
        self._others: dict[int, tuple[Operation, Calls | None]] = {}

    def calls(self, instruction: CircuitInstruction, depth: int = 0) -> Calls | None:
        """The calls that an instruction is.

        Args:
            instruction: A gate, or an instruction with a definition.
            depth: How many definitions it is inside of.

        Returns:
            Its calls; None if it is more than a unitary operation (it measures, resets or branches).

        Raises:
            TranslationError: There is no way to write it.
        """
        if instruction.is_standard_gate():
            key = (instruction.name, *instruction.params)
            if any(map(is_open, instruction.params)):
                return self._standard_calls(instruction, depth)
            if key not in self._standard:
                self._standard[key] = self._standard_calls(instruction, depth)
            return self._standard[key]
        operation = instruction.operation
        if isinstance(operation, NO_OPERATIONS):
            return Calls("", (), 0)
        if instruction.clbits or isinstance(operation, (Measure, Reset, *CONTROL_FLOW)):
            return None
        if id(operation) not in self._others:
            self._others[id(operation)] = (operation, self._defined(operation, depth))
        return self._others[id(operation)][1]

    def _standard_calls(self, instruction: CircuitInstruction, depth: int) -> Calls | None:
        name = instruction.name
        if name in self._templates:
            wires = tuple(range(len(instruction.qubits)))
            return self._join([self._step((name, tuple(map(self.angles.value, instruction.params)), wires))])
        identity = IDENTITIES.get(name)
        if identity is not None:
            return self._join(map(self._step, identity(*map(self.angles.value, instruction.params))))
        return self._defined(instruction.operation, depth)

    def _step(self, step: Step) -> tuple[Calls, Sequence[int]]:
        name, angles, wires = step
        self.called.add(name)
        places = ["%s"] * len(wires)
        text = self._templates[name] % (*map(self.angles.__getitem__, angles), *places)
        return Calls(text, tuple(range(len(wires))), 1), wires

    def _defined(self, operation: Operation, depth: int) -> Calls | None:
        self.angles.require_values(getattr(operation, "params", ()))
        circuit = definition(operation, depth)
        index = {qubit: i for i, qubit in enumerate(circuit.qubits)}
        parts: list[tuple[Calls, Sequence[int]]] = []
        total = 0
        for instruction in circuit.data:
            calls = self.calls(instruction, depth + 1)
            if calls is None:
                return None
            total += calls.count
            if total > MAX_CALLS:
                raise TranslationError(
                    f"{operation.name} expands into more than {MAX_CALLS} calls", element=operation.name
                )
            parts.append((calls, [index[qubit] for qubit in instruction.qubits]))
        return self._join(parts)

    @staticmethod
    def _join(parts: Iterable[tuple[Calls, Sequence[int]]]) -> Calls:
        texts: list[str] = []
        wires: list[int] = []
        count = 0
        for calls, outer in parts:
            texts.append(calls.text)
            wires += [outer[wire] for wire in calls.wires]
            count += calls.count
        return Calls("".join(texts), tuple(wires), count)


def definition(operation: Operation, depth: int) -> QuantumCircuit:
    """What an operation is made of, by the SDK's own account.

    Args:
        operation: An operation that formats lack.
        depth: How many definitions it is inside of.

    Raises:
        TranslationError: It has no definition, or is nested too deep.
    """
    name = operation.name
    if depth >= MAX_DEPTH:
        raise TranslationError(f"the definition of {name} is nested more than {MAX_DEPTH} deep", element=name)
    found = operation.definition if isinstance(operation, Instruction) else None
    if found is None:
        found = _synthesized(operation)
    if found is None:
        raise TranslationError(
            f"targets have no {name}, and the circuit gives no definition of it", element=name
        )
    circuit: QuantumCircuit = found
    return circuit


def _synthesized(operation: Operation) -> QuantumCircuit | None:
    """What the SDK makes of an operation that is more abstract than a definition, such as a Clifford."""
    circuit = QuantumCircuit(operation.num_qubits, operation.num_clbits)
    try:
        circuit.append(operation, circuit.qubits, circuit.clbits)
        made: QuantumCircuit = HighLevelSynthesis()(circuit)
    except QiskitError as error:
        raise TranslationError(
            f"targets have no {operation.name}, and Qiskit cannot expand it: {error.message}",
            element=operation.name,
        ) from error
    return None if made == circuit else made
