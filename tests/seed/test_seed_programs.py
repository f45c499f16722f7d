"""The three programs that users of sessions begin with, one per SDK, and the names on our handles."""

import io

import cirq
import pytest
import qsharp
from qiskit import QuantumCircuit

from distributions import assert_counts_follow
from quire import (
    Session,
    SessionJobFailurePolicy,
    SessionStatus,
    Workspace,
    job_monitor,
)
from quire.errors import SessionClosedError
from quire_cirq import Service
from quire_qiskit import Provider

SOURCE = """
operation GenerateRandomBits(n : Int, angle : Double[]) : Result[] {
    use qubits = Qubit[n];
    for i in 0..n - 1 {
        H(qubits[i]);
        Rz(angle[i], qubits[i]);
        H(qubits[i]);
    }
    return MResetEachZ(qubits);
}
"""


@pytest.fixture(scope="module")
def random_bits() -> None:
    qsharp.init(target_profile=qsharp.TargetProfile.Base)
    qsharp.eval(SOURCE)


def test_qsharp_session(workspace: Workspace, target_name: str, random_bits: None) -> None:
    target = workspace.get_targets(target_name)
    with target.open_session(name="Q# session of three jobs") as session:
        jobs = [
            target.submit(
                input_data=qsharp.compile(f"GenerateRandomBits(2, [0.0, {angle}])"),
                name=f"Job {number}",
                shots=200,
                seed=number,
            )
            for number, angle in enumerate((0.0, 1.0, 3.141592653589793), 1)
        ]
        for job in jobs:
            job.wait_until_completed()
        assert session.refresh().details.status == "Executing"

    assert session.details.status == SessionStatus.SUCCEEDED == "Succeeded"
    assert [job.details.name for job in session.list_jobs()] == ["Job 1", "Job 2", "Job 3"]
    assert [job.id for job in workspace.list_session_jobs(session.id)] == [job.id for job in jobs]
    assert jobs[0].get_results() == {"[0, 0]": 1.0}
    assert jobs[2].get_results() == {"[0, 1]": 1.0}
    # H Rz(1) H leaves |1> with probability sin(1/2) squared.
    assert_counts_follow(jobs[1].results().counts, {"[0, 0]": 0.770151152934, "[0, 1]": 0.229848847066})


def test_qiskit_session(workspace: Workspace, target_name: str) -> None:
    circuit = QuantumCircuit(2, 2)
    circuit.name = "GenerateRandomBit"
    circuit.h(0)
    circuit.cx(0, 1)
    circuit.measure([0, 1], [0, 1])

    backend = Provider(workspace).get_backend(target_name)
    with backend.open_session(name="Qiskit Session") as session:
        assert backend.latest_session is session
        job1 = backend.run(circuit, shots=100, job_name="Job 1", seed=1)
        job1.wait_for_final_state()
        job2 = backend.run(circuit, shots=100, job_name="Job 2", seed=2)
        job2.wait_for_final_state()
        job3 = backend.run(circuit, shots=100, job_name="Job 3", seed=3)
        job_monitor_output = io.StringIO()
        from quire_qiskit import job_monitor as qiskit_job_monitor

        qiskit_job_monitor(job3, output=job_monitor_output)

    assert "Job Status" in job_monitor_output.getvalue()
    assert session.details.status == "Succeeded"
    assert [job.details.name for job in session.list_jobs()] == ["Job 1", "Job 2", "Job 3"]
    for job in (job1, job2, job3):
        assert_counts_follow(job.result().get_counts(), {"00": 0.5, "11": 0.5})


def test_cirq_session(workspace: Workspace, target_name: str) -> None:
    q0, q1 = cirq.LineQubit.range(2)
    circuit = cirq.Circuit(
        cirq.H(q0),
        cirq.CNOT(q0, q1),
        cirq.measure(q0, key="q0"),
        cirq.measure(q1, key="q1"),
    )

    service = Service(workspace, default_target=target_name)
    target = service.get_target(target_name)
    with target.open_session(name="Cirq Session") as session:
        target.submit(program=circuit, name="Job 1", repetitions=100)
        service.create_job(program=circuit, name="Job 2", repetitions=100)
        result = service.run(program=circuit, repetitions=100, name="Job 3", seed=3)

    assert session.wait().details.status == "Succeeded"
    assert [job.details.name for job in session.list_jobs()] == ["Job 1", "Job 2", "Job 3"]
    assert (result.measurements["q0"] == result.measurements["q1"]).all()
    assert_counts_follow(dict(result.histogram(key="q0")), {0: 0.5, 1: 0.5})


