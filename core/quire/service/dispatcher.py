"""Which job runs when and on what: a queue in front of an executor, and what its answers mean.

It knows nothing of SQL and decides no status; it tells the ledger what happened.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from itertools import takewhile

import attrs

from quire.errors import NotFoundError, StoreError
from quire.haste import Hasty, StoreBusyError, is_hasty
from quire.interrupts import Interruptible, Uninterrupted, is_undisturbed
from quire.model import JobDetails, Outcome, TargetSpec, Task
from quire.service.endings import done, record, went_well, worn_out
from quire.service.foresight import MOST_FORESEEN_BYTES, Foresight
from quire.service.ledger import Ledger
from quire.service.pool import WorkerPool
from quire.service.runner import Runner
from quire.service.store import StoredJob
from quire.service.tasks import task_of

_log = logging.getLogger("quire")


@attrs.define
class _Run:
    job: StoredJob
    future: "Future[Outcome] | None" = None
    stop_asked: bool = False


class Dispatcher:
    """The runs of one process."""

    def __init__(
        self,
        ledger: Ledger,
        runner: Runner,
        targets: Mapping[str, TargetSpec],
        read_input: Callable[[str], bytes],
    ) -> None:
        """Begins with nothing to do.

        Args:
            ledger: Who writes down what happens.
            runner: What runs the tasks.
            targets: The service's targets by id.
            read_input: Reads a job's payload by the job's id.
        """
        self._ledger = ledger
        self._executor = runner.executor
        self._pool = runner.executor if isinstance(runner.executor, WorkerPool) else None
        self._run = runner.run
        self._foresee = runner.foresee
        self._targets = targets
        self._read_input = read_input
        self._capacity = runner.capacity
        self._lock = threading.Lock()
        self._queue: deque[StoredJob] = deque()
        self._runs: dict[int, _Run] = {}
        self._held: dict[str, int] = {}  # those that have begun, by their ids
        self._reserved = 0
        self._finished: list[tuple[StoredJob, Future[Outcome]]] = []  # of the pool, to be written down
        self._unrecorded: list[tuple[StoredJob, Future[Outcome]]] = []
        self._starting: set[int] = set()
        self._closed = False
        if self._pool is not None:
            self._pool.listen(self._settle)

    @property
    def is_inline(self) -> bool:
        """Whether runs happen in the thread that starts them."""
        return self._capacity is None

    @property
    def is_pooled(self) -> bool:
        """Whether runs happen in our own workers."""
        return self._pool is not None

    def reserve(self, most: int = 1) -> int:
        """Takes the room for some runs, as far as there is any; for each, run it or give it back."""
        with self._lock:
            free = 0 if self._closed or self._queue else self._room(most)
            self._reserved += free
            return free

    def rouse(self, job: JobDetails, data: bytes) -> Foresight | None:
        """Says that the run of a job is about to begin if it is accepted; what to pass on to :meth:`run`."""
        if self._pool is None or not self._pool.is_brisk:
            return None
        if len(data) > MOST_FORESEEN_BYTES:
            return self._pool.rouse()
        return self._pool.rouse(self._foresee, task_of(job, data, self._targets))

    def give_back(self, foresight: Foresight | None) -> None:
        """Frees what :meth:`reserve` took; nobody is to expect what :meth:`rouse` told of."""
        with self._lock:
            self._reserved -= 1
        if self._pool is not None and foresight is not None:
            self._pool.withdraw(foresight)
        self._start_waiting()

    def run(self, begun: StoredJob, data: bytes, foresight: Foresight | None = None) -> None:
        """Runs a job that has begun, in the room reserved for it.

        Args:
            begun: A job that this process owns.
            data: Its payload.
            foresight: What :meth:`rouse` answered.
        """
        with self._lock:
            self._reserved -= 1
            self._runs[begun.seq] = _Run(begun)
        self._execute(begun, data, foresight)

    def offer(self, *jobs: StoredJob) -> None:
        """Runs jobs that wait, and that this process owns, as soon as there is room."""
        with self._lock:
            if self._closed:
                return
            self._queue.extend(jobs)
        self._start_waiting()

    def holds(self, job_id: str) -> bool:
        """Whether a job runs here, so that this process will write its end down and tell of it."""
        return job_id in self._held

    def attend(self, job_id: str) -> None:
        """Waits a moment for the end of a job's run, if it should come soon, and writes it down then."""
        if self._pool is None or not self._pool.is_brisk or not is_undisturbed():
            return
        run = self._runs.get(self._held.get(job_id, -1))
        if run is not None and run.future is not None:
            with Uninterrupted(), Hasty():
                while self._pool.attend(run.future) and not run.future.done():
                    pass
                if self._finished or self._queue:  # another process may have had the store
                    self._pool.wake()

    def retry(self) -> None:
        """Writes down the ends that the store did not take before, and starts what could not be started."""
        with self._lock:
            unrecorded, self._unrecorded = self._unrecorded, []
        for job, future in unrecorded:
            self._write_down(job, future)
        self._start_waiting()

    def stop(self, job: StoredJob) -> None:
        """Stops the run of a job, where the executor can."""
        with self._lock:
            run = self._runs.get(job.seq)
            if run is None:
                return
            run.stop_asked = True
            future = run.future
        if future is not None:
            self._stop_future(future)

    def close(self) -> None:
        """Ends all runs; their jobs stay unfinished."""
        with self._lock:
            self._closed = True
            self._queue.clear()
            self._held.clear()
        with self._foreign():
            self._executor.shutdown(wait=True, cancel_futures=True)

    def _foreign(self) -> AbstractContextManager[None]:
        """Around calls of the executor: one that is not ours may run a job in this thread, or take long."""
        return Interruptible() if self._pool is None else nullcontext()

    def _room(self, most: int = 1) -> int:
        """For how many more runs there is room, up to a number."""
        free = most if self._capacity is None else self._capacity - len(self._runs) - self._reserved
        return max(0, min(most, free))

    def _start(self, job: StoredJob) -> None:
        try:
            # Read first: a job that has begun must not fail to be run.
            data = self._read_input(job.details.id)
            begun = self._begin(job)
        except NotFoundError:
            begun = None  # it was cancelled and deleted while it waited
        except BaseException:
            self._put_back(job)
            raise
        if begun is None:
            self._leave(job)
        else:
            self._execute(begun, data)

    def _execute(self, begun: StoredJob, data: bytes, foresight: Foresight | None = None) -> None:
        self._held[begun.details.id] = begun.seq
        future: Future[Outcome]
        try:
            if foresight is not None and self._pool is not None:
                future = self._pool.submit_foreseen(self._run, foresight)
            else:
                future = self._submit(begun.details, task_of(begun.details, data, self._targets))
        except Exception as error:  # noqa: BLE001 - a foreign executor may refuse for any reason
            future = Future()
            future.set_exception(error)
        except BaseException:  # Ctrl-C while the run is in the submitting thread, or SystemExit from it
            self._leave(begun)
            self._ledger.cancel(begun.details.id)
            self._ledger.stopped(begun)
            raise
        self._follow(begun, future)

    def _submit(self, job: JobDetails, task: Task) -> "Future[Outcome]":
        if self._pool is not None and job.attempts == 1:
            return self._pool.submit_soon(self._run, task)
        # A second run is to be a real one, and not to be lost with another job's.
        with self._foreign():
            return self._executor.submit(self._run, task)

    def _follow(self, begun: StoredJob, future: "Future[Outcome]") -> None:
        with self._lock:
            run = self._runs[begun.seq]
            run.future, stop_asked = future, run.stop_asked
        if stop_asked:
            self._stop_future(future)
        future.add_done_callback(partial(self._ended, begun))

    def _begin(self, job: StoredJob) -> StoredJob | None:
        """Begins a run, or ends the job that cannot be run; None in that case."""
        outcome = worn_out(job)
        if outcome is None:
            return self._ledger.begin(job)
        self._ledger.end(job, outcome)
        return None

    def _leave(self, job: StoredJob) -> None:
        with self._lock:
            self._runs.pop(job.seq, None)
            self._held.pop(job.details.id, None)

    def _put_back(self, job: StoredJob) -> None:
        with self._lock:
            del self._runs[job.seq]
            self._queue.appendleft(job)

    def _start_waiting(self) -> None:
        """Starts jobs as long as there is room; one that the store does not let begin waits on."""
        if not self._queue:
            return
        me = threading.get_ident()
        with self._lock:
            if me in self._starting:
                return  # a run that ended at once led here; the loop below us goes on
            self._starting.add(me)
        try:
            while (job := self._next_waiting()) is not None:
                self._start(job)
        except StoreBusyError:
            _log.debug("another process writes; the housekeeper begins the waiting jobs")
        except StoreError:
            _log.exception("a waiting job could not be begun; it will be tried again")
        finally:
            with self._lock:
                self._starting.discard(me)

    def _next_waiting(self) -> StoredJob | None:
        with self._lock:
            if self._closed or not self._queue or not self._room():
                return None
            if self._queue[0].details.attempts and self._pool is not None and not self._pool.is_ready:
                return None  # its second run is to be a real one, and not to be lost with another job's
            job = self._queue.popleft()
            self._runs[job.seq] = _Run(job)
            return job

    def _stop_future(self, future: "Future[Outcome]") -> None:
        if self._pool is None:
            future.cancel()
        else:
            self._pool.stop(future)

    def _ended(self, job: StoredJob, future: "Future[Outcome]") -> None:
        if self._pool is not None:
            self._pass_on((job, future))
            self._pool.wake()
            return
        self._leave(job)
        if self._closed:
            return
        if self._queue and went_well(future):
            # The freed worker gets its next task before the answer is written down. Not so after a
            # failure, which may cancel the very job that would be next.
            self._start_waiting()
        self._write_down(job, future)
        self._start_waiting()

    def _pass_on(self, *ended: tuple[StoredJob, "Future[Outcome]"]) -> None:
        """Leaves what has ended to who writes it down, as this thread cannot, or has no time to wait."""
        with self._lock:
            self._finished += ended

    def _settle(self) -> None:
        """Writes down what has ended; called by the pool's thread, or one that attends, when it has read."""
        while True:
            with self._lock:
                finished, self._finished = self._finished, []
            for job, _ in finished:
                self._leave(job)
            if self._closed:
                return
            answered = []
            for job, future in finished:
                if future.cancelled() or future.exception() is not None:
                    self._write_down(job, future)  # before others begin: it may fail their session
                else:
                    answered.append((job, future.result()))
            if answered:
                self._turn(answered)
            if self._finished and is_hasty():
                return  # the store is another process's; the pool's thread has the time to wait for it
            self._start_waiting()
            if not self._finished:  # what cannot be run has ended at once
                return

    def _turn(self, answered: list[tuple[StoredJob, Outcome]]) -> None:
        """Ends what was answered, and begins what the pool has room for, in one transaction."""
        waiting, free, most_bytes = self._take_waiting()
        begun: list[tuple[StoredJob, bytes] | None] = []
        try:
            begun = self._ledger.turn(answered, waiting, free=free, most_bytes=most_bytes)
        except StoreBusyError:
            self._pass_on(*[(job, done(outcome)) for job, outcome in answered])
        except Exception as error:  # noqa: BLE001 - one outcome must not harm the others
            if not isinstance(error, StoreError):
                _log.exception("the ends of %s runs could not be written down together", len(answered))
            for job, outcome in answered:
                self._write_down(job, done(outcome))
        finally:
            for job in reversed(waiting[len(begun) :]):
                self._put_back(job)
        for job, run in zip(waiting, begun, strict=False):
            if run is None:
                self._leave(job)
        self._execute_ahead([run for run in begun if run is not None])

    def _take_waiting(self) -> tuple[list[StoredJob], int, int]:
        """The jobs that are next, how many workers have nothing to do, and the bytes that others can take."""
        ahead, most_bytes = (0, 0) if self._pool is None else self._pool.room
        with self._lock:
            free = self._room(self._capacity or 0)
            room = max(ahead - self._reserved, free)
            taken: list[StoredJob] = []
            while len(taken) < room and self._queue and not self._closed:
                if self._queue[0].details.attempts:
                    break  # it was lost before; see _next_waiting
                taken.append(self._queue.popleft())
            self._runs |= {job.seq: _Run(job) for job in taken}
        return taken, free, most_bytes

    def _execute_ahead(self, begun: list[tuple[StoredJob, bytes]]) -> None:
        if self._pool is None or not begun:
            return
        self._held.update((job.details.id, job.seq) for job, _ in begun)
        try:
            tasks = [task_of(job.details, data, self._targets) for job, data in begun]
            futures = self._pool.submit_ahead(self._run, tasks)
        except Exception:  # noqa: BLE001 - one by one, it is the fault of the job that it belongs to
            _log.debug("%s jobs could not be sent to workers together", len(begun), exc_info=True)
            for run in begun:
                self._execute(*run)
            return
        for (job, _), future in zip(begun, futures, strict=True):
            self._follow(job, future)

    def _write_down(self, job: StoredJob, future: "Future[Outcome]") -> None:
        try:
            again = record(self._ledger, job, future)
        except StoreError as error:
            if isinstance(error, StoreBusyError) and self._pool is not None:
                self._pass_on((job, future))
                return
            _log.exception("the end of job %s could not be recorded; it will be tried again", job.details.id)
            with self._lock:
                self._unrecorded.append((job, future))
        else:
            if again is not None:
                self._queue_again(again, was_run=again.details.attempts == job.details.attempts)

    def _queue_again(self, job: StoredJob, *, was_run: bool) -> None:
        with self._lock:
            if was_run:
                self._queue.append(job)
            else:  # it keeps its place; others that were not run may be there already
                older = takewhile(lambda other: other.seq < job.seq, self._queue)
                self._queue.insert(sum(1 for _ in older), job)
