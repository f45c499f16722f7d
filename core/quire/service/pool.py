"""Worker processes as an executor: one task at a time in each, and a running task can really be stopped.

A ``ProcessPoolExecutor`` is of no use here: one killed worker breaks it, and it cannot stop a running task.
"""

import contextlib
import os
import pickle
import selectors
import signal
import socket
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from multiprocessing.connection import Connection
from typing import Any

from quire.clock import monotonic
from quire.errors import ConfigurationError
from quire.model import Outcome
from quire.service.worker import decode_outcome
from quire.service.zygote import FORK, KILL, PID

_STARTUP_FAILURES = 3
"""How many workers in a row may die before they say hello, until the pool gives up."""
_EXIT_SECONDS = 5.0
_NO_WORKERS = "worker processes cannot be started; why, they wrote to the standard error output"


class WorkerLostError(Exception):
    """A worker ended without an answer."""


class WorkersUnavailableError(Exception):
    """No worker can be started."""


class WorkerStoppedError(Exception):
    """A worker was killed because somebody asked for its task to be stopped."""


class WorkerOverdueError(Exception):
    """A worker was killed because its task took longer than allowed."""


class _Worker:
    __slots__ = ("connection", "control", "deadline", "future", "pid", "reason")

    def __init__(self, connection: Connection, control: socket.socket) -> None:
        self.connection = connection
        self.control = control  # of the warm process that forked it, which may have been replaced since
        self.pid: int | None = None
        self.future: Future[Outcome] | None = None
        self.deadline: float | None = None
        self.reason: type[Exception] = WorkerLostError


