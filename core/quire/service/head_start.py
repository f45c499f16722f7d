"""A warm process that is started before anything has asked for workers: at most one, and not for long.

It imports quire while the program opens its workspace, on another processor, but no engine: a program that
only looks at its jobs has no use for one.
"""

import atexit
import contextlib
import os
import sys
from collections import deque
from typing import Any

import attrs

from quire.interrupts import uninterrupted
from quire.service.processors import processors
from quire.service.surroundings import can_be_told, surroundings
from quire.service.warm import WarmProcess

PATIENCE_SECONDS = 5.0
"""How long it waits for its first target; a program that asks for one later gets another warm process."""


@attrs.frozen
class _Spare:
    process: WarmProcess
    parent: int
    inherited: tuple[Any, ...]

    def end(self) -> None:
        if self.parent == os.getpid():  # in a fork it is the parent's
            self.process.end()

    def is_as_if_new(self) -> bool:
        if self.parent != os.getpid() or self.process.has_ended:
            return False
        with contextlib.suppress(OSError):
            return self.inherited == surroundings()
        return False


_spares: deque[_Spare] = deque()  # which threads share without a lock that a fork could leave locked


@uninterrupted
def begin() -> None:
    """Starts one, unless there is one, or this machine has not what it needs; returns at once."""
    if any(spare.is_as_if_new() for spare in list(_spares)):
        return
    end()
    if hasattr(os, "fork") and sys.executable and can_be_told() and processors() > 1:
        with contextlib.suppress(OSError):  # the pool tries again, and says what is wrong
            inherited = surroundings()
            _spares.append(_Spare(WarmProcess(PATIENCE_SECONDS), os.getpid(), inherited))
            atexit.unregister(end)
            atexit.register(end)


def note() -> None:
    """Notes what a process would inherit by now, when plug-ins have been loaded.

    What those have changed, they change in the warm process too, when it loads them.
    """
    spare = _next()
    if spare is not None:
        with contextlib.suppress(OSError):
            spare = attrs.evolve(spare, inherited=surroundings())
        _spares.append(spare)


def take() -> WarmProcess | None:
    """The process, which is the caller's to end from here on.

    None if there is none, or if one that is started now would inherit something else.
    """
    while (spare := _next()) is not None:
        if spare.is_as_if_new():
            return spare.process
        spare.end()
    return None


def end() -> None:
    """Ends what nobody has taken."""
    while (spare := _next()) is not None:
        spare.end()


def _next() -> _Spare | None:
    try:
        return _spares.pop()
    except IndexError:
        return None
