"""How much is left of the time that a caller allows; what waits, and for what, is for others to know."""

import math
import numbers
from typing import Self

import attrs

from quire.arguments import MOST_SECONDS
from quire.clock import monotonic
from quire.errors import InputError


@attrs.frozen
class Deadline:
    """The end of a wait.

    Attributes:
        seconds: The seconds allowed in all; None for as long as it takes.
    """

    seconds: float | None
    _at: float

    @classmethod
    def after(cls, timeout: object, argument: str = "timeout") -> Self:
        """The deadline of a wait that begins now.

        Args:
            timeout: The most seconds to wait; less than none is none. None, or more than a thousand years,
                for as long as it takes.
            argument: The name that the user knows it by.

        Raises:
            InputError: It is no number.
        """
        if timeout is None:
            return cls(None, math.inf)
        # True is a number in Python, and a mistake all the same; NaN alone differs from itself.
        if isinstance(timeout, bool) or not isinstance(timeout, numbers.Real) or timeout != timeout:
            raise InputError(
                f"{argument}= takes a number of seconds or None, not {timeout!r:.100}", argument=argument
            )
        if timeout > MOST_SECONDS:  # type: ignore[operator]
            return cls(None, math.inf)
        seconds = max(0.0, float(timeout))
        return cls(seconds, monotonic() + seconds)

    def left(self) -> float | None:
        """The seconds that are left, 0 from the deadline on; None if it never comes."""
        return None if self.seconds is None else max(0.0, self._at - monotonic())
