"""One circuit without any symmetry, written in each SDK, gives one distribution on each target.

Its exact distribution is worked out here, from the matrices of its gates and nothing else. No two qubits and
no two registers are alike, the rotations are controlled and negative, and bits go to registers of unequal
width out of order: any mix-up of bits, registers, signs or angles shows.
"""

from collections import Counter
from collections.abc import Mapping

import cirq
import numpy as np
import pytest
import qsharp
from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister

from distributions import assert_counts_follow
from quire import Workspace
from quire_cirq import Service
from quire_qiskit import Provider

SHOTS = 3000
SEED = 11
PROBABILITIES = "ionq.simulator"
"""The target that draws no shots but gives every outcome its share of them."""

SOURCE = """
operation Skewed() : (Result[], Result) {
    use q = Qubit[3];
    Ry(0.6, q[0]);
    Ry(1.2, q[1]);
    Rx(2.1, q[2]);
    Controlled Rz([q[0]], (-0.9, q[1]));
    CNOT(q[1], q[2]);
    Controlled Ry([q[2]], (-1.7, q[0]));
    Adjoint T(q[1]);
    H(q[1]);
    return ([MResetZ(q[2]), MResetZ(q[0])], MResetZ(q[1]));
}
operation Steered() : (Result, Result) {
    use q = Qubit[2];
    Ry(1.1, q[0]);
    Ry(0.4, q[1]);
    let first = MResetZ(q[0]);
    if first == Zero {
        Ry(-2.0, q[1]);
    }
    return (first, MResetZ(q[1]));
}
"""


def rotation(axis: str, angle: float) -> np.ndarray:
    pauli = {"x": [[0, 1], [1, 0]], "y": [[0, -1j], [1j, 0]], "z": [[1, 0], [0, -1]]}[axis]
    return np.cos(angle / 2) * np.eye(2) - 1j * np.sin(angle / 2) * np.array(pauli)


def skewed() -> dict[tuple[int, int, int], float]:
    """The probabilities of the bits of qubits 0, 1 and 2."""
    state = np.zeros((2, 2, 2), dtype=complex)
    state[0, 0, 0] = 1

    def apply(matrix: np.ndarray, qubit: int, control: int | None = None) -> None:
        part = np.moveaxis(state, qubit, 0)
        if control is not None:
            part = np.moveaxis(state, (control, qubit), (0, 1))[1]
        part[...] = np.tensordot(matrix, part, 1)

    apply(rotation("y", 0.6), 0)
    apply(rotation("y", 1.2), 1)
    apply(rotation("x", 2.1), 2)
    apply(rotation("z", -0.9), 1, control=0)
    apply(np.array([[0, 1], [1, 0]]), 2, control=1)
    apply(rotation("y", -1.7), 0, control=2)
    apply(np.diag([1, np.exp(-0.25j * np.pi)]), 1)
    apply(np.array([[1, 1], [1, -1]]) / np.sqrt(2), 1)
    return {bits: float(abs(state[bits]) ** 2) for bits in np.ndindex(2, 2, 2)}


def steered() -> dict[tuple[int, int], float]:
    """The probabilities of the first measurement and of the one that depends on it."""
    one = np.sin(0.55) ** 2
    after_one, after_zero = np.sin(0.2) ** 2, np.sin((0.4 - 2.0) / 2) ** 2
    return {
        (0, 0): (1 - one) * (1 - after_zero),
        (0, 1): (1 - one) * after_zero,
        (1, 0): one * (1 - after_one),
        (1, 1): one * after_one,
    }


@pytest.fixture(scope="module", autouse=True)
def operations(workspace: Workspace) -> None:
    """Evaluated once the workspace is there, so that it knows the source and compiles it for any profile."""
    qsharp.init(target_profile=qsharp.TargetProfile.Adaptive_RIF)
    qsharp.eval(SOURCE)


def counts_of_qsharp(workspace: Workspace, target: str) -> Counter[tuple[int, ...]]:
    job = workspace.get_target(target).submit(qsharp.code.Skewed, shots=SHOTS, seed=SEED)
    return Counter((first, second, third) for (third, first), second in job.results().shots)


def counts_of_qiskit(workspace: Workspace, target: str) -> Counter[tuple[int, ...]]:
    qubits, wide, narrow = QuantumRegister(3, "q"), ClassicalRegister(2, "w"), ClassicalRegister(1, "a")
    circuit = QuantumCircuit(qubits, wide, narrow)
    circuit.ry(0.6, 0)
    circuit.ry(1.2, 1)
    circuit.rx(2.1, 2)
    circuit.crz(-0.9, 0, 1)
    circuit.cx(1, 2)
    circuit.cry(-1.7, 2, 0)
    circuit.tdg(1)
    circuit.h(1)
    circuit.measure([2, 0, 1], [*wide, *narrow])
    job = Provider(workspace).get_backend(target).run(circuit, shots=SHOTS, seed_simulator=SEED)
    counts: Counter[tuple[int, ...]] = Counter()
    for text, count in job.result().get_counts().items():
        # "a w1 w0": the last register first, and in each the last bit first.
        second, first, third = map(int, text.replace(" ", ""))
        counts[first, second, third] += count
    return counts


