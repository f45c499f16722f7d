"""Waiting for a short task without sleeping: who waits reads the answer itself, or the pool's thread does."""

import os
import signal
import socket
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

import pytest

from cutting_off import CutOffError, raising
from quire.service import pool as pool_module
from quire.service.line import Line
from quire.service.losses import WorkerLostError, WorkerSparedError, WorkerStoppedError
from quire.service.pool import WorkerPool
from quire.service.pooled import PooledWorker
from quire.service.workload import Pace, Workload
from scripted_tasks import PATIENCE, PLUGINS, RUN, task


class OnePool:
    """A pool with the ends that its listener has been told of, and by which threads."""

    def __init__(self, workers=1):
        pace = Pace(PATIENCE, PATIENCE, brisk_seconds=PATIENCE, soon_seconds=0.0)
        pace.note(0.0)
        self.pool = WorkerPool(workers, PLUGINS, None, pace)
        self.tellers = []
        for future in [self.pool.submit(RUN, task("ok")) for _ in range(workers)]:
            assert future.result(PATIENCE).fault is None
        self.pool.listen(self._listen)

    def _listen(self):
        self.tellers.append(threading.get_ident())

    def submit(self, program):
        return self.pool.submit(RUN, task(program))

    def go_on(self):
        """Has a task done; not by a worker that has ended a moment ago, which spares it."""
        while isinstance((future := self.submit("ok")).exception(PATIENCE), WorkerSparedError):
            pass
        assert future.result().fault is None

    def ended(self, future):
        """Told by this very thread; a pool is told now and then without an end."""
        self.pool.attend(future)
        return future.done() and threading.get_ident() in self.tellers


@pytest.fixture
def one(two_processors):
    opened = OnePool()
    yield opened
    opened.pool.shutdown()


@pytest.fixture
def two(two_processors):
    opened = OnePool(2)
    yield opened
    opened.pool.shutdown()


def test_who_waits_reads_the_answer_and_tells_of_it(one, gate, watching):
    future = one.submit(gate.program)
    guest = gate.next()
    watching.append(partial(guest.tell, "fail TooHot really"))
    assert one.ended(future)
    assert future.result().fault.code == "TooHot"
    one.go_on()


def test_what_comes_too_late_is_left_to_the_pools_thread(one, gate, monkeypatch):
    watched = []
    monkeypatch.setattr(Line, "watch", lambda _, seconds: watched.append(seconds) or [])
    future = one.submit(gate.program)
    guest = gate.next()
    one.pool.attend(future)
    assert watched == [one.pool._pace.brisk_seconds]
    assert not future.done()
    guest.tell("ok")
    assert future.result(PATIENCE).fault is None
    assert threading.get_ident() not in one.tellers


def test_a_part_of_an_answer_is_no_end(one, gate, monkeypatch):
    """It was read by who attended; the pool's thread reads the rest."""
    whole, seen = Line.receive, []

    def one_byte(line, *, wait=True):
        if threading.current_thread() is not threading.main_thread():
            return whole(line, wait=wait)
        with suppress(BlockingIOError):
            seen.append(line._socket.recv(1, socket.MSG_DONTWAIT))
            line._rest += seen[-1]
        return [] if not seen else line._whole()

    monkeypatch.setattr(Line, "receive", one_byte)
    watch = Line.watch

    def until_some(line, _seconds):
        while not seen:
            watch(line, 0.0)
        return []

    monkeypatch.setattr(Line, "watch", until_some)
    future = one.submit(gate.program)
    gate.next().tell("ok")
    one.pool.attend(future)
    monkeypatch.setattr(Line, "receive", whole)
    assert future.result(PATIENCE).fault is None


def test_nobody_attends_while_there_are_other_tasks(two, gate, watching):
    watching.append(lambda: pytest.fail("somebody watches"))
    futures = [two.submit(gate.program) for _ in range(2)]
    guests = [gate.next(), gate.next()]
    for future in futures:
        two.pool.attend(future)
    two.submit("ok")  # and one that waits
    two.pool.attend(futures[0])
    for guest in guests:
        guest.tell("ok")
    assert [future.result(PATIENCE).fault for future in futures] == [None, None]


