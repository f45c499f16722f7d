"""In which bases terms of observables are measured, and their values; nothing about jobs.

A term is a label as Qiskit writes it, one character per qubit, that of qubit 0 rightmost: ``I``, the Pauli
operators ``X Y Z``, and the projectors on their eigenstates ``+ - r l 0 1``. A basis has ``I X Y Z`` only.
"""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from qiskit import ClassicalRegister, QuantumCircuit

_BASES = {"I": "I"} | {
    term: basis for basis, terms in (("X", "X+-"), ("Y", "Yrl"), ("Z", "Z01")) for term in terms
}
# What a term is worth for a measured 0 and 1.
_VALUES = {
    **dict.fromkeys("XYZ", (1.0, -1.0)),
    **dict.fromkeys("+r0", (1.0, 0.0)),
    **dict.fromkeys("-l1", (0.0, 1.0)),
}
_PAULIS = frozenset("IXYZ")
_MOST_VALUES = 1 << 20
"""How many values of terms in outcomes are in memory at a time."""


def grouped(terms: Collection[str], together: bool) -> dict[str, list[str]]:
    """The bases that measure terms, each with its terms; the identity needs none and is in none.

    Args:
        terms: Distinct terms of one length.
        together: Whether terms that agree on every qubit that both measure share a basis; each goes to the
            first that it fits.
    """
    groups: list[tuple[list[str], list[str]]] = []
    for term in sorted(terms):
        wanted = [_BASES[character] for character in term]
        if set(wanted) == {"I"}:
            continue
        for basis, members in groups if together else ():
            if all("I" in pair or pair[0] == pair[1] for pair in zip(basis, wanted, strict=True)):
                basis[:] = [max(pair) for pair in zip(basis, wanted, strict=True)]
                members.append(term)
                break
        else:
            groups.append((wanted, [term]))
    bases: dict[str, list[str]] = {}
    for basis, members in groups:
        bases.setdefault("".join(basis), []).extend(members)
    return bases


def measured_in(circuit: QuantumCircuit, basis: str) -> QuantumCircuit:
    """The circuit, its qubits then measured in a basis into a register of their own, behind its other bits.

    Args:
        circuit: The circuit.
        basis: One character for each of its qubits; those with ``I`` are not measured.
    """
    places = measured_places(basis)
    name = "measured"
    while any(register.name == name for register in circuit.cregs):
        name += "_"
    made = circuit.copy()
    made.metadata = {}
    made.add_register(ClassicalRegister(len(places), name))
    # One call for all qubits takes Qiskit a part of the time of one for each.
    for append, axes in ((made.sdg, "Y"), (made.h, "XY")):
        if turned := [qubit for qubit in places if basis[-1 - qubit] in axes]:
            append(turned)
    made.measure(places, range(circuit.num_clbits, made.num_clbits))
    return made


def measured_places(basis: str) -> list[int]:
    """The qubits that a basis measures, ascending."""
    return [qubit for qubit, axis in enumerate(reversed(basis)) if axis != "I"]


def worth(terms: Mapping[str, float], places: Sequence[int], bits: NDArray[np.uint8]) -> NDArray[np.float64]:
    """What a sum of terms is worth in outcomes.

    Args:
        terms: Terms, each with its coefficient.
        places: The qubits that were measured.
        bits: The outcomes, of shape (outcomes, measured qubits).

    Returns:
        An array of shape (outcomes,).
    """
    total = np.zeros(len(bits))
    paulis = [term for term in terms if _PAULIS.issuperset(term)]
    step = max(1, _MOST_VALUES // max(1, len(bits)))
    for first in range(0, len(paulis), step):
        part = paulis[first : first + step]
        acts = np.array([[term[-1 - qubit] != "I" for qubit in places] for term in part], dtype=float)
        signs = 1.0 - 2.0 * (bits @ acts.T % 2.0)
        total += signs @ np.array([terms[term] for term in part])
    for term in terms:
        if not _PAULIS.issuperset(term):
            total += terms[term] * _values_of(term, places, bits)
    return total


def _values_of(term: str, places: Sequence[int], bits: NDArray[np.uint8]) -> NDArray[np.float64]:
    """What a term is worth in outcomes; see :func:`worth`."""
    values = np.ones(len(bits))
    for column, qubit in enumerate(places):
        character = term[-1 - qubit]
        if character != "I":
            values *= np.asarray(_VALUES[character])[bits[:, column]]
    return values
