"""Every gate of both of IonQ's gate sets, with controls, against its matrix in IonQ's documents."""

from typing import Any

import numpy as np
import pytest

from formats.running import answer, exact
from formats.state_vectors import (
    SWAP,
    SX,
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
from formats.surroundings import as_ionq, steps, turns
from quire.formats import IONQ_CIRCUIT

ANGLES = (0.0, 0.7, -0.9, np.pi / 2, np.pi, -np.pi, 5.5, -11.0)
PLAIN = {"h": H, "x": X, "not": X, "y": Y, "z": Z, "s": S, "si": S.conj(), "t": T, "ti": T.conj()}
PLAIN |= {"v": SX, "vi": SX.conj().T, "id": np.eye(2)}


def _gpi(turn: float) -> np.ndarray:
    e = np.exp(2j * np.pi * turn)
    return np.array([[0, 1 / e], [e, 0]])


def _gpi2(turn: float) -> np.ndarray:
    e = np.exp(2j * np.pi * turn)
    return np.array([[1, -1j / e], [-1j * e, 1]]) / np.sqrt(2)


def _ms(turn0: float, turn1: float, angle: float) -> np.ndarray:
    c, s = np.cos(np.pi * angle), np.sin(np.pi * angle)
    plus, minus = np.exp(2j * np.pi * (turn0 + turn1)), np.exp(2j * np.pi * (turn0 - turn1))
    return np.array(
        [
            [c, 0, 0, -1j * s / plus],
            [0, c, -1j * s / minus, 0],
            [0, -1j * s * minus, c, 0],
            [-1j * s * plus, 0, 0, c],
        ]
    )


def _check(gate: dict[str, Any], matrix: np.ndarray, qubits: tuple[int, ...], seed: int = 1) -> None:
    n = 4
    before, after = turns(n, seed), turns(n, seed + 1000)
    circuit = [*as_ionq(before), gate, *as_ionq(after)]
    found = exact({"qubits": n, "circuit": circuit}, IONQ_CIRCUIT)
    wanted = probabilities(n, [*steps(before), (matrix, qubits), *steps(after)])
    np.testing.assert_allclose(found, wanted, atol=1e-11)


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("controls", [[], [2], [3, 0], [0, 2, 3]])
def test_a_gate_without_angle(name: str, controls: list[int]) -> None:
    gate = {"gate": name, "targets": [1], "controls": controls}
    _check(gate, controlled(PLAIN[name], len(controls)), (*controls, 1))


@pytest.mark.parametrize("angle", ANGLES)
@pytest.mark.parametrize("controls", [[], [2], [3, 0]])
def test_a_rotation(angle: float, controls: list[int]) -> None:
    for axis in "xyz":
        gate = {"gate": f"r{axis}", "target": 1, "controls": controls, "rotation": angle}
        _check(gate, controlled(rotation(axis.upper(), angle), len(controls)), (*controls, 1))
    gate = {"gate": "z", "target": 1, "controls": controls, "rotation": angle}
    _check(gate, controlled(phase(angle), len(controls)), (*controls, 1))


@pytest.mark.parametrize("angle", ANGLES)
def test_a_rotation_of_two_qubits(angle: float) -> None:
    for name in ("xx", "yy", "zz"):
        gate = {"gate": name, "targets": [3, 1], "rotation": angle}
        _check(gate, rotation(name.upper(), angle), (3, 1))
    gate = {"gate": "zz", "targets": [3, 1], "control": 0, "rotation": angle}
    _check(gate, controlled(rotation("ZZ", angle)), (0, 3, 1))


def test_swap_and_cnot_in_all_spellings() -> None:
    _check({"gate": "swap", "targets": [0, 2]}, SWAP, (0, 2))
    _check({"gate": "swap", "targets": [0, 2], "controls": [1]}, controlled(SWAP), (1, 0, 2))
    _check({"gate": "cnot", "control": 2, "target": 0}, controlled(X), (2, 0))
    _check({"gate": "cnot", "controls": [2, 3], "targets": [0]}, controlled(X, 2), (2, 3, 0))


@pytest.mark.parametrize("turn", [0, 0.25, 0.1, -0.4, 1.7])
def test_a_native_gate_of_one_qubit(turn: float) -> None:
    n = 1
    for name, make in (("gpi", _gpi), ("gpi2", _gpi2)):
        gates = [("gpi2", 0.13), (name, turn), ("gpi2", 0.61)]
        circuit = [{"gate": gate, "target": 0, "phase": at} for gate, at in gates]
        found = exact({"gateset": "native", "qubits": n, "circuit": circuit}, IONQ_CIRCUIT)
        wanted = probabilities(n, [(_gpi2(0.13), (0,)), (make(turn), (0,)), (_gpi2(0.61), (0,))])
        np.testing.assert_allclose(found, wanted, atol=1e-11)


@pytest.mark.parametrize(
    ("gate", "matrix"),
    [
        ({"gate": "ms", "phases": [0.2, -0.7], "angle": 0.11}, _ms(0.2, -0.7, 0.11)),
        ({"gate": "ms", "phases": [0.3, 0.05]}, _ms(0.3, 0.05, 0.25)),
        ({"gate": "zz", "angle": 0.17}, exp_pauli("ZZ", np.pi * 0.17)),
        ({"gate": "zz", "phase": -0.2}, exp_pauli("ZZ", np.pi * -0.2)),
        ({"gate": "zz"}, exp_pauli("ZZ", np.pi * 0.25)),
    ],
)
def test_a_native_gate_of_two_qubits(gate: dict[str, Any], matrix: np.ndarray) -> None:
    around = [(0.1, 0), (0.3, 1), (0.7, 2)]
    circuit: list[dict[str, Any]] = [{"gate": "gpi2", "target": q, "phase": at} for at, q in around]
    found = exact(
        {"gateset": "native", "qubits": 3, "circuit": [*circuit, {**gate, "targets": [2, 0]}, *circuit]},
        IONQ_CIRCUIT,
    )
    layer = [(_gpi2(at), (q,)) for at, q in around]
    np.testing.assert_allclose(found, probabilities(3, [*layer, (matrix, (2, 0)), *layer]), atol=1e-11)


@pytest.mark.parametrize(
    ("terms", "coefficients"),
    [
        (["XYZ"], [0.7]),
        (["XIZ", "IZI"], [0.3, -0.4]),
        (["XXI", "ZIY", "IYX"], [0.2, 0.5, -0.3]),
        (["III"], [1]),
    ],
)
def test_an_evolution(terms: list[str], coefficients: list[float]) -> None:
    # A term's last letter is that of the first target.
    hamiltonian = sum(
        c * np.linalg.multi_dot([np.eye(8), 1j * exp_pauli(term, np.pi / 2), np.eye(8)])
        for term, c in zip(terms, coefficients, strict=True)
    )
    values, vectors = np.linalg.eigh(hamiltonian)
    matrix = (vectors * np.exp(-1.3j * values)) @ vectors.conj().T
    gate = {
        "gate": "pauliexp",
        "targets": [3, 0, 2],
        "terms": terms,
        "coefficients": coefficients,
        "time": 1.3,
    }
    _check(gate, matrix, (2, 0, 3))


def test_what_a_result_is_byte_for_byte() -> None:
    circuit = [{"gate": "h", "target": 1}, {"gate": "cnot", "control": 1, "target": 2}]
    assert answer({"qubits": 3, "circuit": circuit}, IONQ_CIRCUIT) == {"histogram": {"0": 0.5, "6": 0.5}}
    many = [{"gate": "h", "targets": [q]} for q in range(5)]
    found = answer({"qubits": 5, "circuit": many}, IONQ_CIRCUIT, shots=10)
    assert found == {"histogram": {str(i): 0.03125 for i in range(32)}}