def test_nobody_attends_an_ended_task_or_in_a_closed_pool(one, watching):
    watching.append(lambda: pytest.fail("somebody watches"))
    future = one.submit("ok")
    future.result(PATIENCE)
    one.pool.attend(future)
    one.pool.shutdown()
    one.pool.attend(future)


@pytest.mark.parametrize("why", ["long tasks", "one processor"])
def test_nobody_attends_or_is_roused_where_it_is_of_no_use(why, monkeypatch, gate, watching):
    watching.append(lambda: pytest.fail("somebody watches"))
    monkeypatch.setattr(PooledWorker, "rouse", lambda _: pytest.fail("somebody is roused"))
    if why == "one processor":
        monkeypatch.setattr(pool_module, "is_worthwhile", lambda: False)
    one = OnePool()
    try:
        if why == "long tasks":
            one.pool._pace.note(10 * PATIENCE)
        one.pool.rouse()
        future = one.submit(gate.program)
        guest = gate.next()
        one.pool.attend(future)
        guest.tell("ok")
        assert future.result(PATIENCE).fault is None
    finally:
        one.pool.shutdown()


def test_a_second_thread_does_not_attend(one, gate, watching):
    future = one.submit(gate.program)
    guest = gate.next()

    def second():
        watching.append(lambda: pytest.fail("both watch"))
        one.pool.attend(future)
        watching.clear()
        guest.tell("ok")

    with ThreadPoolExecutor(1) as threads:
        watching.append(lambda: threads.submit(second).result(PATIENCE))
        assert one.ended(future)


@pytest.mark.parametrize(
    ("end", "error"),
    [
        (lambda pool, future, guest: os.kill(guest.pid, signal.SIGKILL), WorkerLostError),
        (lambda pool, future, guest: pool.stop(future), WorkerStoppedError),
    ],
    ids=["its worker dies", "it is stopped"],
)
def test_a_task_that_ends_otherwise_meanwhile(one, gate, watching, end, error):
    future = one.submit(gate.program)
    guest = gate.next()
    watching.append(partial(end, one.pool, future, guest))
    assert one.ended(future)
    with pytest.raises(error):
        future.result()
    one.go_on()


def test_a_worker_that_says_what_it_was_not_asked(one, gate, watching):
    future = one.submit(gate.program)
    guest = gate.next()
    watching.append(partial(guest.tell, "babble"))
    one.pool.attend(future)
    with pytest.raises(WorkerLostError):
        future.result(PATIENCE)
    one.go_on()


def test_the_pool_is_closed_meanwhile(one, gate, watching):
    future = one.submit(gate.program)
    gate.next()
    watching.append(one.pool.shutdown)
    one.pool.attend(future)
    with pytest.raises(WorkerStoppedError):
        future.result(PATIENCE)


def test_the_wait_is_cut_off_while_this_thread_watches(one, gate, watching):
    future = one.submit(gate.program)
    gate.next()
    watching.append(partial(signal.raise_signal, signal.SIGUSR1))
    with raising(signal.SIGUSR1), pytest.raises(CutOffError):
        one.pool.attend(future)
    with pytest.raises(WorkerSparedError):
        future.result(PATIENCE)
    one.go_on()


def test_who_attends_and_is_interrupted_does_not_attend_again(one, gate, watching):
    future = one.submit(gate.program)
    guest = gate.next()

    def handler():
        for _ in range(3):
            one.pool.attend(future)
        guest.tell("ok")

    watching.append(handler)
    assert one.ended(future)
    assert future.result().fault is None


@pytest.mark.parametrize("end", ["die", "stop", "close"])
def test_an_answer_and_the_end_of_its_worker_are_seen_at_once(one, gate, monkeypatch, end):
    """What comes between an answer and its understanding finds the one or the other, and nothing between."""
    watch, hear = Line.watch, WorkerPool._hear
    future = one.submit(gate.program)
    guest = gate.next()

    def answered(line, _seconds):
        guest.tell("ok")
        messages = watch(line, PATIENCE)
        {"die": lambda: os.kill(guest.pid, signal.SIGKILL), "stop": lambda: one.pool.stop(future),
         "close": one.pool.shutdown}[end]()  # fmt: skip
        return messages

    monkeypatch.setattr(Line, "watch", answered)
    held = []
    monkeypatch.setattr(
        WorkerPool, "_hear", lambda *args: (held.append(args[0]._lock.locked()), hear(*args))[1]
    )
    one.pool.attend(future)
    assert held or end == "close"  # after which nobody wants to understand it
    assert all(held)
    error = future.exception(PATIENCE)
    assert type(error) in {"die": (type(None),), "stop": (type(None), WorkerStoppedError)}.get(
        end, (WorkerStoppedError,)
    )
    if end != "close":
        one.go_on()


