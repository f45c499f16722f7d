"""What a worker may be told of a task before the task may be run; nothing about who tells whom."""

from collections.abc import Callable
from typing import Self

import attrs

from quire.service.worker import UNPACKABLE, encode_foresight, packed

MOST_FORESEEN_BYTES = 1 << 14
"""What a worker is told before it may be wanted fits into its socket as a whole, or is not told."""


@attrs.frozen(eq=False)
class Foresight:
    """What a task will be called with, which a worker can be told of before.

    The task is sent whole all the same: the worker knows by its bytes what it has been told of.

    Attributes:
        arguments: The arguments, packed.
        message: What a worker is told.
    """

    arguments: bytes
    message: bytes

    @classmethod
    def of(cls, function: Callable[..., object], *arguments: object) -> Self | None:
        """What to tell a worker; None if that would be too long, or cannot be told.

        Args:
            function: What it calls with the arguments, as soon as it has been told.
            *arguments: Those of the task.
        """
        try:
            them = packed(arguments)
        except UNPACKABLE:
            return None  # whoever runs it says so
        message = encode_foresight(function, them)
        return cls(them, message) if len(message) <= MOST_FORESEEN_BYTES else None
