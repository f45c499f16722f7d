"""What becomes of tasks that a worker was given before it had done what it had."""

import os
import resource
import signal

import pytest

from quire import Fault, Outcome
from quire.service.losses import (
    WorkerLostError,
    WorkerOverdueError,
    WorkerSparedError,
    WorkerStoppedError,
    WorkersUnavailableError,
)
from quire.service.permits import Permits, use
from quire.service.pool import WorkerPool
from quire.service.request import Request
from quire.service.worker import decode_answer
from quire.service.workload import MOST_AHEAD_BYTES, Pace, Workload
from scripted_tasks import PLUGINS, RUN, task

FOREVER = 1e6


@pytest.fixture
def open_pool():
    """Opens pools that give tasks ahead from the first moment on, and take none back for being late."""
    opened = []

    def open_one(workers=1, *, late_seconds=FOREVER, task_seconds=None):
        pace = Pace(FOREVER, late_seconds, soon_seconds=0.0)
        pace.note(0.0)
        opened.append(WorkerPool(workers, PLUGINS, task_seconds, pace))
        for future in [opened[-1].submit(RUN, task("ok")) for _ in range(workers)]:
            assert future.result(60).fault is None
        return opened[-1]

    yield open_one
    for pool in opened:
        pool.shutdown()


def spared(future):
    return isinstance(future.exception(60), WorkerSparedError)


def run_all(pool, programs, names=None):
    """How each task ended, with a fault, an error or None; those that were spared are given again."""
    tasks = [task(program, name) for program, name in zip(programs, names or programs, strict=True)]
    ends = {}
    while left := [number for number in range(len(tasks)) if number not in ends]:
        futures = pool.submit_ahead(RUN, [tasks[number] for number in left])
        for number, future in zip(left, futures, strict=True):
            if not spared(future):
                error = future.exception()
                ends[number] = future.result().fault if error is None else type(error)
    return [ends[number] for number in range(len(tasks))]


def notes(path):
    return path.read_text().split() if path.exists() else []


def test_each_task_is_answered_by_its_own_outcome(open_pool):
    pool = open_pool(2)
    futures = pool.submit_ahead(RUN, [task(f"fail Code{number} text") for number in range(500)])
    assert [future.result(60).fault.code for future in futures] == [f"Code{number}" for number in range(500)]


def test_a_worker_does_its_tasks_in_their_order_and_one_at_a_time(open_pool, tmp_path):
    pool = open_pool()
    tasks = [task(f"solo {tmp_path}", "same") for _ in range(30)]
    for future in pool.submit_ahead(RUN, tasks):
        assert future.result(60).fault is None
    assert len(notes(tmp_path / "same")) == 30
    assert not list(tmp_path.glob("*.overlap"))


def test_only_the_running_task_is_lost_with_its_worker(open_pool, gate):
    pool = open_pool()
    first, *others = pool.submit_ahead(RUN, [task(gate.program), *[task("ok")] * 10])
    guest = gate.next()
    assert not any(future.done() for future in others)
    os.kill(guest.pid, signal.SIGKILL)
    with pytest.raises(WorkerLostError):
        first.result(60)
    assert all(spared(future) for future in others)
    assert run_all(pool, ["ok"] * 10) == [None] * 10


def test_tasks_that_kill_their_workers_one_after_the_other(open_pool):
    pool = open_pool(2)
    programs = ["ok", "crash", "ok", "ok", "crash", "ok"] * 4
    ends = {"ok": None, "crash": WorkerLostError}
    assert run_all(pool, programs) == [ends[program] for program in programs]


def test_stopping_the_running_task_spares_the_others(open_pool, gate):
    pool = open_pool()
    first, *others = pool.submit_ahead(RUN, [task(gate.program), *[task("ok")] * 10])
    guest = gate.next()
    pool.stop(first)
    guest.wait_until_gone()
    with pytest.raises(WorkerStoppedError):
        first.result(60)
    assert all(spared(future) for future in others)
    assert run_all(pool, ["ok"] * 10) == [None] * 10


