"""One worker process as the pool sees it: what it has, what can be taken from it, and how it is killed."""

import contextlib
import os
import signal
import socket

from quire.clock import monotonic
from quire.service.foresight import Foresight
from quire.service.line import Line
from quire.service.losses import WorkerLostError
from quire.service.permits import Permits, use
from quire.service.request import Request
from quire.service.warm import HAS_HANDLES, WarmProcess
from quire.service.worker import RECALL, ROUSE
from quire.service.workload import MOST_AHEAD_BYTES, Workload

_SEND_SECONDS = 10.0
"""How long a worker may take to read what it is sent, until it counts as lost."""


def connection() -> tuple[Line, socket.socket, Permits]:
    """What a worker is reached by: our end of its line, its own end, and its permits.

    Raises:
        OSError: No descriptor is free.
    """
    ours, theirs = socket.socketpair()
    try:
        permits = Permits()
    except OSError:
        ours.close()
        theirs.close()
        raise
    # What is given ahead has to fit, and some systems have eight kilobytes unless they are asked for more.
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * MOST_AHEAD_BYTES)
    theirs.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * MOST_AHEAD_BYTES)
    return Line(ours, _SEND_SECONDS), theirs, permits


class PooledWorker:
    """A worker, from the moment it is asked for; the pool's lock is held around each call.

    Attributes:
        line: The way to it.
        pid: Its process id; None before it has said so.
        load: What it has been given and has not answered.
        parent: The warm process that forked it, which may have been replaced since.
        doom: The task that it is being killed for, if it is for one.
        told: What it was told of a task, and may be reading still: it has not said anything since.
        is_attended: Whether a thread that waits for its answer looks at its line, and the pool's does not.
        is_doomed: Whether it is being killed; it must not die with somebody else's task, so it gets none.
        reason: What its task is told when the worker ends.
    """

    __slots__ = (
        "_handle",
        "_permits",
        "_recalled_at",
        "doom",
        "is_attended",
        "is_doomed",
        "line",
        "load",
        "parent",
        "pid",
        "reason",
        "told",
    )

    def __init__(self, line: Line, permits: Permits, parent: WarmProcess) -> None:
        """Begins with nothing to do.

        Args:
            line: The way to it.
            permits: Those that it uses up.
            parent: The warm process that is to fork it.
        """
        self.line = line
        self.parent = parent
        self.pid: int | None = None
        self.load = Workload()
        self.doom: Request | None = None
        self.told: Foresight | None = None
        self.is_doomed = self.is_attended = False
        self.reason: type[Exception] = WorkerLostError
        self._permits = permits
        self._recalled_at: float | None = None
        self._handle: int | None = None

    @property
    def is_able(self) -> bool:
        """Whether it can be given tasks: not before it has forgotten those that were taken from it."""
        return not (self.pid is None or self._recalled_at is not None or self.is_doomed)

    @property
    def may_be_late(self) -> bool:
        """Whether it has tasks that it may not have begun, and that others could do."""
        return self._recalled_at is None and (len(self.load) > 1 or self.is_held_up)

    @property
    def mute_since(self) -> float | None:
        """Since when it should have said that it has forgotten what was taken from it; None if it need not.

        It may still read what it was told of, and may never come to an end.
        """
        if self._recalled_at is None or self.load or self.is_doomed:
            return None
        return max(self._recalled_at, self.load.since)  # before that it had other things to do

    def begins(self, pid: int) -> None:
        """Notes that it has said hello.

        Args:
            pid: Its process id.
        """
        self.pid = pid
        if HAS_HANDLES:
            with contextlib.suppress(OSError):
                self._handle = os.pidfd_open(pid)

    def heard(self, seconds: float | None = None) -> list[bytes] | None:
        """The messages that it has sent, maybe none; None if it has hung up.

        Args:
            seconds: How long to look for some, without sleeping; None for what is there.
        """
        try:
            return self.line.receive(wait=False) if seconds is None else self.line.watch(seconds)
        except (EOFError, OSError):
            return None

    def send(self, requests: list[Request]) -> None:
        """Sends tasks; a worker that has just died takes none, and its end is seen soon."""
        self._permits.give(len(requests))
        try:
            self.line.send(*[request.message for request in requests])
        except TimeoutError:
            self.kill(self.load.requests[0], WorkerLostError)
        except OSError:
            pass  # it has died
        for request in requests:
            request.message = b""

    def rouse(self, foresight: Foresight | None) -> None:
        """Tells it that a task will come soon; one that does not read on in the middle of it is killed.

        Args:
            foresight: What it is told of the task; None for nothing.
        """
        self.told = foresight
        try:
            self.line.offer(ROUSE if foresight is None else foresight.message)
        except TimeoutError:
            self.kill(None, WorkerLostError)
        except OSError:
            pass  # it has died, or has been told often and does not read

    def recall(self) -> list[Request]:
        """Takes away what it has not begun, in its order."""
        taken = self.load.take_back(self._permits.take_back())
        if taken:
            self.withdraw()
        return taken

    def withdraw(self) -> None:
        """Has it forget what it has not begun, and say when it has."""
        self._recalled_at = monotonic()
        with contextlib.suppress(OSError):
            self.line.send(RECALL)

    @property
    def reads_its_own(self) -> bool:
        """Whether it may still be reading about the task that it should do."""
        return bool(self.load) and self.told is not None and self.told is self.load.requests[0].foresight

    @property
    def is_held_up(self) -> bool:
        """Whether it may still be reading about another task than that."""
        return bool(self.load) and self.told is not None and not self.reads_its_own

    def counts_as_begun(self) -> None:
        """Has the task that it reads about count as begun, by using the permit in its place."""
        use(self._permits.descriptor)

    def has_forgotten(self) -> None:
        """Notes that it has heard of the recall."""
        self._recalled_at = self.told = None

    def kill(self, request: Request | None, reason: type[Exception]) -> None:
        """Kills it; its end is seen soon.

        Args:
            request: The task that it has begun and that is the reason; None if it has none.
            reason: What the task's future is told.
        """
        if self.pid is None:
            return
        self.is_doomed, self.doom, self.reason = True, request, reason
        self._kill(self.pid)

    def _kill(self, pid: int) -> None:
        """Kills the process, and never a stranger that has its number after its end."""
        if self._handle is not None:
            with contextlib.suppress(OSError):  # it has ended
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)
            return
        try:
            self.parent.kill(pid)
        except OSError:
            # That process is gone. Its worker, which still holds its end of the line, is not.
            if not self.line.has_news():
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)

    def end(self) -> tuple[list[Request], list[Request]]:
        """Takes leave of it when it has ended, or makes no sense any more.

        Returns:
            The tasks that end with it, and those that it had not begun, or had and was not killed for.
        """
        if self.pid is not None:
            self._kill(self.pid)
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
        spared = self.load.take_back(self._permits.take_back())
        self._permits.close()
        begun = list(self.load.requests)
        if self.doom is not None:
            spared = [request for request in begun if request is not self.doom] + spared
            begun = [request for request in begun if request is self.doom]
        self.load = Workload()
        return begun, spared
