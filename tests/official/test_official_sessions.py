"""Sessions through Microsoft's SDK: their life, policies and time-out, from all of its frameworks."""

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.quantum.job.session import Session, SessionJobFailurePolicy

import scripted_target
from official import programs


def submit(target, program, name="job"):
    return target.submit(program, name, input_data_format=scripted_target.FORMAT,
                         output_data_format="microsoft.quantum-results.v2")  # fmt: skip


def run(target, program, name="job"):
    job = submit(target, program, name)
    job.wait_until_completed(timeout_secs=60)
    return job


def status(session):
    return session.refresh().details.status


def test_an_empty_session(scripted):
    session = scripted.open_session(name="Empty")
    assert session.details.status == "Waiting"
    assert session.details.end_execution_time is None
    assert not session.is_in_terminal_state()
    session.close()
    assert session.details.status == "Succeeded"
    assert session.details.end_execution_time is not None


def test_two_jobs(scripted):
    with scripted.open_session(name="Two") as session:
        jobs = [run(scripted, "ok", f"job {index}") for index in (1, 2)]
        assert [job.details.session_id for job in jobs] == [session.id] * 2
        assert status(session) == "Executing"
    assert status(session) == "Succeeded"
    assert [job.details.name for job in session.list_jobs()] == ["job 1", "job 2"]
    assert jobs[0].get_results() == {"[0, 1]": 1.0}


def test_abort(scripted):
    session = scripted.open_session(name="Abort")
    run(scripted, "fail InvalidInputData nonsense")
    assert status(session) == "Failed"
    with pytest.raises(HttpResponseError, match="Session is already in a terminal state") as error:
        submit(scripted, "ok", "too late")
    assert (error.value.status_code, error.value.error.code) == (400, "InvalidJobDefinition")
    assert len(list(session.list_jobs())) == 1


def test_continue(scripted):
    session = scripted.open_session(name="Continue", job_failure_policy=SessionJobFailurePolicy.CONTINUE)
    run(scripted, "ok")
    assert status(session) == "Executing"
    run(scripted, "fail InvalidInputData nonsense")
    assert status(session) == "Failure(s)"
    run(scripted, "ok")
    assert status(session) == "Failure(s)"
    session.close()
    assert session.details.status == "Failed"


def test_a_time_out(scripted, clock):
    session = scripted.open_session(name="Idle")
    clock.advance(599)
    assert status(session) == "Waiting"
    clock.advance(2)
    assert status(session) == "TimedOut"
    assert session.is_in_terminal_state()
    with pytest.raises(HttpResponseError, match="Session is already in a terminal state"):
        submit(scripted, "ok")


def test_opening_again(scripted):
    session = scripted.open_session(name="Twice")
    opened = session.details.creation_time
    session.open()
    assert (session.details.status, session.details.creation_time) == ("Waiting", opened)
    session.close()


def test_sessions_of_the_workspace(serve_scripted):
    workspace, _ = serve_scripted()
    target = workspace.get_targets(scripted_target.ALPHA)
    first = target.open_session(name="first")
    first.close()
    second = Session(workspace=workspace, name="second", target=target, provider_id=target.provider_id)
    workspace.open_session(second)
    assert [item.details.name for item in workspace.list_sessions()] == ["first", "second"]
    assert workspace.get_session(first.id).details.status == "Succeeded"
    assert [item.id for item in workspace.list_sessions(status=["Waiting"])] == [second.id]


def test_an_unknown_session(workspace):
    with pytest.raises(ResourceNotFoundError, match="there is no session nobody"):
        workspace.get_session("nobody")


def test_a_session_of_qsharp(workspace):
    target = workspace.get_targets("quantinuum.sim.h1-1e")
    with target.open_session(name="Q#") as session:
        for index in (1, 2):
            target.submit(programs.qsharp_bell(), name=f"Job {index}", shots=10).wait_until_completed()
    assert status(session) == "Succeeded"
    assert [job.details.name for job in session.list_jobs()] == ["Job 1", "Job 2"]


def test_a_session_of_qiskit(workspace):
    from azure.quantum.qiskit import AzureQuantumProvider

    backend = AzureQuantumProvider(workspace=workspace).get_backend("ionq.simulator")
    with backend.open_session(name="Qiskit") as session:
        for index in (1, 2):
            backend.run(programs.qiskit_x_on_first(), shots=10, job_name=f"Job {index}").result(timeout=60)
    assert status(session) == "Succeeded"
    assert [job.details.name for job in session.list_jobs()] == ["Job 1", "Job 2"]


def test_a_session_of_cirq(workspace):
    from azure.quantum.cirq import AzureQuantumService

    target = AzureQuantumService(workspace=workspace).get_target("ionq.simulator")
    with target.open_session(name="Cirq") as session:
        job = target.submit(program=programs.cirq_x_on_first(), name="Job 1", repetitions=10)
        job.results(timeout_seconds=60)
    assert status(session) == "Succeeded"
    assert [job.details.name for job in session.list_jobs()] == ["Job 1"]
