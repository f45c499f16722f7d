"""Waiting for what comes soon without falling asleep; nothing of what that is.

Where an idle processor sleeps, above all in a virtual machine, it takes longer to be woken than to run a
short task, and waking others takes the time of who does it.
"""

from quire.clock import monotonic
from quire.service.line import Line
from quire.service.processors import processors

SOON_SECONDS = 0.001
"""How long to stay awake for what may come."""


def is_worthwhile() -> bool:
    """Whether to stay awake is of use: with one processor it would keep away what is waited for."""
    return processors() > 1


class Vigil:
    """How a worker waits: awake for a while, if it had not long to wait the last time or is told to."""

    __slots__ = ("_is_called", "_is_kept", "_is_worthwhile")

    def __init__(self) -> None:
        """Begins asleep."""
        self._is_worthwhile = is_worthwhile()
        self._is_called = False
        self._is_kept = False

    def call(self) -> None:
        """Has it stay awake the next time: somebody says that something comes."""
        self._is_called = True

    def next(self, line: Line) -> list[bytes]:
        """The messages that come next.

        Args:
            line: Where they come from.

        Raises:
            EOFError: The other end has closed.
            OSError: It is gone, or sends what is too long.
        """
        began = monotonic()
        is_called, self._is_called = self._is_called, False
        is_awake = self._is_worthwhile and (is_called or self._is_kept)
        messages = (line.watch(SOON_SECONDS) if is_awake else []) or line.receive()
        if not is_called:  # else it was short because somebody had made sure of it
            self._is_kept = monotonic() - began <= SOON_SECONDS
        return messages
