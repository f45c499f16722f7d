"""The warm process that workers are forked from, as the pool sees it; ``zygote`` is what it does."""

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Sequence

from quire.plugins import Place
from quire.service.permits import Permits
from quire.service.zygote import FORK, HURRY, KILL, PID

_HURRIED_SECONDS = 1.0
_EXIT_SECONDS = 5.0
_GRACE_SECONDS = 0.02
HAS_HANDLES = hasattr(os, "pidfd_open")
"""Whether the pool kills its workers itself, by handles of their processes; else the warm process does."""


class WarmProcess:
    """A process that has loaded the engines, forks workers, and kills them on request."""

    __slots__ = ("_control", "_is_hurried", "_process")

    def __init__(self, plugins: Sequence[Place]) -> None:
        """Starts it, and returns at once.

        Args:
            plugins: Where the plug-ins are found that it loads.
        """
        self._is_hurried = False
        self._control, theirs = socket.socketpair()
        with theirs:
            # Python's own search path is handed on, so that the worker imports what this program imports.
            code = f"import sys; sys.path[:] = {sys.path!r}; from quire.service import zygote; zygote.main"
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
                [sys.executable, "-c", f"{code}({theirs.fileno()}, {tuple(plugins)!r})"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )

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
        socket.send_fds(self._control, [FORK], [theirs.fileno(), permits.descriptor])

    def hurry(self, task_seconds: float | None) -> None:
        """Tells it, once, that a task waits for the first worker, which need not have everything loaded.

        Args:
            task_seconds: The most that a task may take. If that is little, it does not wait for less: what
                the worker has yet to import would count.
        """
        if not self._is_hurried and (task_seconds is None or task_seconds >= _HURRIED_SECONDS):
            self._is_hurried = True
            with contextlib.suppress(OSError):  # it is gone, which is seen soon
                self._control.sendall(HURRY)

    def kill(self, pid: int) -> None:
        """Asks to kill a worker that it has forked.

        Raises:
            OSError: The process is gone.
        """
        self._control.sendall(KILL + PID.pack(pid))

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
        self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_EXIT_SECONDS)
