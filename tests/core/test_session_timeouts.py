"""When an idle session times out: the exact moment, and all that holds the clock up."""

from datetime import timedelta

import pytest

from idleness import TICK, idle_until_the_last_moment
from quire.errors import ConfigurationError, SessionClosedError


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
