"""A task on its way through the pool, and what a worker may be told of it before it may be run.

Nothing here knows of processes or sends anything.
"""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Self

import attrs

from quire.model import Outcome
from quire.service.worker import encode_foresight, encode_task, packed

MOST_FORESEEN_BYTES = 1 << 14
"""What a worker is told before it may be wanted fits into its socket as a whole, or is not told."""


@attrs.frozen(eq=False)
class Foresight:
    """What a task will be called with, which a worker can be told of before.

    Attributes:
        arguments: The arguments, packed.
        message: What a worker is told.
    """

    arguments: bytes
    message: bytes

    @classmethod
    def of(cls, function: Callable[..., object], *arguments: object) -> Self | None:
        """What to tell a worker; None if that would be too long.

        Args:
            function: What it calls with the arguments, as soon as it has been told.
            *arguments: Those of the task.
        """
        them = packed(arguments)
        message = encode_foresight(function, them)
        return cls(them, message) if len(message) <= MOST_FORESEEN_BYTES else None


@attrs.define(eq=False)
class Request:
    """A task on its way through the pool.

    Attributes:
        number: What its answer is known by; nobody can guess it.
        message: What the worker is sent; empty when it has been. It is without the arguments if there is
            a foresight.
        future: Who waits for the answer.
        may_follow: Whether it may be given to a worker that still has others to do.
        foresight: What a worker has been told of it.
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
            arguments: What to call it with.
            may_follow: See the attribute.
        """
        number = int.from_bytes(os.urandom(8), "big")
        if isinstance(arguments, Foresight):
            return cls(number, encode_task(number, function, b""), Future(), may_follow, arguments)
        return cls(number, encode_task(number, function, packed(arguments)), Future(), may_follow)

    def take_message(self, known: Foresight | None) -> bytes:
        """What to send to a worker; it is here no more.

        Args:
            known: What that worker was told last.
        """
        message, self.message = self.message, b""
        if self.foresight is None or self.foresight is known:
            return message
        return message + self.foresight.arguments


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
