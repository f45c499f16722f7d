"""Connections to one origin: those kept for the next request, and those of asyncio; no second attempts.

No lock is held while a request is on its way, and a connection belongs to who took it until it is given
back. So whatever an exception strikes, Ctrl-C above all, only the connection in use is lost. The pools of
libraries have locks, which a struck thread may leave held, and cost a request half a millisecond more. So
threads use the standard library's connections and httptools' parser; asyncio, which nothing strikes, uses
httpcore.
"""

import contextlib
import http.client
import select
import socket
from collections.abc import Callable, Mapping

import httptools

from quire.clock import monotonic
from quire.transport.exchange import Answer, AnswerReader
from quire.transport.origin import CONNECT_SECONDS, Origin

FAILURES = (
    OSError,
    EOFError,
    http.client.HTTPException,
    httptools.HttpParserError,
    httptools.HttpParserUpgrade,
)
"""What is raised when a request gets no answer."""
_KEPT = 64
_KEEP_ALIVE_SECONDS = 50.0
"""Less than servers keep idle connections, so that no request meets a connection that is being closed."""
_CHUNK = 64 * 1024


class Line:
    """A connection that is used for one request after the other."""

    def __init__(self, origin: Origin) -> None:
        """Prepares to connect, which the first request does.

        Args:
            origin: Where it leads.
        """
        self._link = origin.link()
        self._sock: socket.socket | None = None
        self._reader = AnswerReader()
        self._has_news: Callable[[], bool] = bool
        self._used_at = 0.0

    def ask(self, head: bytes, content: bytes, seconds: float) -> Answer:
        """The answer to a request.

        Args:
            head: The request's first line and headers.
            content: Its body.
            seconds: How long to wait for each part of the answer.

        Raises:
            OSError: It got no answer; so do the others of :data:`FAILURES`.
        """
        sock = self._sock or self._connect()
        sock.settimeout(seconds)
        # It may have answered, and hung up, before it read all.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            if len(content) < _CHUNK:
                sock.sendall(head + content)
            else:
                sock.sendall(head)
                sock.sendall(content)
        answer = None
        while answer is None:
            answer = self._reader.read(sock.recv(_CHUNK))
        self._used_at = monotonic()
        return answer

    def _connect(self) -> socket.socket:
        self._link.connect()
        sock: socket.socket = self._link.sock
        self._has_news = _watch(sock)
        self._sock = sock
        return sock

    def is_fresh(self) -> bool:
        """Whether it can be used again: not idle for long, and not closed by the other side."""
        return monotonic() - self._used_at < _KEEP_ALIVE_SECONDS and not self._has_news()

    def close(self) -> None:
        """Closes it."""
        self._link.close()

    def __del__(self) -> None:
        """Closes one that an exception tore from whoever held it."""
        with contextlib.suppress(AttributeError):  # it may not have been whole yet
            self.close()


def _watch(sock: socket.socket) -> Callable[[], bool]:
    """What tells whether there is something to read from a socket, or its other side has closed it."""
    if not hasattr(select, "poll"):
        return lambda: bool(select.select([sock], [], [], 0)[0])
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return lambda: bool(poll.poll(0))


class Lines:
    """The kept connections to one origin."""

    def __init__(self, origin: Origin) -> None:
        """Begins with none.

        Args:
            origin: Where they lead.
        """
        self.origin = origin
        self._idle: list[Line] = []
        self._is_closed = False

    def ask(self, head: bytes, content: bytes, seconds: float) -> Answer:
        """The answer to a request; see :meth:`Line.ask`."""
        line = self._take()
        try:
            answer = line.ask(head, content, seconds)
        except BaseException:
            line.close()
            raise
        if answer.is_last or self._is_closed or len(self._idle) >= _KEPT:
            line.close()
        else:
            self._idle.append(line)
        return answer

    def _take(self) -> Line:
        while self._idle:
            try:
                line = self._idle.pop()
            except IndexError:
                break  # another thread was quicker
            if line.is_fresh():
                return line
            line.close()
        return Line(self.origin)

    def close(self) -> None:
        """Closes those that nobody uses; the others are closed after their answer."""
        self._is_closed = True
        while self._idle:
            self._idle.pop().close()


async def ask_once(
    origin: Origin,
    method: str,
    path: str,
    headers: Mapping[str, str],
    content: bytes | None,
    seconds: float,
) -> Answer:
    """The answer to a request on a connection of its own, in asyncio; see :meth:`Line.ask`.

    Args:
        origin: Where it goes.
        method: ``GET``, ``PUT`` ...
        path: What is asked for there.
        headers: All headers but the one that tells the body's length.
        content: The body; None for none.
        seconds: How long to wait for each part of the answer.
    """
    import httpcore

    limits = {"connect": CONNECT_SECONDS, "read": seconds, "write": seconds, "pool": seconds}
    length = {} if content is None and method == "GET" else {"content-length": str(len(content or b""))}
    try:
        async with origin.pool() as pool:
            response = await pool.request(
                method,
                origin.url + path,
                headers=[*headers.items(), *length.items()],
                content=content,
                extensions={"timeout": limits},
            )
    except (
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.ProxyError,
        httpcore.TimeoutException,
    ) as error:
        cause = error.__cause__
        raise cause if isinstance(cause, OSError) else ConnectionResetError(str(error)) from error
    found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
    return Answer(response.status, found, response.content)
