"""Waiting for a job: alone or with others, with a limit, in threads, tasks and other processes."""

import asyncio
import io
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from processes import python, read_line
from quire import SystemClock, job_monitor
from quire.errors import JobFailedError, NotFoundError, QuireError, WaitTimeoutError
from quire.service.notices import ThreadWaiter
from scripted_target import ALPHA, Gate


def test_an_ended_job_is_not_waited_for(alpha):
    job = alpha.submit("ok")
    job.wait_until_completed()
    assert job.has_completed()
    job.wait_until_completed(0)


@pytest.mark.parametrize("seconds", [0, 0.01])
def test_the_limit(slow, held, seconds):
    job = slow.submit("ok", name="slow one")
    with pytest.raises(WaitTimeoutError) as error:
        job.wait_until_completed(seconds)
    assert (error.value.job_id, error.value.seconds) == (job.id, seconds)
    assert isinstance(error.value, TimeoutError)
    assert "slow one" in error.value.message
    assert "Executing" in error.value.message
    held.run()
    job.wait_until_completed(0)
    assert job.status == "Succeeded"


def test_results_have_the_limit_too(slow):
    job = slow.submit("ok")
    for ask in (job.get_results, job.results, job.output, job.get_results_histogram, job.get_results_shots):
        with pytest.raises(WaitTimeoutError):
            ask(0.01)


def test_results_of_a_failed_job_say_why(alpha):
    job = alpha.submit("fail TooHot the fridge is warm", name="melted")
    with pytest.raises(JobFailedError) as error:
        job.get_results()
    assert error.value.job_id == job.id
    assert error.value.status == "Failed"
    assert (error.value.fault.code, error.value.fault.message) == ("TooHot", "the fridge is warm")
    for word in ("melted", "TooHot", "the fridge is warm"):
        assert word in error.value.message


def test_several_threads_wait_for_one_job(real, gate):
    job = real.submit(gate.program)
    guest = gate.next()
    ready = threading.Barrier(6, timeout=60)

    def wait():
        handle = real.workspace.get_job(job.id)
        ready.wait()
        handle.wait_until_completed(60)
        return handle.status

    with ThreadPoolExecutor(5) as pool:
        waiting = [pool.submit(wait) for _ in range(5)]
        ready.wait()
        guest.tell("ok")
        assert [future.result(60) for future in waiting] == ["Succeeded"] * 5


def test_a_waiter_is_woken_by_the_end_and_not_by_a_poll(real, gate):
    """Several rounds in a fraction of the interval in which a waiter would look by itself."""
    clock = SystemClock()
    for _ in range(5):
        job = real.submit(gate.program)
        guest = gate.next()
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(job.wait_until_completed, 60)
            told = clock.now()
            guest.tell("ok")
            waiting.result(60)
        assert clock.now() - told < 2_000_000


def test_waiting_for_a_change(slow, held):
    slow.submit("ok")
    job = slow.submit("ok")
    seen = [job.status]
    with ThreadPoolExecutor(1) as pool:
        for _ in range(2):
            waiting = pool.submit(job.wait_for_change, 60)
            held.run()
            waiting.result(60)
            seen.append(job.status)
    assert [str(status) for status in seen] == ["Waiting", "Executing", "Succeeded"]


def test_waiting_for_a_change_has_a_limit_and_no_error(slow):
    job = slow.submit("ok").refresh()
    assert job.wait_for_change(0.01).status == "Executing"


def test_the_monitor_shows_each_status_until_the_end(alpha):
    output = io.StringIO()
    job_monitor(alpha.submit("ok").refresh(), output)
    assert output.getvalue() == "Job Status: Succeeded\n"


def test_the_monitor_of_a_running_job(real, gate):
    output = io.StringIO()
    job = real.submit(gate.program)
    guest = gate.next()
    job.refresh()
    with ThreadPoolExecutor(1) as pool:
        watching = pool.submit(job_monitor, job, output)
        guest.tell("ok")
        watching.result(60)
    lines = output.getvalue().splitlines()
    assert lines[-1] == "Job Status: Succeeded"
    assert set(lines[:-1]) <= {"Job Status: Executing"}


