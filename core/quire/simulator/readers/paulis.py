"""Evolutions under sums of Pauli terms, as operations of a circuit."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from quire.simulator.circuit import Operation
from quire.simulator.faults import PayloadError
from quire.simulator.gates import unitary

MAX_MATRIX_QUBITS = 8
"""The widest gate that is kept as a matrix: a megabyte of numbers."""

MAX_TERMS = 2000
"""Terms of one evolution; each is compared with each."""

_TO_Z = {"X": ("h", "h"), "Y": ("sx", "sxdg")}


def evolution(qubits: Sequence[int], terms: Sequence[tuple[str, float]]) -> list[Operation]:
    """The operations of ``exp(-i sum(coefficient term))``, up to a global phase.

    Args:
        qubits: The qubits that the letters of a term stand for, in order.
        terms: Pauli words with their real coefficients.

    Raises:
        PayloadError: There are too many terms, or they do not commute and act on too many qubits.
    """
    if len(terms) > MAX_TERMS:
        raise PayloadError(f"an evolution under more than {MAX_TERMS} Pauli terms")
    if _commute([word for word, _ in terms]):
        return [operation for word, angle in terms for operation in _rotation(qubits, word, 2 * angle)]
    if len(qubits) > MAX_MATRIX_QUBITS:
        raise PayloadError(
            f"Pauli terms that do not commute, on more than {MAX_MATRIX_QUBITS} qubits: {len(qubits)}"
        )
    return [(unitary(len(qubits)), tuple(qubits), _exponential(terms))]


def _commute(words: Sequence[str]) -> bool:
    """Whether all words commute with one another."""
    # Bits of the X part and the Z part of each word; two commute if their symplectic product is even.
    parts = {
        (
            int("".join("1" if letter in "XY" else "0" for letter in word), 2),
            int("".join("1" if letter in "YZ" else "0" for letter in word), 2),
        )
        for word in words
    }
    known = list(parts)
    return not any(
        ((x & other_z).bit_count() + (z & other_x).bit_count()) % 2
        for place, (x, z) in enumerate(known)
        for other_x, other_z in known[:place]
    )


def _rotation(qubits: Sequence[int], word: str, angle: float) -> Iterator[Operation]:
    """``exp(-i angle/2 word)``: turned to Z, gathered on the last qubit, rotated there, and back."""
    active = [(qubit, letter) for qubit, letter in zip(qubits, word, strict=True) if letter != "I"]
    if not active:
        return
    turned = [(qubit, _TO_Z[letter]) for qubit, letter in active if letter != "Z"]
    ladder = [("cx", (first, second), ()) for (first, _), (second, _) in pairwise(active)]
    yield from ((there, (qubit,), ()) for qubit, (there, _) in turned)
    yield from ladder
    yield "rz", (active[-1][0],), (angle,)
    yield from reversed(ladder)
    yield from ((back, (qubit,), ()) for qubit, (_, back) in turned)


def _exponential(terms: Sequence[tuple[str, float]]) -> tuple[float, ...]:
    import numpy

    letters = {
        "I": numpy.eye(2),
        "X": numpy.array([[0, 1], [1, 0]]),
        "Y": numpy.array([[0, -1j], [1j, 0]]),
        "Z": numpy.diag([1, -1]),
    }
    total = numpy.zeros((1 << len(terms[0][0]),) * 2, dtype=complex)
    for word, coefficient in terms:
        product = numpy.eye(1, dtype=complex)
        for letter in word:
            product = numpy.kron(product, letters[letter])
        total += coefficient * product
    values, vectors = numpy.linalg.eigh(total)
    matrix = (vectors * numpy.exp(-1j * values)) @ vectors.conj().T
    return tuple(numpy.ascontiguousarray(matrix).view(float).ravel().tolist())
