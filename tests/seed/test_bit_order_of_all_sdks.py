"""Three asymmetric circuits, written in each SDK, give the right bits on each target.

A circuit that is its own mirror image notices no mix-up, so none of these is.
"""

import cirq
import pytest
import qsharp
from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister

from quire import Workspace
from quire_cirq import Service
from quire_qiskit import Provider

SHOTS = 20

SOURCE = """
operation TwoOfFour() : Result[] {
    use q = Qubit[4];
    X(q[0]);
    X(q[1]);
    return MResetEachZ(q);
}
operation CyclicMap() : Result[] {
    use q = Qubit[3];
    X(q[0]);
    return [MResetZ(q[2]), MResetZ(q[0]), MResetZ(q[1])];
}
operation UnequalRegisters() : (Result[], Result[], Result) {
    use q = Qubit[6];
    X(q[1]);
    X(q[2]);
    X(q[5]);
    return ([MResetZ(q[0]), MResetZ(q[1])], [MResetZ(q[2]), MResetZ(q[3]), MResetZ(q[4])], MResetZ(q[5]));
}
"""


@pytest.fixture(scope="module", autouse=True)
def operations() -> None:
    qsharp.init(target_profile=qsharp.TargetProfile.Base)
    qsharp.eval(SOURCE)


@pytest.mark.parametrize(
    ("operation", "display"),
    [
        ("TwoOfFour", "[1, 1, 0, 0]"),
        ("CyclicMap", "[0, 1, 0]"),
        ("UnequalRegisters", "([0, 1], [1, 0, 0], 1)"),
    ],
)
def test_qsharp(workspace: Workspace, target_name: str, operation: str, display: str) -> None:
    job = workspace.get_targets(target_name).submit(qsharp.compile(f"{operation}()"), shots=SHOTS)
    assert job.results().counts == {display: SHOTS}


def two_of_four() -> QuantumCircuit:
    circuit = QuantumCircuit(4, 4)
    circuit.x([0, 1])
    circuit.measure(range(4), range(4))
    return circuit


def cyclic_map() -> QuantumCircuit:
    circuit = QuantumCircuit(3, 3)
    circuit.x(0)
    circuit.measure([0, 1, 2], [1, 2, 0])
    return circuit


def unequal_registers() -> QuantumCircuit:
    qubits = QuantumRegister(6, "q")
    wide, narrow, single = ClassicalRegister(2, "z"), ClassicalRegister(3, "a"), ClassicalRegister(1, "m")
    circuit = QuantumCircuit(qubits, wide, narrow, single)
    circuit.x([1, 2, 5])
    circuit.measure(qubits, [*wide, *narrow, *single])
    return circuit


@pytest.mark.parametrize(
    ("circuit", "key"),
    [(two_of_four(), "0011"), (cyclic_map(), "010"), (unequal_registers(), "1 001 10")],
    ids=["two of four", "cyclic map", "unequal registers"],
)
def test_qiskit(workspace: Workspace, target_name: str, circuit: QuantumCircuit, key: str) -> None:
    job = Provider(workspace).get_backend(target_name).run(circuit, shots=SHOTS)
    assert job.result().get_counts() == {key: SHOTS}


LINE = cirq.LineQubit.range(6)


@pytest.mark.parametrize(
    ("circuit", "expected"),
    [
        (
            cirq.Circuit(cirq.X.on_each(*LINE[:2]), cirq.measure(*LINE[:4], key="m")),
            {"m": [1, 1, 0, 0]},
        ),
        (
            cirq.Circuit(cirq.X(LINE[0]), cirq.measure(LINE[2], LINE[0], LINE[1], key="m")),
            {"m": [0, 1, 0]},
        ),
        (
            cirq.Circuit(
                cirq.X.on_each(LINE[1], LINE[2], LINE[5]),
                cirq.measure(*LINE[:2], key="z"),
                cirq.measure(*LINE[2:5], key="a"),
                cirq.measure(LINE[5], key="m"),
            ),
            {"z": [0, 1], "a": [1, 0, 0], "m": [1]},
        ),
    ],
    ids=["two of four", "cyclic map", "unequal keys"],
)
def test_cirq(
    workspace: Workspace, target_name: str, circuit: cirq.Circuit, expected: dict[str, list[int]]
) -> None:
    result = Service(workspace).run(program=circuit, repetitions=SHOTS, target=target_name)
    found = {key: values.tolist() for key, values in result.measurements.items()}
    assert found == {key: [bits] * SHOTS for key, bits in expected.items()}
