"""Jobs of Qiskit in time and in sessions: waiting, cancelling, finding again."""

import io

import pytest
from qiskit.providers import JobStatus, JobTimeoutError
from qiskit.providers.jobstatus import JOB_FINAL_STATES

from qiskit_adapter.sample_circuits import bell, failed
from quire import JobStatus as QuireStatus
from quire import SessionJobFailurePolicy, SessionStatus
from quire.errors import (
    ConflictError,
    InputError,
    JobFailedError,
    SessionClosedError,
    WaitTimeoutError,
)
from quire_qiskit import SamplerV2, job_monitor
from quire_qiskit.job import _STATUSES


def test_sessions_are_shared_with_the_plain_target(backend, workspace):
    target = workspace.get_targets(backend.name)
    with backend.open_session(
        name="shared", job_failure_policy=SessionJobFailurePolicy.CONTINUE, tags=["x"]
    ) as session:
        assert backend.latest_session.id == target.latest_session.id == session.id
        backend.run(bell())
        target.submit(bell())
        backend.latest_session = None
        assert backend.run(bell()).details.session_id is None
        backend.latest_session = session
        assert backend.run(bell()).details.session_id == session.id
    assert backend.latest_session is None
    assert len(list(session.list_jobs())) == 3
    assert session.details.job_failure_policy == "Continue"


def test_a_session_is_joined_by_handle_and_by_id(backend):
    session = backend.open_session(name="one")
    backend.latest_session = None
    for given in (session, session.id):
        assert backend.run(bell(), session=given).details.session_id == session.id
    session.close()
    with pytest.raises(SessionClosedError):
        backend.run(bell(), session=session)


def test_a_failed_job_ends_its_session(backend):
    with backend.open_session() as session:
        failed(backend)
        with pytest.raises(SessionClosedError) as caught:
            backend.run(bell())
    assert caught.value.session_id == session.id
    assert session.refresh().status == SessionStatus.FAILED


def test_a_job_that_waits_and_then_runs(gated):
    job = gated.run(bell(), shots=5)
    assert job.status() in (JobStatus.QUEUED, JobStatus.RUNNING)
    assert not job.in_final_state()
    seen = []

    def look(job_id, status, same):
        seen.append((job_id, same))
        assert status in (JobStatus.QUEUED, JobStatus.RUNNING)
        gated.gate.set()

    job.wait_for_final_state(wait=0.01, callback=look)
    assert seen[0] == (job.job_id(), job)
    assert job.done()


def test_waiting_ends_in_time(gated):
    job = gated.run([bell(), bell()], shots=5)
    for wait in (job.wait_for_final_state, job.result):
        with pytest.raises(JobTimeoutError) as caught:
            wait(timeout=0.01)
        assert isinstance(caught.value, WaitTimeoutError)
        assert caught.value.job_id == job.job_id()
    gated.gate.set()
    assert len(job.result(timeout=60).get_counts()) == 2


@pytest.mark.parametrize("wrong", ["1", float("nan"), True, [1]])
def test_times_that_are_no_numbers_are_refused(gated, wrong):
    job, sampled = gated.run(bell(), shots=5), SamplerV2(gated).run([bell()])
    for wait in (job.wait_for_final_state, job.result, job.wait_for_change, sampled.result):
        with pytest.raises(InputError, match="a number of seconds or None") as caught:
            wait(timeout=wrong)
        assert caught.value.argument == "timeout"
    with pytest.raises(InputError) as caught:
        job.wait_for_final_state(wait=wrong, callback=print)
    assert caught.value.argument == "wait"


def test_cancelling(gated):
    first, second = gated.run(bell()), gated.run([bell(), bell()])
    assert second.cancel() is True
    gated.gate.set()
    second.wait_for_final_state()
    assert second.cancelled()
    with pytest.raises(JobFailedError, match="Cancelled"):
        second.result()
    first.wait_for_final_state()
    assert first.cancel() is False
    assert first.done()


def test_the_monitor_prints_each_status_once(gated):
    class Opening(io.StringIO):
        def write(self, text):
            gated.gate.set()
            return super().write(text)

    stream = Opening()
    job_monitor(gated.run(bell()), output=stream)
    lines = stream.getvalue().splitlines()
    assert lines[-1] == f"Job Status: {JobStatus.DONE.value}"
    assert len(lines) == len(set(lines))
    assert len(lines) >= 2


def test_a_job_is_not_submitted_twice(backend):
    with pytest.raises(ConflictError, match="submitted already"):
        backend.run(bell()).submit()


def test_every_status_is_one_of_qiskits():
    assert set(_STATUSES) == set(QuireStatus)
    assert {status for status in QuireStatus if _STATUSES[status] in JOB_FINAL_STATES} == {
        status for status in QuireStatus if status.is_terminal
    }


def test_the_last_circuit_is_waited_for_first(gated, monkeypatch):
    """The others have ended by then, and nobody was woken for each of them."""
    job = gated.run([bell() for _ in range(4)], shots=5)
    gated.gate.set()
    transport, asked = gated.workspace.transport, []
    wait = transport.wait_job

    def wait_job(job_id, *limits):
        asked.append(job_id)
        return wait(job_id, *limits)

    monkeypatch.setattr(transport, "wait_job", wait_job)
    assert len(job.result().get_counts()) == 4
    assert asked == [each.id for each in job.quire_jobs][::-1]
    assert job.done()
