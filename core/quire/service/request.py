"""A task on its way through the pool; nothing here knows of processes or sends anything."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Self

import attrs

from quire.model import Outcome
from quire.service.foresight import Foresight
from quire.service.worker import encode_task


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
        arguments: bytes,
        *,
        may_follow: bool = False,
        foresight: Foresight | None = None,
    ) -> Self:
        """A new one.

        Args:
            function: What the worker is to call; a hashable function of an importable module.
            arguments: What to call it with, packed.
            may_follow: See the attribute.
            foresight: See the attribute.
        """
        number = int.from_bytes(os.urandom(8), "big")
        return cls(number, encode_task(number, function, arguments), Future(), may_follow, foresight)


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


End = tuple[Request, Outcome | Exception]
"""How a task has ended."""


def announce(ends: Iterable[End]) -> None:
    """Tells those who wait for tasks how they have ended."""
    for request, end in ends:
        if isinstance(end, Exception):
            fail([request], end)
        else:
            request.future.set_result(end)
