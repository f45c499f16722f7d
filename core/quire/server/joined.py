"""uvicorn's HTTP protocol, with limits to what comes before a request, and answers that are sent at once.

uvicorn itself keeps whatever comes until a head is complete, and waits for that as long as it takes. And it
sends an answer's head and body one after the other: each send wakes whoever waits at the other end, which
costs more than most answers, and who wakes for the head alone has to sleep again until the body comes.
"""

import asyncio
import logging
from http import HTTPStatus
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from quire.server.bodies import refusal
from quire.server.guard import HeadTooLargeError
from quire.server.settings import ServerSettings

_HEAD = b"HTTP/1.1 "
_MAX_JOINED = 64 * 1024
"""Larger bodies are sent as they are: copying them takes longer than a second send."""
_DEFAULTS = ServerSettings()
_log = logging.getLogger("quire.server")


class JoinedProtocol(HttpToolsProtocol):
    """The protocol of one connection.

    Attributes:
        max_head_bytes: The most bytes that may come and are no body, before they complete a head.
        head_seconds: How long a head may take to arrive, from the connection or from its first byte on.
    """

    max_head_bytes: ClassVar[int] = _DEFAULTS.max_header_bytes
    head_seconds: ClassVar[float] = _DEFAULTS.head_seconds

    _loose_bytes = 0
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begins to speak to a client."""
        super().connection_made(_Joined(transport, self.loop))  # type: ignore[arg-type]
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends with the connection."""
        self._forget_deadline()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Reads what the client sends."""
        self._loose_bytes += len(data)
        super().data_received(data)
        if self._loose_bytes > self.max_head_bytes:
            self._refuse()
        elif self._deadline is None and not self._is_answering():
            self._await_head()

    def on_headers_complete(self) -> None:
        """Begins to answer a request."""
        self._loose_bytes = 0
        self._forget_deadline()
        super().on_headers_complete()
        # What follows a body in chunks is no part of the head, for which uvicorn would take it.
        self.headers = []

    def on_body(self, body: bytes) -> None:
        """Takes a part of a request's body, for which there are other limits."""
        self._loose_bytes = 0
        super().on_body(body)

    def _is_answering(self) -> bool:
        latest = self._latest()
        return latest is not None and not latest.response_complete

    def _latest(self) -> RequestResponseCycle | None:
        return self.cycle  # there is none before the first request, whatever uvicorn's types say

    def _await_head(self) -> None:
        self._deadline = self.loop.call_later(self.head_seconds, self._give_up)

    def _forget_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        _log.info("no request came within %s s; the connection is closed", self.head_seconds)
        self.transport.close()

    def _refuse(self) -> None:
        error = HeadTooLargeError.beyond(self.max_head_bytes)
        _log.info("%s; the connection is closed", error)
        # What a client takes for the answer to another request is worse than none.
        latest = self._latest()
        is_over = latest is None or (latest.response_complete and not latest.more_body)
        if is_over and not self.transport.is_closing():
            answer = refusal(error)
            status = HTTPStatus(answer.status_code)
            lines = [b"HTTP/1.1 %d %s" % (status, status.phrase.encode()), b"connection: close"]
            lines += [name + b": " + value for name, value in answer.raw_headers]
            self.transport.write(b"\r\n".join([*lines, b"", bytes(answer.body)]))
        self.transport.close()


def protocol_for(settings: ServerSettings) -> type[JoinedProtocol]:
    """The protocol of a server's connections, with its limits."""

    class Limited(JoinedProtocol):
        """The protocol with the limits of one server."""

        max_head_bytes = settings.max_header_bytes
        head_seconds = settings.head_seconds

    return Limited


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
