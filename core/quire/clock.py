"""What time it is: the only place that asks the machine, so that a test can hold the clock."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FLOATS_ARE_EXACT = 2**31 * 1_000_000
"""Up to here, in 2038, a float of seconds is a quarter of a microsecond off at most. The sum takes longer."""


class Clock(Protocol):
    """A source of time.

    Times are whole microseconds since 1970-01-01 UTC, which is also how the store keeps them.
    """

    def now(self) -> int:
        """The time, in microseconds since the epoch."""
        ...

    def subscribe(self, moved: Callable[[], None]) -> None:
        """Asks to be told when the time moves other than by passing (a manual clock that is advanced)."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> int:
        """The time, in microseconds since the epoch."""
        return time.time_ns() // 1000

    def subscribe(self, moved: Callable[[], None]) -> None:
        """Does nothing: this clock moves only by passing."""


def to_datetime(microseconds: int | None) -> datetime | None:
    """The aware UTC datetime of a stored time; None for None."""
    if microseconds is None:
        return None
    if 0 <= microseconds < _FLOATS_ARE_EXACT:
        return datetime.fromtimestamp(microseconds / 1_000_000, UTC)
    return _EPOCH + timedelta(microseconds=microseconds)


def to_microseconds(moment: datetime) -> int:
    """The stored form of an aware datetime.

    Args:
        moment: An aware datetime in any zone.

    Raises:
        ValueError: It has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone; use datetime(..., tzinfo=UTC) or .astimezone()")
    return (moment - _EPOCH) // timedelta(microseconds=1)


def monotonic() -> float:
    """Seconds that only ever grow, for limits on real work; never shown and never stored."""
    return time.monotonic()


def processor_seconds() -> float:
    """How long this process has had processors, in seconds; only differences mean anything."""
    return time.process_time()
