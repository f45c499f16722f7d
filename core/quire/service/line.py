"""Messages through a socket between the pool and a worker: each arrives whole; nothing of what they say."""

import select
import socket
import struct

from quire.clock import monotonic

NO_SIGNAL = getattr(socket, "MSG_NOSIGNAL", 0)
"""Sending to who is gone is an error that is seen to, also in a program that lets SIGPIPE end it."""
_LENGTH = struct.Struct("!Q")
_CHUNK = 1 << 16
_MOST_BYTES = 1_000_000_000  # more the store does not keep


class Line:
    """One end of a connection."""

    __slots__ = ("_rest", "_socket")

    def __init__(self, end: socket.socket, patience: float | None = None) -> None:
        """Takes over a connected stream socket.

        Args:
            end: The socket, in blocking mode; it is closed with the line.
            patience: The most seconds to wait until the other end reads on; None for as long as it takes.
        """
        if patience is not None:
            # Not settimeout, with which also receiving would wait, asked to or not.
            seconds = struct.pack("@ll", int(patience), int(patience % 1 * 1_000_000))
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, seconds)
        self._socket = end
        self._rest = bytearray()

    def fileno(self) -> int:
        """The descriptor, for a selector; -1 once the line is closed."""
        return self._socket.fileno()

    def send(self, *messages: bytes) -> None:
        """Sends messages; small ones together, large ones without a copy of them.

        Args:
            *messages: Their bytes.

        Raises:
            TimeoutError: The other end does not read.
            OSError: It is gone.
        """
        parts: list[bytes] = []
        for message in messages:
            parts += (_LENGTH.pack(len(message)), message)
        if sum(map(len, parts)) <= _CHUNK:
            parts = [b"".join(parts)]
        try:
            for part in parts:
                self._socket.sendall(part, NO_SIGNAL)
        except BlockingIOError as error:
            raise TimeoutError("nobody reads") from error

    def offer(self, message: bytes) -> None:
        """Sends a short message that is no loss, unless the other end would have to read first.

        Args:
            message: Its bytes.

        Raises:
            TimeoutError: The other end has some of it, and does not read on.
            OSError: Nothing of it was sent.
        """
        data = _LENGTH.pack(len(message)) + message
        sent = self._socket.send(data, NO_SIGNAL | socket.MSG_DONTWAIT)
        if sent < len(data):
            try:
                self._socket.sendall(data[sent:], NO_SIGNAL)
            except BlockingIOError as error:
                raise TimeoutError("nobody reads") from error

    def receive(self, *, wait: bool = True) -> list[bytes]:
        """The messages that are whole by now, maybe none.

        Args:
            wait: Whether to wait until more comes.

        Raises:
            EOFError: The other end has closed.
            OSError: It is gone, or sends what is too long.
        """
        try:
            data = self._socket.recv(_CHUNK, 0 if wait else socket.MSG_DONTWAIT)
        except BlockingIOError:
            return []
        if not data:
            raise EOFError
        self._rest += data
        return self._whole()

    def watch(self, seconds: float) -> list[bytes]:
        """The messages that come within a short time, maybe none; it does not sleep.

        Args:
            seconds: For how long to look for some.

        Raises:
            EOFError: The other end has closed.
            OSError: It is gone, or sends what is too long.
        """
        end = monotonic() + seconds
        while not (messages := self.receive(wait=False)) and monotonic() < end:
            pass
        return messages

    def has_news(self) -> bool:
        """Whether something can be received, or either end has closed."""
        if self.fileno() < 0:
            return True
        poll = select.poll()
        poll.register(self.fileno(), select.POLLIN)
        return bool(poll.poll(0))

    def _whole(self) -> list[bytes]:
        found, rest, at = [], self._rest, 0
        while len(rest) - at >= _LENGTH.size:
            begin = at + _LENGTH.size
            length = _LENGTH.unpack_from(rest, at)[0]
            if length > _MOST_BYTES:
                raise OSError(f"a message of {length:,} bytes")
            end = begin + length
            if end > len(rest):
                break
            found.append(bytes(memoryview(rest)[begin:end]))
            at = end
        del rest[:at]
        return found

    def hang_up(self) -> None:
        """Closes this end."""
        self._socket.close()
