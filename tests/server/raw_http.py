"""Requests as bytes, for what no client sends."""

import socket
import ssl
from urllib.parse import urlsplit

_PATIENCE = 30


class Line:
    """A connection to a server."""

    def __init__(self, url, context=None):
        self._received = b""
        parts = urlsplit(url)
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout=_PATIENCE)
        if context is not None:
            self.socket = context.wrap_socket(self.socket, server_hostname=parts.hostname)

    def send(self, data):
        self.socket.sendall(data)

    def rest(self):
        """What comes until the server closes the connection, which it has to."""
        while self._receive():
            pass
        return self._received

    def answer(self):
        """The next answer, by its length: its head, and its body."""
        while b"\r\n\r\n" not in self._received:
            assert self._receive(), self._received
        head, _, self._received = self._received.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split()[0])
        while len(self._received) < length:
            assert self._receive(), self._received
        body, self._received = self._received[:length], self._received[length:]
        return head, body

    def _receive(self):
        try:
            data = self.socket.recv(65536)
        except (ConnectionError, ssl.SSLError):
            data = b""
        self._received += data
        return data

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


def said(url, data):
    """All that a server answers to some bytes, until it closes the connection."""
    with Line(url) as line:
        line.send(data)
        return line.rest()


def request(path, *headers, method="GET"):
    """A request without a body, the last one of its connection."""
    lines = [f"{method} {path} HTTP/1.1", *headers, "connection: close", "", ""]
    return "\r\n".join(lines).encode("latin-1")
