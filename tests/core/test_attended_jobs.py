"""Jobs whose end the thread that waits for them writes down: what else depends on who does that."""

import asyncio
import signal
import threading
from contextlib import contextmanager
from functools import partial

import pytest

import scripted_target
from cutting_off import CutOffError, raising
from other_writer import other_connection
from quire import SystemClock, hookimpl
from quire.errors import WaitTimeoutError
from quire.interrupts import is_undisturbed
from quire.service import dispatcher
from quire.service.line import Line
from quire.service.notices import ThreadWaiter
from quire.service.worker import ROUSE
from quire.service.workload import Pace

PATIENCE = 60.0


@pytest.fixture
def brisk(monkeypatch, two_processors, open_workspace):
    """Opens workspaces whose runs count as short, however long the test holds them."""
    monkeypatch.setattr(Pace, "is_brisk", True)
    monkeypatch.setattr(dispatcher, "is_undisturbed", lambda: True)

    def open_one(url="memory:", **settings):
        settings = {"executor": "processes", "workers": 1, "clock": SystemClock(), **settings}
        return open_workspace(url, **settings).get_target(scripted_target.ALPHA)

    return open_one


@pytest.fixture
def asleep(monkeypatch):
    """What is done when a thread that does not attend goes to sleep, one by one; handlers count here."""
    monkeypatch.setattr(dispatcher, "is_undisturbed", is_undisturbed)
    sleep, actions = ThreadWaiter.next, []

    def sleep_on(waiter, timeout):
        if actions:
            actions.pop(0)()
        return sleep(waiter, timeout)

    monkeypatch.setattr(ThreadWaiter, "next", sleep_on)
    return actions


@contextmanager
def writers(target):
    """The threads that tell of a job's end, which are those that have written it down."""
    threads = []
    with target.workspace.transport.feed.followed(
        lambda changes: threads.extend(
            threading.get_ident() for job, _ in changes.jobs if job.status.is_terminal
        )
    ):
        yield threads


def test_the_thread_that_waits_writes_the_end_down(brisk, gate, watching):
    target = brisk()
    with writers(target) as threads, target.open_session():
        for program in ("ok", "fail Odd one"):
            job = target.submit(gate.program)
            guest = gate.next()
            watching[:] = [partial(guest.tell, program)]
            job.wait_until_completed(PATIENCE)
    assert threads == [threading.get_ident()] * 2
    assert (job.status, job.details.error_data.code) == ("Failed", "Odd")


def test_who_waits_for_a_job_of_several_sleeps(brisk, gate, watching):
    target = brisk(workers=2)
    watching.append(lambda: pytest.fail("somebody watches"))
    jobs = [target.submit(gate.program) for _ in range(2)]
    guests = [gate.next(), gate.next()]
    for job in jobs:
        with pytest.raises(WaitTimeoutError):
            job.wait_until_completed(0.2)
    watching.clear()
    for guest in guests:
        guest.tell("ok")
    for job in jobs:
        job.wait_until_completed(PATIENCE)


def test_a_task_of_asyncio_never_keeps_its_loop_waiting(brisk, gate, watching):
    target = brisk()
    watching.append(lambda: pytest.fail("somebody watches"))
    job = target.submit(gate.program)
    guest = gate.next()

    async def wait():
        waiting = asyncio.create_task(job.wait_async(PATIENCE))
        await asyncio.sleep(0)
        guest.tell("ok")
        await waiting

    asyncio.run(wait())
    assert job.status == "Succeeded"


class Listener:
    @hookimpl
    def job_changed(self, job):
        pass


def test_a_plug_in_that_listens_is_not_told_by_who_waits(brisk, gate, watching):
    """Who waits may hold a lock that the plug-in needs."""
    target = brisk(plugins=[scripted_target, Listener()])
    watching.append(lambda: pytest.fail("somebody watches"))
    job = target.submit(gate.program)
    guest = gate.next()
    with pytest.raises(WaitTimeoutError):
        job.wait_until_completed(0.2)
    guest.tell("ok")
    job.wait_until_completed(PATIENCE)