def test_many_tasks_wait_without_a_thread_each(real, gate):
    jobs = [real.submit("ok") for _ in range(40)]
    before = threading.active_count()

    async def main():
        waits = [asyncio.create_task(job.wait_async(60)) for job in jobs]
        await asyncio.sleep(0)
        assert threading.active_count() <= before
        await asyncio.gather(*waits)

    asyncio.run(main())
    assert {str(job.status) for job in jobs} == {"Succeeded"}


def test_a_task_may_stop_waiting(real, gate):
    job = real.submit(gate.program)
    guest = gate.next()

    async def main():
        waiting = asyncio.create_task(job.wait_async())
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        with pytest.raises(WaitTimeoutError):
            await job.wait_async(0.01)

    asyncio.run(main())
    guest.tell("ok")
    job.wait_until_completed(60)
    assert job.status == "Succeeded"


def test_unknown_jobs(inline):
    for ask in (inline.get_job, inline.transport.wait_job, inline.transport.get_input):
        with pytest.raises(NotFoundError) as error:
            ask("nobody")
        assert (error.value.kind, error.value.name) == ("job", "nobody")


def test_output_that_is_not_there_yet(slow, inline):
    job = slow.submit("ok")
    with pytest.raises(NotFoundError, match="Executing"):
        slow.workspace.transport.get_output(job.id)


def test_closing_the_workspace_ends_waiting(real, gate):
    """Whoever waits is told that the workspace was closed, at once and not at the next look."""
    job = real.submit(gate.program)
    gate.next()
    clock = SystemClock()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(job.wait_until_completed, 60)
        closed_at = clock.now()
        real.workspace.close()
        with pytest.raises(QuireError, match="closed"):
            waiting.result(60)
        assert clock.now() - closed_at < 3_000_000


WAITER = """
import sys
import scripted_target
from quire import Workspace
with Workspace(sys.argv[1], workers=1, plugins=[scripted_target]) as workspace:
    job = workspace.get_job(sys.argv[2])
    print(job.status, flush=True)
    job.wait_until_completed(60)
    print(job.status, job.get_results(), flush=True)
"""


def test_a_waiter_in_another_process(open_workspace, tmp_path):
    path = tmp_path / "a.db"
    workspace = open_workspace(path, executor="processes", workers=1, clock=SystemClock())
    with Gate() as gate:
        job = workspace.get_target(ALPHA).submit(gate.program)
        guest = gate.next()
        with subprocess.Popen(python(WAITER, path, job.id), stdout=subprocess.PIPE, text=True) as waiter:
            assert read_line(waiter) == "Executing\n"
            guest.tell("ok")
            assert read_line(waiter) == "Succeeded {'[0, 1]': 1.0}\n"
            assert waiter.wait(60) == 0
    assert job.refresh().details.attempts == 1


def test_a_job_that_was_cancelled_in_the_queue_is_not_waited_for(open_workspace, held, monkeypatch):
    target = open_workspace(executor=held, workers=1).get_target(ALPHA)
    with target.open_session() as session:
        jobs = [target.submit("ok") for _ in range(3)]
        session.cancel()
    monkeypatch.setattr(ThreadWaiter, "next", _never)
    for job in jobs[1:]:
        job.wait_until_completed(60)
        assert job.status == "Cancelled"


def _never(*_):
    raise AssertionError("there is nothing to wait for")


@pytest.mark.parametrize("turns", range(5))
def test_a_task_that_is_cancelled_as_its_job_ends_is_cancelled(slow, held, turns):
    async def waiting():
        await job.wait_async(60)
        await asyncio.Event().wait()

    async def main():
        task = asyncio.ensure_future(waiting())
        await asyncio.sleep(0)
        held.run()
        for _ in range(turns):
            await asyncio.sleep(0)
        assert task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    job = slow.submit("ok")
    asyncio.run(asyncio.wait_for(main(), 60))
