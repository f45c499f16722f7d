"""Executors that a user brings along, and what they may do wrong."""

import multiprocessing
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor

import pytest

from quire import JobDetails, SystemClock
from scripted_target import ALPHA, FORMAT


@pytest.fixture
def on(open_workspace):
    """Opens a target whose jobs run on an executor."""

    def open_one(executor, workers=2):
        return open_workspace(executor=executor, workers=workers, clock=SystemClock()).get_target(ALPHA)

    return open_one


def ended(job):
    job.wait_until_completed(60)
    return str(job.status), job.details.error_data and job.details.error_data.code


def test_threads(on):
    with ThreadPoolExecutor(2) as pool:
        target = on(pool)
        jobs = [target.submit(program) for program in ("ok", "fail X y", "raise z", "silent", "ok")]
        assert [ended(job) for job in jobs] == [
            ("Succeeded", None),
            ("Failed", "X"),
            ("Failed", "PluginFailed"),
            ("Failed", "InvalidInputData"),
            ("Succeeded", None),
        ]


def test_processes_of_the_standard_library(on):
    """The plug-ins that were given go along; a pool that breaks fails its jobs and harms nothing else."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        target = on(pool, workers=1)
        assert ended(target.submit("ok")) == ("Succeeded", None)
        assert ended(target.submit("crash")) == ("Failed", "ExecutorFailed")
        job = target.submit("ok")
        assert ended(job) == ("Failed", "ExecutorFailed")
        assert "BrokenProcessPool" in job.details.error_data.message


def test_no_more_runs_at_a_time_than_was_said(on, held):
    target = on(held, workers=2)
    jobs = [target.submit("ok") for _ in range(5)]
    assert [str(job.refresh().status) for job in jobs] == ["Executing"] * 2 + ["Waiting"] * 3
    held.run()
    assert [str(job.refresh().status) for job in jobs] == ["Succeeded"] + ["Executing"] * 2 + ["Waiting"] * 2


class Immediate(Executor):
    """Runs each task before ``submit`` returns."""

    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        future.set_running_or_notify_cancel()
        future.set_result(fn(*args, **kwargs))
        return future


def test_one_that_is_done_at_once(on):
    target = on(Immediate(), workers=1)
    assert {ended(target.submit("ok")) for _ in range(50)} == {("Succeeded", None)}


@pytest.mark.parametrize("error", [ValueError("no such cluster"), CancelledError(), MemoryError()])
def test_one_that_fails(slow, held, error):
    """Nothing stays as if it were running."""
    session = slow.open_session()
    job = slow.submit("ok")
    held.start()(error)
    assert ended(job) == ("Failed", "ExecutorFailed")
    assert session.refresh().status == "Failed"


def test_one_that_cancels_its_tasks_by_itself(on):
    class Fickle(Executor):
        def submit(self, fn, /, *args, **kwargs):
            future = Future()
            future.cancel()
            return future

    assert ended(on(Fickle()).submit("ok")) == ("Failed", "ExecutorFailed")


def test_one_that_takes_no_tasks_any_more(on):
    pool = ThreadPoolExecutor(1)
    target = on(pool)
    pool.shutdown()
    job = target.submit("ok")
    assert ended(job) == ("Failed", "ExecutorFailed")
    assert "shutdown" in job.details.error_data.message


def test_a_long_queue_for_one_that_fails_at_once(on):
    """Each end leads to the next beginning; that must not pile up."""

    class Closed(Executor):
        def __init__(self):
            self.first = Future()
            self.asked = 0

        def submit(self, fn, /, *args, **kwargs):
            self.asked += 1
            if self.asked == 1:
                return self.first
            future = Future()
            future.set_exception(OSError("gone"))
            return future

    executor = Closed()
    target = on(executor, workers=1)
    jobs = [target.submit("ok") for _ in range(1000)]
    executor.first.set_exception(OSError("gone"))
    assert {ended(job) for job in jobs} == {("Failed", "ExecutorFailed")}


class Struck(Executor):
    """An executor that Ctrl-C ends the wait for."""

    def submit(self, fn, /, *args, **kwargs):
        return Future()

    def shutdown(self, wait=True, *, cancel_futures=False):
        raise KeyboardInterrupt


def test_ctrl_c_while_it_is_waited_for_leaves_its_jobs_to_others(open_workspace, tmp_path):
    path = tmp_path / "q.db"
    workspace = open_workspace(path, executor=Struck(), workers=1, clock=SystemClock())
    job = workspace.get_target(ALPHA).submit("ok")
    with pytest.raises(KeyboardInterrupt):
        workspace.close()
    other = open_workspace(path)
    other.get_target(ALPHA).submit("ok")
    adopted = other.get_job(job.id)
    adopted.wait_until_completed(60)
    assert (adopted.status, adopted.details.attempts) == ("Succeeded", 1)


def test_a_run_begins_when_a_server_has_answered(open_workspace, held):
    workspace = open_workspace(executor=held, workers=1)
    asked = JobDetails(
        id="one", name="one", provider_id="scripted", target=ALPHA, input_data_format=FORMAT,
        output_data_format="microsoft.quantum-results.v2",
    )  # fmt: skip
    begins = []
    accepted = workspace.transport.submit_job(asked, b"ok", begins.append)
    assert accepted.status == "Waiting"
    assert held.count == 0
    (begin,) = begins
    begin()
    held.run()
    assert workspace.get_job("one").results().counts == {"[0, 1]": 3}
