"""A state vector of a few lines, and the matrices of gates written from the formats' own specifications.

Qubit 0 is the least significant bit of an index. A gate's first qubit is the most significant bit of its
matrix, as specifications write them.
"""

from collections.abc import Sequence

import numpy as np

Matrix = np.ndarray
Step = tuple[Matrix, Sequence[int]]

I2 = np.eye(2)
X = np.array([[0, 1], [1, 0]])
Y = np.array([[0, -1j], [1j, 0]])
Z = np.diag([1, -1])
PAULIS = {"I": I2, "X": X, "Y": Y, "Z": Z}
H = np.array([[1, 1], [1, -1]]) / np.sqrt(2)
S = np.diag([1, 1j])
T = np.diag([1, np.exp(0.25j * np.pi)])
SX = np.array([[1 + 1j, 1 - 1j], [1 - 1j, 1 + 1j]]) / 2
SWAP = np.eye(4)[[0, 2, 1, 3]]


def evolve(num_qubits: int, steps: Sequence[Step]) -> np.ndarray:
    state = np.zeros([2] * num_qubits, complex)
    state[(0,) * num_qubits] = 1
    for matrix, qubits in steps:
        axes = [num_qubits - 1 - q for q in qubits]
        k = len(axes)
        state = np.tensordot(np.asarray(matrix).reshape([2] * (2 * k)), state, (range(k, 2 * k), axes))
        state = np.moveaxis(state, range(k), axes)
    return state.reshape(-1)


def probabilities(num_qubits: int, steps: Sequence[Step]) -> np.ndarray:
    return np.abs(evolve(num_qubits, steps)) ** 2


def exp_pauli(word: str, angle: float) -> Matrix:
    """exp(-i angle word)"""
    product = np.eye(1)
    for letter in word:
        product = np.kron(product, PAULIS[letter])
    return np.cos(angle) * np.eye(len(product)) - 1j * np.sin(angle) * product


def rotation(word: str, angle: float) -> Matrix:
    return exp_pauli(word, angle / 2)


def phase(angle: float) -> Matrix:
    return np.diag([1, np.exp(1j * angle)])


def u3(theta: float, phi: float, lam: float) -> Matrix:
    c, s = np.cos(theta / 2), np.sin(theta / 2)
    return np.array([[c, -np.exp(1j * lam) * s], [np.exp(1j * phi) * s, np.exp(1j * (phi + lam)) * c]])


def controlled(matrix: Matrix, count: int = 1) -> Matrix:
    size = len(matrix) << count
    whole = np.eye(size, dtype=complex)
    whole[size - len(matrix) :, size - len(matrix) :] = matrix
    return whole
