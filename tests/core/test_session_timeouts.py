"""When an idle session times out: the exact moment, and all that holds the clock up."""

import sqlite3
from datetime import timedelta

import pytest

from quire.errors import ConfigurationError, SessionClosedError
from quire.service.store import filing

TICK = 0.000001


def idle_until_the_last_moment(session, clock, seconds=600):
    """Asserts that the session times out in exactly so many seconds from now."""
    before = session.refresh().status
    assert not before.is_terminal
    clock.advance(seconds - TICK)
    assert session.refresh().status is before
    clock.advance(TICK)
    assert session.refresh().status == "TimedOut"


def test_ten_minutes_after_it_was_opened(alpha, clock):
    idle_until_the_last_moment(alpha.open_session(), clock)


@pytest.mark.parametrize("seconds", [0.5, 1, 61.25, 86400])
def test_the_limit_is_a_setting(open_workspace, clock, seconds):
    target = open_workspace(session_timeout=seconds).get_target("scripted.alpha")
    session = target.open_session()
    assert session.details.timeout_seconds == seconds
    idle_until_the_last_moment(session, clock, seconds)


@pytest.mark.parametrize("wrong", [0, -1, float("nan"), "600", None])
def test_a_limit_that_is_none(open_workspace, wrong):
    with pytest.raises(ConfigurationError) as error:
        open_workspace(session_timeout=wrong)
    assert error.value.setting == "session_timeout"


def test_a_session_keeps_the_limit_it_was_opened_with(open_workspace, clock, tmp_path):
    first = open_workspace(tmp_path / "a.db", session_timeout=100).get_target("scripted.alpha")
    session = first.open_session()
    second = open_workspace(tmp_path / "a.db", session_timeout=1)
    assert second.get_session(session.id).details.timeout_seconds == 100
    clock.advance(99)
    assert second.get_session(session.id).status == "Waiting"


def test_never_while_a_job_is_pending(slow, held, clock):
    session = slow.open_session()
    slow.submit("ok")
    clock.advance(10_000)
    assert session.refresh().status == "Executing"
    held.run()
    idle_until_the_last_moment(session, clock)


def test_never_while_a_job_has_not_even_begun(slow, held, clock):
    slow.submit("ok")
    session = slow.open_session()
    slow.submit("ok")
    clock.advance(10_000)
    assert session.refresh().status == "Waiting"
    held.run(2)
    idle_until_the_last_moment(session, clock)


def test_never_while_a_run_is_being_stopped(slow, held, clock):
    session = slow.open_session()
    job = slow.submit("ok")
    end_it = held.start()
    job.cancel()
    clock.advance(10_000)
    assert session.refresh().status == "Executing"
    end_it()
    idle_until_the_last_moment(session, clock)


def test_the_end_of_a_job_restarts_the_clock(alpha, clock):
    session = alpha.open_session()
    for _ in range(5):
        clock.advance(599)
        alpha.submit("ok")
    idle_until_the_last_moment(session, clock)


def test_the_end_of_one_of_two_jobs_does_not_start_it(slow, held, clock):
    session = slow.open_session()
    slow.submit("ok")
    slow.submit("ok")
    held.run()
    clock.advance(10_000)
    assert session.refresh().status == "Executing"
    held.run()
    idle_until_the_last_moment(session, clock)


def test_a_cancelled_job_restarts_it_too(slow, held, clock):
    session = slow.open_session()
    job = slow.submit("ok")
    clock.advance(300)
    job.cancel()
    idle_until_the_last_moment(session, clock)


def test_a_refused_job_does_not_restart_it(alpha, beta, clock):
    session = alpha.open_session()
    clock.advance(300)
    with pytest.raises(ValueError, match="is on"):
        beta.submit("ok", session=session)
    clock.advance(300)
    assert session.refresh().status == "TimedOut"


def test_looking_does_not_restart_it(alpha, inline, clock):
    session = alpha.open_session()
    for _ in range(6):
        clock.advance(100)
        session.refresh()
        list(inline.list_sessions())
        list(session.list_jobs())
    assert session.status == "TimedOut"