class WorkerPool(Executor):
    """Worker processes forked from one warm process.

    ``submit(function, task)`` takes a function of an importable module that answers an ``Outcome``. The
    future's callbacks run on the pool's own thread. A future whose worker ended raises one of this
    module's errors.
    """

    def __init__(
        self, workers: int, plugin_modules: Sequence[str] = (), task_seconds: float | None = None
    ) -> None:
        """Starts the processes in the background and returns at once.

        Args:
            workers: How many tasks run at the same time.
            plugin_modules: Plug-in modules that the workers load besides the installed ones.
            task_seconds: The most that one task may take; None for no limit.

        Raises:
            ConfigurationError: This platform has no ``fork``.
        """
        if not hasattr(os, "fork"):
            raise ConfigurationError(
                "worker processes need a POSIX system; use Workspace(executor='inline')", setting="executor"
            )
        self._plugin_modules = tuple(plugin_modules)
        self._task_seconds = task_seconds
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._workers: set[_Worker] = set()
        self._queue: deque[tuple[Future[Outcome], bytes]] = deque()
        self._selector = selectors.DefaultSelector()
        self._wake_in, self._wake_out = socket.socketpair()
        self._wake_in.setblocking(False)
        self._selector.register(self._wake_out, selectors.EVENT_READ)
        self._closed = False
        self._startup_failures = 0
        self._zygote, self._control = self._start_zygote()
        self._selector.register(self._control, selectors.EVENT_READ, self._control)
        for _ in range(workers):
            self._spawn()
        self._thread = threading.Thread(target=self._collect, name="quire-workers", daemon=True)
        self._thread.start()

    def _start_zygote(self) -> tuple["subprocess.Popen[bytes]", socket.socket]:
        ours, theirs = socket.socketpair()
        with theirs:
            # Python's own search path is handed on, so that the worker imports what this program imports.
            code = f"import sys; sys.path[:] = {sys.path!r}; from quire.service import zygote; zygote.main"
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
                [sys.executable, "-c", f"{code}({theirs.fileno()}, {list(self._plugin_modules)!r})"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        return process, ours

    def _spawn(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs, contextlib.suppress(OSError):
            # Where both attempts fail, the line breaks at once, which counts as a failure to start.
            try:
                socket.send_fds(self._control, [FORK], [theirs.fileno()])
            except OSError:
                self._replace_zygote()
                socket.send_fds(self._control, [FORK], [theirs.fileno()])
        worker = _Worker(Connection(ours.detach()), self._control)
        self._workers.add(worker)
        self._selector.register(worker.connection, selectors.EVENT_READ, worker)

    def _replace_zygote(self) -> None:
        self._hang_up(self._control)
        self._zygote.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._zygote.wait(_EXIT_SECONDS)
        self._zygote, self._control = self._start_zygote()
        self._selector.register(self._control, selectors.EVENT_READ, self._control)

    def _hang_up(self, control: socket.socket) -> None:
        if control.fileno() >= 0:
            self._selector.unregister(control)
            control.close()

    # The executor's interface

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Runs ``fn(*args)`` in a worker; see ``concurrent.futures.Executor.submit``."""
        if kwargs:
            raise TypeError("tasks of a worker pool take positional arguments only")
        request = pickle.dumps((fn, args), protocol=pickle.HIGHEST_PROTOCOL)
        future: Future[Outcome] = Future()
        with self._lock:
            if self._closed:
                raise RuntimeError("the worker pool is closed")
            can_run = bool(self._workers) or self._startup_failures < _STARTUP_FAILURES
            if can_run:
                self._queue.append((future, request))
                self._assign()
        if not can_run:
            future.set_exception(WorkersUnavailableError(_NO_WORKERS))
        return future

    def stop(self, future: "Future[Outcome]") -> None:
        """Stops a task: a waiting one is cancelled, a running one loses its worker."""
        if future.cancel():
            return
        with self._lock:
            for worker in self._workers:
                if worker.future is future:
                    self._kill(worker, WorkerStoppedError)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002
        """Ends the processes, whatever they are doing."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._wake()  # with the lock held, since the collector closes the socket when it sees the flag
        if threading.current_thread() is not self._thread:
            self._thread.join(_EXIT_SECONDS)
        self._control.close()
        if wait:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._zygote.wait(_EXIT_SECONDS)

    # Called with the lock held

    def _assign(self) -> None:
        while self._queue and self._idle:
            future, request = self._queue.popleft()
            if not future.set_running_or_notify_cancel():
                continue
            worker = self._idle.pop()
            worker.future = future
            if self._task_seconds is not None:
                worker.deadline = monotonic() + self._task_seconds
                self._wake()
            # A worker that has just died takes no request; the collector sees its end and tells the future.
            with contextlib.suppress(OSError):
                worker.connection.send_bytes(request)

    def _kill(self, worker: _Worker, reason: type[Exception]) -> None:
        if worker.pid is None:
            return
        worker.reason = reason
        worker.deadline = None
        try:
            worker.control.sendall(KILL + PID.pack(worker.pid))
        except OSError:
            # That warm process is gone. Its worker, which still holds its end of the line, is not.
            with contextlib.suppress(OSError):
                if not worker.connection.poll():
                    os.kill(worker.pid, signal.SIGKILL)

    def _wake(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._wake_in.send(b"w")

    # The collector's thread

    def _collect(self) -> None:
        while not self._closed:
            for key, _ in self._selector.select(self._patience()):
                if isinstance(key.data, _Worker):
                    self._read(key.data)
                elif key.data is None:
                    self._wake_out.recv(4096)
                else:
                    self._zygote_ended(key.data)
        for worker in list(self._workers):
            if worker.future is not None:
                with self._lock:
                    self._kill(worker, WorkerStoppedError)
            self._selector.unregister(worker.connection)
            worker.connection.close()
            if worker.future is not None:
                worker.future.set_exception(WorkerStoppedError("the workspace was closed"))
        self._selector.close()
        with self._lock:
            self._wake_in.close()
            self._wake_out.close()

    def _zygote_ended(self, control: socket.socket) -> None:
        """Kills the workers that a warm process was asked to kill and has died before it did.

        The next worker that is needed brings the next warm process.
        """
        with self._lock:
            self._hang_up(control)
            for worker in self._workers:
                if worker.control is control and worker.reason is not WorkerLostError:
                    self._kill(worker, worker.reason)

    def _patience(self) -> float | None:
        """Seconds until the next deadline; kills what is past its own."""
        if self._task_seconds is None:
            return None
        now = monotonic()
        with self._lock:
            for worker in self._workers:
                if worker.deadline is not None and worker.deadline <= now:
                    self._kill(worker, WorkerOverdueError)
            deadlines = [worker.deadline for worker in self._workers if worker.deadline is not None]
        return max(0.0, min(deadlines) - now) if deadlines else None

    def _read(self, worker: _Worker) -> None:
        try:
            message = worker.connection.recv_bytes()
        except (EOFError, OSError):
            self._bury(worker)
            return
        with self._lock:
            future, worker.future, worker.deadline = worker.future, None, None
            if worker.pid is None:
                worker.pid = int(message)
                self._startup_failures = 0
            is_doomed = worker.reason is not WorkerLostError
            if not is_doomed:
                self._idle.append(worker)
                self._assign()
        if is_doomed:
            # It answered before it was killed; it must not die with somebody else's task, so it gets none.
            self._bury(worker)
        if future is not None:
            future.set_result(decode_outcome(message))

    def _bury(self, worker: _Worker) -> None:
        self._selector.unregister(worker.connection)
        worker.connection.close()
        abandoned: list[Future[Outcome]] = []
        with self._lock:
            self._workers.discard(worker)
            if worker in self._idle:
                self._idle.remove(worker)
            self._startup_failures += worker.pid is None
            if self._startup_failures < _STARTUP_FAILURES:
                self._spawn()
            elif not self._workers:
                abandoned = [future for future, _ in self._queue]
                self._queue.clear()
        if worker.future is not None:
            worker.future.set_exception(worker.reason("the worker process ended without an answer"))
        for future in abandoned:
            future.set_exception(WorkersUnavailableError(_NO_WORKERS))
