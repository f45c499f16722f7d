"""Worker processes as an executor: each does one task at a time, and a running task can really be stopped.

A ``ProcessPoolExecutor`` is of no use here: one killed worker breaks it, and it cannot stop a running task.
"""

import contextlib
import logging
import os
import selectors
import socket
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from typing import Any

from quire.clock import monotonic
from quire.errors import ConfigurationError
from quire.model import Outcome
from quire.plugins import Place
from quire.service.line import Line
from quire.service.losses import (
    WorkerLostError,
    WorkerOverdueError,
    WorkerSparedError,
    WorkerStoppedError,
    WorkersUnavailableError,
)
from quire.service.pooled import PooledWorker, connection
from quire.service.warm import WarmProcess
from quire.service.worker import RECALL, decode_answer, encode_task
from quire.service.workload import Pace, Request

_STARTUP_FAILURES = 3
"""How many workers in a row may die before they say hello, until the pool gives up."""
_EXIT_SECONDS = 5.0
_log = logging.getLogger("quire")
_NO_WORKERS = "worker processes cannot be started; why, they wrote to the standard error output"


class WorkerPool(Executor):
    """Worker processes forked from one warm process.

    ``submit(function, task)`` takes a function of an importable module that answers an ``Outcome``. A future
    whose worker gave no answer raises one of the errors of ``losses``. While tasks are short, workers get
    some of those of :meth:`submit_ahead` before they have done what they have. What a worker does not come
    to, as it ends or is late, is not run: its future raises a ``WorkerSparedError``; submit it again.
    """

    def __init__(
        self,
        workers: int,
        plugins: Sequence[Place] = (),
        task_seconds: float | None = None,
        pace: Pace | None = None,
        ahead: WarmProcess | None = None,
    ) -> None:
        """Starts the processes in the background and returns at once.

        Args:
            workers: How many tasks run at the same time.
            plugins: Where the plug-ins are found that the workers load.
            task_seconds: The most that one task may take; None for no limit.
            pace: What is known of the tasks; None if nothing is.
            ahead: A warm process that has been started already, and becomes the pool's.

        Raises:
            ConfigurationError: This platform has no ``fork``.
        """
        if not hasattr(os, "fork"):
            raise ConfigurationError(
                "worker processes need a POSIX system; use Workspace(executor='inline')", setting="executor"
            )
        self._wanted = workers
        self._plugins = tuple(plugins)
        self._task_seconds = task_seconds
        self._lock = threading.Lock()
        self._idle: list[PooledWorker] = []
        self._workers: set[PooledWorker] = set()
        self._queue: deque[Request] = deque()
        self._spared: list[Request] = []
        self._pace = pace or Pace()
        self._listener: Callable[[], None] = lambda: None
        self._selector = selectors.DefaultSelector()
        self._wake_in, self._wake_out = socket.socketpair()
        self._wake_in.setblocking(False)
        self._selector.register(self._wake_out, selectors.EVENT_READ)
        self._closed = False
        self._startup_failures = 0
        self._warm = self._load(ahead or WarmProcess())
        for _ in range(workers):
            self._spawn()
        self._thread = threading.Thread(target=self._collect, name="quire-workers", daemon=True)
        self._thread.start()

    def _spawn(self) -> None:
        line, theirs, permits = connection()
        with theirs, contextlib.suppress(OSError):
            # Where both attempts fail, the line breaks at once, which counts as a failure to start.
            try:
                self._warm.fork(theirs, permits)
            except OSError:
                self._hang_up(self._warm)
                self._warm.end()
                self._warm = self._load(WarmProcess())
                self._warm.fork(theirs, permits)
        worker = PooledWorker(line, permits, self._warm)
        self._workers.add(worker)
        self._selector.register(worker.line, selectors.EVENT_READ, worker)

    def _replenish(self) -> None:
        """Brings the workers to their number again, if they can be started."""
        with contextlib.suppress(OSError):  # no descriptor is free, say; it is tried again
            while len(self._workers) < self._wanted and self._startup_failures < _STARTUP_FAILURES:
                self._spawn()

    def _load(self, process: WarmProcess) -> WarmProcess:
        process.load(self._plugins)
        self._selector.register(process, selectors.EVENT_READ, process)
        return process

    def _hang_up(self, line: Line | WarmProcess) -> None:
        if line.fileno() >= 0:
            self._selector.unregister(line)
            line.hang_up()

    def listen(self, listener: Callable[[], None]) -> None:
        """Has somebody called on the pool's thread each time that futures may have ended.

        Args:
            listener: What is called; it finds all the answers that there were, and may submit.
        """
        self._listener = listener

    def wake(self) -> None:
        """Has the listener called soon."""
        with self._lock:
            if not self._closed:
                self._wake()

    @property
    def is_ready(self) -> bool:
        """Whether a task would be begun at once, or is refused because no worker can be started."""
        return bool(self._idle) or not self._workers

    @property
    def room(self) -> tuple[int, int]:
        """How many tasks could be given ahead now, and how many bytes; none while tasks are long."""
        with self._lock:
            loads = [worker.load for worker in self._workers if worker.is_able]
            return max(0, self._pace.room(loads) - len(self._queue)), sum(load.bytes_free for load in loads)

    # The executor's interface

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Runs ``fn(*args)`` in a worker; see ``concurrent.futures.Executor.submit``."""
        if kwargs:
            raise TypeError("tasks of a worker pool take positional arguments only")
        return self._submit([self._request(fn, args, may_follow=False)])[0]

    def submit_ahead(self, fn: Callable[..., Any], tasks: Sequence[object]) -> list[Future[Any]]:
        """Runs ``fn(task)`` for each of several tasks, which may be given to workers ahead.

        Args:
            fn: A function as for :meth:`submit`.
            tasks: The tasks.
        """
        return self._submit([self._request(fn, (task,), may_follow=True) for task in tasks])

    def _request(self, fn: Callable[..., Any], args: tuple[Any, ...], *, may_follow: bool) -> Request:
        number = int.from_bytes(os.urandom(8), "big")
        return Request(number, encode_task(number, fn, args), Future(), may_follow)

    def _submit(self, requests: list[Request]) -> list[Future[Any]]:
        with self._lock:
            if self._closed:
                raise RuntimeError("the worker pool is closed")
            self._replenish()
            can_run = bool(self._workers)
            if can_run:
                self._queue.extend(requests)
                self._assign()
        if not can_run:
            self._fail(requests, WorkersUnavailableError(_NO_WORKERS))
        return [request.future for request in requests]

    def stop(self, future: "Future[Any]") -> None:
        """Stops a task: a running one loses its worker, another one is cancelled."""
        if future.cancel():
            return
        stopped: list[Request] = []
        with self._lock:
            for worker in self._workers:
                for request in [each for each in worker.load.requests if each.future is future]:
                    if self._has_begun(worker, request):
                        worker.kill(request, WorkerStoppedError)
                    else:
                        self._spared.remove(request)
                        stopped.append(request)
            if not self._closed:
                self._wake()  # for those that were spared
        self._fail(stopped, WorkerStoppedError("it was stopped before its worker came to it"))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002
        """Ends the processes, whatever they are doing."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._wake()  # with the lock held, since the collector closes the socket when it sees the flag
        if threading.current_thread() is not self._thread:
            self._thread.join(_EXIT_SECONDS)
        self._warm.hang_up()
        if wait:
            self._warm.wait()

    # Called with the lock held

    def _assign(self) -> None:
        """Gives what waits to those who have nothing to do, and ahead to others."""
        given: dict[PooledWorker, list[Request]] = {}
        while self._queue and (worker := self._next_worker(self._queue[0])) is not None:
            request = self._queue.popleft()
            if not request.future.set_running_or_notify_cancel():
                continue
            worker.load.add(request)
            if worker in self._idle:
                self._idle.remove(worker)
            given.setdefault(worker, []).append(request)
        for worker, requests in given.items():
            worker.send(requests)
        if given and (self._task_seconds is not None or any(len(each.load) > 1 for each in given)):
            self._wake()
        if self._queue and not any(worker.pid for worker in self._workers):
            self._warm.hurry(self._task_seconds)

    def _next_worker(self, request: Request) -> PooledWorker | None:
        if self._idle:
            return self._idle[-1]
        if not request.may_follow:
            return None
        able = {worker.load: worker for worker in self._workers if worker.is_able}
        load = self._pace.least(able, request)
        return None if load is None else able[load]

    def _has_begun(self, worker: PooledWorker, request: Request) -> bool:
        """Whether a worker has begun a task; if not, it never will."""
        self._spared += worker.recall()
        return request in worker.load.requests

    def _wake(self) -> None:
        if threading.current_thread() is not self._thread:
            with contextlib.suppress(BlockingIOError):
                self._wake_in.send(b"w")

    # The collector's thread

    def _collect(self) -> None:
        while not self._closed:
            for key, _ in self._selector.select(self._patience()):
                if isinstance(key.data, PooledWorker):
                    self._read(key.data)
                elif key.data is None:
                    self._wake_out.recv(4096)
                else:
                    self._warm_process_ended(key.data)
            self._tell()
        self._end()

    def _end(self) -> None:
        for worker in list(self._workers):
            with self._lock:
                self._workers.remove(worker)  # its descriptors may soon be somebody else's
                for request in list(worker.load.requests)[:1]:
                    worker.kill(request, WorkerStoppedError)
                begun, spared = worker.end()
            self._hang_up(worker.line)
            self._fail(begun + spared, WorkerStoppedError("the workspace was closed"))
        self._fail([*self._spared, *self._queue], WorkerStoppedError("the workspace was closed"))
        self._selector.close()
        with self._lock:
            self._wake_in.close()
            self._wake_out.close()

    def _tell(self) -> None:
        with self._lock:
            spared, self._spared = self._spared, []
        self._fail(spared, WorkerSparedError("its worker did not come to it"))
        try:
            self._listener()
        except Exception:  # noqa: BLE001 - the answers must be read, whatever becomes of one
            _log.exception("the answers of worker processes could not be dealt with")

    def _warm_process_ended(self, process: WarmProcess) -> None:
        """Kills the workers that it was asked to kill and has not.

        The next worker that is needed brings the next warm process.
        """
        with self._lock:
            self._hang_up(process)
            for worker in self._workers:
                if worker.parent is process and worker.is_doomed:
                    worker.kill(worker.doom, worker.reason)

    def _patience(self) -> float | None:
        """Seconds until something is late; what is late already loses its worker or its place."""
        limit = self._task_seconds
        with self._lock:
            if self._spared:
                return 0.0  # those who wait for them are to be told
            busy = [worker for worker in self._workers if worker.load and not worker.is_doomed]
            if limit is None and not any(worker.has_ahead for worker in busy):
                return None
            now = monotonic()
            for worker in busy:
                self._judge(worker, now - worker.load.since)
            if self._spared:
                return 0.0
            moments = [worker.load.since + self._pace.late_seconds for worker in busy if worker.has_ahead]
            if limit is not None:
                begun = [worker for worker in busy if worker.load and not worker.is_doomed]
                moments += [worker.load.since + limit for worker in begun]
        return max(0.0, min(moments) - now) if moments else None

    def _judge(self, worker: PooledWorker, seconds: float) -> None:
        """Looks whether a worker has been at its task for too long, unless it has just answered."""
        first, limit = worker.load.requests[0], self._task_seconds
        is_overdue = limit is not None and seconds >= limit
        is_late = worker.has_ahead and seconds >= self._pace.late_seconds
        if not (is_overdue or is_late) or worker.line.has_news():
            return
        self._pace.note(seconds)
        if self._has_begun(worker, first) and is_overdue:
            worker.kill(first, WorkerOverdueError)

    def _read(self, worker: PooledWorker) -> None:
        try:
            messages = worker.line.receive(wait=False)
        except (EOFError, OSError):
            self._bury(worker)
            return
        with self._lock:
            answers = [answer for message in messages if (answer := self._heard(worker, message))]
            if worker.is_able and not worker.load and worker not in self._idle:
                self._idle.append(worker)
            self._assign()
        if worker.is_doomed and not worker.load:
            self._bury(worker)  # it answered before it was killed
        for request, outcome in answers:
            request.future.set_result(outcome)

    def _heard(self, worker: PooledWorker, message: bytes) -> tuple[Request, Outcome] | None:
        """Understands what a worker says; the task that it has answered, and how, if it has."""
        if worker.pid is None:
            worker.begins(int(message))
            self._startup_failures = 0
            self._replenish()
        elif worker.is_doomed and worker.reason is WorkerLostError:
            return None  # it is not believed any more
        elif message == RECALL:
            worker.has_forgotten()
        else:
            number, outcome = decode_answer(message)
            began = worker.load.since
            request = worker.load.answered(number)
            if request is not None:
                self._pace.note(worker.load.since - began)
                return request, outcome
            self._distrust(worker)
        return None

    def _distrust(self, worker: PooledWorker) -> None:
        """Kills a worker that answers what it was not asked: a payload has taken it over."""
        if not worker.is_doomed:
            begun = worker.load.requests[0] if worker.load else None
            worker.kill(begun, WorkerLostError)
            if worker in self._idle:
                self._idle.remove(worker)

    def _bury(self, worker: PooledWorker) -> None:
        self._hang_up(worker.line)
        with self._lock:
            self._workers.discard(worker)
            if worker in self._idle:
                self._idle.remove(worker)
            begun, spared = worker.end()
            self._spared += spared
            self._startup_failures += worker.pid is None
            self._replenish()
            abandoned = [] if self._workers else [self._queue.popleft() for _ in range(len(self._queue))]
            self._assign()
        self._fail(begun, worker.reason("the worker process ended without an answer"))
        self._fail(abandoned, WorkersUnavailableError(_NO_WORKERS))

    @staticmethod
    def _fail(requests: list[Request], error: Exception) -> None:
        for request in requests:
            # One that waits may have been cancelled, and has ended with that.
            if request.future.running() or request.future.set_running_or_notify_cancel():
                request.future.set_exception(error)
