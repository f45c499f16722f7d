"""What a failed job means for its session: Abort and Continue, seen through the handles."""

import pytest

from quire import SessionJobFailurePolicy
from quire.errors import JobFailedError, SessionClosedError
from scripted_target import Gate

BAD = "fail InvalidInputData nonsense"


def statuses(session):
    return [str(job.status) for job in session.list_jobs()]


def test_abort_is_the_default(alpha):
    assert alpha.open_session().details.job_failure_policy is SessionJobFailurePolicy.ABORT


def test_abort_cancels_what_waits(slow, held, clock):
    session = slow.open_session()
    slow.submit(BAD)
    waiting = [slow.submit("ok") for _ in range(3)]
    clock.advance(1)
    held.run()
    assert session.refresh().status == "Failed"
    assert statuses(session) == ["Failed", "Cancelled", "Cancelled", "Cancelled"]
    for job in waiting:
        details = job.refresh().details
        assert details.begin_execution_time is None
        assert details.cancellation_time == details.end_execution_time == session.details.end_execution_time
        assert details.error_data is None
        with pytest.raises(JobFailedError):
            job.get_results()


def test_abort_stops_what_runs(wide, held):
    session = wide.open_session()
    wide.submit(BAD)
    running = wide.submit("ok")
    assert running.refresh().status == "Executing"
    held.run()
    assert session.refresh().status == "Failed"
    assert running.refresh().status == "Cancelled"


def test_abort_shows_that_cancellation_was_asked_while_the_run_cannot_be_stopped(wide, held):
    session = wide.open_session()
    stubborn = wide.submit("ok")
    end_it = held.start()
    wide.submit(BAD)
    held.run()
    assert session.refresh().status == "Failed"
    assert stubborn.refresh().status == "CancellationRequested"
    ended = session.details.end_execution_time
    end_it()
    assert stubborn.refresh().status == "Cancelled"
    assert (session.refresh().status, session.details.end_execution_time) == ("Failed", ended)


def test_abort_really_stops_the_worker(real, gate):
    with Gate() as other:
        session = real.open_session()
        running = real.submit(gate.program)
        guest = gate.next()
        bad = real.submit(other.program)
        other.next().tell(BAD)
        bad.wait_until_completed(60)
        guest.wait_until_gone()
        running.wait_until_completed(60)
        assert running.status == "Cancelled"
        assert session.refresh().status == "Failed"


def test_abort_leaves_other_sessions_and_lone_jobs_alone(slow, beta, open_workspace, held):
    lone = slow.submit("ok")
    doomed = slow.open_session(name="doomed")
    slow.submit(BAD)
    spared = slow.open_session(name="spared")
    slow.submit("ok")
    held.run(3)
    assert doomed.refresh().status == "Failed"
    assert spared.refresh().status == "Executing"
    assert lone.refresh().status == "Succeeded"
    assert statuses(spared) == ["Succeeded"]


def test_abort_reaches_jobs_behind_many_others(slow, held):
    """A long queue of cancelled jobs is passed over without recursion, and what comes after it runs."""
    session = slow.open_session()
    slow.submit(BAD)
    for _ in range(1500):
        slow.submit("ok")
    after = slow.submit("ok", session=slow.workspace.get_targets(slow.name).open_session(name="after"))
    held.run()
    assert session.refresh().status == "Failed"
    held.run()
    assert after.refresh().status == "Succeeded"


def test_a_cancelled_job_is_no_failure(slow, held):
    session = slow.open_session(job_failure_policy="Abort")
    first, second = slow.submit("ok"), slow.submit("ok")
    assert second.cancel().status == "Cancelled"
    assert session.refresh().status == "Executing"
    held.run()
    assert first.refresh().status == "Succeeded"
    session.close()
    assert session.status == "Succeeded"


def test_a_job_that_is_stopped_while_it_fails_is_no_failure(slow, held):
    session = slow.open_session(job_failure_policy="Abort")
    job = slow.submit(BAD)
    end_it = held.start()
    assert job.cancel().status == "CancellationRequested"
    end_it()
    assert (job.refresh().status, job.details.error_data) == ("Cancelled", None)
    assert session.refresh().status == "Executing"


def test_continue_goes_on_after_failures(slow, held):
    session = slow.open_session(job_failure_policy="Continue")
    for program in (BAD, "ok", BAD, "ok"):
        slow.submit(program)
    held.run()
    assert session.refresh().status == "Failure(s)"
    held.run(3)
    assert statuses(session) == ["Failed", "Succeeded", "Failed", "Succeeded"]
    assert session.refresh().status == "Failure(s)"
    session.close()
    assert session.status == "Failed"


def test_continue_closed_with_jobs_pending_ends_as_failed(slow, held):
    session = slow.open_session(job_failure_policy="Continue")
    slow.submit(BAD)
    slow.submit("ok")
    held.run()
    session.close()
    assert (session.status, session.details.end_execution_time) == ("Failure(s)", None)
    held.run()
    assert session.refresh().status == "Failed"
    assert statuses(session) == ["Failed", "Succeeded"]


def test_continue_when_the_last_job_after_close_is_the_one_that_fails(slow, held):
    session = slow.open_session(job_failure_policy="Continue")
    slow.submit("ok")
    slow.submit(BAD)
    session.close()
    held.run(2)
    assert session.refresh().status == "Failed"


def test_abort_after_close(slow, held):
    session = slow.open_session()
    slow.submit(BAD)
    slow.submit("ok")
    session.close()
    assert session.status == "Executing"
    held.run()
    assert session.refresh().status == "Failed"
    assert statuses(session) == ["Failed", "Cancelled"]


def test_the_end_of_an_aborted_session_does_not_move(slow, held, clock):
    session = slow.open_session()
    slow.submit(BAD)
    held.run()
    ended = session.refresh().details
    clock.advance(3600)
    session.close()
    session.cancel()
    assert session.refresh().details == ended


def test_the_seed_example_with_a_garbage_job_first(inline, alpha):
    session = alpha.open_session(name="session", job_failure_policy=SessionJobFailurePolicy.ABORT)
    job1 = alpha.submit(input_data="garbage input data", name="Job 1")
    job1.wait_until_completed()
    assert (job1.status, job1.details.error_data.code) == ("Failed", "NoSuchWord")
    for name in ("Job 2", "Job 3"):
        with pytest.raises(SessionClosedError, match="terminal state"):
            alpha.submit(input_data="ok", name=name)
    session.refresh()
    assert session.details.status == "Failed"
    assert [job.details.name for job in session.list_jobs()] == ["Job 1"]


def test_the_seed_example_under_continue(inline, alpha):
    with alpha.open_session(name="session", job_failure_policy="Continue") as session:
        jobs = [
            alpha.submit(input_data=program, name=f"Job {n}")
            for n, program in enumerate(("garbage input data", "ok", "ok"), 1)
        ]
        for job in jobs:
            job.wait_until_completed()
        assert session.refresh().status == "Failure(s)"
    assert session.status == "Failed"
    assert statuses(session) == ["Failed", "Succeeded", "Succeeded"]
