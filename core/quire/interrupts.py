"""When Ctrl-C may strike: not between the parts of what must happen whole, and at once in a user's own run.

It knows nothing of sessions or jobs. Only the main thread hears of Ctrl-C; elsewhere this changes nothing.
"""

import functools
import signal
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from types import FrameType, TracebackType
from typing import Any, ParamSpec, TypeVar

from quire.forks import around_forks

_P = ParamSpec("_P")
_R = TypeVar("_R")

# What lies behind ``signal`` in CPython, without its enums, which cost twenty times as much at each job.
_signals = import_module("_signal") if "_signal" in sys.builtin_module_names else signal
get_handler: Callable[[int], Any] = _signals.getsignal
"""Which handler a signal has."""
set_handler: Callable[[int, Any], Any] = _signals.signal
"""Gives a signal a handler; the one before."""
_OTHER_SIGNALS = tuple(int(number) for number in signal.valid_signals() if number != signal.SIGINT)

_main_thread = threading.main_thread().ident

_active: "Uninterrupted | None" = None
"""The block that puts Ctrl-C off now. Only the main thread reads and writes it."""


class Uninterrupted:
    """A block that Ctrl-C cannot cut in two: what comes meanwhile takes effect when it ends.

    A block within another one does nothing of its own. Where SIGINT is ignored, or handled outside of Python,
    nothing changes. A handler that somebody else sets within the block stays.
    """

    __slots__ = ("before", "error", "handler", "is_on", "is_over", "noted", "thread")

    def __enter__(self) -> None:
        """Puts Ctrl-C off."""
        global _active
        self.is_on = False
        if _active is not None or not in_main_thread():
            return
        self.noted = self.is_over = False
        self.error: BaseException | None = None
        self.thread = threading.get_ident()
        self.before = self.handler = get_handler(signal.SIGINT)
        if callable(self.handler):
            # Up to here Ctrl-C may raise, and nothing has happened; from here on it is only noted.
            try:
                set_handler(signal.SIGINT, self._note)
            except ValueError:
                return  # a subinterpreter never hears of Ctrl-C
            self.is_on = True
            _active = self

    def _note(self, number: int, frame: FrameType | None) -> None:
        if not self.is_over:
            self.noted = True
        elif callable(
            self.before
        ):  # somebody took it for the program's, and calls it from a handler of theirs
            self.before(number, frame)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Lets a Ctrl-C that came meanwhile take effect."""
        if self.is_on:
            self._let_through()

    def _let_through(self) -> None:
        global _active
        _active = None
        others = get_handler(signal.SIGINT)
        if others == self._note:
            set_handler(signal.SIGINT, self.handler)
        else:
            self.handler = others
        self.is_over = True
        error, self.error = self.error, None
        if error is not None:
            raise error
        if self.noted:
            self.noted = False
            if callable(self.handler):
                self.handler(signal.SIGINT, None)

    def suspend(self) -> None:
        """Lets Ctrl-C through, and one that came before."""
        try:
            self._let_through()
        except BaseException:
            self.resume()
            raise

    def resume(self) -> None:
        """Puts Ctrl-C off again."""
        global _active
        self.is_over = False
        self.handler = set_handler(signal.SIGINT, self._note)
        _active = self


class Interruptible:
    """A part of an :class:`Uninterrupted` block in which Ctrl-C takes effect at once; elsewhere nothing."""

    __slots__ = ("_block",)

    def __enter__(self) -> None:
        """Lets Ctrl-C through."""
        self._block = _active if in_main_thread() else None
        if self._block is not None:
            self._block.suspend()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Puts Ctrl-C off again."""
        if self._block is not None:
            self._block.resume()


class UninterruptedLock:
    """A lock that is held in an :class:`Uninterrupted` block.

    So a SIGINT handler that uses it never finds it held by the very code that it interrupts.
    """

    __slots__ = ("_block", "_lock")

    def __init__(self) -> None:
        """Begins free."""
        self._lock = threading.Lock()
        self._block = Uninterrupted()

    def __enter__(self) -> None:
        """Waits until it is free, and holds it."""
        block = Uninterrupted()
        block.__enter__()
        self._lock.acquire()
        self._block = block

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Frees it."""
        block = self._block
        self._lock.release()
        block.__exit__(kind, error, trace)


def raise_later(error: BaseException) -> bool:
    """Raises an exception when this thread's :class:`Uninterrupted` block ends; False if it is in none."""
    if _active is None or threading.get_ident() != _active.thread:
        return False
    _active.error = error
    return True


def in_main_thread() -> bool:
    """Whether this is the thread that hears of Ctrl-C."""
    return threading.get_ident() == _main_thread


def is_undisturbed() -> bool:
    """Whether this thread runs no handlers of the program's, which come at any moment, but that of Ctrl-C."""
    return not in_main_thread() or not any(map(callable, map(get_handler, _OTHER_SIGNALS)))


def _after_fork() -> None:
    """Lets Ctrl-C through in a fork that another thread made, where nothing is there to end the block."""
    global _active, _main_thread
    _main_thread = threading.get_ident()
    if _active is not None and threading.get_ident() != _active.thread:
        set_handler(signal.SIGINT, _active.handler)
        _active = None


around_forks(after_in_child=_after_fork)


def uninterrupted(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Makes each call of a function an :class:`Uninterrupted` block."""

    @functools.wraps(function)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        with Uninterrupted():
            return function(*args, **kwargs)

    return call
