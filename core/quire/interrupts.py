"""When Ctrl-C may strike: not between the parts of what must happen whole, and at once in a user's own run.

It knows nothing of sessions or jobs. Only the main thread hears of Ctrl-C; elsewhere this changes nothing.
"""

import functools
import os
import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, ParamSpec, TypeVar

_P = ParamSpec("_P")
_R = TypeVar("_R")
_Handler = Callable[[int, FrameType | None], Any]

_active: "Uninterrupted | None" = None
"""The block that puts Ctrl-C off now. Only the main thread reads and writes it."""


class Uninterrupted:
    """A block that Ctrl-C cannot cut in two: what comes meanwhile takes effect when it ends.

    A block within another one does nothing of its own. Where SIGINT is ignored, or handled outside of Python,
    nothing changes.
    """

    __slots__ = ("handler", "noted", "thread")

    def __enter__(self) -> None:
        """Puts Ctrl-C off."""
        global _active
        self.handler: _Handler | None = None
        self.noted = False
        self.thread = threading.get_ident()
        if not _in_main_thread() or _active is not None:
            return
        handler = signal.getsignal(signal.SIGINT)
        if callable(handler):
            self.handler = handler
            # Up to here Ctrl-C may raise, and nothing has happened; from here on it is only noted.
            try:
                signal.signal(signal.SIGINT, self._note)
            except ValueError:
                self.handler = None  # a subinterpreter never hears of Ctrl-C
            else:
                _active = self

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self.noted = True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Lets a Ctrl-C that came meanwhile take effect."""
        global _active
        handler = self.handler
        if handler is None:
            return
        _active = None
        signal.signal(signal.SIGINT, handler)
        if self.noted:
            handler(signal.SIGINT, None)

    def suspend(self) -> None:
        """Lets Ctrl-C through, and one that came before."""
        global _active
        _active = None
        try:
            signal.signal(signal.SIGINT, self.handler)
            if self.noted and self.handler is not None:
                self.noted = False
                self.handler(signal.SIGINT, None)
        except BaseException:
            self.resume()
            raise

    def resume(self) -> None:
        """Puts Ctrl-C off again."""
        global _active
        signal.signal(signal.SIGINT, self._note)
        _active = self


class Interruptible:
    """A part of an :class:`Uninterrupted` block in which Ctrl-C takes effect at once; elsewhere nothing."""

    __slots__ = ("_block",)

    def __enter__(self) -> None:
        """Lets Ctrl-C through."""
        self._block = _active if _in_main_thread() else None
        if self._block is not None:
            self._block.suspend()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Puts Ctrl-C off again."""
        if self._block is not None:
            self._block.resume()


def _in_main_thread() -> bool:
    return threading.get_ident() == threading.main_thread().ident


def _after_fork() -> None:
    """Lets Ctrl-C through in a fork that another thread made, where nothing is there to end the block."""
    global _active
    if _active is not None and threading.get_ident() != _active.thread:
        signal.signal(signal.SIGINT, _active.handler)
        _active = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def uninterrupted(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Makes each call of a function an :class:`Uninterrupted` block."""

    @functools.wraps(function)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        with Uninterrupted():
            return function(*args, **kwargs)

    return call
