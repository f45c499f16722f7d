"""What a worker is told of a task before it may run it: it saves time, and changes nothing else."""

import threading

import pytest

import scripted_target
from quire import SystemClock
from quire.clock import monotonic
from quire.errors import SessionClosedError, StoreError
from quire.service import dispatcher, pooled, rota
from quire.service import line as line_module
from quire.service.foresight import MOST_FORESEEN_BYTES, Foresight
from quire.service.line import Line
from quire.service.losses import WorkerLostError, WorkerOverdueError, WorkerSparedError
from quire.service.permits import use
from quire.service.pool import WorkerPool
from quire.service.pooled import PooledWorker
from quire.service.request import Request
from quire.service.worker import packed
from quire.service.workload import Pace
from scripted_tasks import FORESEE, PATIENCE, PLUGINS, RUN, task


class Pool:
    """A pool whose tasks count as short, and whose workers are all there."""

    def __init__(self, workers, gate, task_seconds=None, late_seconds=PATIENCE):
        pace = Pace(PATIENCE, late_seconds, brisk_seconds=PATIENCE, soon_seconds=0.0)
        pace.note(0.0)
        self.pool = WorkerPool(workers, PLUGINS, task_seconds, pace)
        held = [self.pool.submit(RUN, task(gate.program)) for _ in range(workers)]
        for guest in [gate.next() for _ in held]:
            guest.tell("ok")
        for future in held:
            assert future.result(PATIENCE).fault is None

    def tell(self, program, job_id="job"):
        return self.pool.rouse(FORESEE, task(program, job_id))

    def run(self, foresight):
        return self.pool.submit_foreseen(RUN, foresight).result(PATIENCE).data

    def go_on(self):
        """Has a task done; one that a worker did not come to is submitted again."""
        while isinstance(
            (future := self.pool.submit(RUN, task("ok"))).exception(PATIENCE), WorkerSparedError
        ):
            pass
        assert future.result().fault is None


@pytest.fixture
def open_pool(two_processors, gate):
    opened = []

    def open_one(workers=1, **settings):
        opened.append(Pool(workers, gate, **settings))
        return opened[-1]

    yield open_one
    for each in opened:
        each.pool.shutdown()


@pytest.fixture
def impatient(monkeypatch):
    """Workers that do not answer are replaced soon."""
    monkeypatch.setattr(rota, "MUTE_SECONDS", 0.05)


def test_a_worker_knows_the_task_that_it_was_told_of(open_pool):
    one = open_pool()
    for number in range(3):
        assert one.run(one.tell("told", f"job {number}")) == b"told"
    assert one.pool.submit(RUN, task("told", "another")).result(PATIENCE).data == b"untold"


def test_what_a_worker_was_told_is_known_by_its_bytes(open_pool):
    """Whatever reaches it meanwhile, it runs what it is sent."""
    one = open_pool()
    foresight = one.tell("told")
    (worker,) = one.pool._crew.workers
    worker.line.offer(Foresight.of(FORESEE, task("told", "of a fork of the program")).message)
    assert one.run(foresight) == b"untold"


def test_others_go_to_a_worker_that_was_told_nothing(open_pool, gate):
    two = open_pool(2)
    foresight = two.tell("told")
    held = two.pool.submit(RUN, task(gate.program))
    guest = gate.next()
    assert two.run(foresight) == b"told"
    guest.tell("ok")
    assert held.result(PATIENCE).fault is None


def test_a_worker_that_was_not_told_can_do_it_as_well(open_pool, gate):
    two = open_pool(2)
    foresight = two.tell("told")
    held = [two.pool.submit(RUN, task(gate.program)) for _ in range(2)]
    untold, told = gate.next(), gate.next()  # nobody gets to the one that was told before the other is busy
    future = two.pool.submit_foreseen(RUN, foresight)
    untold.tell("ok")
    assert future.result(PATIENCE).data in (b"told", b"untold")
    told.tell("ok")
    assert [each.result(PATIENCE).fault for each in held] == [None, None]


def test_each_worker_is_told_of_one_task(open_pool):
    two = open_pool(2)
    told = [two.tell("told", name) for name in "abc"]
    assert {worker.told for worker in two.pool._crew.workers} == set(told[:2])
    futures = [two.pool.submit_foreseen(RUN, each) for each in told]
    assert [future.result(PATIENCE).data for future in futures] == [b"told", b"told", b"untold"]
    assert {worker.told for worker in two.pool._crew.workers} == {None}


def test_a_worker_that_was_told_for_nothing_goes_on(open_pool):
    one = open_pool()
    for _ in range(100):
        one.pool.withdraw(one.tell("told"))
    one.go_on()
    assert one.run(one.tell("told", "another")) == b"told"


def test_a_worker_that_never_comes_back_from_what_was_withdrawn_is_replaced(open_pool, impatient):
    one = open_pool()
    one.pool.withdraw(one.tell("sticks-when-told"))
    one.go_on()


def test_who_waits_behind_what_another_was_told_of_is_not_held_up(open_pool, impatient):
    one = open_pool(late_seconds=0.05)
    one.tell("sticks-when-told")
    one.go_on()


