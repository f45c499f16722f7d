"""From basis states, drawn from a state vector, to the shots of a circuit."""

from collections.abc import Sequence

import numpy

from quire.simulator.engines.samples import Samples, distinct
from quire.simulator.engines.terminal import UNMEASURED

_FEW_ROWS = 64


def samples_of(draws: Sequence[int], num_qubits: int, qubits: Sequence[int]) -> Samples:
    """The shots of draws.

    Args:
        draws: The basis state of each shot; bit q is qubit q.
        num_qubits: How many qubits a basis state has.
        qubits: The qubit of each bit of a row; one may come several times, ``UNMEASURED`` reads 0.
    """
    mask = _mask(qubits)
    if mask + 1 != 1 << num_qubits:
        draws = [draw & mask for draw in draws]
    indices, order = distinct(draws)
    return Samples(_rows(indices, qubits), order)


def mixed_samples_of(draws: Sequence[int], qubits: Sequence[int], rng: numpy.random.Generator) -> Samples:
    """The shots of draws that came in an order of their own, brought into one of chance.

    Args:
        draws: The basis states; bit q is qubit q.
        qubits: The qubit of each bit of a row; one may come several times, ``UNMEASURED`` reads 0.
        rng: Where chance comes from.
    """
    seen = numpy.array(draws, dtype=numpy.int64) & _mask(qubits)
    indices, numbers = numpy.unique(seen, return_inverse=True)
    return Samples(_rows(indices.tolist(), qubits), rng.permutation(numbers).tolist())


def _mask(qubits: Sequence[int]) -> int:
    return sum({1 << qubit for qubit in qubits if qubit != UNMEASURED})


def _rows(indices: list[int], qubits: Sequence[int]) -> Sequence[Sequence[int]]:
    if len(indices) < _FEW_ROWS:
        return [[0 if q == UNMEASURED else index >> q & 1 for q in qubits] for index in indices]
    columns = numpy.array(qubits, dtype=numpy.int64)
    shifted = numpy.array(indices, dtype=numpy.int64)[:, None] >> numpy.maximum(columns, 0)
    bits = numpy.where(columns == UNMEASURED, 0, shifted & 1)
    rows: list[list[int]] = bits.tolist()
    return rows
