"""An independent simulator: matrices from the gates' definitions, and NumPy, branch by branch."""

import cmath
import math

import numpy as np

I2 = np.eye(2)
X = np.array([[0, 1], [1, 0]])
Y = np.array([[0, -1j], [1j, 0]])
Z = np.diag([1, -1])


def _exp(pauli, angle):
    """exp(-i angle P / 2), from its power series: P squared is the identity."""
    return math.cos(angle / 2) * np.eye(len(pauli)) - 1j * math.sin(angle / 2) * pauli


def _controlled(matrix):
    whole = np.eye(2 * len(matrix), dtype=complex)
    whole[len(matrix) :, len(matrix) :] = matrix
    return whole


# The first qubit is the most significant bit of an index.
MATRICES = {
    "id": lambda: I2,
    "h": lambda: (X + Z) / math.sqrt(2),
    "x": lambda: X,
    "y": lambda: Y,
    "z": lambda: Z,
    "s": lambda: np.diag([1, 1j]),
    "sdg": lambda: np.diag([1, -1j]),
    "t": lambda: np.diag([1, cmath.exp(1j * math.pi / 4)]),
    "tdg": lambda: np.diag([1, cmath.exp(-1j * math.pi / 4)]),
    "sx": lambda: np.array([[1 + 1j, 1 - 1j], [1 - 1j, 1 + 1j]]) / 2,
    "sxdg": lambda: np.array([[1 - 1j, 1 + 1j], [1 + 1j, 1 - 1j]]) / 2,
    "rx": lambda t: _exp(X, t),
    "ry": lambda t: _exp(Y, t),
    "rz": lambda t: _exp(Z, t),
    "r1": lambda t: np.diag([1, cmath.exp(1j * t)]),
    "rxx": lambda t: _exp(np.kron(X, X), t),
    "ryy": lambda t: _exp(np.kron(Y, Y), t),
    "rzz": lambda t: _exp(np.kron(Z, Z), t),
    "cx": lambda: _controlled(X),
    "cy": lambda: _controlled(Y),
    "cz": lambda: _controlled(Z),
    "swap": lambda: np.eye(4)[[0, 2, 1, 3]],
    "ccx": lambda: _controlled(_controlled(X)),
}
NUM_PARAMS = {name: make.__code__.co_argcount for name, make in MATRICES.items()}
NUM_QUBITS = {name: int(math.log2(len(make(*[0.1] * NUM_PARAMS[name])))) for name, make in MATRICES.items()}


def apply(state, matrix, qubits):
    """Applies a matrix to a state of shape (2, ..., 2), whose axis q is qubit q."""
    k = len(qubits)
    tensor = np.asarray(matrix, dtype=complex).reshape((2,) * (2 * k))
    moved = np.tensordot(tensor, state, axes=(range(k, 2 * k), qubits))
    return np.moveaxis(moved, range(k), qubits)


def zero_state(num_qubits):
    state = np.zeros((2,) * num_qubits, dtype=complex)
    state[(0,) * num_qubits] = 1
    return state


def distribution(num_qubits, num_results, operations):
    """The exact probability of each string of results, by following both outcomes of every measurement."""
    branches = [(1.0, zero_state(num_qubits), "0" * num_results)]
    for name, indices, *angles in operations:
        if name in ("measure", "reset"):
            branches = [branch for before in branches for branch in _collapsed(before, name, indices)]
        else:
            matrix = MATRICES[name](*(angles[0] if angles else ()))
            branches = [(p, apply(state, matrix, indices), bits) for p, state, bits in branches]
    total = {}
    for probability, _, bits in branches:
        total[bits] = total.get(bits, 0.0) + probability
    return total


def _collapsed(branch, name, indices):
    probability, state, bits = branch
    qubit = indices[0]
    for bit in (0, 1):
        part = np.zeros_like(state)
        where = (slice(None),) * qubit + (bit,)
        part[where] = state[where]
        share = float(np.sum(abs(part) ** 2))
        if share < 1e-14:
            continue
        part /= math.sqrt(share)
        if name == "measure":
            yield probability * share, part, bits[: indices[1]] + str(bit) + bits[indices[1] + 1 :]
        else:
            yield probability * share, apply(part, X, [qubit]) if bit else part, bits
