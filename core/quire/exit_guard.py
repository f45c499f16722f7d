"""That a Ctrl-C which Python raises as the first thing of an ``__exit__`` does not keep it from being done.

Python looks for signals when a function begins, so a Ctrl-C that came during the last operation of a ``with``
block would end ``__exit__`` before its first line. It knows nothing of what is left there.
"""

import signal
from collections.abc import Callable
from threading import get_ident
from types import CodeType, FrameType
from typing import Any, TypeVar

from quire.forks import around_forks
from quire.interrupts import get_handler, in_main_thread, set_handler

_F = TypeVar("_F", bound=Callable[..., object])

_codes: set[CodeType] = set()
_thread: int | None = None
"""The main thread, which alone enters here."""


def guarded(function: _F) -> _F:
    """Marks an ``__exit__`` as one that is done first; it is to end with a call of :func:`left`."""
    _codes.add(function.__code__)
    return function


# What is guarded below calls nothing of Python's but what is guarded, so that nothing comes in between.


class _Guard:
    """The handler of SIGINT during a block, and those within it; stands before the one that was there."""

    __slots__ = ("before", "is_over", "is_postponed")

    @guarded
    def __init__(self, before: Callable[[int, FrameType | None], Any]) -> None:
        self.before = before
        self.is_postponed = False
        self.is_over = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if frame is not None and frame.f_code in _codes and not self.is_over:
            self.is_postponed = True
        else:
            self.before(number, frame)


_entries: list[_Guard | None] = []
"""The blocks that the main thread is in, outermost first; None for one that needs no guard of its own."""


@guarded
def entered() -> None:
    """Notes that a block is entered whose ``__exit__`` is :func:`guarded`.

    From here on the program's handler of SIGINT is called by ours, until the block has been left. Where
    SIGINT is ignored or handled outside of Python, and in other threads, nothing changes.
    """
    global _thread
    if _thread is None and in_main_thread():
        _thread = get_ident()
    if get_ident() != _thread:
        return
    handler = get_handler(signal.SIGINT)
    guard = None
    if callable(handler) and (not isinstance(handler, _Guard) or handler.is_over):
        guard = _Guard(handler)
        try:
            set_handler(signal.SIGINT, guard)
        except ValueError:
            return  # a subinterpreter never hears of Ctrl-C
    _entries.append(guard)
    _deliver(guard or handler)


@guarded
def left() -> None:
    """Notes that such a block has been left, and lets a Ctrl-C take effect that had to wait for it."""
    if not _entries or get_ident() != _thread:
        return
    guard = _entries.pop()
    handler = get_handler(signal.SIGINT)
    if guard is not None:
        guard.is_over = True
        # What the program has set meanwhile stays.
        if handler is guard:
            set_handler(signal.SIGINT, guard.before)
    _deliver(guard or handler)


@guarded
def _deliver(guard: object) -> None:
    if isinstance(guard, _Guard) and guard.is_postponed:
        guard.is_postponed = False
        guard.before(signal.SIGINT, None)


def _after_fork() -> None:
    """Begins anew in a fork that another thread made, whose only thread is in none of these blocks."""
    global _thread
    if _thread is not None and get_ident() != _thread:
        _thread = None
        _entries.clear()


around_forks(after_in_child=_after_fork)