def test_reading_counts_as_a_part_of_the_run(open_pool):
    one = open_pool(task_seconds=0.2)
    future = one.pool.submit_foreseen(RUN, one.tell("sticks-when-told"))
    assert isinstance(future.exception(PATIENCE), WorkerOverdueError)
    one.go_on()


def test_what_cannot_be_sent_is_not_told(open_pool):
    class Text(str):
        __slots__ = ()

    assert Foresight.of(FORESEE, Text("nobody can import its class")) is None


def test_a_worker_that_reads_half_of_it_is_replaced(open_pool, monkeypatch):
    one = open_pool()

    def half(line, message):
        line._socket.send(line_module._LENGTH.pack(len(message)) + message[:9])
        raise TimeoutError

    with monkeypatch.context() as patch:
        patch.setattr(Line, "offer", half)
        foresight = one.tell("told")
    assert one.run(foresight) == b"untold"
    assert one.run(one.tell("told", "another")) == b"told"


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
    # None if its end was seen before: another worker does it, which was not told.
    assert isinstance(future.exception(PATIENCE), WorkerLostError | WorkerSparedError | None)
    one.go_on()


def test_a_worker_that_never_comes_back_from_it_is_replaced(open_pool, impatient):
    one = open_pool()
    future = one.pool.submit_foreseen(RUN, one.tell("sticks-when-told"))
    one.pool.stop(future)
    assert future.exception(PATIENCE) is not None
    one.go_on()


def test_a_worker_with_something_to_do_need_not_say_that_it_has_forgotten(monkeypatch):
    """It comes to it when it has answered, and has the usual time from then on."""
    line, theirs, permits = pooled.connection()
    worker = PooledWorker(line, permits, None)
    first, second = (Request.of(RUN, packed((task("ok"),)), may_follow=True) for _ in range(2))
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
    return _brisk(monkeypatch, open_workspace, workers=1)


def _brisk(monkeypatch, open_workspace, workers):
    monkeypatch.setattr(Pace, "is_brisk", True)
    monkeypatch.setattr(dispatcher, "is_undisturbed", lambda: True)
    workspace = open_workspace(executor="processes", workers=workers, clock=SystemClock())
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


@pytest.mark.parametrize("program", ["told", "falls-when-told", "dies-when-told", "sticks-when-told"])
def test_a_job_that_is_refused_leaves_nothing_behind(brisk, impatient, program):
    session = brisk.open_session()
    session.close()
    for _ in range(3):
        with pytest.raises(SessionClosedError):
            brisk.submit(program, session=session)
        assert brisk.submit("ok").results(PATIENCE).counts
    assert brisk.submit("told").output(PATIENCE) == b"told"


def test_a_job_that_was_submitted_before_leaves_nothing_behind(brisk, impatient):
    job = brisk.submit("falls-when-told", job_id="once")
    job.wait_until_completed(PATIENCE)
    for _ in range(3):
        assert brisk.submit("falls-when-told", job_id="once").status == "Succeeded"
        assert brisk.submit("ok").results(PATIENCE).counts
    assert brisk.submit("told").output(PATIENCE) == b"told"


def test_a_fork_of_the_program_tells_no_worker_anything(brisk, monkeypatch):
    """It is refused, as always; here it is this process that seems to be one."""
    with monkeypatch.context() as patch:
        patch.setattr(brisk.workspace.transport._store, "_pid", 1)
        patch.setattr(Line, "offer", lambda *_: pytest.fail("a worker is told"))
        with pytest.raises(StoreError, match="in its fork"):
            brisk.submit("told")
    assert brisk.submit("told").output(PATIENCE) == b"told"


def test_an_id_of_a_class_that_no_worker_can_import(brisk):
    class Id(str):
        __slots__ = ()

    assert brisk.submit("told", job_id=Id("mine")).output(PATIENCE) == b"told"


@pytest.mark.parametrize("program", ["falls-when-told", "dies-when-told"])
def test_a_job_runs_though_the_plug_in_failed_before(brisk, program):
    job = brisk.submit(program)
    job.wait_until_completed(PATIENCE)
    assert job.status == "Succeeded"


def test_a_job_that_sticks_before_its_run_can_be_cancelled(brisk, impatient):
    job = brisk.submit("sticks-when-told")
    job.cancel()
    job.wait_until_completed(PATIENCE)
    assert job.status == "Cancelled"
    assert brisk.submit("ok").results(PATIENCE).counts


@pytest.mark.parametrize("workers", [1, 2])
def test_threads_that_submit_at_once_get_what_is_theirs(monkeypatch, two_processors, open_workspace, workers):
    target = _brisk(monkeypatch, open_workspace, workers)
    found = {}

    def submit(number):
        found[number] = [
            target.submit("params", input_params={"number": number + 100 * turn}).output(PATIENCE)
            for turn in range(40)
        ]

    threads = [threading.Thread(target=submit, args=(number,)) for number in range(1 + workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {
        number: [b'{"number": %d}' % (number + 100 * turn) for turn in range(40)]
        for number in range(1 + workers)
    }
