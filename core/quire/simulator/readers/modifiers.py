"""Inverses, controls and powers of gates that are written as lists of gates; global phases are kept."""

import math
from collections.abc import Sequence
from typing import Any, Final

from quire.simulator.faults import PayloadError
from quire.simulator.gates import SHAPES, controlled, split_controls, unitary
from quire.simulator.readers.arithmetic import Arithmetic
from quire.simulator.readers.builder import Gate, Register
from quire.simulator.readers.paulis import MAX_MATRIX_QUBITS

PHASE: Final = "gphase"
"""The name of what is no gate of a circuit: a global phase, which a control makes one of its own."""

_MAX_REPETITIONS = 64
_PAIRS = {"s": "sdg", "t": "tdg", "sx": "sxdg"}
_INVERSES = _PAIRS | {inverse: name for name, inverse in _PAIRS.items()}
# The phase of -1 is pi, and not -pi, whichever way it is rounded.
_NEARLY = 1e-9


def inverse(gates: Sequence[Gate], arithmetic: Arithmetic) -> list[Gate]:
    """The gates that undo these."""
    return [_inverse(gate, arithmetic) for gate in reversed(gates)]


def _inverse(gate: Gate, arithmetic: Arithmetic) -> Gate:
    name, qubits, params = gate
    base, count = split_controls(name)
    if base.startswith("unitary"):
        return name, qubits, _dagger(params, 1 << SHAPES[base].num_qubits)
    if params:
        return name, qubits, tuple(map(arithmetic.negative, params))
    return controlled(_INVERSES.get(base, base), count), qubits, ()


def _dagger(entries: Sequence[float], size: int) -> tuple[float, ...]:
    cells = ((2 * (row * size + column)) for column in range(size) for row in range(size))
    return tuple(part for cell in cells for part in (entries[cell], -entries[cell + 1]))


def under_control(gates: Sequence[Gate], controls: Sequence[Any], values: Sequence[bool]) -> list[Gate]:
    """The gates under controls.

    Args:
        gates: The gates.
        controls: The control qubits.
        values: Of each, the value at which the gates are applied.
    """
    if not controls:
        return list(gates)
    flips: list[Gate] = [
        ("x", (qubit,), ()) for qubit, value in zip(controls, values, strict=True) if not value
    ]
    return [*flips, *(_controlled(gate, tuple(controls)) for gate in gates), *flips]


def _controlled(gate: Gate, controls: tuple[Any, ...]) -> Gate:
    name, qubits, params = gate
    if name == PHASE:
        return controlled("r1", len(controls) - 1), controls, params
    return controlled(name, len(controls)), controls + qubits, params


def power(gates: Sequence[Gate], exponent: float, arithmetic: Arithmetic) -> list[Gate]:
    """The gates, taken as one, to a power; of fractions the principal one.

    Raises:
        PayloadError: It takes a matrix, and the gates act on too many qubits or on such as are not known yet.
    """
    if exponent == int(exponent) and abs(exponent) <= _MAX_REPETITIONS:
        repeated = list(gates) * int(abs(exponent))
        return repeated if exponent >= 0 else inverse(repeated, arithmetic)
    if any(type(operand) is Register for _, qubits, params in gates for operand in (*qubits, *params)):
        raise PayloadError(f"a power of {exponent} of gates that are known at run time only")
    qubits = tuple(sorted({qubit for _, indices, _ in gates for qubit in indices}))
    if len(qubits) > MAX_MATRIX_QUBITS:
        raise PayloadError(f"a power of {exponent} of gates on more than {MAX_MATRIX_QUBITS} qubits")
    if not qubits:
        return [(PHASE, (), (sum(params[0] for _, _, params in gates) * exponent,))]
    return [(unitary(len(qubits)), qubits, _matrix_power(gates, qubits, exponent))]


def _matrix_power(gates: Sequence[Gate], qubits: Sequence[int], exponent: float) -> tuple[float, ...]:
    import numpy

    matrix = _matrix(gates, qubits)
    # The two hermitian parts commute; a sum in no simple proportion has the eigenvectors of both.
    adjoint = matrix.conj().T
    _, vectors = numpy.linalg.eigh((matrix + adjoint) / 2 + math.sqrt(2) * (matrix - adjoint) / 2j)
    phases = numpy.angle(numpy.einsum("ij,ik,kj->j", vectors.conj(), matrix, vectors))
    phases[phases < _NEARLY - math.pi] = math.pi
    raised = (vectors * numpy.exp(1j * exponent * phases)) @ vectors.conj().T
    return tuple(numpy.ascontiguousarray(raised).view(float).ravel().tolist())


def _matrix(gates: Sequence[Gate], qubits: Sequence[int]) -> Any:
    import numpy

    from quire.simulator.engines.statevector import StateVector, prepare

    # The first qubit is the most significant bit of an index.
    places = {qubit: len(qubits) - 1 - place for place, qubit in enumerate(qubits)}
    prepared: list[Any] = []
    phase = 0.0
    for name, indices, params in gates:
        if name == PHASE:
            phase += params[0]
        else:
            prepared += prepare(name, tuple(map(places.__getitem__, indices)), params)
    columns = []
    for index in range(1 << len(qubits)):
        state = StateVector(len(qubits))
        for place in range(len(qubits)):
            if index >> place & 1:
                state.apply(prepare("x", (place,), ()))
        state.apply(prepared)
        columns.append(state.amplitudes())
        state.release()
    return numpy.exp(1j * phase) * numpy.array(columns).T
