"""When a session was last active, which its row and its jobs tell together: whatever the store has filed."""

import sqlite3
from datetime import timedelta

import pytest

from idleness import TICK, idle_until_the_last_moment
from quire.service.store import filing


@pytest.mark.parametrize("first", ["ok", "fail Code text"])
@pytest.mark.parametrize("filed", [False, True])
def test_a_clock_that_is_set_back_between_jobs(alpha, clock, monkeypatch, first, filed):
    monkeypatch.setattr(filing, "MOST_ENDED", 1 if filed else 256)
    session = alpha.open_session(job_failure_policy="Continue")
    clock.advance(500)
    alpha.submit(first)
    clock.advance(-300)
    alpha.submit("ok")
    idle_until_the_last_moment(session, clock, 300 + 600)


@pytest.fixture
def _few_are_filed(monkeypatch):
    monkeypatch.setattr(filing, "MOST_ENDED", 3)


@pytest.mark.usefixtures("_few_are_filed")
@pytest.mark.parametrize("ends", range(1, 8))
@pytest.mark.parametrize("looked", [False, True])
def test_the_last_end_counts_before_and_after_jobs_are_filed(alpha, clock, ends, looked):
    session = alpha.open_session()
    for _ in range(ends):
        clock.advance(600 - TICK)
        if looked:
            assert not session.refresh().status.is_terminal
        alpha.submit("ok")
    idle_until_the_last_moment(session, clock)


@pytest.mark.usefixtures("_few_are_filed")
def test_each_of_many_sessions_counts_from_its_own_last_end(inline, alpha, beta, clock):
    opened = [target.open_session(job_failure_policy="Continue") for target in (alpha, beta, alpha, beta)]
    for number in range(40):
        clock.advance(10)
        inline.get_target(opened[number % 4].target).submit("ok", session=opened[number % 4])
    for _ in opened:
        clock.advance(10)
        assert [other.refresh().status == "TimedOut" for other in opened] == [False] * 4
    clock.advance(600 - 70 - TICK)
    for ended in range(4):
        assert [other.refresh().status == "TimedOut" for other in opened] == [i < ended for i in range(4)]
        clock.advance(TICK if ended == 0 else 10)
    assert all(session.refresh().status == "TimedOut" for session in opened)


@pytest.mark.usefixtures("_few_are_filed")
@pytest.mark.parametrize("jobs", [1, 2, 3, 4])
def test_the_end_of_a_deleted_job_counts(alpha, clock, jobs):
    session = alpha.open_session()
    for _ in range(jobs):
        clock.advance(599)
        job = alpha.submit("ok")
    job.delete()
    idle_until_the_last_moment(session, clock)


def test_a_submission_counts_from_the_end_of_a_deleted_job(alpha, clock):
    alpha.open_session()
    clock.advance(599)
    alpha.submit("ok").delete()
    clock.advance(599)
    assert alpha.submit("ok").refresh().status == "Succeeded"


def test_the_end_of_a_job_that_was_filed_while_it_waited_counts(slow, clock):
    session = slow.open_session()
    jobs = [slow.submit("ok") for _ in range(2)]
    with slow.workspace.transport._store.transaction() as db:
        db.filing.file_all()
    clock.advance(599)
    for job in reversed(jobs):
        job.cancel()
    slow.workspace.transport._ledger.stopped(slow.workspace.transport.items.job(jobs[0].id))
    idle_until_the_last_moment(session, clock)


def test_other_programs_count_from_the_last_end_too(open_workspace, tmp_path, clock):
    path = tmp_path / "a.db"
    target = open_workspace(path).get_target("scripted.alpha")
    session = target.open_session()
    other = open_workspace(path)
    for _ in range(3):
        clock.advance(599)
        target.submit("ok")
    clock.advance(599)
    assert other.get_target("scripted.alpha").submit("ok", session=session.id).refresh().status == "Succeeded"
    idle_until_the_last_moment(other.get_session(session.id), clock)
    assert session.refresh().status == "TimedOut"


def test_who_looks_before_the_limit_does_not_wait_for_who_writes(open_workspace, tmp_path, clock):
    path = tmp_path / "a.db"
    target = open_workspace(path).get_target("scripted.alpha")
    session = target.open_session()
    clock.advance(599)
    target.submit("ok")
    clock.advance(599)
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        assert session.refresh().status == "Executing"
        assert [found.id for found in target.workspace.list_sessions()] == [session.id]
        other.execute("ROLLBACK")
    other.close()
    idle_until_the_last_moment(session, clock, 1)


def test_the_overview_says_when_a_session_will_end(alpha, clock):
    session = alpha.open_session()
    for _ in range(2):
        clock.advance(400)
        alpha.submit("ok")
    job = alpha.submit("ok").refresh()
    overview = alpha.workspace.transport.overview.session(session.id)
    assert overview.idle_end - job.details.end_execution_time == timedelta(seconds=600)