def counts_of_cirq(workspace: Workspace, target: str) -> Counter[tuple[int, ...]]:
    a, b, c = cirq.NamedQubit("c"), cirq.NamedQubit("a"), cirq.NamedQubit("b")
    circuit = cirq.Circuit(
        cirq.ry(0.6)(a),
        cirq.ry(1.2)(b),
        cirq.rx(2.1)(c),
        cirq.rz(-0.9)(b).controlled_by(a),
        cirq.CNOT(b, c),
        cirq.ry(-1.7)(a).controlled_by(c),
        (cirq.T**-1)(b),
        cirq.H(b),
        cirq.measure(c, a, key="w"),
        cirq.measure(b, key="a"),
    )
    result = Service(workspace, target).run(circuit, repetitions=SHOTS, seed=SEED)
    wide, narrow = result.measurements["w"].tolist(), result.measurements["a"].tolist()
    return Counter((first, second, third) for (third, first), (second,) in zip(wide, narrow, strict=True))


WAYS = {"Q#": counts_of_qsharp, "Qiskit": counts_of_qiskit, "Cirq": counts_of_cirq}


def assert_shares(counts: Mapping[tuple[int, ...], int], chances: Mapping[tuple[int, ...], float]) -> None:
    """Fails unless each outcome has its share of the shots, rounded either way."""
    for outcome, chance in chances.items():
        assert abs(counts[outcome] - chance * SHOTS) < 1, outcome


@pytest.mark.parametrize("way", WAYS)
def test_the_same_circuit(workspace: Workspace, target_name: str, way: str) -> None:
    counts = WAYS[way](workspace, target_name)
    if target_name == PROBABILITIES:
        assert_shares(counts, skewed())
    else:
        assert sum(counts.values()) == SHOTS
        assert_counts_follow(counts, skewed())


def steered_in_qsharp(workspace: Workspace, target: str) -> Counter[tuple[int, ...]]:
    job = workspace.get_target(target).submit(qsharp.code.Steered, shots=SHOTS, seed=SEED)
    return Counter(tuple(shot) for shot in job.results().shots)


def steered_in_qiskit(workspace: Workspace, target: str) -> Counter[tuple[int, ...]]:
    first, second = ClassicalRegister(1, "z"), ClassicalRegister(1, "a")
    circuit = QuantumCircuit(QuantumRegister(2, "q"), first, second)
    circuit.ry(1.1, 0)
    circuit.ry(0.4, 1)
    circuit.measure(0, first[0])
    with circuit.if_test((first, 0)):
        circuit.ry(-2.0, 1)
    circuit.measure(1, second[0])
    job = Provider(workspace).get_backend(target).run(circuit, shots=SHOTS, seed_simulator=SEED)
    counts = job.result().get_counts()
    return Counter({tuple(map(int, text.split()[::-1])): count for text, count in counts.items()})


def steered_in_cirq(workspace: Workspace, target: str) -> Counter[tuple[int, ...]]:
    a, b = cirq.LineQubit.range(2)
    is_zero = cirq.BitMaskKeyCondition("z", target_value=0, equal_target=True)
    circuit = cirq.Circuit(
        cirq.ry(1.1)(a),
        cirq.ry(0.4)(b),
        cirq.measure(a, key="z"),
        cirq.ry(-2.0)(b).with_classical_controls(is_zero),
        cirq.measure(b, key="a"),
    )
    result = Service(workspace, target).run(circuit, repetitions=SHOTS, seed=SEED)
    return result.multi_measurement_histogram(keys=["z", "a"])


STEERED_WAYS = {"Q#": steered_in_qsharp, "Qiskit": steered_in_qiskit, "Cirq": steered_in_cirq}


@pytest.mark.parametrize("way", STEERED_WAYS)
@pytest.mark.parametrize("target", ["quantinuum.sim.h1-1e", "quantinuum.sim.h2-1e"])
def test_the_same_circuit_that_goes_on_as_it_has_measured(
    workspace: Workspace, target: str, way: str
) -> None:
    counts = STEERED_WAYS[way](workspace, target)
    assert sum(counts.values()) == SHOTS
    assert_counts_follow(counts, steered())
