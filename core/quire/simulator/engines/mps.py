"""Matrix product states: circuits that are wide but entangle little, whatever their gates; double precision.

A state is a chain of tensors, one for each qubit, with bonds between neighbours. A bond is cut only where
nothing but rounding is lost: its width grows with the entanglement, and a circuit that needs more than the
limits is refused, never approximated. Far qubits are brought together by swaps, after which they stay.
"""

import functools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy

from quire.simulator.engines.line import line_order
from quire.simulator.engines.samples import Samples, distinct
from quire.simulator.engines.statevector import StateVector, prepare
from quire.simulator.engines.terminal import UNMEASURED, Terminal
from quire.simulator.faults import INSUFFICIENT_RESOURCES, PayloadError
from quire.simulator.gates import SHAPES
from quire.simulator.limits import BYTES_PER_AMPLITUDE, memory_budget

MAX_BOND = 256
"""The widest bond between two neighbours: eight gates of the kind of CNOT across it, if none undo others."""

MAX_WORK = 2e10
"""Steps of all decompositions together: a minute or so of one core."""

MAX_GATE_QUBITS = 8
"""Qubits of one gate, whose matrix is written out."""

MIN_QUBITS = 24
"""From this width a circuit is tried as a matrix product state first, even if a state vector fits.

Measured on 24 qubits: a try that fails costs 10 to 26 ms, and qsim then takes a second.
"""

CUT = 1e-12
"""The norm of what one decomposition may drop of a state of norm 1.

So no amplitude is off by more than this times the number of decompositions, and a probability by twice that.
"""

# Limits within which it costs less than a state vector of ``MIN_QUBITS`` qubits, even if it fails.
_TRIED_BOND = 32
_TRIED_WORK = 1e8
# Numbers that are held at once while shots are drawn.
_BLOCK = 2**21
# A block that is decomposed, its factors, and what the decomposition works on.
_BLOCKS_TO_SPLIT = 5

Divide = Callable[[Any, Any], tuple[Any, Any]]


class TooEntangledError(PayloadError):
    """The state does not fit into the limits."""

    def __init__(self, num_qubits: int, reason: str) -> None:
        super().__init__(
            f"{num_qubits} qubits are connected by gates that are not all Clifford: too many for a state "
            f"vector on this machine, and as a matrix product state {reason}",
            INSUFFICIENT_RESOURCES,
        )


@functools.lru_cache(maxsize=256)
def _matrix(name: str, params: tuple[float, ...]) -> Any:
    """A gate's matrix as a tensor: the qubits after it, then the qubits before it, in order."""
    count = SHAPES[name].num_qubits
    # Bit q of an index is qubit q, so the first qubit is to be the highest one.
    gates = prepare(name, range(count - 1, -1, -1), params)
    columns = []
    for index in range(1 << count):
        state = StateVector(count)
        for place in (place for place in range(count) if index >> place & 1):
            state.apply(prepare("x", (place,), ()))
        state.apply(gates)
        columns.append(state.amplitudes().copy())
        state.release()
    return numpy.array(columns).T.reshape((2,) * (2 * count))


