"""A warm process that is started before anything has asked for workers, and ended if nothing does."""

import contextlib
import os
from types import TracebackType
from typing import Self

from quire.service.warm import WarmProcess

PATIENCE_SECONDS = 30.0
"""How long it waits for its first target; a program that asks for one later gets another warm process."""


class HeadStart:
    """A warm process for whoever takes it before this context ends.

    It imports quire while the program opens its workspace, on another processor, but no engine: a program
    that only looks at its jobs has no use for one.
    """

    __slots__ = ("_process",)

    def __init__(self) -> None:
        """Starts the process, if this machine has what it needs, and returns at once."""
        self._process: WarmProcess | None = None
        if hasattr(os, "fork") and _processors() > 1:
            with contextlib.suppress(OSError):  # the pool tries again, and says what is wrong
                self._process = WarmProcess(PATIENCE_SECONDS)

    def take(self) -> WarmProcess | None:
        """The process, which is the caller's to end from here on; None if there is none."""
        process, self._process = self._process, None
        return process

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.end()


def _processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