def test_ctrl_c_takes_effect_when_the_end_is_written_down(brisk, gate, watching):
    target = brisk()
    job = target.submit(gate.program)
    guest = gate.next()

    def strike():
        signal.raise_signal(signal.SIGINT)
        guest.tell("ok")

    watching.append(strike)
    with pytest.raises(KeyboardInterrupt):
        job.wait_until_completed(PATIENCE)
    assert target.workspace.get_job(job.id).status == "Succeeded"


@pytest.mark.parametrize("number", [signal.SIGALRM, signal.SIGTERM, signal.SIGUSR1])
def test_a_handler_of_the_programs_finds_this_thread_asleep(brisk, asleep, gate, watching, number):
    """What it raises cuts off the wait, and nothing that is being written down."""
    target = brisk()
    watching.append(lambda: pytest.fail("somebody watches"))
    job = target.submit(gate.program)
    guest = gate.next()
    asleep.append(partial(signal.raise_signal, number))
    with raising(number), pytest.raises(CutOffError):
        job.wait_until_completed(PATIENCE)
    watching.clear()
    guest.tell("ok")
    job.wait_until_completed(PATIENCE)
    assert job.status == "Succeeded"


def test_a_handler_may_wait_and_cancel(brisk, asleep, gate, watching):
    target = brisk()
    watching.append(lambda: pytest.fail("somebody watches"))
    job = target.submit(gate.program)
    guest = gate.next()
    done = []

    def handle(*_):
        target.workspace.get_job(job.id).cancel()
        guest.wait_until_gone()
        job.wait_until_completed(PATIENCE)
        done.append(job.status)

    before = signal.signal(signal.SIGUSR1, handle)
    try:
        asleep.append(partial(signal.raise_signal, signal.SIGUSR1))
        job.wait_until_completed(PATIENCE)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert done == ["Cancelled"]


def test_a_job_that_was_cut_off_is_run_again(brisk, gate, watching):
    """By an exception that one thread raises in another, as some libraries do."""
    target = brisk()
    job = target.submit(gate.program)
    gate.next()

    def cut_off():
        raise CutOffError

    watching.append(cut_off)
    with pytest.raises(CutOffError):
        job.wait_until_completed(PATIENCE)
    gate.next().tell("ok")
    job.wait_until_completed(PATIENCE)
    assert (job.status, target.workspace.get_job(job.id).details.attempts) == ("Succeeded", 1)


def test_who_has_little_time_does_not_deal_with_the_answer(brisk, gate, watching):
    target = brisk()
    watching.append(lambda: pytest.fail("somebody watches"))
    job = target.submit(gate.program)
    guest = gate.next()
    with pytest.raises(WaitTimeoutError):
        job.wait_until_completed(0.05)
    watching.clear()
    guest.tell("ok")
    job.wait_until_completed(PATIENCE)


@pytest.mark.parametrize("end", ["ok", "crash"])
def test_who_waits_with_a_limit_does_not_wait_for_other_writers(brisk, gate, watching, tmp_path, caplog, end):
    """The pool's thread does, and writes the end down, or that the run is lost, when they have done."""
    path = tmp_path / "busy.db"
    target = brisk(path)
    job = target.submit(gate.program)
    guest = gate.next()
    with other_connection(path) as other:
        other.execute("BEGIN IMMEDIATE")
        watching.append(partial(guest.tell, end))
        with pytest.raises(WaitTimeoutError):
            job.wait_until_completed(0.2)
        other.execute("ROLLBACK")
    if end == "crash":
        gate.next().tell("ok")
    job.wait_until_completed(PATIENCE)
    assert (job.status, job.details.attempts) == ("Succeeded", 1 + (end == "crash"))
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_a_submission_rouses_the_worker_that_gets_it(brisk, monkeypatch):
    said = []
    offer, send = Line.offer, Line.send
    monkeypatch.setattr(Line, "offer", lambda line, message: (said.append(message), offer(line, message)))
    monkeypatch.setattr(Line, "send", lambda line, *messages: (said.append("task"), send(line, *messages)))
    target = brisk()
    target.submit("ok").wait_until_completed(PATIENCE)  # the first one found no worker yet
    said.clear()
    target.submit("ok").wait_until_completed(PATIENCE)
    assert [message[:1] for message in said[:-1]] == [ROUSE]
    assert said[-1] == "task"
