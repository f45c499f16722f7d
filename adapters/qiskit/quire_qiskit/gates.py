"""Which calls of QIR a gate is, exactly up to a global phase; nothing about measurements or circuits.

A gate that QIR lacks is written by a short identity where one is exact, else by the SDK's own definition
of it. A controlled gate is always expanded as a whole, so that a phase of what it controls is never lost.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import attrs
from qiskit import QuantumCircuit
from qiskit.circuit import (
    Barrier,
    CircuitInstruction,
    ControlFlowOp,
    Delay,
    Instruction,
    Measure,
    Operation,
    ParameterExpression,
    Reset,
)
from qiskit.exceptions import QiskitError
from qiskit.transpiler.passes import HighLevelSynthesis

from quire.errors import TranslationError, UnboundParameterError
from quire.qir import GATES, double

MAX_DEPTH = 100
"""How deep definitions may be nested; one that contains itself has no bottom."""

MAX_CALLS = 2_000_000
"""How many calls the definitions and loops of one program may be expanded into."""

NO_OPERATIONS = (Barrier, Delay)
"""Instructions without a counterpart in QIR that change no result of an ideal target."""

Step = tuple[str, tuple[float, ...], tuple[int, ...]]
"""A gate of QIR, its angles, and which of the written gate's qubits it acts on."""

_HALF_PI = math.pi / 2


def _u(theta: float, phi: float, lam: float) -> tuple[Step, ...]:
    return (("rz", (lam,), (0,)), ("ry", (theta,), (0,)), ("rz", (phi,), (0,)))


def _cp(theta: float) -> tuple[Step, ...]:
    half = theta / 2
    return (("rz", (half,), (0,)), ("rz", (half,), (1,)), ("rzz", (-half,), (0, 1)))


def _crz(theta: float) -> tuple[Step, ...]:
    return (("rz", (theta / 2,), (1,)), ("rzz", (-theta / 2,), (0, 1)))


def _cry(theta: float) -> tuple[Step, ...]:
    flip: Step = ("cx", (), (0, 1))
    return (("ry", (theta / 2,), (1,)), flip, ("ry", (-theta / 2,), (1,)), flip)


def _between_hadamards(steps: Iterable[Step]) -> tuple[Step, ...]:
    hadamard: Step = ("h", (), (1,))
    return (hadamard, *steps, hadamard)


_IDENTITIES: dict[str, Callable[..., tuple[Step, ...]]] = {
    "id": lambda: (),
    "global_phase": lambda _: (),
    "p": lambda theta: (("rz", (theta,), (0,)),),
    "u1": lambda theta: (("rz", (theta,), (0,)),),
    "u": _u,
    "u3": _u,
    "u2": lambda phi, lam: _u(_HALF_PI, phi, lam),
    "r": lambda theta, phi: (("rz", (-phi,), (0,)), ("rx", (theta,), (0,)), ("rz", (phi,), (0,))),
    "sxdg": lambda: (("x", (), (0,)), ("sx", (), (0,))),
    "cp": _cp,
    "cu1": _cp,
    "crz": _crz,
    "crx": lambda theta: _between_hadamards(_crz(theta)),
    "cry": _cry,
    "rzx": lambda theta: _between_hadamards((("rzz", (theta,), (0, 1)),)),
}


@attrs.frozen
class Calls:
    """A unitary operation as calls of QIR.

    Attributes:
        text: The calls' lines: a ``%`` template over operands.
        wires: Which of the operation's qubits each place of the template is.
        count: How many calls it has.
    """

    text: str
    wires: tuple[int, ...]
    count: int


def number(value: Any) -> float:
    """The value of a gate's parameter.

    Args:
        value: A number of any type, or an expression.

    Raises:
        UnboundParameterError: It is an expression with parameters that have no value.
        TranslationError: It is a complex number with an imaginary part.
    """
    if isinstance(value, ParameterExpression):
        if value.parameters:
            raise unbound(value.parameters)
        value = value.numeric()
    if isinstance(value, complex):
        if value.imag:
            raise TranslationError(f"an angle must be real, not {value}", element=str(value))
        value = value.real
    return float(value)


def unbound(parameters: Iterable[Any]) -> UnboundParameterError:
    """The error to raise for parameters that have no value."""
    names = tuple(sorted(parameter.name for parameter in parameters))
    return UnboundParameterError(
        f"no value for {', '.join(names)}: give the circuit's parameters values with assign_parameters()",
        argument="program",
        element=names[0],
        parameters=names,
    )


class Angles(dict[Any, str]):
    """The texts of angles, by their values, made when they are first asked for."""

    def __missing__(self, value: Any) -> str:
        text = self[value] = double(value if type(value) is float else number(value))
        return text


class GateBook:
    """The calls of gates, each worked out once per program.

    Attributes:
        angles: The texts of the angles seen so far.
    """

    def __init__(self) -> None:
        self.angles = Angles()
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
            if key not in self._standard:
                self._standard[key] = self._standard_calls(instruction, depth)
            return self._standard[key]
        operation = instruction.operation
        if isinstance(operation, NO_OPERATIONS):
            return Calls("", (), 0)
        if instruction.clbits or isinstance(operation, Measure | Reset | ControlFlowOp):
            return None
        if id(operation) not in self._others:
            self._others[id(operation)] = (operation, self._defined(operation, depth))
        return self._others[id(operation)][1]

    def _standard_calls(self, instruction: CircuitInstruction, depth: int) -> Calls | None:
        name = instruction.name
        if name in GATES:
            wires = tuple(range(len(instruction.qubits)))
            return self._join([self._step((name, tuple(map(number, instruction.params)), wires))])
        identity = _IDENTITIES.get(name)
        if identity is not None:
            return self._join(map(self._step, identity(*map(number, instruction.params))))
        return self._defined(instruction.operation, depth)

    def _step(self, step: Step) -> tuple[Calls, Sequence[int]]:
        name, angles, wires = step
        places = ["%s"] * len(wires)
        text = GATES[name].call % (*map(self.angles.__getitem__, angles), *places)
        return Calls(text, tuple(range(len(wires))), 1), wires

    def _defined(self, operation: Operation, depth: int) -> Calls | None:
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
        operation: An operation that QIR lacks.
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
        raise TranslationError(f"QIR has no {name}, and the circuit gives no definition of it", element=name)
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
            f"QIR has no {operation.name}, and Qiskit cannot expand it: {error.message}",
            element=operation.name,
        ) from error
    return None if made == circuit else made
