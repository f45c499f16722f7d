"""A uvicorn server that answers held requests when it is told to stop, before it waits for the others."""

import asyncio
import socket
from collections.abc import Callable

import uvicorn


class GracefulServer(uvicorn.Server):
    """A server that can let go of the requests that it holds back.

    Attributes:
        on_start: Called once it answers; None for nothing.
    """

    def __init__(self, config: uvicorn.Config, release: Callable[[], None]) -> None:
        """Prepares to serve.

        Args:
            config: uvicorn's own settings.
            release: Answers the requests that are held back; called on the loop.
        """
        super().__init__(config)
        self._release = release
        self.on_start: Callable[[], None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begins to answer, and says so."""
        await super().startup(sockets)
        if self.on_start is not None:
            self.on_start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Ends: held requests are answered, those under way go on, connections are closed."""
        self._release()
        await asyncio.sleep(0)
        await super().shutdown(sockets)
