"""A task on its way through the pool, and what a worker may be told of it before it may be run.

Nothing here knows of processes or sends anything.
"""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Self

import attrs

from quire.model import Outcome
from quire.service.worker import UNPACKABLE, encode_foresight, encode_task, packed

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


@attrs.define(eq=False)
class Request:
    """A task on its way through the pool.

    Attributes:
        number: What its answer is known by; nobody can guess it.
        message: What the worker is sent; empty when it has been.
        future: Who waits for the answer.
        may_follow: Whether it may be given to a worker that still has others to do.
        foresight: What a worker may have been told of it.
        size: The bytes of the message.
    """

    number: int
    message: bytes
    future: "Future[Outcome]"
    may_follow: bool = False
    foresight: Foresight | None = None
    size: int = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Measures the message."""
        self.size = len(self.message)

    @classmethod
    def of(
        cls,
        function: Callable[..., Outcome],
        arguments: "tuple[object, ...] | Foresight",
        *,
        may_follow: bool = False,
    ) -> Self:
        """A new one.

        Args:
            function: What the worker is to call; a hashable function of an importable module.
            arguments: What to call it with, or that as one was told of it.
            may_follow: See the attribute.
        """
        number = int.from_bytes(os.urandom(8), "big")
        foresight = arguments if isinstance(arguments, Foresight) else None
        them = foresight.arguments if foresight else packed(arguments)
        return cls(number, encode_task(number, function, them), Future(), may_follow, foresight)


def fail(requests: Iterable[Request], error: Exception) -> None:
    """Ends tasks with an error.

    Args:
        requests: The tasks; one that has ended otherwise, such as by being cancelled, stays as it is.
        error: What their futures raise.
    """
    for request in requests:
        future = request.future
        if not future.done() and (future.running() or future.set_running_or_notify_cancel()):
            future.set_exception(error)