class MatrixProductState:
    """A chain of tensors (left bond, qubit, right bond); all but one are isometries towards that one."""

    def __init__(self, order: Sequence[int], max_bond: int = MAX_BOND, max_work: float = MAX_WORK) -> None:
        """Makes the state |0...0>.

        Args:
            order: The qubits from the left to the right.
            max_bond: The widest bond.
            max_work: The steps of all decompositions together.
        """
        self.num_qubits = len(order)
        self._qubits = list(order)
        self._sites = {qubit: site for site, qubit in enumerate(order)}
        self._tensors = [numpy.array([1, 0], dtype=complex).reshape(1, 2, 1) for _ in order]
        self._centre = 0
        self._max_bond = max_bond
        self._work_left = max_work
        self._max_elements = memory_budget() // BYTES_PER_AMPLITUDE

    def apply(self, name: str, qubits: Sequence[int], params: tuple[float, ...]) -> None:
        """Applies a gate.

        Raises:
            TooEntangledError: The state outgrows its limits, or the gate is too wide.
        """
        if len(qubits) > MAX_GATE_QUBITS:
            raise TooEntangledError(
                self.num_qubits, f"they may have gates on up to {MAX_GATE_QUBITS} qubits; {name} is wider"
            )
        if name == "swap":
            self._rename(*qubits)
        elif len(qubits) == 1:
            site = self._sites[qubits[0]]
            turned = numpy.tensordot(_matrix(name, params), self._tensors[site], (1, 1))
            self._tensors[site] = turned.transpose(1, 0, 2)
        else:
            self._apply_wide(_matrix(name, params), qubits)

    def _apply_wide(self, matrix: Any, qubits: Sequence[int]) -> None:
        first = self._gather(qubits)
        count = len(qubits)
        axes = [self._sites[qubit] - first + 1 for qubit in qubits]
        turned = numpy.tensordot(matrix, self._block(first, count), (range(count, 2 * count), axes))
        # The gate's qubits have come to the front, before both bonds.
        self._split(numpy.moveaxis(turned, range(count), axes), first)

    def _rename(self, one: int, other: int) -> None:
        sites = self._sites
        sites[one], sites[other] = sites[other], sites[one]
        self._qubits[sites[one]], self._qubits[sites[other]] = one, other

    def _gather(self, qubits: Sequence[int]) -> int:
        """Brings qubits next to one another; the first of their sites."""
        sites = sorted(self._sites[qubit] for qubit in qubits)
        middle = len(sites) // 2
        first = sites[middle] - middle
        for place in range(middle - 1, -1, -1):
            for site in range(sites[place], first + place):
                self._exchange(site)
        for place in range(middle + 1, len(sites)):
            for site in range(sites[place] - 1, first + place - 1, -1):
                self._exchange(site)
        return first

    def _exchange(self, site: int) -> None:
        """Exchanges a qubit with its right neighbour."""
        self._rename(self._qubits[site], self._qubits[site + 1])
        self._split(self._block(site, 2).transpose(0, 2, 1, 3), site)

    def _block(self, first: int, count: int) -> Any:
        """Neighbouring tensors as one, which holds the state's norm."""
        elements = self._tensors[first].shape[0] * self._tensors[first + count - 1].shape[2] << count
        if _BLOCKS_TO_SPLIT * elements + sum(tensor.size for tensor in self._tensors) > self._max_elements:
            raise TooEntangledError(self.num_qubits, "they take more memory than a job may have")
        self._move_centre(first, first + count - 1)
        block = self._tensors[first]
        for tensor in self._tensors[first + 1 : first + count]:
            block = numpy.tensordot(block, tensor, (-1, 0))
        return block

    def _move_centre(self, first: int, last: int) -> None:
        """Moves the tensor that holds the norm into a range of sites, the shortest way."""
        tensors = self._tensors
        while self._centre < first:
            left, _, right = tensors[self._centre].shape
            isometry, rest = numpy.linalg.qr(tensors[self._centre].reshape(left * 2, right))
            tensors[self._centre] = isometry.reshape(left, 2, -1)
            self._centre += 1
            tensors[self._centre] = numpy.tensordot(rest, tensors[self._centre], (1, 0))
        while self._centre > last:
            left, _, right = tensors[self._centre].shape
            isometry, rest = numpy.linalg.qr(tensors[self._centre].reshape(left, 2 * right).T)
            tensors[self._centre] = isometry.T.reshape(-1, 2, right)
            self._centre -= 1
            tensors[self._centre] = numpy.tensordot(tensors[self._centre], rest.T, (2, 0))

    def _split(self, block: Any, first: int) -> None:
        """Puts a block back as tensors of one qubit each; the last one holds the norm."""
        last = first + block.ndim - 3
        right = block.shape[-1]
        for site in range(first, last):
            left = block.shape[0]
            isometry, block = self._decomposed(block.reshape(left * 2, -1))
            self._tensors[site] = isometry.reshape(left, 2, -1)
        self._tensors[last] = block.reshape(-1, 2, right)
        self._centre = last

    def _decomposed(self, matrix: Any) -> tuple[Any, Any]:
        """A matrix as an isometry times a rest, through a bond as narrow as can be."""
        self._work_left -= math.prod(matrix.shape) * min(matrix.shape)
        if self._work_left < 0:
            raise TooEntangledError(self.num_qubits, "they take too long")
        isometry, values, rest = numpy.linalg.svd(matrix, full_matrices=False)
        # The norm of all values from each one on.
        tails = numpy.sqrt(numpy.cumsum(values[::-1] ** 2))[::-1]
        bond = max(1, int(numpy.count_nonzero(tails > CUT * tails[0])))
        if bond > self._max_bond:
            raise TooEntangledError(
                self.num_qubits, f"they need a bond wider than {self._max_bond}: they are too entangled"
            )
        values = values[:bond] * (tails[0] / numpy.linalg.norm(values[:bond]))
        return isometry[:, :bond], values[:, None] * rest[:bond]

    def outcomes(self, weight: float, divide: Divide) -> Iterator[tuple[Any, Any]]:
        """Measures all qubits one after another, each outcome with a part of a weight.

        Args:
            weight: What there is to divide.
            divide: Divides weights by the probabilities of a 1, into those of 0 and of 1. What gets nothing
                is not followed.

        Yields:
            Rows of bits, one for each qubit in the qubits' own order, and the weight of each row.
        """
        self._move_centre(0, 0)
        columns = [self._sites[qubit] for qubit in range(self.num_qubits)]
        bits = numpy.zeros((1, self.num_qubits), dtype=numpy.uint8)
        waiting = [(0, bits, numpy.ones((1, 1), dtype=complex), numpy.array([weight]))]
        while waiting:
            site, bits, vectors, weights = waiting.pop()
            half = len(weights) // 2
            if site == self.num_qubits:
                yield bits[:, columns], weights
            elif half and len(weights) * max(self._tensors[site].shape) > _BLOCK:
                waiting.append((site, bits[half:], vectors[half:], weights[half:]))
                waiting.append((site, bits[:half], vectors[:half], weights[:half]))
            else:
                waiting.append((site + 1, *self._measured(site, bits, vectors, weights, divide)))

    def _measured(
        self, site: int, bits: Any, vectors: Any, weights: Any, divide: Divide
    ) -> tuple[Any, Any, Any]:
        """Rows of bits, the states that they leave of the chain's rest, and weights, after one more qubit."""
        both = numpy.tensordot(vectors, self._tensors[site], (1, 0))
        norms = numpy.sum(both.real**2 + both.imag**2, axis=2)
        parts = divide(weights, norms[:, 1] / norms.sum(axis=1))
        chosen = [numpy.flatnonzero(part) for part in parts]
        left = [both[rows, bit] / numpy.sqrt(norms[rows, bit])[:, None] for bit, rows in enumerate(chosen)]
        kept = [part[rows] for part, rows in zip(parts, chosen, strict=True)]
        bits = bits[numpy.concatenate(chosen)]
        bits[len(chosen[0]) :, site] = 1
        return bits, numpy.concatenate(left), numpy.concatenate(kept)


