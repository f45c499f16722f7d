"""Worker processes as an executor: each does one task at a time, and a running task can really be stopped.

A ``ProcessPoolExecutor`` is of no use here: one killed worker breaks it, and it cannot stop a running task.
"""

import contextlib
import logging
import os
import select
import selectors
import socket
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from typing import Any

from quire.errors import ConfigurationError
from quire.model import Outcome
from quire.plugins import Place
from quire.service.attendance import Attendance
from quire.service.crew import Crew
from quire.service.foresight import Foresight
from quire.service.losses import (
    WorkerLostError,
    WorkerSparedError,
    WorkerStoppedError,
    WorkersUnavailableError,
)
from quire.service.pooled import PooledWorker
from quire.service.request import End, Request, announce, fail
from quire.service.rota import Rota
from quire.service.vigil import is_worthwhile
from quire.service.warm import WarmProcess
from quire.service.worker import RECALL, decode_answer, packed
from quire.service.workload import Pace

_EXIT_SECONDS = 5.0
_log = logging.getLogger("quire")
_CLOSED = "the workspace was closed"
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
        self._lock = threading.Lock()
        self._pace = pace or Pace()
        self._listener: Callable[[], None] = lambda: None
        self._selector = selectors.DefaultSelector()
        self._wake_in, self._wake_out = socket.socketpair()
        self._wake_in.setblocking(False)
        self._selector.register(self._wake_out, selectors.EVENT_READ)
        self._closed = False
        self._is_worthwhile = is_worthwhile()
        # Selectors of another kind would not notice that they are to look at a line again.
        self._can_attend = hasattr(select, "epoll") or hasattr(select, "kqueue")
        self._attendance = Attendance(self._lock)
        self._crew = Crew(workers, plugins, ahead or WarmProcess(), self._selector)
        self._rota = Rota(self._crew, self._pace, task_seconds)
        self._thread = threading.Thread(target=self._collect, name="quire-workers", daemon=True)
        self._thread.start()

    def listen(self, listener: Callable[[], None]) -> None:
        """Has a listener called when futures may have ended, by the pool's thread, one that attends, or both.

        It finds all the answers that there were, and may submit.
        """
        self._listener = listener

    def wake(self) -> None:
        """Has the listener called soon."""
        if self._attendance.mine():
            return  # this thread calls it itself when it has announced all that it has read
        with self._lock:
            if not self._closed:
                self._wake()

    @property
    def is_ready(self) -> bool:
        """Whether a task would be begun at once, or is refused because no worker can be started."""
        return self._rota.is_ready

    @property
    def room(self) -> tuple[int, int]:
        """How many tasks could be given ahead now, and how many bytes; none while tasks are long."""
        with self._lock:
            return self._rota.room

    @property
    def is_brisk(self) -> bool:
        """Whether tasks are so short that it is worth while not to sleep for them."""
        return self._is_worthwhile and self._pace.is_brisk

    def rouse(self, fn: Callable[..., object] | None = None, *args: Any) -> Foresight | None:
        """Has an idle worker look out for a task that comes soon, and call ``fn(*args)``, if tasks are short.

        What is answered, if anything, is what to submit the task with, or else to withdraw.
        """
        if not self.is_brisk:
            return None
        foresight = None if fn is None else Foresight.of(fn, *args)
        with self._lock:
            self._rota.rouse(foresight)
        return foresight

    def withdraw(self, foresight: Foresight) -> None:
        """Says that the task of which one was told will not come; who does not hear of it is replaced."""
        with self._lock:
            if not self._closed:
                self._rota.withdraw(foresight)
                self._wake()

    def attend(self, future: "Future[Any]") -> bool:
        """Waits a moment for an answer without sleeping, and deals with it in the place of the pool's thread.

        That saves two threads from being woken, and this one too. If an answer comes, be it to a task before,
        the listener has been called when this returns. It does nothing while tasks are long or another worker
        has some, with one processor only, and with a selector that no other thread can change meanwhile.

        Returns:
            Whether there was an answer.
        """
        if not (self._can_attend and self.is_brisk) or self._attendance.mine():
            return False
        try:
            try:
                return self._attend(future)
            except BaseException:
                self._abandon()
                raise
            finally:
                self._attendance.part()
        finally:  # something may have cut that off, too
            self._attendance.part()

    def _attend(self, future: "Future[Any]") -> bool:
        with self._lock:
            worker = self._rota.alone_at(future)
            if self._closed or worker is None or not self._attendance.is_free:
                return False
            self._attendance.take(worker)
            worker.is_attended = True  # from now on the pool's thread does not look at it
            self._crew.overlook(worker)
        messages = worker.heard(self._pace.brisk_seconds)
        with self._lock:
            try:
                worker.is_attended = False
                if worker not in self._crew.workers:  # the pool has been closed
                    worker.line.hang_up()
                    return False
                if messages is not None:
                    self._crew.watch(worker)
                ends = self._hear(worker, messages)
            except BaseException:
                worker.is_attended = True  # nobody reads on where something was read and not understood
                raise
        announce(ends)
        if ends or messages != []:
            self._tell()  # also of what was spared
        return bool(ends)

    def _abandon(self) -> None:
        """Has another worker do what an exception that was raised in this thread has cut off.

        What was read may be lost with it, and so may the worker's place in the selector, so it is replaced.
        """
        if not (attended := self._attendance.mine()):
            return
        worker, requests = attended
        ends: list[End] = []
        with self._lock:
            if worker.is_attended or not all(request.future.done() for request in requests):
                if worker in self._crew.workers:
                    if not worker.is_doomed:
                        worker.kill(None, WorkerSparedError)
                    ends = self._bury(worker)
                worker.line.hang_up()
        announce(ends)
        with self._lock:
            # Not those that have ended: what was cut off may have left their futures locked to others.
            left = [each for each in requests if not (each.future.done() or each in self._rota.spared)]
            if not self._closed:
                self._rota.spared += left
                self._wake()
                return
        fail(left, WorkerStoppedError(_CLOSED))

    # The executor's interface

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Runs ``fn(*args)`` in a worker; see ``concurrent.futures.Executor.submit``."""
        if kwargs:
            raise TypeError("tasks of a worker pool take positional arguments only")
        return self._submit([Request.of(fn, packed(args))])[0]

    def submit_foreseen(self, fn: Callable[..., Any], foresight: Foresight) -> Future[Any]:
        """Does what :meth:`submit_soon` does with the arguments of a foresight; see :meth:`rouse`."""
        request = Request.of(fn, foresight.arguments, may_follow=self._pace.may_follow, foresight=foresight)
        return self._submit([request])[0]

    def submit_soon(self, fn: Callable[..., Any], task: object) -> Future[Any]:
        """Runs ``fn(task)``, which may follow another task while they are tiny."""
        return self._submit([Request.of(fn, packed((task,)), may_follow=self._pace.may_follow)])[0]

    def submit_ahead(self, fn: Callable[..., Any], tasks: Sequence[object]) -> list[Future[Any]]:
        """Runs ``fn(task)`` for each of several tasks, which may be given to workers ahead."""
        return self._submit([Request.of(fn, packed((task,)), may_follow=True) for task in tasks])

    def _submit(self, requests: list[Request]) -> list[Future[Any]]:
        with self._lock:
            if self._closed:
                raise RuntimeError("the worker pool is closed")
            self._crew.replenish()
            can_run = bool(self._crew.workers)
            if can_run:
                self._rota.waiting.extend(requests)
                self._assign()
        if not can_run:
            fail(requests, WorkersUnavailableError(_NO_WORKERS))
        return [request.future for request in requests]

    def stop(self, future: "Future[Any]") -> None:
        """Stops a task: a running one loses its worker, another one is cancelled."""
        if future.cancel():
            return
        stopped: list[Request] = []
        with self._lock:
            for worker in self._crew.workers:
                for request in [each for each in worker.load.requests if each.future is future]:
                    if self._rota.has_begun(worker, request):
                        worker.kill(request, WorkerStoppedError)
                    else:
                        self._rota.spared.remove(request)
                        stopped.append(request)
            if not self._closed:
                self._wake()  # for those that were spared
        fail(stopped, WorkerStoppedError("it was stopped before its worker came to it"))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002
        """Ends the processes, whatever they are doing."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._crew.dismiss()
            self._wake()  # with the lock held, since the collector closes the socket when it sees the flag
        if threading.current_thread() is not self._thread:
            self._thread.join(_EXIT_SECONDS)
        self._attendance.wait_until_free(_EXIT_SECONDS)
        self._crew.warm.hang_up()
        if wait:
            self._crew.warm.wait()

    # The pool's thread, and what the one who attends does in its place

    def _collect(self) -> None:
        while not self._closed:
            for key, _ in self._selector.select(self._patience()):
                if isinstance(key.data, PooledWorker):
                    self._read(key.data)
                elif key.data is None:
                    self._wake_out.recv(4096)
                else:
                    with self._lock:
                        self._crew.lose(key.data)
            self._tell()
        self._end()

    def _end(self) -> None:
        closed = WorkerStoppedError(_CLOSED)
        for worker in list(self._crew.workers):
            with self._lock:
                if worker not in self._crew.workers:
                    continue  # who attended has seen its end
                self._crew.workers.remove(worker)  # its descriptors may soon be somebody else's
                for request in list(worker.load.requests)[:1]:
                    worker.kill(request, WorkerStoppedError)
                begun, spared = worker.end()
                if not worker.is_attended:  # else who reads from there sees the end, and hangs up
                    self._crew.hang_up(worker.line)
            fail(begun + spared, closed)
        with self._lock:
            left = [*self._rota.spared, *self._rota.waiting]
            self._selector.close()
            self._wake_in.close()
            self._wake_out.close()
        fail(left, closed)

    def _patience(self) -> float | None:
        with self._lock:
            return self._rota.patience()

    def _tell(self) -> None:
        with self._lock:
            spared, self._rota.spared = self._rota.spared, []
        fail(spared, WorkerSparedError("its worker did not come to it"))
        try:
            self._listener()
        except Exception:  # noqa: BLE001 - the answers must be read, whatever becomes of one
            _log.exception("the answers of worker processes could not be dealt with")

    def _read(self, worker: PooledWorker) -> None:
        with self._lock:
            if worker.is_attended or worker not in self._crew.workers:
                return  # though it was not when the selector looked
            ends = self._hear(worker, worker.heard())
        announce(ends)

    # Called with the lock held, under which what a worker has said is understood, as two threads may read it

    def _hear(self, worker: PooledWorker, messages: list[bytes] | None) -> "list[End]":
        """Understands what a worker has said; None if it has hung up. What has ended with that."""
        if messages is None:
            return self._bury(worker)
        ends: list[End] = [answer for message in messages if (answer := self._heard(worker, message))]
        self._rota.free(worker)
        self._assign()
        if worker.is_doomed and not worker.load:
            ends += self._bury(worker)  # it answered before it was killed
        return ends

    def _heard(self, worker: PooledWorker, message: bytes) -> tuple[Request, Outcome] | None:
        """Understands what a worker says; the task that it has answered, and how, if it has."""
        if worker.pid is None:
            worker.begins(int(message))
            self._crew.greeted()
        elif worker.is_doomed and worker.reason is WorkerLostError:
            return None  # it is not believed any more
        elif message == RECALL:
            worker.has_forgotten()
        else:
            number, seconds, outcome = decode_answer(message)
            worker.told = None
            began = worker.load.since
            request = worker.load.answered(number)
            if request is not None:
                self._pace.note(worker.load.since - began, seconds)
                return request, outcome
            self._distrust(worker)
        return None

    def _distrust(self, worker: PooledWorker) -> None:
        """Kills a worker that answers what it was not asked: a payload has taken it over."""
        if not worker.is_doomed:
            begun = worker.load.requests[0] if worker.load else None
            worker.kill(begun, WorkerLostError)
            self._rota.busy(worker)

    def _bury(self, worker: PooledWorker) -> "list[End]":
        """Takes leave of a worker that has ended; the tasks that have ended with it, and how."""
        self._crew.leave(worker)
        self._rota.busy(worker)
        begun, spared = worker.end()
        self._rota.spared += spared
        waiting = self._rota.waiting
        abandoned = [] if self._crew.workers else [waiting.popleft() for _ in range(len(waiting))]
        self._assign()
        lost = worker.reason("the worker process ended without an answer")
        ends: list[End] = [(request, lost) for request in begun]
        return ends + [(request, WorkersUnavailableError(_NO_WORKERS)) for request in abandoned]

    def _assign(self) -> None:
        if self._rota.assign():
            self._wake()

    def _wake(self) -> None:
        if threading.current_thread() is not self._thread:
            with contextlib.suppress(BlockingIOError):
                self._wake_in.send(b"w")