def test_a_task_that_was_given_ahead_can_be_stopped(open_pool, gate, tmp_path):
    """It never runs, nor do its neighbours for now, and the worker stays."""
    pool = open_pool()
    programs = [gate.program, "ok", f"solo {tmp_path}", "ok"]
    first, second, third, last = pool.submit_ahead(RUN, [task(program) for program in programs])
    guest = gate.next()
    pool.stop(third)
    with pytest.raises(WorkerStoppedError):
        third.result(0)
    assert spared(second)
    assert spared(last)
    guest.tell("ok")
    assert first.result(60).fault is None
    last = pool.submit(RUN, task(gate.program))
    again = gate.next()
    assert again.pid == guest.pid
    again.tell("ok")
    assert last.result(60).fault is None
    assert notes(tmp_path / "job") == []


def test_what_a_late_task_holds_up_is_done_by_others(open_pool, gate):
    pool = open_pool(2, late_seconds=0.01)
    held = pool.submit(RUN, task(gate.program))
    guest = gate.next()
    assert run_all(pool, ["ok"] * 20) == [None] * 20
    assert not held.done()
    guest.tell("ok")
    assert held.result(60).fault is None


def test_tasks_that_are_taken_back_all_the_time_run_once_each(open_pool, tmp_path):
    pool = open_pool(2, late_seconds=0.002)
    names = [f"job-{number}" for number in range(150)]
    assert run_all(pool, [f"solo {tmp_path}"] * len(names), names) == [None] * len(names)
    assert [len(notes(tmp_path / name)) for name in names] == [1] * len(names)
    assert not list(tmp_path.glob("*.overlap"))


def test_what_is_taken_back_on_the_pools_own_thread_is_told_at_once(open_pool, gate):
    pool = open_pool()
    first, victim, other = pool.submit_ahead(RUN, [task(gate.program), task("ok"), task("ok")])
    guest = gate.next()
    pool.listen(lambda: pool.stop(victim))
    pool.wake()
    assert spared(other)
    with pytest.raises(WorkerStoppedError):
        victim.result(60)
    guest.tell("ok")
    assert first.result(60).fault is None


def test_a_worker_that_cannot_be_replaced_for_now(open_pool, gate):
    """No descriptor is free when it dies; nothing hangs, and later there is a worker again."""
    pool = open_pool()
    first = pool.submit(RUN, task(gate.program))
    guest = gate.next()
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, limits[1]))
    try:
        os.kill(guest.pid, signal.SIGKILL)
        with pytest.raises(WorkerLostError):
            first.result(60)
        with pytest.raises(WorkersUnavailableError):
            pool.submit(RUN, task("ok")).result(60)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert run_all(pool, ["ok"] * 3) == [None] * 3


def test_what_waits_when_the_pool_is_closed_ends(open_pool, gate):
    pool = open_pool()
    first = pool.submit(RUN, task(gate.program))
    gate.next()
    waiting, cancelled = (pool.submit(RUN, task("ok")) for _ in range(2))
    assert cancelled.cancel()
    pool.shutdown()
    for future in (first, waiting):
        with pytest.raises(WorkerStoppedError):
            future.result(60)


def test_stopping_a_task_of_a_closed_pool_reads_from_nobodys_descriptor(open_pool, gate):
    """The permits of its worker are closed by then, and their numbers belong to other files."""
    pool = open_pool()
    first = pool.submit(RUN, task(gate.program))
    gate.next()
    pool.shutdown()
    pipes = [os.pipe() for _ in range(20)]
    for _, end in pipes:
        os.write(end, b"x")
    pool.stop(first)
    for begin, end in pipes:
        os.set_blocking(begin, False)
        assert os.read(begin, 1) == b"x"
        os.close(begin)
        os.close(end)


def test_a_worker_that_says_what_it_was_not_asked_is_lost(open_pool):
    pool = open_pool()
    with pytest.raises(WorkerLostError):
        pool.submit(RUN, task("babble")).result(60)
    assert run_all(pool, ["ok"] * 3) == [None] * 3