def evolved(terminal: Terminal, max_bond: int = MAX_BOND, max_work: float = MAX_WORK) -> MatrixProductState:
    """The state at a circuit's end.

    Args:
        terminal: The circuit.
        max_bond: The widest bond.
        max_work: The steps of all decompositions together.

    Raises:
        TooEntangledError: It outgrows these limits or the memory, or has too wide a gate.
    """
    state = MatrixProductState(line_order(terminal), max_bond, max_work)
    for name, qubits, params in terminal.gates:
        state.apply(name, qubits, params)
    return state


def preferred(terminal: Terminal, fits: bool) -> MatrixProductState | None:
    """The state at a circuit's end if it is better than a state vector, or the only way.

    Args:
        terminal: The circuit.
        fits: Whether a state vector fits into this machine.

    Returns:
        The state; None if a state vector is to be made.

    Raises:
        TooEntangledError: Neither fits.
    """
    if not fits:
        return evolved(terminal)
    if terminal.num_qubits < MIN_QUBITS:
        return None
    try:
        return evolved(terminal, _TRIED_BOND, _TRIED_WORK)
    except TooEntangledError:
        return None


def sample(
    state: MatrixProductState, sources: Sequence[int], shots: int, rng: numpy.random.Generator
) -> Samples:
    """Draws shots; those that agree so far are drawn together.

    Args:
        state: The state.
        sources: The qubit of each bit of a row; one may come several times, ``UNMEASURED`` reads 0.
        shots: How many shots.
        rng: Where chance comes from.
    """

    def divide(counts: Any, ones: Any) -> tuple[Any, Any]:
        drawn = rng.binomial(counts, numpy.minimum(ones, 1.0))
        return counts - drawn, drawn

    # What was never measured reads the 0 in a column after all qubits.
    columns = [state.num_qubits if qubit == UNMEASURED else qubit for qubit in sources]
    rows: list[tuple[int, ...]] = []
    repeats: list[int] = []
    for bits, counts in state.outcomes(shots, divide):
        rows += map(tuple, numpy.pad(bits, ((0, 0), (0, 1)))[:, columns].tolist())
        repeats += counts.tolist()
    different, numbers = distinct(rows)
    # Equal shots came together; independent shots come mixed.
    return Samples(different, rng.permutation(numpy.repeat(numbers, repeats)).tolist())


def probabilities(state: MatrixProductState, least: float, most: int) -> list[tuple[int, float]]:
    """The basis states of more than some probability, ascending, and these; bit q of an index is qubit q.

    Args:
        state: The state.
        least: Rarer basis states are left out.
        most: How many may be listed.

    Raises:
        PayloadError: There are more.
    """

    def divide(weights: Any, ones: Any) -> tuple[Any, Any]:
        zeros, ones = weights * (1 - ones), weights * ones
        return zeros * (zeros > least), ones * (ones > least)

    listed: list[tuple[int, float]] = []
    places = numpy.array([1 << qubit for qubit in range(state.num_qubits)], dtype=object)
    for bits, weights in state.outcomes(1.0, divide):
        listed += zip((bits.astype(object) @ places).tolist(), weights.tolist(), strict=True)
        if len(listed) > most:
            raise PayloadError(
                f"the circuit has more possible outcomes than the {most} that the simulator lists",
                INSUFFICIENT_RESOURCES,
            )
    return sorted(listed)
