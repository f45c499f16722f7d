"""How a short call that may block is made from asyncio without holding up its loop."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

R = TypeVar("R")


async def in_thread(call: Callable[..., R], *args: object) -> R:
    """Makes a call in a thread of asyncio's pool, and answers what it answers.

    A call that has begun goes on to its end, even if the task that awaits it is cancelled.

    Args:
        call: What to call; context variables are those of the task, and stay as they are there.
        *args: Its arguments.
    """
    import asyncio  # takes a while to load, and most programs never need it

    return await asyncio.to_thread(call, *args)


async def in_thread_to_its_end(call: Callable[..., R], *args: object) -> R:
    """Makes a call like :func:`in_thread`, and has it end before a cancellation of the task takes effect.

    Args:
        call: What to call.
        *args: Its arguments.
    """
    import asyncio
    from contextvars import copy_context

    # A future and no task: what ends all tasks, as asyncio.run does, does not end this.
    loop = asyncio.get_running_loop()
    calling = loop.run_in_executor(None, partial(copy_context().run, call, *args))
    cancelled: asyncio.CancelledError | None = None
    while not calling.done():
        try:
            await asyncio.wait((calling,))
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is None:
        return calling.result()
    calling.exception()  # seen here, as nobody will ask for it
    raise cancelled
