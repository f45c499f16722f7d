"""One request and its answer as bytes of HTTP/1.1; nothing about where they go."""

import re
from collections.abc import Mapping
from typing import Any

import attrs
import httptools

from quire.errors import InputError

_UNSENDABLE = re.compile(r"[^\x21-\x7e]")
_BREAKING = re.compile(r"[^\t\x20-\x7e\xa0-\xff]")
_LENGTHS = frozenset({"content-length", "transfer-encoding"})
_FINAL = 200


@attrs.frozen
class Request:
    """One request.

    Attributes:
        method: ``GET``, ``PUT`` ...
        url: The whole address.
        headers: Headers besides those of the authorization.
        content: The body; None for none.
        seconds: How long the answer may be held back, besides the time that any answer may take.
        is_signed: Whether the address itself says who asks, so that nothing else must.
    """

    method: str
    url: str
    headers: dict[str, str] = attrs.field(factory=dict)
    content: bytes | None = None
    seconds: float = 0.0
    is_signed: bool = False


@attrs.frozen
class Answer:
    """An answer, whatever its status.

    Attributes:
        status: Its HTTP status.
        headers: Its headers, by name in lower case.
        content: Its body.
        is_last: Whether nothing follows on the same connection.
    """

    status: int
    headers: dict[str, str]
    content: bytes
    is_last: bool = False

    def document(self) -> Any:
        """The JSON document in it; None if there is none."""
        import json

        try:
            return json.loads(self.content)
        except ValueError:
            return None


def head(method: str, target: str, headers: Mapping[str, str], content: bytes | None) -> bytes:
    """What goes before a request's body.

    Args:
        method: ``GET``, ``PUT`` ...
        target: What is asked for, as the first line says it.
        headers: All headers but the one that tells the body's length.
        content: The body; None for none.

    Raises:
        InputError: Something in it cannot be sent.
    """
    check(target, headers)
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    if content is not None or method in ("PUT", "POST", "PATCH"):
        lines.append(f"content-length: {len(content or b'')}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def check(target: str, headers: Mapping[str, str]) -> None:
    """Checks what goes before a request's body.

    Args:
        target: What is asked for, as the first line says it.
        headers: All headers.

    Raises:
        InputError: Something in it cannot be sent.
    """
    if _UNSENDABLE.search(target):
        raise InputError(f"{target!r:.200} is no address", argument="url")
    for name, value in headers.items():
        if _BREAKING.search(value):
            raise InputError(f"the header {name} cannot be {value!r:.100}", argument=name)


class AnswerReader:
    """Reads the answers that come on one connection, one after the other."""

    def __init__(self) -> None:
        """Begins before the first answer."""
        self._parser = httptools.HttpResponseParser(self)
        self._headers: dict[str, str] = {}
        self._parts: list[bytes] = []
        self._has_headers = False
        self._answer: Answer | None = None

    def read(self, data: bytes) -> Answer | None:
        """Reads on.

        Args:
            data: What came; empty at the connection's end.

        Returns:
            The answer; None if that was not all of it.

        Raises:
            ConnectionError: The connection ended in the middle of it.
            httptools.HttpParserError: It is no answer.
        """
        if data:
            self._parser.feed_data(data)
        elif self._answer is None:
            self._end()
        answer, self._answer = self._answer, None
        return answer

    def _end(self) -> None:
        """An answer that does not tell its length ends with the connection."""
        if not self._has_headers or not _LENGTHS.isdisjoint(self._headers):
            raise ConnectionResetError("it hung up before it had answered")
        self._complete(is_last=True)

    def _complete(self, *, is_last: bool) -> None:
        status = self._parser.get_status_code()
        if status >= _FINAL:
            self._answer = Answer(status, self._headers, b"".join(self._parts), is_last)

    # What the parser calls

    def on_message_begin(self) -> None:
        """An answer begins."""
        if self._answer is not None:
            raise ConnectionError("it answers what nobody asked")
        self._headers, self._parts, self._has_headers = {}, [], False

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header."""
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """The headers are complete."""
        self._has_headers = True

    def on_body(self, data: bytes) -> None:
        """A part of the body."""
        self._parts.append(data)

    def on_message_complete(self) -> None:
        """The answer is complete."""
        self._complete(is_last=not self._parser.should_keep_alive())