def test_opening_it_again_does_not_restart_it(alpha, clock):
    session = alpha.open_session(id="mine", name="n")
    clock.advance(300)
    alpha.open_session(id="mine", name="n")
    clock.advance(300)
    assert session.refresh().status == "TimedOut"


def test_timed_out_wins_over_failures(alpha, clock):
    session = alpha.open_session(job_failure_policy="Continue")
    alpha.submit("fail X y")
    assert session.refresh().status == "Failure(s)"
    idle_until_the_last_moment(session, clock)


def test_the_clock_stops_at_close(slow, held, clock):
    session = slow.open_session()
    slow.submit("ok")
    session.close()
    clock.advance(10_000)
    assert session.refresh().status == "Executing"
    held.run()
    assert session.refresh().status == "Succeeded"
    clock.advance(10_000)
    assert session.refresh().status == "Succeeded"


def test_closing_an_overdue_session_finds_it_timed_out(alpha, clock):
    session = alpha.open_session()
    clock.advance(600)
    assert session.close().status == "TimedOut"


def test_nothing_changes_it_afterwards(alpha, clock):
    session = alpha.open_session()
    clock.advance(600)
    ended = session.refresh().details
    clock.advance(600)
    assert session.close().details == ended
    assert session.cancel().details == ended


@pytest.mark.parametrize("looked", [False, True])
def test_a_submission_after_the_limit_is_refused(alpha, clock, looked):
    session = alpha.open_session()
    clock.advance(600)
    if looked:
        session.refresh()
    with pytest.raises(SessionClosedError, match="TimedOut") as refusal:
        alpha.submit("ok")
    assert (refusal.value.status, refusal.value.session_id) == ("TimedOut", session.id)
    assert session.refresh().status == "TimedOut"
    assert list(session.list_jobs()) == []


def test_a_submission_just_before_the_limit_is_taken(alpha, clock):
    alpha.open_session()
    clock.advance(600 - TICK)
    assert alpha.submit("ok").refresh().status == "Succeeded"


def test_lists_are_swept_too(alpha, inline, clock):
    alpha.open_session(name="forgotten")
    clock.advance(600)
    assert [session.status for session in inline.list_sessions()] == ["TimedOut"]
    assert [item.status for item in inline.list_top_level_items()] == ["TimedOut"]


def test_filters_see_what_is_swept(alpha, inline, clock):
    alpha.open_session(name="forgotten")
    clock.advance(600)
    assert [session.name for session in inline.list_sessions(status="TimedOut")] == ["forgotten"]


def test_many_sessions_at_once(inline, alpha, beta, clock):
    opened = []
    for number in range(20):
        opened.append((alpha, beta)[number % 2].open_session(name=str(number)))
        clock.advance(1)
    clock.advance(580 + 9)
    ended = [session.refresh().status == "TimedOut" for session in opened]
    assert ended == [True] * 10 + [False] * 10


def test_the_limit_passes_while_no_process_is_there(open_workspace, tmp_path, clock):
    path = tmp_path / "a.db"
    first = open_workspace(path)
    session = first.get_target("scripted.alpha").open_session()
    clock.advance(599)
    first.close()
    assert open_workspace(path).get_session(session.id).status == "Waiting"
    clock.advance(1)
    found = open_workspace(path).get_session(session.id).details
    assert found.status == "TimedOut"
    assert found.end_execution_time - found.creation_time == timedelta(seconds=600)


def test_a_clock_that_is_set_back_ends_nothing_too_early(alpha, clock):
    session = alpha.open_session()
    clock.advance(-3600)
    alpha.submit("ok")
    idle_until_the_last_moment(session, clock, 3600 + 600)


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


def test_without_a_manual_clock_the_sweep_comes_by_itself(open_workspace):
    """The housekeeper of a process that runs jobs ends idle sessions; a plug-in hears of it."""
    import threading

    from quire import SystemClock, hookimpl

    heard = threading.Event()

    class Listener:
        @hookimpl
        def session_changed(self, session, was):
            if session.status == "TimedOut":
                heard.set()

    import scripted_target

    workspace = open_workspace(
        executor="processes",
        workers=1,
        clock=SystemClock(),
        session_timeout=0.2,
        plugins=[scripted_target, Listener()],
    )
    workspace.get_target("scripted.alpha").open_session()
    assert heard.wait(60)
