"""How much is left of the time that a caller allowed."""

from quire import SystemClock

_MICROSECONDS = 1_000_000


class Deadline:
    """The end of an allowed time, counted from its making."""

    def __init__(self, seconds: float | None) -> None:
        """Begins the time.

        Args:
            seconds: How long it is; None for without end.
        """
        self._clock = SystemClock()
        self._end = None if seconds is None else self._clock.now() + seconds * _MICROSECONDS

    def is_over(self) -> bool:
        """Whether nothing is left."""
        return self._end is not None and self._clock.now() >= self._end

    def seconds(self, at_most: float | None = None) -> float | None:
        """What is left, and no more than so many seconds of it; None for without end."""
        if self._end is None:
            return at_most
        left = max(0.0, (self._end - self._clock.now()) / _MICROSECONDS)
        return left if at_most is None else min(left, at_most)