def test_a_permit_is_used_once():
    permits = Permits()
    permits.give(5)
    assert [use(permits.descriptor) for _ in range(2)] == [True, True]
    assert permits.take_back() == 3
    assert not use(permits.descriptor)
    assert permits.take_back() == 0
    permits.close()


def test_a_task_that_is_late_before_its_worker_has_begun_it(open_pool, gate):
    """The worker gets no processor for a while, and then finds the task together with the recall."""
    pool = open_pool(late_seconds=0.01)
    first = pool.submit(RUN, task(gate.program))
    guest = gate.next()
    guest.tell("ok")
    assert first.result(60).fault is None
    os.kill(guest.pid, signal.SIGSTOP)
    futures = pool.submit_ahead(RUN, [task("ok")] * 5)
    assert all(spared(future) for future in futures)
    os.kill(guest.pid, signal.SIGCONT)
    assert run_all(pool, ["ok"] * 5) == [None] * 5


def test_the_limit_on_a_task_counts_from_its_own_begin(open_pool, gate):
    pool = open_pool(task_seconds=0.5)
    works = pool.submit_ahead(RUN, [task("work 100")] * 12)
    assert [future.result(60).fault for future in works] == [None] * 12
    first, *others = pool.submit_ahead(RUN, [task(gate.program), *[task("ok")] * 5])
    gate.next().wait_until_gone()
    with pytest.raises(WorkerOverdueError):
        first.result(60)
    assert all(spared(future) for future in others)


def test_a_large_task_is_not_given_ahead(open_pool, gate):
    """It could fill the line to a worker that does not read, and hold up who sends it."""
    pool = open_pool(2)
    large = " " * MOST_AHEAD_BYTES * 20
    guests = [pool.submit(RUN, task(gate.program)) for _ in range(2)]
    doors = [gate.next(), gate.next()]
    assert not pool.is_ready
    futures = pool.submit_ahead(RUN, [task(f"ok {large}")] * 5)
    assert pool.room[0] <= 30 - 5
    for door in doors:
        door.tell("ok")
    assert [future.result(60).fault for future in (*guests, *futures)] == [None] * 7


def test_long_tasks_are_not_given_ahead():
    pace = Pace(ahead_seconds=0.005)
    assert pace.depth == 1
    for seconds, depth in ((0.0005, 10), (0.0005, 10), (0.02, 2), (60.0, 1)):
        pace.note(seconds)
        assert pace.depth == depth
    for _ in range(60):
        pace.note(0.001)
    assert pace.depth == 4


def test_what_is_given_ahead_is_small_together():
    load = Workload()
    third = Request(3, b"x" * (MOST_AHEAD_BYTES // 3), None)
    for _ in range(4):
        assert load.fits(third)
        load.add(third)
    assert not load.fits(third)
    load.answered(3)
    assert load.fits(third)
    load.add(third)
    assert not load.fits(third)
    load.take_back(len(load) - 1)
    assert load.fits(third)


def requests(*numbers):
    load = Workload()
    for number in numbers:
        load.add(Request(number, b"", None))
    return load


def test_an_answer_that_nobody_waits_for_changes_nothing():
    load = requests(3, 4, 5)
    assert load.answered(4) is None
    assert load.answered(2) is None
    assert [request.number for request in load.take_back(2)] == [4, 5]
    assert load.answered(3).number == 3
    assert (len(load), load.answered(3), load.answered(None)) == (0, None, None)


ONE = b"\0\0\0\0\0\0\0\1" + b"\0\0\0\xfa"


@pytest.mark.parametrize(
    "message",
    [b"", ONE[:7], ONE, *(ONE + rest for rest in (b"F[", b"Fx", b"F3", b"F" + b"[" * 100_000, b"G"))],
)
def test_an_answer_that_makes_no_sense_is_a_fault(message):
    _, _, outcome = decode_answer(message)
    assert outcome.fault.code == "WorkerDied"


def test_an_answer_names_its_task():
    assert decode_answer(ONE + b"Dabc") == (1, 0.00025, Outcome(b"abc"))
    assert decode_answer(ONE + b'F["Code", "text"]') == (1, 0.00025, Outcome(fault=Fault("Code", "text")))
