"""Waiting for a session as a whole: one limit for all of it, and jobs that come while one waits."""

import asyncio
import math
import threading

import pytest

from quire import Results
from quire.errors import InputError, JobFailedError, NotFoundError, WaitTimeoutError


def test_a_session_without_pending_jobs_is_not_waited_for(alpha):
    with alpha.open_session() as session:
        assert session.wait(0).status == "Waiting"
        assert session.results(0) == []
        alpha.submit("ok")
        assert session.wait(0).status == "Executing"


@pytest.mark.parametrize("ask", ["wait", "results"])
@pytest.mark.parametrize("seconds", [0, 0.01, -5])
def test_the_limit_is_told_as_it_was_given(slow, ask, seconds):
    session = slow.open_session(name="calibration")
    first = slow.submit("ok", name="first")
    slow.submit("ok")
    with pytest.raises(WaitTimeoutError, match=r"'first' .* of session 'calibration' is still") as error:
        getattr(session, ask)(seconds)
    assert (error.value.job_id, error.value.seconds) == (first.id, max(0, seconds))


class Later:
    """Submits one more job, whose run nobody begins, as soon as the first has ended."""

    def __init__(self, target, session, held):
        self._target, self._session, self._held = target, session, held
        self.submitted = threading.Event()

    def __call__(self):
        self._held.run()
        self._target.submit("ok", name="later", session=self._session)
        self.submitted.set()


@pytest.mark.parametrize("ask", ["wait", "results"])
def test_the_limit_holds_for_jobs_that_come_meanwhile(slow, held, monkeypatch, ask):
    """The second job comes after the wait has begun, and never ends."""
    session = slow.open_session()
    slow.submit("ok", name="first")
    later = Later(slow, session, held)
    monkeypatch.setattr(session, "_wait_for", _then(session._wait_for, later))
    with pytest.raises(WaitTimeoutError, match="'later'") as error:
        getattr(session, ask)(0.2)
    assert error.value.seconds == 0.2


def _ask_for_results(session, how, limit):
    return asyncio.run(session.results_async(limit)) if how == "asyncio" else session.results(limit)


def _submit_when_none_is_pending(monkeypatch, session, and_then):
    """Submits a job to a session right after it was found to have no pending one, once."""
    look, left = session._pending_jobs, [lambda: session.submit("ok", name="last")]

    def looked():
        pending = look()
        if not pending and left:
            left.pop()()
            and_then()
        return pending

    monkeypatch.setattr(session, "_pending_jobs", looked)


@pytest.mark.parametrize("how", ["threads", "asyncio"])
def test_the_limit_is_told_as_it_was_given_for_the_last_job_too(slow, monkeypatch, how):
    session = slow.open_session()
    _submit_when_none_is_pending(monkeypatch, session, lambda: None)
    with pytest.raises(WaitTimeoutError, match=r"'last' .* after 0\.05 s") as error:
        _ask_for_results(session, how, 0.05)
    assert error.value.seconds == 0.05


@pytest.mark.parametrize("how", ["threads", "asyncio"])
def test_the_job_that_comes_last_has_its_results_too(slow, held, monkeypatch, how):
    session = slow.open_session()
    runs = threading.Timer(0.05, held.run)
    _submit_when_none_is_pending(monkeypatch, session, runs.start)
    (results,) = _ask_for_results(session, how, 60)
    runs.join()
    assert isinstance(results, Results)


def _then(wait_for, later):
    """Begins to wait when there is one job, and goes on when there are two."""

    def wait(jobs, deadline):
        if not later.submitted.is_set():
            later()
        return wait_for(jobs, deadline)

    return wait


def test_results_stand_in_the_order_of_submission_and_errors_in_theirs(alpha):
    with alpha.open_session(job_failure_policy="Continue") as session:
        for program in ("ok", "fail Bad luck", "ok"):
            alpha.submit(program)
    first, second, third = session.results(5)
    assert isinstance(first, Results)
    assert isinstance(second, JobFailedError)
    assert second.fault.code == "Bad"
    assert third.shots == first.shots


def _delete_when_listed(monkeypatch, session, held):
    """Lets each job of a session end and be deleted right after it was listed."""
    list_jobs = session.list_jobs

    def listed(**filters):
        jobs = list(list_jobs(**filters))
        for job in jobs:
            other = session.workspace.get_job(job.id)
            if not other.has_completed():
                held.run()
                other.wait_until_completed(60)
            other.delete()
        return jobs

    monkeypatch.setattr(session, "list_jobs", listed)


@pytest.mark.parametrize("ask", ["wait", "wait_async"])
def test_a_job_that_is_deleted_meanwhile_is_not_waited_for(slow, held, monkeypatch, ask):
    session = slow.open_session()
    slow.submit("ok")
    _delete_when_listed(monkeypatch, session, held)
    answer = getattr(session, ask)(60)
    waited = asyncio.run(answer) if ask == "wait_async" else answer
    assert waited is session
    assert session.status == "Executing"


@pytest.mark.parametrize("how", ["threads", "asyncio"])
def test_a_job_that_is_deleted_meanwhile_has_an_error_for_results(slow, held, monkeypatch, how):
    session = slow.open_session()
    slow.submit("ok")
    held.run()
    session.wait(60)
    _delete_when_listed(monkeypatch, session, held)
    monkeypatch.setattr(session, "_pending_jobs", list)
    (error,) = _ask_for_results(session, how, 60)
    assert isinstance(error, NotFoundError)


def test_a_job_that_is_deleted_meanwhile_is_not_among_those_that_complete(slow, held, monkeypatch):
    async def completed():
        return [job async for job in session.as_completed()]

    session = slow.open_session()
    slow.submit("ok")
    _delete_when_listed(monkeypatch, session, held)
    assert asyncio.run(completed()) == []


@pytest.mark.parametrize("wrong", ["5", True, math.nan, [1], 1j])
def test_a_limit_is_a_number_of_seconds(alpha, wrong):
    session = alpha.open_session()
    job = session.submit("ok")
    for ask in (session.wait, session.results, job.wait_until_completed, job.results, job.wait_for_change):
        with pytest.raises(InputError) as error:
            ask(wrong)
        assert error.value.argument == "timeout"


def test_no_limit_may_be_said_in_two_ways(alpha):
    job = alpha.submit("ok")
    job.wait_until_completed(math.inf)
    job.wait_until_completed(None)
    assert job.status == "Succeeded"
