"""That a Ctrl-C which Python raises as the first thing of an ``__exit__`` does not keep it from being done.

Python looks for signals when a function begins, so a Ctrl-C that came during the last operation of a ``with``
block would end ``__exit__`` before its first line. It knows nothing of what is left there.
"""

import signal
from collections.abc import Callable
from threading import get_ident
from types import CodeType, FrameType
from typing import Any, TypeVar

from quire.interrupts import get_handler, in_main_thread, set_handler

_F = TypeVar("_F", bound=Callable[..., object])

_codes: set[CodeType] = set()
_before: Any = signal.default_int_handler
_entered = 0
_thread: int | None = None
"""The main thread, which alone enters here."""
_is_postponed = False


def guarded(function: _F) -> _F:
    """Marks an ``__exit__`` as one that is done first; it is to end with a call of :func:`left`."""
    _codes.add(function.__code__)
    return function


# What is guarded below calls nothing of Python's but what is guarded, so that nothing comes in between.


@guarded
def entered() -> None:
    """Notes that a block is entered whose ``__exit__`` is :func:`guarded`.

    From here on the program's handler of SIGINT is called by ours, until the outermost block has been left.
    Where SIGINT is ignored or handled outside of Python, and in other threads, nothing changes.
    """
    global _before, _entered, _thread
    if _thread is None and in_main_thread():
        _thread = get_ident()
    if get_ident() != _thread:
        return
    handler = get_handler(signal.SIGINT)
    if callable(handler) and handler is not _on_interrupt:
        try:
            set_handler(signal.SIGINT, _on_interrupt)
        except ValueError:
            return  # a subinterpreter never hears of Ctrl-C
        _before = handler
    _entered += 1
    _deliver()


def _on_interrupt(number: int, frame: FrameType | None) -> None:
    global _is_postponed
    if frame is not None and frame.f_code in _codes:
        _is_postponed = True
    else:
        _before(number, frame)


@guarded
def left() -> None:
    """Notes that such a block has been left, and lets a Ctrl-C take effect that had to wait for it."""
    global _entered
    if _entered == 0 or get_ident() != _thread:
        return
    _entered -= 1
    # What the program has set meanwhile stays.
    if _entered == 0 and get_handler(signal.SIGINT) is _on_interrupt:
        set_handler(signal.SIGINT, _before)
    _deliver()


@guarded
def _deliver() -> None:
    global _is_postponed
    if _is_postponed:
        _is_postponed = False
        _before(signal.SIGINT, None)