def test_a_pool_is_closed_while_a_worker_dies_that_is_attended(two, gate, watching):
    future = two.submit(gate.program)
    guest = gate.next()
    closing = threading.Thread(target=two.pool.shutdown)

    def kill_and_close():
        os.kill(guest.pid, signal.SIGKILL)
        closing.start()

    watching.append(kill_and_close)
    two.pool.attend(future)
    closing.join(PATIENCE)
    assert isinstance(future.exception(PATIENCE), WorkerLostError | WorkerStoppedError)
    assert not two.pool._crew.workers
    assert two.pool._selector.get_map() is None


class CuttingOff:
    """Raises once, at the nth moment outside of the line itself."""

    def __init__(self, nth):
        self.left = nth

    def _event(self, frame, event, _argument):
        if event not in ("call", "c_return") or frame.f_code.co_filename.endswith(("line.py", "clock.py")):
            return
        self.left -= 1
        if self.left == 0:
            sys.setprofile(None)
            raise CutOffError

    def __enter__(self):
        sys.setprofile(self._event)

    def __exit__(self, *_):
        sys.setprofile(None)


@pytest.mark.parametrize("followers", [0, 2])
def test_the_wait_is_cut_off_at_every_moment(one, gate, watching, followers):
    """Each time all tasks end, by their answers or by being spared, and the pool goes on."""
    ends = set()
    for nth in range(1, 10_000):
        future = one.submit(gate.program)
        guest = gate.next()
        others = one.pool.submit_ahead(RUN, [task("ok")] * followers)
        watching[:] = [partial(guest.tell, "ok")]
        cutting = CuttingOff(nth)
        with suppress(CutOffError), cutting:
            while one.pool.attend((future, *others)[-1]):
                pass
        if watching:  # it was cut off before it watched
            with suppress(OSError):
                guest.tell("ok")
        error = future.exception(PATIENCE)
        ends.add(type(error))
        assert error is None or isinstance(error, WorkerSparedError), error
        for other in others:
            assert isinstance(other.exception(PATIENCE), WorkerSparedError | None)
        guest.close()
        if cutting.left > 0:
            break
    assert nth > 50
    assert ends == {type(None), WorkerSparedError}
    one.go_on()


def test_nobody_reads_on_where_an_answer_was_read_and_lost(one, gate, watching, monkeypatch):
    """The answer to the next task would be taken for one that nobody has asked for."""
    future = one.submit(gate.program)
    guest = gate.next()
    [other] = one.pool.submit_ahead(RUN, [task(gate.program)])
    watching[:] = [partial(guest.tell, "ok")]
    [worker] = one.pool._crew.workers
    answered, abandon = Workload.answered, WorkerPool._abandon
    looked = threading.Semaphore(0)

    def cut_off(*_):
        monkeypatch.setattr(Workload, "answered", answered)
        raise CutOffError

    def after_the_pools_thread(pool):
        gate.next().tell("ok")
        while not worker.line.has_news():
            pass
        pool.listen(looked.release)
        for _ in range(2):  # it may have been on its way from a look before
            with pool._lock:
                pool._wake()
            looked.acquire(timeout=PATIENCE)
        abandon(pool)

    monkeypatch.setattr(Workload, "answered", cut_off)
    monkeypatch.setattr(WorkerPool, "_abandon", after_the_pools_thread)
    with pytest.raises(CutOffError):
        one.pool.attend(future)
    assert isinstance(future.exception(PATIENCE), WorkerSparedError)
    assert isinstance(other.exception(PATIENCE), WorkerSparedError)
    one.go_on()


def test_a_worker_that_is_roused_for_nothing_goes_on(one):
    for _ in range(500):
        one.pool.rouse()
    one.go_on()
