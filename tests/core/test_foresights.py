"""What a worker is told of a task before it may run it: it saves time, and changes nothing else."""

import threading
from functools import partial

import pytest

import scripted_target
from quire import SystemClock, Task
from quire.clock import monotonic
from quire.errors import SessionClosedError
from quire.service import dispatcher, pooled, rota
from quire.service import line as line_module
from quire.service.line import Line
from quire.service.losses import WorkerLostError, WorkerSparedError
from quire.service.permits import use
from quire.service.pool import WorkerPool
from quire.service.pooled import PooledWorker
from quire.service.request import MOST_FORESEEN_BYTES, Request
from quire.service.worker import foresee, run_task
from quire.service.workload import Pace

PLUGINS = (("scripted_target", "scripted_target"),)
RUN = partial(run_task, PLUGINS)
FORESEE = partial(foresee, PLUGINS)
SPECS = []
scripted_target.register_targets(SPECS.append)
PATIENCE = 60.0


def task(program):
    return Task("job", SPECS[0], program.encode(), scripted_target.FORMAT, SPECS[0].output_format, {})


class Pool:
    """A pool whose tasks count as short, and whose workers are all there."""

    def __init__(self, workers, gate):
        pace = Pace(PATIENCE, PATIENCE, brisk_seconds=PATIENCE)
        pace.note(0.0)
        self.pool = WorkerPool(workers, PLUGINS, None, pace)
        held = [self.pool.submit(RUN, task(gate.program)) for _ in range(workers)]
        for guest in [gate.next() for _ in held]:
            guest.tell("ok")
        for future in held:
            assert future.result(PATIENCE).fault is None

    def tell(self, program):
        return self.pool.rouse(FORESEE, task(program))

    def run(self, foresight):
        return self.pool.submit_foreseen(RUN, foresight).result(PATIENCE).data


@pytest.fixture
def open_pool(two_processors, gate):
    opened = []

    def open_one(workers=1):
        opened.append(Pool(workers, gate))
        return opened[-1]

    yield open_one
    for each in opened:
        each.pool.shutdown()


@pytest.fixture
def sent(monkeypatch):
    """How many bytes are sent to workers at a time."""
    send, sizes = Line.send, []
    monkeypatch.setattr(
        Line, "send", lambda line, *messages: (sizes.append(sum(map(len, messages))), send(line, *messages))
    )
    return sizes


def test_a_task_that_a_worker_was_told_of_is_not_sent_again(open_pool, sent):
    one = open_pool()
    sent.clear()
    for _ in range(2):
        assert one.run(one.tell("told")) == b"told"
    whole = one.pool.submit(RUN, task("told")).result(PATIENCE)
    assert whole.data == b"untold"
    assert sent[0] == sent[1] < sent[2] - len("told")


def test_a_worker_that_was_not_told_is_sent_all(open_pool, gate):
    """The other one has got something else to do meanwhile."""
    two = open_pool(2)
    foresight = two.tell("told")
    held = two.pool.submit(RUN, task(gate.program))  # goes to the worker that was told
    guest = gate.next()
    assert two.run(foresight) == b"untold"
    guest.tell("ok")
    assert held.result(PATIENCE).fault is None
    # That one still knows.
    assert two.run(two.tell("told")) == b"told"


def test_each_worker_is_told_of_one_task(open_pool):
    two = open_pool(2)
    first, second = two.tell("told"), two.tell("told")
    futures = [two.pool.submit_foreseen(RUN, each) for each in (first, second)]
    assert [future.result(PATIENCE).data for future in futures] == [b"told"] * 2


def test_the_last_one_that_a_worker_was_told_of_counts(open_pool):
    one = open_pool()
    first, second = one.tell("told"), one.tell("told")
    assert one.run(first) == b"untold"
    assert one.run(second) == b"told"


def test_a_foresight_can_be_of_no_use_and_harms_nobody(open_pool):
    one = open_pool()
    for _ in range(1000):  # as of a thousand jobs that were refused
        one.tell("ok" + " " * 4000)
    assert one.run(one.tell("told")) in (b"told", b"untold")
    assert one.pool.submit(RUN, task("told")).result(PATIENCE).data == b"untold"


def test_a_worker_that_reads_half_of_it_is_replaced(open_pool, monkeypatch):
    one = open_pool()

    def half(line, message):
        line._socket.send(line_module._LENGTH.pack(len(message)) + message[:9])
        raise TimeoutError

    with monkeypatch.context() as patch:
        patch.setattr(Line, "offer", half)
        foresight = one.tell("told")
    assert one.run(foresight) == b"untold"
    assert one.run(one.tell("told")) == b"told"


def test_long_payloads_are_not_told(open_pool):
    one = open_pool()
    assert one.tell("ok " + "x" * MOST_FORESEEN_BYTES) is None
    assert one.tell("told") is not None


