"""Every standard gate of Quil, all definitions and modifiers, against its specification's matrices."""

import numpy as np
import pytest

from formats.running import exact
from formats.state_vectors import (
    SWAP,
    H,
    S,
    T,
    X,
    Y,
    Z,
    controlled,
    exp_pauli,
    phase,
    probabilities,
    rotation,
)
from formats.surroundings import as_quil, steps, turns
from quire.formats import RIGETTI_QUIL

A, B, C, D, E = 0.7, -0.9, 5.5, -11.0, 2.2
ORDER = (2, 0, 3, 1)


def xy(theta: float) -> np.ndarray:
    c, s = np.cos(theta / 2), 1j * np.sin(theta / 2)
    return np.array([[1, 0, 0, 0], [0, c, s, 0], [0, s, c, 0], [0, 0, 0, 1]])


def pswap(theta: float) -> np.ndarray:
    e = np.exp(1j * theta)
    return np.array([[1, 0, 0, 0], [0, 0, e, 0], [0, e, 0, 0], [0, 0, 0, 1]])


def fsim(theta: float, phi: float) -> np.ndarray:
    return np.diag([1, 1, 1, np.exp(1j * phi)]) @ xy(theta)


def phased_fsim(theta: float, zeta: float, chi: float, gamma: float, phi: float) -> np.ndarray:
    e = lambda angle: np.exp(1j * angle)  # noqa: E731
    c, s = np.cos(theta / 2), 1j * np.sin(theta / 2)
    return np.array(
        [
            [1, 0, 0, 0],
            [0, e(-(gamma + zeta)) * c, e(-(gamma - chi)) * s, 0],
            [0, e(-(gamma + chi)) * s, e(-(gamma - zeta)) * c, 0],
            [0, 0, 0, e(phi - 2 * gamma)],
        ]
    )


def _phase_at(place: int, angle: float) -> np.ndarray:
    entries = np.ones(4, dtype=complex)
    entries[place] = np.exp(1j * angle)
    return np.diag(entries)


STANDARD = {
    "I": np.eye(2),
    "X": X,
    "Y": Y,
    "Z": Z,
    "H": H,
    "S": S,
    "T": T,
    f"PHASE({B})": phase(B),
    f"RX({C})": rotation("X", C),
    f"RY({B})": rotation("Y", B),
    f"RZ({D})": rotation("Z", D),
    "CNOT": controlled(X),
    "CZ": controlled(Z),
    "CCNOT": controlled(X, 2),
    "SWAP": SWAP,
    "CSWAP": controlled(SWAP),
    f"CPHASE({B})": _phase_at(3, B),
    f"CPHASE00({B})": _phase_at(0, B),
    f"CPHASE01({B})": _phase_at(1, B),
    f"CPHASE10({B})": _phase_at(2, B),
    "ISWAP": xy(np.pi),
    "SQISW": xy(np.pi / 2),
    "SQISWAP": xy(np.pi / 2),
    f"XY({A})": xy(A),
    f"PISWAP({A})": xy(A),
    f"PSWAP({A})": pswap(A),
    f"FSIM({A}, {B})": fsim(A, B),
    f"PHASEDFSIM({A}, {B}, {C}, {D}, {E})": phased_fsim(A, B, C, D, E),
    f"RXX({A})": rotation("XX", A),
    f"RYY({B})": rotation("YY", B),
    f"RZZ({D})": rotation("ZZ", D),
    f"CAN({A}, {B}, {C})": rotation("XX", A) @ rotation("YY", B) @ rotation("ZZ", C),
}


def _check(call: str, matrix: np.ndarray, definitions: str = "") -> None:
    qubits = ORDER[: int(np.log2(len(matrix)))]
    before, after = turns(4, 3), turns(4, 4)
    operands = " ".join(map(str, qubits))
    program = f"{definitions}\n{as_quil(before)}{call} {operands}\n{as_quil(after)}"
    wanted = probabilities(4, [*steps(before), (matrix, qubits), *steps(after)])
    np.testing.assert_allclose(exact(program, RIGETTI_QUIL), wanted, atol=1e-11)


