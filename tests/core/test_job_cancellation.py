"""Cancelling a job in each of its states."""

import pytest

from quire import JobStatus
from quire.errors import JobFailedError, NotFoundError
from quire.service.losses import WorkerLostError
from scripted_target import ALPHA, Gate


def test_a_waiting_job_is_cancelled_at_once(slow, held, clock):
    slow.submit("ok")
    job = slow.submit("ok")
    clock.advance(3)
    assert job.cancel().status == "Cancelled"
    details = job.refresh().details
    assert details.begin_execution_time is None
    assert details.end_execution_time == details.cancellation_time == details.last_modified_time
    assert (details.end_execution_time - details.creation_time).total_seconds() == 3
    assert details.error_data is None
    assert details.attempts == 0
    held.run()
    assert job.refresh().details == details


def test_an_executing_job_that_can_be_stopped(slow):
    job = slow.submit("ok")
    assert job.refresh().status == "Executing"
    job.cancel()
    details = job.refresh().details
    assert details.status == "Cancelled"
    assert details.cancellation_time is not None


def test_an_executing_job_that_cannot_be_stopped_ends_as_cancelled_all_the_same(slow, held):
    job = slow.submit("ok")
    end_it = held.start()
    assert job.cancel().status == "CancellationRequested"
    assert job.refresh().details.cancellation_time is None
    assert job.cancel().status == "CancellationRequested"
    end_it()
    assert job.refresh().status == "Cancelled"
    assert job.details.cancellation_time is not None
    with pytest.raises(NotFoundError):
        job.workspace.transport.get_output(job.id)


def test_a_job_whose_worker_is_lost_while_it_is_cancelled(slow, held):
    job = slow.submit("ok")
    end_it = held.start()
    job.cancel()
    end_it(WorkerLostError("lost"))
    assert job.refresh().status == "Cancelled"


@pytest.mark.parametrize(("program", "ended"), [("ok", "Succeeded"), ("fail X y", "Failed")])
def test_an_ended_job_stays_as_it_is(alpha, clock, program, ended):
    job = alpha.submit(program).refresh()
    before = job.details
    clock.advance(5)
    assert job.cancel().details == before
    assert job.refresh().status == ended


def test_a_cancelled_job_stays_as_it_is(slow, clock):
    slow.submit("ok")
    job = slow.submit("ok").cancel()
    before = job.details
    clock.advance(5)
    assert job.cancel().details == before


def test_an_unknown_job(inline):
    with pytest.raises(NotFoundError) as error:
        inline.transport.cancel_job("nobody")
    assert (error.value.kind, error.value.name) == ("job", "nobody")


def test_a_cancelled_job_has_no_results(slow):
    slow.submit("ok")
    job = slow.submit("ok").cancel()
    with pytest.raises(JobFailedError) as error:
        job.get_results()
    assert (error.value.status, error.value.fault) == (JobStatus.CANCELLED, None)


def test_a_running_worker_is_really_stopped(real, gate):
    job = real.submit(gate.program)
    guest = gate.next()
    assert guest.job_id == job.id
    job.cancel()
    guest.wait_until_gone()
    job.wait_until_completed(60)
    assert job.status == "Cancelled"


def test_the_pool_is_as_large_as_before_a_cancellation(real, gate):
    for _ in range(3):
        job = real.submit(gate.program)
        guest = gate.next()
        job.cancel()
        guest.wait_until_gone()
    together = [real.submit(gate.program) for _ in range(2)]
    guests = [gate.next(), gate.next()]
    assert {guest.job_id for guest in guests} == {job.id for job in together}
    for guest in guests:
        guest.tell("ok")
    for job in together:
        job.wait_until_completed(60)
        assert job.status == "Succeeded"


def test_jobs_in_a_busy_pools_queue_can_be_cancelled(real, gate):
    running = [real.submit(gate.program) for _ in range(2)]
    guests = [gate.next(), gate.next()]
    waiting = [real.submit("ok") for _ in range(5)]
    for job in waiting[1:]:
        assert job.cancel().status == "Cancelled"
    for guest in guests:
        guest.tell("ok")
    for job in (*running, waiting[0]):
        job.wait_until_completed(60)
        assert job.status == "Succeeded"
    assert [str(job.refresh().status) for job in waiting[1:]] == ["Cancelled"] * 4


def test_a_cancellation_that_comes_as_the_run_ends_harms_no_other_job(real):
    """The worker that is being killed must not be given another task; each job ends for its own reason."""
    for _ in range(150):
        victim = real.submit("work 1")
        others = [real.submit("ok") for _ in range(4)]
        victim.cancel()
        for job in others:
            job.wait_until_completed(60)
            assert (job.status, job.details.attempts) == ("Succeeded", 1)
        victim.wait_until_completed(60)
        assert victim.status in ("Cancelled", "Succeeded")


def test_another_workspace_can_cancel(open_workspace, tmp_path):
    from quire import SystemClock

    path = tmp_path / "a.db"
    settings = {"executor": "processes", "workers": 1, "clock": SystemClock()}
    runner = open_workspace(path, **settings).get_target(ALPHA)
    with Gate() as gate:
        running = runner.submit(gate.program)
        guest = gate.next()
        waiting = runner.submit("ok")
        elsewhere = open_workspace(path, **settings)
        assert elsewhere.get_job(waiting.id).cancel().status == "Cancelled"
        assert elsewhere.get_job(running.id).cancel().status == "CancellationRequested"
        guest.wait_until_gone()
        running.wait_until_completed(60)
        assert running.status == "Cancelled"
        assert elsewhere.get_job(running.id).status == "Cancelled"


def test_a_cancelled_job_may_be_deleted_while_it_is_still_in_the_queue(slow, held):
    """A job that is gone is passed over; a new one with a new id is not taken for it."""
    first = slow.submit("ok")
    gone = slow.submit("fail X y")
    gone.cancel()
    gone.delete()
    later = slow.submit("ok")
    held.run(2)
    assert (first.refresh().status, later.refresh().status) == ("Succeeded", "Succeeded")
    assert later.details.attempts == 1
