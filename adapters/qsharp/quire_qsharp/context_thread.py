"""The one thread that quire's own Q# contexts live on; the QDK's objects panic on any other."""

import atexit
import gc
import os
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")

_EXIT_SECONDS = 10.0


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keeps the garbage collector off this thread, where it would free interpreters of the user's threads."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class ContextThread:
    """A thread that runs what it is given, in order, and is the only one to touch some objects.

    What runs on it must answer with plain data, errors included: an exception would carry the thread's
    frames, and so its objects, to the caller's thread.
    """

    def __init__(self, on_exit: Callable[[], None], on_fork: Callable[[], None]) -> None:
        """Makes the thread; it starts with the first call.

        Args:
            on_exit: Lets go of the thread's objects; called on the thread when the program ends.
            on_fork: Puts the thread's objects aside untouched; called in a forked child, which has none of
                the threads.
        """
        self._on_exit = on_exit
        self._on_fork = on_fork
        self._calls: queue.SimpleQueue[tuple[Future[Any], Callable[..., Any], tuple[Any, ...]] | None]
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._after_fork)

    def call(self, function: Callable[..., T], *args: Any) -> T:
        """Runs a function on the thread and gives its answer."""
        future: Future[T] = Future()
        with self._lock:
            if self._thread is None:
                self._start()
            self._calls.put((future, function, args))
        return future.result()

    def _start(self) -> None:
        self._calls = queue.SimpleQueue()
        self._thread = threading.Thread(
            target=self._run, args=(self._calls,), name="quire-qsharp", daemon=True
        )
        with _no_collection():  # a thread makes objects before it does what it is for
            self._thread.start()
        atexit.register(self._stop)

    def _run(self, calls: "queue.SimpleQueue[Any]") -> None:
        while (call := calls.get()) is not None:
            future, function, args = call
            try:
                with _no_collection():
                    future.set_result(function(*args))
            except BaseException as error:  # noqa: BLE001 - a panic must reach the caller, not end the thread
                future.set_exception(RuntimeError(f"{type(error).__name__}: {error}"))
            del call, future, function, args
        self._on_exit()

    def _stop(self) -> None:
        thread = self._thread
        if thread is not None:
            self._calls.put(None)
            thread.join(_EXIT_SECONDS)

    def _after_fork(self) -> None:
        """A child has the objects and not their thread: it begins anew."""
        if self._thread is not None:
            atexit.unregister(self._stop)
            self._on_fork()
        self._thread = None
        self._lock = threading.Lock()