@pytest.mark.parametrize("call", STANDARD)
def test_a_standard_gate_and_its_modified_forms(call: str) -> None:
    matrix = STANDARD[call]
    _check(call, matrix)
    _check(f"DAGGER {call}", matrix.conj().T)
    if len(matrix) < 16:
        _check(f"CONTROLLED {call}", controlled(matrix))
        _check(f"CONTROLLED DAGGER {call}", controlled(matrix.conj().T))


def test_a_forked_gate() -> None:
    a, b, c, d = (rotation("X", angle) for angle in (0.3, 1.1, -0.7, 2.5))
    zero, one = np.diag([1, 0]), np.diag([0, 1])
    forked = np.kron(zero, a) + np.kron(one, b)
    _check("FORKED RX(0.3, 1.1)", forked)
    twice = np.kron(zero, forked) + np.kron(one, np.kron(zero, c) + np.kron(one, d))
    _check("FORKED FORKED RX(0.3, 1.1, -0.7, 2.5)", twice)
    _check("CONTROLLED FORKED DAGGER RX(0.3, 1.1)", controlled(forked.conj().T))


DEFINITIONS = """
DEFGATE HALF(%a, %b):
    COS(%a/2), -i*SIN(%a/2)
    -i*SIN(%a/2), COS(%a/2)*CIS(%b - %b)
DEFGATE ODD:
    1/sqrt(2), i/sqrt(2), 0, 0
    0, 0, 1, 0
    i/sqrt(2), 1/sqrt(2), 0, 0
    0, 0, 0, cis(pi/5)^2
DEFGATE CYCLE AS PERMUTATION:
    1, 2, 3, 0
DEFGATE TERM(%t) p q AS PAULI-SUM:
    ZY(-%t/2) p q
DEFGATE TERMS(%t) p q AS PAULI-SUM:
    XZ(%t) q p
    Y(0.3) p
    I(0.4) q
DEFGATE PAIR(%x) a b AS SEQUENCE:
    H b
    RX(2*%x) a
    CNOT b a
"""


def test_definitions() -> None:
    _check("HALF(0.8, 3)", rotation("X", 0.8), DEFINITIONS)
    r = np.sqrt(0.5)
    odd = np.array([[r, 1j * r, 0, 0], [0, 0, 1, 0], [1j * r, r, 0, 0], [0, 0, 0, np.exp(0.4j * np.pi)]])
    _check("ODD", odd, DEFINITIONS)
    _check("CONTROLLED DAGGER ODD", controlled(odd.conj().T), DEFINITIONS)
    # The specification: the coefficients x become (x_1, x_2, x_3, x_0).
    cycle = np.eye(4)[[1, 2, 3, 0]]
    _check("CYCLE", cycle, DEFINITIONS)
    _check("DAGGER CYCLE", cycle.T, DEFINITIONS)
    _check("TERM(0.6)", exp_pauli("ZY", -0.3), DEFINITIONS)
    hamiltonian = 0.6 * np.kron(Z, X) + 0.3 * np.kron(Y, np.eye(2)) + 0.4 * np.eye(4)
    values, vectors = np.linalg.eigh(hamiltonian)
    terms = (vectors * np.exp(-1j * values)) @ vectors.conj().T
    _check("CONTROLLED TERMS(0.6)", controlled(terms), DEFINITIONS)
    pair = np.array([[1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0], [0, 1, 0, 0]]) @ np.kron(rotation("X", 0.8), H)
    _check("PAIR(0.4)", pair, DEFINITIONS)
    _check("CONTROLLED PAIR(0.4)", controlled(pair), DEFINITIONS)


def test_a_circuit_definition() -> None:
    circuits = """
DEFCIRCUIT INNER(%x) a:
    RX(%x/2) a
DEFCIRCUIT OUTER(%x) a b:
    INNER(2*%x) b
    CNOT a b
"""
    outer = controlled(X) @ np.kron(np.eye(2), rotation("X", 0.7))
    _check("OUTER(0.7)", outer, circuits)


def test_expressions() -> None:
    _check(
        "RX(2*(pi - 1)^2/3+sin(0.3)*-cos(1))",
        rotation("X", 2 * (np.pi - 1) ** 2 / 3 - np.sin(0.3) * np.cos(1)),
    )
    _check("RX(-pi/2)", rotation("X", -np.pi / 2))
    _check("RX(sqrt(2)+exp(0.1))", rotation("X", np.sqrt(2) + np.exp(0.1)))
