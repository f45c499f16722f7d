"""What was observed on Azure Quantum, step by step, as literal time-lines."""

from datetime import timedelta

import pytest

from quire import SessionStatus
from quire.errors import SessionClosedError

SERVICE_WORDS = (
    "Session is already in a terminal state. This may have been due to failures in prior jobs in the session."
)


def seen(session):
    """The session as the service answers a GET: its status, and whether its end is set."""
    session.refresh()
    return str(session.status), session.details.end_execution_time is not None


def test_an_empty_session(alpha, clock):
    session = alpha.open_session()
    assert (session.status, session.details.end_execution_time) == ("Waiting", None)
    assert seen(session) == ("Waiting", False)
    clock.advance(0.3)
    session.close()
    assert session.status == "Succeeded"
    assert session.details.end_execution_time - session.details.creation_time == timedelta(seconds=0.3)
    assert seen(session) == ("Succeeded", True)


def test_two_jobs_and_close_while_the_second_is_pending(slow, held, clock):
    session = slow.open_session()
    assert session.status == "Waiting"
    first, second = slow.submit("ok"), slow.submit("ok")
    held.run()
    assert first.refresh().status == "Succeeded"
    assert seen(session) == ("Executing", False)
    session.close()
    assert (session.status, session.details.end_execution_time) == ("Executing", None)
    assert seen(session) == ("Executing", False)
    clock.advance(2)
    held.run()
    assert second.refresh().status == "Succeeded"
    assert seen(session) == ("Succeeded", True)
    assert session.details.end_execution_time == second.details.last_modified_time


def test_two_jobs_and_close_after_both_are_done(alpha):
    session = alpha.open_session()
    assert alpha.submit("ok").refresh().status == "Succeeded"
    assert alpha.submit("ok").refresh().status == "Succeeded"
    assert seen(session) == ("Executing", False)
    session.close()
    assert session.status == "Succeeded"
    assert session.details.end_execution_time is not None


def test_abort_when_the_first_job_fails(alpha, inline, clock):
    session = alpha.open_session(job_failure_policy="Abort")
    assert session.status == "Waiting"
    clock.advance(1)
    job = alpha.submit("fail InvalidInputData nonsense")
    assert job.refresh().status == "Failed"
    assert seen(session) == ("Failed", True)
    assert session.details.end_execution_time == job.details.last_modified_time
    with pytest.raises(SessionClosedError) as refusal:
        alpha.submit("ok")
    assert (refusal.value.http_status, refusal.value.code) == (400, "InvalidJobDefinition")
    assert SERVICE_WORDS in refusal.value.message
    assert (refusal.value.session_id, refusal.value.status) == (session.id, SessionStatus.FAILED)
    assert [job.id for job in session.list_jobs()] == [job.id]
    assert len(list(inline.list_jobs())) == 1


def test_continue_with_good_bad_good(alpha):
    session = alpha.open_session(job_failure_policy="Continue")
    assert session.status == "Waiting"
    assert alpha.submit("ok").refresh().status == "Succeeded"
    assert seen(session) == ("Executing", False)
    assert alpha.submit("fail InvalidInputData nonsense").refresh().status == "Failed"
    assert seen(session) == ("Failure(s)", False)
    assert alpha.submit("ok").refresh().status == "Succeeded"
    assert seen(session) == ("Failure(s)", False)
    session.close()
    assert session.status == "Failed"
    assert session.details.end_execution_time is not None
    assert [str(job.status) for job in session.list_jobs()] == ["Succeeded", "Failed", "Succeeded"]


def test_never_closed_and_without_a_job(alpha, clock):
    session = alpha.open_session()
    clock.advance(599.999999)
    assert seen(session) == ("Waiting", False)
    clock.advance(0.000001)
    assert seen(session) == ("TimedOut", True)
    assert session.details.end_execution_time - session.details.creation_time == timedelta(seconds=600)


def test_never_closed_after_a_job(alpha, clock):
    session = alpha.open_session()
    clock.advance(113.4)
    assert alpha.submit("ok").refresh().status == "Succeeded"
    clock.advance(599.999999)
    assert seen(session) == ("Executing", False)
    clock.advance(0.000001)
    assert seen(session) == ("TimedOut", True)
    assert session.details.end_execution_time - session.details.creation_time == timedelta(seconds=713.4)


def test_continue_outlives_the_limit_when_jobs_come_in_between(alpha, clock):
    session = alpha.open_session(job_failure_policy="Continue")
    clock.advance(443)
    assert alpha.submit("fail InvalidInputData nonsense").refresh().status == "Failed"
    clock.advance(341.9)
    session.close()
    assert session.status == "Failed"
    lived = session.details.end_execution_time - session.details.creation_time
    assert lived == timedelta(seconds=784.9)


def test_the_longest_queue_delay_that_was_recorded(slow, held, clock):
    session = slow.open_session()
    job = slow.submit("ok")
    clock.advance(67181)
    assert seen(session) == ("Executing", False)
    held.run()
    assert job.refresh().status == "Succeeded"
    session.close()
    assert session.status == "Succeeded"
