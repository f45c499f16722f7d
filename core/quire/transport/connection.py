"""Requests to a service over kept connections, tried again where that is harmless; not what is asked.

Every request of this API may be repeated: submissions and uploads carry the id of what they make.
"""

import asyncio
import contextlib
import os
import time
import weakref
from collections.abc import AsyncIterator
from typing import Any

from quire.errors import InputError
from quire.transport.attempts import Attempts
from quire.transport.authorization import Authorization
from quire.transport.exchange import Answer, Request, check, head
from quire.transport.line import FAILURES, Lines, ask_once
from quire.transport.origin import Origin

MAX_ASYNC_CONNECTIONS = 256
_ANSWER_SECONDS = 60.0
_SCHEME = len("https://")


class _Crowd:
    """The requests of one asyncio loop that are under way, of which so many have a connection."""

    def __init__(self) -> None:
        self.size = 0
        self.turns = asyncio.Semaphore(MAX_ASYNC_CONNECTIONS)


class Connection:
    """The way to a service."""

    def __init__(self, authorization: Authorization) -> None:
        """Prepares to ask; nothing is connected yet.

        Args:
            authorization: What makes the requests those of somebody.
        """
        self._authorization = authorization
        self._pid = os.getpid()
        self._lines: dict[str, Lines] = {}
        self._is_closed = False
        # With connections that are not kept: each of hundreds would be looked at for each request.
        self._crowds: weakref.WeakKeyDictionary[Any, _Crowd] = weakref.WeakKeyDictionary()

    def ask(self, request: Request) -> Answer:
        """The answer to a request.

        Raises:
            InputError: The workspace has been closed, or something in the request cannot be sent.
            QuireError: The service refuses, or cannot be reached.
        """
        lines, path, headers, attempts = self._prepared(request)
        before = head(request.method, lines.origin.target(path), headers, request.content)
        content, seconds = request.content or b"", _ANSWER_SECONDS + request.seconds
        while True:
            outcome: Answer | Exception
            try:
                outcome = lines.ask(before, content, seconds)
            except FAILURES as error:
                outcome = error
            verdict = attempts.judge(outcome)
            if isinstance(verdict, Answer):
                return verdict
            time.sleep(verdict)

    async def ask_async(self, request: Request) -> Answer:
        """The answer to a request, in asyncio; see :meth:`ask`."""
        lines, path, headers, attempts = self._prepared(request)
        check(path, headers)
        seconds = _ANSWER_SECONDS + request.seconds
        async with self._turn():
            while True:
                outcome: Answer | Exception
                try:
                    outcome = await ask_once(
                        lines.origin, request.method, path, headers, request.content, seconds
                    )
                except FAILURES as error:
                    outcome = error
                verdict = attempts.judge(outcome)
                if isinstance(verdict, Answer):
                    return verdict
                await asyncio.sleep(verdict)

    def _prepared(self, request: Request) -> tuple[Lines, str, dict[str, str], Attempts]:
        """Where a request goes, the path there, its headers, and the attempts at it."""
        if self._is_closed:
            raise InputError("this workspace is closed; open another one")
        lines, path = self._to(request.url)
        origin = lines.origin
        shown = {} if request.is_signed else self._authorization.headers()
        headers = {"host": origin.authority, **shown, **request.headers}
        if origin.proxy is not None and not origin.is_encrypted:
            headers |= origin.proxy_headers
        is_anonymous = not shown and not request.is_signed
        return lines, path, headers, Attempts(request, origin.url, is_anonymous=is_anonymous)

    def _to(self, url: str) -> tuple[Lines, str]:
        """The connections that lead to an address, and its path."""
        if os.getpid() != self._pid:
            # A fork must not write into the connections of its parent.
            self._pid, self._lines = os.getpid(), {}
        slash = url.find("/", _SCHEME)
        origin, path = (url[:slash], url[slash:]) if slash > 0 else (url, "/")
        lines = self._lines.get(origin)
        if lines is None:
            lines = self._lines.setdefault(origin, Lines(Origin(origin)))
        return lines, path

    @contextlib.asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        crowd = self._crowds.setdefault(loop, _Crowd())
        crowd.size += 1
        try:
            async with crowd.turns:
                yield
        finally:
            crowd.size -= 1

    @property
    def async_users(self) -> int:
        """How many requests of this asyncio loop are under way."""
        crowd = self._crowds.get(asyncio.get_running_loop())
        return 0 if crowd is None else crowd.size

    def close(self) -> None:
        """Closes the connections; those in use, after their answer."""
        self._is_closed = True
        if os.getpid() == self._pid:
            for lines in list(self._lines.values()):
                lines.close()
