"""Noisy circuits by density matrices: each channel is the sum over its Kraus operators."""

import itertools

import numpy as np

from simulator.reference import I2, MATRICES, X, Y, Z

PAULIS = (I2, X, Y, Z)


def _on(matrix, qubits, width):
    """A matrix on some qubits as one on all; qubit 0 is the most significant bit."""
    k = len(qubits)
    tensor = np.asarray(matrix, dtype=complex).reshape((2,) * (2 * k))
    whole = np.eye(2**width).reshape((2,) * (2 * width))
    moved = np.tensordot(tensor, whole, axes=(range(k, 2 * k), qubits))
    return np.moveaxis(moved, range(k), qubits).reshape(2**width, 2**width)


def depolarized(rho, probability, qubits, width):
    """One of the Paulis but the identity, each as likely."""
    words = list(itertools.product(PAULIS, repeat=len(qubits)))[1:]
    mixed = (1 - probability) * rho
    for word in words:
        matrix = np.eye(1)
        for pauli in word:
            matrix = np.kron(matrix, pauli)
        whole = _on(matrix, qubits, width)
        mixed = mixed + probability / len(words) * whole @ rho @ whole.conj().T
    return mixed


def noisy_distribution(width, operations, one, two, misread=(0.0, 0.0), free=()):
    """The probability of each string of bits when all qubits are measured, qubit 0 first.

    Operations may be ``("reset", (qubit,))``; ``one`` and ``two`` are the probabilities of an error.
    """
    rho = np.zeros((2**width, 2**width), dtype=complex)
    rho[0, 0] = 1
    for name, qubits, *angles in operations:
        if name == "reset":
            zero, lower = np.diag([1, 0]), np.array([[0, 1], [0, 0]])
            rho = sum(
                _on(kraus, qubits, width) @ rho @ _on(kraus, qubits, width).T for kraus in (zero, lower)
            )
            continue
        gate = _on(MATRICES[name](*(angles[0] if angles else ())), qubits, width)
        rho = gate @ rho @ gate.conj().T
        if name in free:
            continue
        for pair in itertools.combinations(qubits, 2) if len(qubits) > 1 else [qubits]:
            rho = depolarized(rho, one if len(pair) == 1 else two, pair, width)
    right = np.real(np.diag(rho))
    # Row: what was measured; column: what is read.
    flip = np.array([[1 - misread[0], misread[0]], [misread[1], 1 - misread[1]]])
    whole = np.eye(1)
    for _ in range(width):
        whole = np.kron(whole, flip)
    return {f"{index:0{width}b}": p for index, p in enumerate(np.clip(right @ whole, 0, 1))}
