"""What a job measured as an array of bits, without the texts of outcomes that Qiskit's own results have."""

from collections.abc import Mapping
from typing import Self

import attrs
import numpy as np
from numpy.typing import NDArray

from quire import JobDetails, Results
from quire.errors import ResultFormatError
from quire.formats import IONQ_RESULTS
from quire_qiskit.bits import bit_columns
from quire_qiskit.results import LOWEST_FIRST, check_probabilities, shown_qubits

_WORD_BITS = 64
_TOO_LARGE = 2**63
"""For the integers of an array; numbers from there on are Python's own."""


@attrs.frozen(eq=False)
class Outcomes:
    """Outcomes and how often they came.

    Attributes:
        bits: The outcomes, of shape (outcomes, classical bits); column i is the circuit's classical bit i.
        shares: The share of each of them, of shape (outcomes,).
    """

    bits: NDArray[np.uint8]
    shares: NDArray[np.float64]

    @classmethod
    def of_shots(cls, results: Results, width: int) -> Self | None:
        """Those of single shots; None if results do not have the same bits for each of them.

        Args:
            results: What was measured.
            width: How many classical bits there are.
        """
        bits, shots = results.bits, results.num_shots
        if bits is None or shots is None or len(bits) != shots * width:
            return None
        rows = np.frombuffer(bits, dtype=np.uint8).reshape(shots, width)
        rows = rows if results.format in LOWEST_FIRST else rows[:, ::-1]
        found, counts = _distinct(rows) if width <= _WORD_BITS else (rows, np.ones(shots))
        return cls(found, counts / shots)

    @classmethod
    def of_counts(cls, counts: Mapping[str, int], width: int) -> Self:
        """Those of Qiskit's counts.

        Args:
            counts: How often each number came, in hexadecimal.
            width: How many classical bits there are.
        """
        numbers = np.fromiter(counts.values(), dtype=float, count=len(counts))
        return cls(bit_columns(counts, width), numbers / numbers.sum())

    @classmethod
    def of_states(cls, job: JobDetails, results: Results) -> Self:
        """Those of the exact probabilities of the states of all qubits.

        Args:
            job: The job that gave them.
            results: What it gave.

        Raises:
            ResultFormatError: It gave something else, or shares that are no probabilities.
        """
        if results.format != IONQ_RESULTS:
            raise ResultFormatError(
                f"job {job.id} gave {results.format}, which has no probabilities of its qubits' states",
                format=results.format,
            )
        check_probabilities(job, results)
        states = list(map(int, results.probabilities))
        kind = np.int64 if max(states, default=0) < _TOO_LARGE else object
        column = np.array(states, dtype=kind)[:, np.newaxis]
        qubits = shown_qubits(job)
        places = np.array([0 if qubit is None else qubit for qubit in qubits], dtype=kind)
        is_shown = np.array([qubit is not None for qubit in qubits])
        bits = (column >> places & 1).astype(np.uint8) * is_shown
        shares = np.fromiter(results.probabilities.values(), dtype=float, count=len(states))
        return cls(bits, shares / shares.sum())


def _distinct(rows: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.intp]]:
    """The different ones of rows of at most 64 bits, and how many there are of each."""
    width = rows.shape[1]
    packed = np.packbits(rows, axis=1)
    words = np.zeros((len(rows), _WORD_BITS // 8), dtype=np.uint8)
    words[:, : packed.shape[1]] = packed
    found, counts = np.unique(words.view(np.uint64)[:, 0], return_counts=True)
    return np.unpackbits(found.view(np.uint8).reshape(-1, _WORD_BITS // 8), axis=1)[:, :width], counts
