"""Programs of Q#, Qiskit and Cirq, and native payloads, through Microsoft's SDK: who sees which bits."""

import pytest

from official import programs

QIR_TARGETS = ("ionq.simulator", "quantinuum.sim.h1-1e", "quantinuum.sim.h2-1e", "rigetti.sim.qvm")


@pytest.mark.parametrize("name", QIR_TARGETS)
def test_qsharp(workspace, name):
    job = workspace.get_targets(name).submit(programs.qsharp_x_on_first(), name="Q#", shots=20)
    assert job.get_results(timeout_secs=60) == {"[1, 0, 0]": 1.0}
    assert job.get_results_histogram() == {"[1, 0, 0]": {"outcome": [1, 0, 0], "count": 20}}
    assert job.get_results_shots() == [[1, 0, 0]] * 20


@pytest.mark.parametrize("name", QIR_TARGETS)
def test_qiskit(workspace, name):
    from azure.quantum.qiskit import AzureQuantumProvider

    backend = AzureQuantumProvider(workspace=workspace).get_backend(name)
    job = backend.run(programs.qiskit_x_on_first(), shots=20, job_name="Qiskit")
    assert job.result(timeout=60).get_counts() == {"001": 20}


def test_qiskit_in_the_format_of_ionq(workspace):
    from azure.quantum.qiskit import AzureQuantumProvider

    provider = AzureQuantumProvider(workspace=workspace)
    backend = provider.get_backend("ionq.simulator", input_data_format="ionq.circuit.v1", gateset="qis")
    counts = backend.run(programs.qiskit_x_on_first(), shots=20).result(timeout=60).get_counts()
    assert {str(bits): int(count) for bits, count in counts.items()} == {"001": 20}


def test_qiskit_in_the_format_of_quantinuum(workspace):
    from azure.quantum.qiskit import AzureQuantumProvider

    provider = AzureQuantumProvider(workspace=workspace)
    backend = provider.get_backend("quantinuum.sim.h2-1e", input_data_format="honeywell.openqasm.v1")
    job = backend.run(programs.qiskit_x_on_first(), shots=20)
    assert job.result(timeout=60).get_counts() == {"001": 20}


# Cirq's measurement of three qubits as a number, the first qubit the highest bit; the path to Quantinuum
# reads the registers' characters from the left, so there the same bits come out the other way round.
@pytest.mark.parametrize(
    ("name", "number"),
    [("ionq.simulator", 0b100), ("rigetti.sim.qvm", 0b100), ("quantinuum.sim.h2-1e", 0b001)],
)
def test_cirq(workspace, name, number):
    from azure.quantum.cirq import AzureQuantumService

    service = AzureQuantumService(workspace=workspace)
    result = service.run(program=programs.cirq_x_on_first(), repetitions=20, target=name, timeout_seconds=60)
    assert dict(result.histogram(key="m")) == {number: 20}


def test_ionq_itself(workspace):
    job = workspace.get_targets("ionq.simulator").submit(programs.BELL_IONQ, name="IonQ", shots=100)
    assert job.get_results(timeout_secs=60) == {"histogram": {"0": 0.5, "3": 0.5}}
    estimate = job.details.cost_estimate
    assert (estimate.currency_code, estimate.estimated_total) == ("USD", 0.0)
    assert [event.dimension_id for event in estimate.events] == ["gs1q", "gs2q"]


def test_quantinuum_itself(workspace):
    target = workspace.get_targets("quantinuum.sim.h2-1e")
    job = target.submit(programs.X_ON_FIRST_QASM, name="OpenQASM", shots=3)
    assert job.get_results(timeout_secs=60) == {"c": ["001"] * 3}


def test_rigetti_itself(workspace):
    job = workspace.get_targets("rigetti.sim.qvm").submit(programs.BELL_QUIL, name="Quil", shots=40)
    rows = job.get_results(timeout_secs=60)["ro"]
    assert len(rows) == 40
    assert {tuple(row) for row in rows} == {(0, 0), (1, 1)}


def test_the_parameters_of_rigetti(workspace):
    turned = """DECLARE ro BIT[2]
DECLARE theta REAL[1]
RX(theta) 0
MEASURE 0 ro[0]
MEASURE 1 ro[1]
"""
    parameters = {"substitutions": {"theta": [[0.0], [3.141592653589793]]}}
    target = workspace.get_targets("rigetti.sim.qvm")
    job = target.submit(turned, name="Quil", shots=3, input_params=parameters)
    assert job.get_results(timeout_secs=60)["ro"] == [[0, 0]] * 3 + [[1, 0]] * 3
