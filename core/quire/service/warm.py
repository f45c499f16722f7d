"""The warm process that workers are forked from, as the pool sees it; ``zygote`` is what it does."""

import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Sequence

from quire.plugins import Place
from quire.service.line import NO_SIGNAL
from quire.service.permits import Permits
from quire.service.zygote import FORK, HURRY, KILL, LOAD, NUMBER

_HURRIED_SECONDS = 1.0
_EXIT_SECONDS = 5.0
_GRACE_SECONDS = 0.02
HAS_HANDLES = hasattr(os, "pidfd_open")
"""Whether the pool kills its workers itself, by handles of their processes; else the warm process does."""


class WarmProcess:
    """A process that loads the engines, forks workers, and kills them on request."""

    __slots__ = ("_control", "_is_hurried", "_process")

    def __init__(self, patience: float | None = None) -> None:
        """Starts it, and returns at once.

        Args:
            patience: How many seconds it waits for :meth:`load` until it ends; None for no limit.

        Raises:
            OSError: The system has no descriptor or no process left.
        """
        self._is_hurried = False
        self._control, theirs = socket.socketpair()
        with theirs:
            # It only grows, so the collector would find nothing; each worker turns it on.
            places: Sequence[object] = sys.path  # in which Python ignores what is neither
            path = [place for place in places if isinstance(place, (str, bytes))]
            code = f"import gc, sys; gc.disable(); sys.path[:] = {path!r}"
            code = f"{code}; from quire.service import zygote; zygote.main({theirs.fileno()}, {patience})"
            try:
                self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
                    [sys.executable, "-c", code],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,
                )
            except OSError:
                self._control.close()
                raise

    @property
    def has_ended(self) -> bool:
        """Whether it is gone."""
        return self._process.poll() is not None

    def load(self, plugins: Sequence[Place]) -> None:
        """Has it load plug-ins.

        Args:
            plugins: Where the plug-ins are found.
        """
        message = json.dumps(list(plugins)).encode()
        with contextlib.suppress(OSError):  # it is gone, which is seen soon
            self._control.sendall(LOAD + NUMBER.pack(len(message)) + message, NO_SIGNAL)

    def fileno(self) -> int:
        """A descriptor that can be read once the process has ended; -1 after :meth:`hang_up`."""
        return self._control.fileno()

    def fork(self, theirs: socket.socket, permits: Permits) -> None:
        """Asks for a worker.

        Args:
            theirs: The worker's end of its line.
            permits: Its permits.

        Raises:
            OSError: The process is gone.
        """
        socket.send_fds(self._control, [FORK], [theirs.fileno(), permits.descriptor], NO_SIGNAL)

    def hurry(self, task_seconds: float | None) -> None:
        """Tells it, once, that a task waits for the first worker, which need not have everything loaded.

        Args:
            task_seconds: The most that a task may take. If that is little, it does not wait for less: what
                the worker has yet to import would count.
        """
        if not self._is_hurried and (task_seconds is None or task_seconds >= _HURRIED_SECONDS):
            self._is_hurried = True
            with contextlib.suppress(OSError):  # it is gone, which is seen soon
                self._control.sendall(HURRY, NO_SIGNAL)

    def kill(self, pid: int) -> None:
        """Asks to kill a worker that it has forked.

        Raises:
            OSError: The process is gone.
        """
        self._control.sendall(KILL + NUMBER.pack(pid), NO_SIGNAL)

    def hang_up(self) -> None:
        """Lets go of it; it ends all its workers and itself."""
        self._control.close()

    def wait(self) -> None:
        """Waits a while until it has ended, and ends it then; it may be in the middle of an import."""
        try:
            self._process.wait(_GRACE_SECONDS if HAS_HANDLES else _EXIT_SECONDS)
        except subprocess.TimeoutExpired:
            self.end()

    def end(self) -> None:
        """Ends it at once; its workers, which it cannot tell, live on."""
        self._control.close()
        self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_EXIT_SECONDS)
