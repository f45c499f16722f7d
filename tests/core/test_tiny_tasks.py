"""Tasks that take less than to wake a worker for them: they follow those of one that is at work."""

import threading
from functools import partial

import pytest

from quire.service.losses import WorkerSparedError
from quire.service.pool import WorkerPool
from quire.service.request import Request
from quire.service.workload import Pace, Workload
from scripted_tasks import FORESEE, PATIENCE, PLUGINS, RUN, task


@pytest.fixture
def open_pool(two_processors, gate):
    opened = []

    def open_one(late_seconds=PATIENCE):
        """Two workers that have done a task each, at the same time; from now on tasks count as tiny."""
        pace = Pace(PATIENCE, late_seconds, brisk_seconds=PATIENCE, soon_seconds=PATIENCE)
        opened.append(WorkerPool(2, PLUGINS, None, pace))
        futures = [opened[-1].submit(RUN, task(gate.program)) for _ in range(2)]
        for guest in [gate.next() for _ in futures]:
            guest.tell("ok")
        assert [future.result(PATIENCE).fault for future in futures] == [None, None]
        return opened[-1]

    yield open_one
    for pool in opened:
        pool.shutdown()


def loads(pool):
    return sorted(len(worker.load) for worker in pool._crew.workers)


def load_of(count):
    load = Workload()
    for number in range(count):
        load.add(Request(number, b"", None))
    return load


@pytest.mark.parametrize(
    ("work", "comes_soon"), [(0.0001, [1, 2, 3]), (0.0003, [1]), (0.0004, []), (None, [])]
)
def test_what_comes_soon(work, comes_soon):
    """What counts is what a worker works, not how long its answers take on a busy machine."""
    pace = Pace(soon_seconds=0.0004)
    assert not pace.may_follow
    pace.note(0.001, work)
    assert pace.may_follow == bool(comes_soon)
    assert [count for count in range(5) if pace.comes_soon(load_of(count))] == comes_soon


def test_long_answers_do_not_come_soon_however_little_the_worker_works():
    pace = Pace(brisk_seconds=0.002)
    pace.note(0.003, 0.00001)
    assert not pace.comes_soon(load_of(1))


def test_a_task_follows_another(open_pool, gate):
    pool = open_pool()
    first = pool.submit(RUN, task(gate.program))
    guest = gate.next()
    second = pool.submit_soon(RUN, task("ok"))
    third = pool.submit_foreseen(RUN, pool.rouse(FORESEE, task("ok")))
    assert loads(pool) == [0, 3]
    assert [worker.told for worker in pool._crew.workers] == [None, None]  # nobody was woken
    assert not second.done()
    guest.tell("ok")
    assert [future.result(PATIENCE).fault for future in (first, second, third)] == [None] * 3


def test_a_task_that_is_submitted_alone_does_not_follow(open_pool, gate):
    """Such as the second run of a job whose worker died."""
    pool = open_pool()
    first = pool.submit(RUN, task(gate.program))
    guest = gate.next()
    assert pool.submit(RUN, task("ok")).result(PATIENCE).fault is None
    assert not first.done()
    guest.tell("ok")
    assert first.result(PATIENCE).fault is None


def test_a_task_goes_to_the_worker_that_was_told_of_it(open_pool, gate):
    """It would go on reading what will not come, if that is all it is told."""
    pool = open_pool()
    foresight = pool.rouse(FORESEE, task("ok"))
    (told,) = [worker for worker in pool._crew.workers if worker.told]
    first = pool.submit(RUN, task(gate.program))
    guest = gate.next()
    assert not told.load
    assert pool.submit_foreseen(RUN, foresight).result(PATIENCE).fault is None
    assert told.told is None
    assert not first.done()
    guest.tell("ok")
    assert first.result(PATIENCE).fault is None


def test_workers_are_roused_while_another_one_has_a_long_task(open_pool, gate):
    pool = open_pool()
    first = pool.submit(RUN, task(gate.program))
    guest = gate.next()
    assert pool.rouse(FORESEE, task("ok"))
    assert not any(worker.told for worker in pool._crew.workers)
    pool._pace._ahead_seconds = 0.0  # which it has been at by now
    foresight = pool.rouse(FORESEE, task("ok"))
    assert [worker.told for worker in pool._crew.workers if worker.told] == [foresight]
    pool.withdraw(foresight)
    guest.tell("ok")
    assert first.result(PATIENCE).fault is None


def test_a_task_does_not_follow_one_that_is_late(open_pool, gate):
    pool = open_pool(late_seconds=0.02)
    first = pool.submit(RUN, task(gate.program))
    guest = gate.next()
    second = pool.submit_soon(RUN, task("ok"))
    assert isinstance(second.exception(PATIENCE), WorkerSparedError)
    assert pool.submit(RUN, task("ok")).result(PATIENCE).fault is None
    assert not first.done()
    guest.tell("ok")
    assert first.result(PATIENCE).fault is None


def test_who_waits_for_a_task_hears_of_those_before_it(open_pool, gate, watching):
    pool, tellers = open_pool(), []
    pool.listen(lambda: tellers.append(threading.get_ident()))
    futures = [pool.submit(RUN, task(gate.program))]
    guest = gate.next()
    futures += pool.submit_ahead(RUN, [task("ok")] * 2)
    watching.append(partial(guest.tell, "ok"))
    assert pool.attend(futures[2])
    while not futures[2].done():
        pool.attend(futures[2])
    assert [future.result().fault for future in futures] == [None] * 3
    assert threading.get_ident() in tellers
    assert not pool.attend(futures[2])
