"""Which job runs when and on what: a queue in front of an executor, and what its answers mean.

It knows nothing of SQL and decides no status; it tells the ledger what happened.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Executor, Future
from functools import partial

import attrs

from quire.model import Fault, Outcome, TargetSpec, Task
from quire.service.ledger import Ledger
from quire.service.pool import WorkerLostError, WorkerOverdueError, WorkerPool, WorkerStoppedError
from quire.service.store import StoredJob

MAX_ATTEMPTS = 2
"""How often a job's run is begun; a job that loses that many workers fails."""

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
        executor: Executor,
        run: Callable[[Task], Outcome],
        targets: Mapping[str, TargetSpec],
        read_input: Callable[[str], bytes],
        *,
        capacity: int | None,
    ) -> None:
        """Begins with nothing to do.

        Args:
            ledger: Who writes down what happens.
            executor: What runs the tasks.
            run: What the executor is to call with each task.
            targets: The service's targets by id.
            read_input: Reads a job's payload by the job's id.
            capacity: How many runs may be under way; None if the executor runs in the caller.
        """
        self._ledger = ledger
        self._executor = executor
        self._run = run
        self._targets = targets
        self._read_input = read_input
        self._capacity = capacity
        self._lock = threading.Lock()
        self._queue: deque[StoredJob] = deque()
        self._runs: dict[int, _Run] = {}
        self._reserved = 0
        self._closed = False

    def reserve(self) -> bool:
        """Takes the room for a run, if there is some; to be followed by :meth:`run` or :meth:`give_back`."""
        with self._lock:
            if self._closed or self._queue or not self._has_room():
                return False
            self._reserved += 1
            return True

    def give_back(self) -> None:
        """Frees what :meth:`reserve` took."""
        with self._lock:
            self._reserved -= 1
        self._start_next()

    def run(self, begun: StoredJob, data: bytes) -> None:
        """Runs a job that has begun, in the room reserved for it.

        Args:
            begun: A job that this process owns.
            data: Its payload.
        """
        with self._lock:
            self._reserved -= 1
            self._runs[begun.seq] = _Run(begun)
        self._execute(begun, data)

    def offer(self, job: StoredJob) -> None:
        """Runs a job that waits as soon as there is room.

        Args:
            job: A job that this process owns.
        """
        with self._lock:
            if self._closed:
                return
            self._queue.append(job)
        self._start_next()

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
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _has_room(self) -> bool:
        return self._capacity is None or len(self._runs) + self._reserved < self._capacity

    def _start(self, job: StoredJob) -> None:
        begun = None
        try:
            begun = self._begin(job)
            data = b"" if begun is None else self._read_input(begun.details.id)
        except BaseException:
            self._leave(job)
            raise
        if begun is None:
            self._leave(job)
        else:
            self._execute(begun, data)

    def _execute(self, begun: StoredJob, data: bytes) -> None:
        details = begun.details
        task = Task(
            job_id=details.id,
            target=self._targets[details.target],
            data=data,
            input_format=details.input_data_format,
            output_format=details.output_data_format,
            params=details.input_params,
        )
        try:
            future: Future[Outcome] = self._executor.submit(self._run, task)
        except RuntimeError as error:  # the executor was shut down between; the job stays unfinished
            _log.debug("job %s was not begun: %s", details.id, error)
            self._leave(begun)
            return
        with self._lock:
            run = self._runs[begun.seq]
            run.future, stop_asked = future, run.stop_asked
        if stop_asked:
            self._stop_future(future)
        future.add_done_callback(partial(self._ended, begun))

    def _begin(self, job: StoredJob) -> StoredJob | None:
        """Begins a run, or ends the job that cannot be run; None in that case."""
        fault = None
        if job.details.attempts >= MAX_ATTEMPTS:
            fault = Fault(
                "WorkerDied",
                f"the worker process died in each of {job.details.attempts} runs of this job; "
                "the program may need more memory than the machine has, or break the simulator",
            )
        elif job.details.target not in self._targets:
            fault = Fault("InvalidInputData", f"target {job.details.target} is not installed here")
        if fault is None:
            return self._ledger.begin(job)
        self._ledger.end(job, Outcome(fault=fault))
        return None

    def _leave(self, job: StoredJob) -> None:
        with self._lock:
            self._runs.pop(job.seq, None)

    def _start_next(self) -> None:
        while True:
            with self._lock:
                if self._closed or not self._queue or not self._has_room():
                    return
                job = self._queue.popleft()
                self._runs[job.seq] = _Run(job)
            self._start(job)

    def _stop_future(self, future: "Future[Outcome]") -> None:
        if isinstance(self._executor, WorkerPool):
            self._executor.stop(future)
        else:
            future.cancel()

    def _ended(self, job: StoredJob, future: "Future[Outcome]") -> None:
        self._leave(job)
        if self._closed:
            return
        try:
            # The freed worker gets its next task before the answer is written down.
            self._start_next()
            self._record(job, future)
        except Exception:  # noqa: BLE001
            # The collector's thread must outlive a store that fails; the job stays unfinished and is run
            # again when the store is back.
            _log.exception("the end of job %s could not be recorded", job.details.id)

    def _record(self, job: StoredJob, future: "Future[Outcome]") -> None:
        try:
            outcome = future.result()
        except (WorkerStoppedError, CancelledError):
            self._ledger.stopped(job)
        except WorkerLostError:
            again = self._ledger.interrupt(job)
            if again is not None:
                self.offer(again)
        except WorkerOverdueError:
            fault = Fault("ExecutionTimeout", "the run took longer than the workspace's job_timeout allows")
            self._ledger.end(job, Outcome(fault=fault))
        except Exception as error:  # noqa: BLE001 - a foreign executor may raise anything
            self._ledger.end(job, Outcome(fault=Fault("ExecutorFailed", f"the executor failed: {error!r}")))
        else:
            self._ledger.end(job, outcome)
