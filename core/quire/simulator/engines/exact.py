"""Exact distributions instead of drawn shots: the probability of every basis state of all qubits."""

import math
from collections.abc import Sequence

import attrs
import numpy

from quire.formats import QirProfile
from quire.simulator.circuit import MEASURE, RESET, Circuit
from quire.simulator.engines import mps
from quire.simulator.engines.samples import Shots, distinct
from quire.simulator.engines.statevector import StateVector, prepare
from quire.simulator.engines.terminal import Terminal, terminal_form
from quire.simulator.faults import INSUFFICIENT_RESOURCES, PayloadError
from quire.simulator.limits import fits_state_vectors, require_state_vectors

MAX_OUTCOMES = 2**21
"""Basis states that a distribution may hold: 2 million lines of a histogram."""

# The state, a copy of its amplitudes, and their squares.
_VECTORS = 2.5
# What rounding leaves of an amplitude of zero is some 1e-16, so its square is 1e-32.
_NOTHING = 1e-15
# Probabilities are given to so many digits: what is lost by rounding in a deep circuit is less.
_DIGITS = 12


@attrs.frozen
class Distribution:
    """A distribution over the basis states of all qubits of a circuit.

    Attributes:
        indices: The basis states of positive probability, ascending; bit i is qubit i.
        probabilities: The probability of each.
    """

    indices: Sequence[int]
    probabilities: Sequence[float]


def distribution(circuit: Circuit) -> Distribution:
    """The distribution of a circuit's qubits at its end.

    Raises:
        PayloadError: It measures or resets in mid-circuit, or is too wide for this machine.
    """
    terminal = terminal_form(circuit)
    if terminal is None or terminal.has_reset:
        raise PayloadError(
            f"the target runs programs of the {QirProfile.BASE} profile; this one resets a qubit or goes on "
            "with one after its measurement"
        )
    gates = [step for step in circuit.operations if step[0] not in (MEASURE, RESET)]
    used = sorted({qubit for _, indices, _ in gates for qubit in indices})
    if not used:
        return Distribution([0], [1.0])
    places = {qubit: place for place, qubit in enumerate(used)}
    moved = [(name, tuple(map(places.__getitem__, indices)), params) for name, indices, params in gates]
    whole = Terminal(moved, len(used), (), has_reset=False)
    chain = mps.preferred(whole, fits_state_vectors(len(used), _VECTORS))
    if chain is not None:
        listed = mps.probabilities(chain, _NOTHING, MAX_OUTCOMES)
        return Distribution(_spread([i for i, _ in listed], used), [_rounded(p) for _, p in listed])
    require_state_vectors(len(used), _VECTORS)
    state = StateVector(len(used))
    for name, qubits, params in moved:
        state.apply(prepare(name, qubits, params))
    probabilities = numpy.abs(state.amplitudes()) ** 2
    state.release()
    found = numpy.flatnonzero(probabilities > _NOTHING)
    if len(found) > MAX_OUTCOMES:
        raise PayloadError(
            f"the circuit has {len(found)} possible outcomes; the simulator lists up to {MAX_OUTCOMES}",
            INSUFFICIENT_RESOURCES,
        )
    return Distribution(_spread(found.tolist(), used), [_rounded(p) for p in probabilities[found].tolist()])


def _spread(found: Sequence[int], used: Sequence[int]) -> Sequence[int]:
    """Basis states of the used qubits as basis states of all."""
    if used[-1] == len(used) - 1:
        return found
    return [sum((index >> place & 1) << qubit for place, qubit in enumerate(used)) for index in found]


def _rounded(probability: float) -> float:
    return float(f"{probability:.{_DIGITS}g}")


def expanded(circuit: Circuit, shots: int, rng: numpy.random.Generator) -> Shots:
    """A circuit's shots after the rule of IonQ's simulator on Azure Quantum.

    Each basis state of all qubits, in ascending order, comes ``probability * shots`` times, fractions cut
    off; then only what the circuit puts out is kept. So the shots are always the same, and may be fewer than
    asked for.

    Args:
        circuit: The circuit.
        shots: How many shots are asked for.
        rng: Where the shots come from if the rule leaves none at all.
    """
    found = distribution(circuit)
    counts = [math.floor(p * shots * (1 + 1e-12) + 1e-12) for p in found.probabilities]
    if not any(counts):
        weights = numpy.array(found.probabilities)
        counts = rng.multinomial(shots, weights / weights.sum()).tolist()
    sources = {indices[1]: indices[0] for name, indices, _ in circuit.operations if name == MEASURE}
    places = [sources.get(result) for result in circuit.output.results]
    rows, numbers = distinct(
        tuple(0 if place is None else index >> place & 1 for place in places)
        for index, count in zip(found.indices, counts, strict=True)
        if count
    )
    order: list[int] = []
    for number, count in zip(numbers, (count for count in counts if count), strict=True):
        order += [number] * count
    return Shots([circuit.output.value(row) for row in rows], order)