def test_one_session_takes_jobs_of_three_sdks(workspace: Workspace, random_bits: None) -> None:
    name = "quantinuum.sim.h1-1e"
    circuit = QuantumCircuit(1)
    circuit.x(0)
    circuit.measure_all()
    qubit = cirq.LineQubit(0)
    with workspace.get_targets(name).open_session(name="Three SDKs") as session:
        target_job = workspace.get_targets(name).submit(
            qsharp.compile("GenerateRandomBits(1, [0.0])"), shots=9
        )
        qiskit_job = Provider(workspace).get_backend(name).run(circuit, shots=9)
        result = Service(workspace).run(
            cirq.Circuit(cirq.X(qubit), cirq.measure(qubit, key="m")), repetitions=9, target=name
        )
    assert len(session.wait().list_jobs()) == 3
    assert target_job.get_results() == {"[0]": 1.0}
    assert qiskit_job.result().get_counts() == {"1": 9}
    assert result.measurements["m"].sum() == 9


def test_a_session_exists_on_the_client_until_it_is_opened(workspace: Workspace) -> None:
    session = Session(
        workspace=workspace,
        id="11111111-2222-3333-4444-555555555555",
        name="My session",
        provider_id="ionq",
        target="ionq.simulator",
        job_failure_policy=SessionJobFailurePolicy.CONTINUE,
    )
    assert session.details.status is None
    assert session.id not in [other.id for other in workspace.list_sessions()]

    workspace.open_session(session)
    session.refresh()
    assert session.details.status == "Waiting"
    target = workspace.get_targets("ionq.simulator")
    assert target.latest_session is session
    assert workspace.get_session(session.id).details.name == "My session"

    session.open()  # the same definition again is harmless
    workspace.close_session(session)
    assert session.details.status == "Succeeded"
    assert target.latest_session is None


def test_a_failure_ends_or_marks_the_session_by_its_policy(workspace: Workspace, random_bits: None) -> None:
    target = workspace.get_targets("rigetti.sim.qvm")
    good = qsharp.compile("GenerateRandomBits(2, [0.0, 0.0])")
    with target.open_session(name="Abort", job_failure_policy=SessionJobFailurePolicy.ABORT) as session:
        bad = target.submit(input_data="garbage", name="Job 1")
        output = io.StringIO()
        job_monitor(bad, output)
        assert session.refresh().details.status == "Failed"
        with pytest.raises(SessionClosedError, match="Session is already in a terminal state") as refusal:
            target.submit(good, name="Job 2")
    assert output.getvalue().endswith("Job Status: Failed\n")
    assert refusal.value.status == SessionStatus.FAILED
    assert bad.details.error_data is not None
    assert bad.details.error_data.code

    with target.open_session(name="Continue", job_failure_policy=SessionJobFailurePolicy.CONTINUE) as session:
        target.submit(input_data="garbage", name="Job 1").wait_until_completed()
        assert session.refresh().details.status == "Failure(s)"
        target.submit(good, name="Job 2").wait_until_completed()
        target.submit(good, name="Job 3").wait_until_completed()
    assert session.details.status == "Failed"
    assert [job.details.status for job in session.list_jobs()] == ["Failed", "Succeeded", "Succeeded"]


QUIL = """DECLARE ro BIT[2]
H 0
CNOT 0 1
MEASURE 0 ro[0]
MEASURE 1 ro[1]
"""


def test_a_session_goes_on_after_garbage_between_quil_jobs(workspace: Workspace) -> None:
    target = workspace.get_targets("rigetti.sim.qvm")
    with target.open_session(name="Quil", job_failure_policy=SessionJobFailurePolicy.CONTINUE) as session:
        bad = target.submit(input_data="garbage", name="Job 1", shots=10)
        good = [target.submit(input_data=QUIL, name=f"Job {n}", shots=50, seed=n) for n in (2, 3)]
        bad.wait_until_completed()
        for job in good:
            assert {tuple(row) for row in job.get_results()["ro"]} == {(0, 0), (1, 1)}
        assert session.refresh().details.status == "Failure(s)"
    assert session.details.status == "Failed"
    assert bad.details.error_data is not None
    assert bad.details.error_data.code == "InvalidInputData"
    assert "the operator garbage is not known" in bad.details.error_data.message
