"""The programs that users of sessions begin with, through Microsoft's SDK as it is, one per framework."""

import pytest
from azure.quantum.job.session import Session, SessionJobFailurePolicy

from distributions import assert_counts_follow
from official import programs

SOURCE = """
operation GenerateRandomBits(n : Int, angle : Double[]) : Result[] {
    use bits = Qubit[n];
    for (bit, turn) in Std.Arrays.Zipped(bits, angle) {
        within { H(bit); } apply { Rz(turn, bit); }
    }
    MResetEachZ(bits)
}
"""
NAMES = ["Job 1", "Job 2", "Job 3"]


def test_qsharp(workspace):
    target = workspace.get_targets("quantinuum.sim.h1-1e")
    angles = ("0.0", "1.0", "3.141592653589793")
    compiled = [programs.qsharp_program(f"GenerateRandomBits(2, [0.0, {angle}])", SOURCE) for angle in angles]
    with target.open_session(name="Q# session of three jobs") as session:
        jobs = [
            target.submit(input_data=program, name=name, shots=200)
            for program, name in zip(compiled, NAMES, strict=True)
        ]
        first, middle, last = (job.get_results(timeout_secs=60) for job in jobs)
        assert (first, last) == ({"[0, 0]": 1.0}, {"[0, 1]": 1.0})
        # H Rz(1) H leaves |1> with probability sin(1/2) squared.
        counts = {display: round(share * 200) for display, share in middle.items()}
        assert_counts_follow(counts, {"[0, 0]": 0.770151152934, "[0, 1]": 0.229848847066})
        assert session.refresh().details.status == "Executing"
    assert session.refresh().details.status == "Succeeded"
    assert [job.details.name for job in session.list_jobs()] == NAMES
    assert [job.id for job in workspace.list_session_jobs(session_id=session.id)] == [job.id for job in jobs]


def test_qiskit(workspace):
    from azure.quantum.qiskit import AzureQuantumProvider
    from qiskit import QuantumCircuit

    circuit = QuantumCircuit(2, 2, name="GenerateRandomBit")
    circuit.h(0)
    circuit.cx(0, 1)
    circuit.measure([0, 1], [0, 1])
    backend = AzureQuantumProvider(workspace=workspace).get_backend("ionq.simulator")
    with backend.open_session(name="Qiskit Session") as session:
        # The article opens it once more.
        session.open()
        jobs = [backend.run(circuit=circuit, shots=100, job_name=name) for name in NAMES]
        counts = [job.result(timeout=60).get_counts() for job in jobs]
    assert session.refresh().details.status == "Succeeded"
    assert [job.details.name for job in session.list_jobs()] == NAMES
    assert counts == [{"00": 50, "11": 50}] * 3


def test_cirq(workspace):
    import cirq
    from azure.quantum.cirq import AzureQuantumService

    q0, q1 = cirq.LineQubit.range(2)
    circuit = cirq.Circuit(
        cirq.H(q0), cirq.CNOT(q0, q1), cirq.measure(q0, key="q0"), cirq.measure(q1, key="q1")
    )
    service = AzureQuantumService(workspace=workspace)
    target = service.get_target("ionq.simulator")
    with target.open_session(name="Cirq Session") as session:
        jobs = [target.submit(program=circuit, name=name, repetitions=100) for name in NAMES]
        for job in jobs:
            job.results(timeout_seconds=60)
    assert session.refresh().details.status == "Succeeded"
    assert [job.details.name for job in session.list_jobs()] == NAMES


def test_a_session_object_of_ones_own(workspace):
    session = Session(
        workspace=workspace,
        id="11111111-2222-3333-4444-555555555555",
        name="My session",
        provider_id="ionq",
        target="ionq.simulator",
        job_failure_policy=SessionJobFailurePolicy.CONTINUE,
    )
    assert session.details.status is None
    workspace.open_session(session)
    session.refresh()
    assert (session.details.status, session.details.job_failure_policy) == ("Waiting", "Continue")
    workspace.close_session(session)
    assert session.details.status == "Succeeded"


@pytest.mark.parametrize(
    ("policy", "after_garbage", "at_the_end"),
    [(SessionJobFailurePolicy.ABORT, "Failed", "Failed"),
     (SessionJobFailurePolicy.CONTINUE, "Failure(s)", "Failed")],
)  # fmt: skip
def test_garbage(workspace, policy, after_garbage, at_the_end):
    target = workspace.get_targets("rigetti.sim.qvm")
    with target.open_session(name="Garbage", job_failure_policy=policy) as session:
        bad = target.submit(input_data="garbage", name="Job 1", shots=10)
        bad.wait_until_completed(timeout_secs=60)
        assert (bad.details.status, bad.details.error_data.code) == ("Failed", "InvalidInputData")
        assert "could not be executed because the operator garbage is not known" in (
            bad.details.error_data.message
        )
        assert session.refresh().details.status == after_garbage
    assert session.refresh().details.status == at_the_end
