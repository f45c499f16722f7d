"""A clock that a test holds, for all that follows the time."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

from quire.clock import to_microseconds

_START = datetime(2025, 1, 1, tzinfo=UTC)


class ManualClock:
    """A clock that stands still until a test moves it; a :class:`quire.Clock`.

    Give it to ``Workspace(clock=...)``: time stamps, idle time-outs and leases then follow it alone. It may
    be shared by workspaces and used from any thread.
    """

    def __init__(self, start: datetime = _START) -> None:
        """Sets the clock.

        Args:
            start: The time that it shows first; aware, in any zone.

        Raises:
            ValueError: ``start`` has no time zone.
        """
        self._lock = threading.Lock()
        self._now = to_microseconds(start)
        self._subscribers: list[Callable[[], None]] = []

    def now(self) -> int:
        """The time shown, in microseconds since 1970-01-01 UTC."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Moves the clock, and tells everyone concerned before it returns.

        Args:
            seconds: How far, to the microsecond. A negative number is a machine's clock that is set back.
        """
        with self._lock:
            self._now += round(seconds * 1_000_000)
            subscribers = tuple(self._subscribers)
        for moved in subscribers:
            moved()

    def subscribe(self, moved: Callable[[], None]) -> None:
        """Asks to be told when the clock is moved."""
        with self._lock:
            self._subscribers.append(moved)