def test_nobody_is_told_while_tasks_are_long(open_pool):
    one = open_pool()
    one.pool._pace.note(10 * PATIENCE)
    assert one.tell("told") is None


def test_what_goes_wrong_before_the_run_is_left_to_the_run(open_pool):
    one = open_pool()
    outcome = one.pool.submit_foreseen(RUN, one.tell("falls-when-told")).result(PATIENCE)
    assert outcome.fault is None


def test_a_worker_that_dies_of_what_it_was_told(open_pool):
    one = open_pool()
    future = one.pool.submit_foreseen(RUN, one.tell("dies-when-told"))
    assert isinstance(future.exception(PATIENCE), WorkerLostError | WorkerSparedError)
    while isinstance((future := one.pool.submit(RUN, task("ok"))).exception(PATIENCE), WorkerSparedError):
        pass
    assert future.result().fault is None


def test_a_worker_that_never_comes_back_from_it_is_replaced(open_pool, monkeypatch):
    monkeypatch.setattr(rota, "_MUTE_SECONDS", 0.05)
    one = open_pool()
    future = one.pool.submit_foreseen(RUN, one.tell("sticks-when-told"))
    one.pool.stop(future)
    assert future.exception(PATIENCE) is not None
    assert one.pool.submit(RUN, task("ok")).result(PATIENCE).fault is None


def test_a_worker_with_something_to_do_need_not_say_that_it_has_forgotten(monkeypatch):
    """It comes to it when it has answered, and has the usual time from then on."""
    line, theirs, permits = pooled.connection()
    worker = PooledWorker(line, permits, None)
    first, second = (Request.of(RUN, (task("ok"),), may_follow=True) for _ in range(2))
    worker.load.add(first)
    worker.load.add(second)
    worker.send([first, second])
    assert use(permits.descriptor)
    monkeypatch.setattr(pooled, "monotonic", lambda: 1.0)  # long ago
    assert worker.recall() == [second]
    assert worker.mute_since is None
    answered = monotonic()
    assert worker.load.answered(first.number) is first
    assert answered <= worker.mute_since <= monotonic()
    worker.has_forgotten()
    assert worker.mute_since is None
    theirs.close()
    line.hang_up()
    permits.close()


# Jobs


@pytest.fixture
def brisk(monkeypatch, two_processors, open_workspace):
    """A target with one worker, whose runs count as short."""
    monkeypatch.setattr(Pace, "is_brisk", True)
    monkeypatch.setattr(dispatcher, "is_undisturbed", lambda: True)
    workspace = open_workspace(executor="processes", workers=1, clock=SystemClock())
    target = workspace.get_target(scripted_target.ALPHA)
    target.submit("ok").wait_until_completed(PATIENCE)  # the first one finds no worker yet
    return target


def test_a_job_is_foreseen(brisk):
    assert [brisk.submit("told").output(PATIENCE) for _ in range(3)] == [b"told"] * 3


def test_parameters_are_those_that_were_stored(brisk):
    """Of no class that a worker could not import, as without it."""

    class Text(str):
        __slots__ = ()

    params = {"many": (1, 2), "text": Text("x"), "number": 1.5}
    job = brisk.submit("params", input_params=params)
    assert job.output(PATIENCE) == b'{"many": [1, 2], "text": "x", "number": 1.5}'


def test_a_job_that_is_refused_leaves_nothing_behind(brisk):
    session = brisk.open_session()
    session.close()
    for _ in range(3):
        with pytest.raises(SessionClosedError):
            brisk.submit("dies-when-told falls", session=session)
        with pytest.raises(SessionClosedError):
            brisk.submit("told", session=session)
        assert brisk.submit("told").output(PATIENCE) == b"told"


@pytest.mark.parametrize("program", ["falls-when-told", "dies-when-told"])
def test_a_job_runs_though_the_plug_in_failed_before(brisk, program):
    job = brisk.submit(program)
    job.wait_until_completed(PATIENCE)
    assert job.status == "Succeeded"


def test_a_job_that_sticks_before_its_run_can_be_cancelled(brisk, monkeypatch):
    monkeypatch.setattr(rota, "_MUTE_SECONDS", 0.05)
    job = brisk.submit("sticks-when-told")
    job.cancel()
    job.wait_until_completed(PATIENCE)
    assert job.status == "Cancelled"
    assert brisk.submit("ok").results(PATIENCE).counts


def test_threads_that_submit_at_once_get_what_is_theirs(brisk):
    found = {}

    def submit(number):
        found[number] = [
            brisk.submit("params", input_params={"number": number + 100 * turn}).output(PATIENCE)
            for turn in range(20)
        ]

    threads = [threading.Thread(target=submit, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {
        number: [b'{"number": %d}' % (number + 100 * turn) for turn in range(20)] for number in range(6)
    }
