"""uvicorn's HTTP protocol, with an answer's head and body sent at once instead of one after the other.

Each send wakes whoever waits at the other end, which costs more than most answers; a client that wakes for
the head alone has to sleep again until the body comes.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_HEAD = b"HTTP/1.1 "
_MAX_JOINED = 64 * 1024
"""Larger bodies are sent as they are: copying them takes longer than a second send."""


class JoinedProtocol(HttpToolsProtocol):
    """The protocol of one connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begins to speak to a client."""
        super().connection_made(_Joined(transport, self.loop))  # type: ignore[arg-type]


class _Joined:
    """A transport that keeps the head of an answer until the body comes, or the loop turns."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._head = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        head, self._head = self._head, b""
        if head and len(data) > _MAX_JOINED:
            self._transport.write(head)
            head = b""
        if not head and data.startswith(_HEAD):
            self._head = data
            self._loop.call_soon(self._flush)
        else:
            self._transport.write(head + data)

    def _flush(self) -> None:
        head, self._head = self._head, b""
        if head and not self._transport.is_closing():
            self._transport.write(head)

    def close(self) -> None:
        self._flush()
        self._transport.close()
