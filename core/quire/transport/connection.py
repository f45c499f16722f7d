"""Requests to a service over kept connections, tried again where that is harmless; not what is asked.

Every request of this API may be repeated: submissions and uploads carry the id of what they make.
"""

import asyncio
import contextlib
import os
import random
import ssl
import threading
import time
import urllib.request
import weakref
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import attrs

from quire.errors import InputError, QuireError, ServiceUnavailableError
from quire.transport.authorization import Authorization
from quire.transport.faults import parse_error

if TYPE_CHECKING:
    import httpcore

_DELAYS = (0.1, 0.2, 0.4, 0.8, 1.6)
"""Seconds between attempts, each a little shortened at random so that clients do not come back together."""
_MAX_RETRY_AFTER = 30.0
_TRANSIENT = frozenset({408, 429, 500, 502, 503, 504})
_CONNECT_SECONDS = 10.0
_ANSWER_SECONDS = 60.0
_MAX_CONNECTIONS = 64
MAX_ASYNC_CONNECTIONS = 256
_KEEP_ALIVE_SECONDS = 50.0
"""Less than servers keep idle connections, so that no request meets a connection that is being closed."""


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
    """

    status: int
    headers: dict[str, str]
    content: bytes

    def document(self) -> Any:
        """The JSON document in it; None if there is none."""
        import json

        try:
            return json.loads(self.content)
        except ValueError:
            return None


class Connection:
    """The way to a service."""

    def __init__(self, authorization: Authorization) -> None:
        """Prepares to ask; nothing is connected yet.

        Args:
            authorization: What makes the requests those of somebody.
        """
        self._authorization = authorization
        self._lock = threading.Lock()
        self._pid = os.getpid()
        self._pool: httpcore.ConnectionPool | None = None
        self._is_closed = False
        # An asyncio loop has its own connections, as long as something waits on it.
        self._async_pools: weakref.WeakKeyDictionary[Any, tuple[Any, int]] = weakref.WeakKeyDictionary()

    # Asking

    def ask(self, request: Request) -> Answer:
        """The answer to a request.

        Raises:
            InputError: The workspace has been closed.
            QuireError: The service refuses, or cannot be reached.
        """
        import httpcore

        failures = _failures(httpcore)
        attempts = _Attempts(request)
        while True:
            try:
                raw = self._sync_pool(request.url).request(**self._arguments(request))
                answer = _answer(raw.status, raw.headers, raw.content)
                delay = attempts.judge(answer)
            except failures as error:
                answer, delay = None, attempts.failed(error)
            if answer is not None and delay is None:
                return answer
            time.sleep(delay or 0.0)

    async def ask_async(self, request: Request) -> Answer:
        """The answer to a request, in asyncio; see :meth:`ask`."""
        import httpcore

        failures = _failures(httpcore)
        attempts = _Attempts(request)
        async with self._async_pool(request.url) as pool:
            while True:
                try:
                    raw = await pool.request(**self._arguments(request))
                    answer = _answer(raw.status, raw.headers, raw.content)
                    delay = attempts.judge(answer)
                except failures as error:
                    answer, delay = None, attempts.failed(error)
                if answer is not None and delay is None:
                    return answer
                await asyncio.sleep(delay or 0.0)

    def _arguments(self, request: Request) -> dict[str, Any]:
        headers = request.headers if request.is_signed else self._authorization.headers() | request.headers
        timeouts = {
            "connect": _CONNECT_SECONDS,
            "read": _ANSWER_SECONDS + request.seconds,
            "write": _ANSWER_SECONDS,
            "pool": None,
        }
        return {
            "method": request.method,
            "url": request.url,
            "headers": headers,
            "content": request.content,
            "extensions": {"timeout": timeouts},
        }

    # Connections

    def _require_open(self) -> None:
        if self._is_closed:
            raise InputError("this workspace is closed; open another one")

    def _sync_pool(self, url: str) -> "httpcore.ConnectionPool":
        self._require_open()
        pool = self._pool
        if pool is None or os.getpid() != self._pid:
            with self._lock:
                if self._pool is None or os.getpid() != self._pid:
                    # A fork must not write into the connections of its parent.
                    self._pid = os.getpid()
                    self._pool = _new_pool(url)
                pool = self._pool
        return pool

    @contextlib.asynccontextmanager
    async def _async_pool(self, url: str) -> AsyncIterator[Any]:
        """The loop's connections, which are closed when nothing of the loop uses them any more."""
        self._require_open()
        loop = asyncio.get_running_loop()
        pool, users = self._async_pools.get(loop, (None, 0))
        if pool is None:
            pool = _new_async_pool(url)
        self._async_pools[loop] = pool, users + 1
        try:
            yield pool
        finally:
            users = self._async_pools[loop][1] - 1
            if users:
                self._async_pools[loop] = pool, users
            else:
                del self._async_pools[loop]
                await pool.aclose()

    @property
    def async_users(self) -> int:
        """How many requests of this asyncio loop are under way."""
        return self._async_pools.get(asyncio.get_running_loop(), (None, 0))[1]

    def close(self) -> None:
        """Closes the connections."""
        with self._lock:
            self._is_closed = True
            if self._pool is not None and os.getpid() == self._pid:
                self._pool.close()
            self._pool = None


class _Attempts:
    """The attempts at one request: whether another one is due, and when."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._delays: Iterator[float] = iter(_DELAYS)
        self._made = 0

    def judge(self, answer: Answer) -> float | None:
        """Seconds until the next attempt; None if the answer is good.

        Raises:
            QuireError: It tells an error, and no other attempt is due.
        """
        self._made += 1
        if answer.status < 400:
            return None
        error = answer_error(answer, self._request.url)
        # An error of our own server is told with all its fields, and another attempt would meet it again.
        if answer.status not in _TRANSIENT or _is_told(answer):
            raise error
        delay = self._next_delay(answer.headers.get("retry-after"))
        if delay is None:
            raise error
        return delay

    def failed(self, cause: Exception) -> float:
        """Seconds until the next attempt after one without an answer.

        Raises:
            ServiceUnavailableError: No other attempt is due, or the service is not to be trusted.
        """
        self._made += 1
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(self._request.url))
        reason = str(cause) or type(cause).__name__
        if _is_distrust(cause):
            # Nobody trusts it the next time either.
            raise ServiceUnavailableError(
                f"{origin} shows a certificate that this machine does not trust ({reason}); the variable "
                "SSL_CERT_FILE names a file of certificates to trust",
                url=origin,
                attempts=self._made,
            ) from cause
        delay = self._next_delay(None)
        if delay is not None:
            return delay
        raise ServiceUnavailableError(
            f"{origin} does not answer ({reason}), tried {self._made} times; is the service running?",
            url=origin,
            attempts=self._made,
        ) from cause

    def _next_delay(self, retry_after: str | None) -> float | None:
        delay = next(self._delays, None)
        if delay is None:
            return None
        if retry_after is not None and retry_after.isdecimal():
            return min(float(retry_after), _MAX_RETRY_AFTER)
        return delay * random.uniform(0.7, 1.0)  # noqa: S311 - no secret


def _is_distrust(cause: BaseException | None) -> bool:
    while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
        cause = cause.__cause__ or cause.__context__
    return cause is not None


def answer_error(answer: Answer, url: str) -> QuireError:
    """The error that an answer tells."""
    # The query of a signed address must not come into messages.
    return parse_error(answer.status, answer.document(), url.partition("?")[0])


def _is_told(answer: Answer) -> bool:
    document = answer.document()
    error = document.get("error") if isinstance(document, dict) else None
    return isinstance(error, dict) and isinstance(error.get("innererror"), dict)


def _answer(status: int, headers: Any, content: bytes) -> Answer:
    names = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}
    return Answer(status, names, content)


def _failures(httpcore: Any) -> tuple[type[Exception], ...]:
    return (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError)


def _settings(url: str, connections: int, kept: int) -> dict[str, Any]:
    return {
        "ssl_context": ssl.create_default_context() if url.startswith("https:") else None,
        "max_connections": connections,
        "max_keepalive_connections": kept,
        "keepalive_expiry": _KEEP_ALIVE_SECONDS,
    }


def _proxy(url: str) -> str | None:
    """The proxy that the environment names for an address; None for none."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in ("localhost", "127.0.0.1", "::1") or urllib.request.proxy_bypass(host):
        return None
    return urllib.request.getproxies().get(parts.scheme)


def _new_pool(url: str) -> "httpcore.ConnectionPool":
    import httpcore

    settings, proxy = _settings(url, _MAX_CONNECTIONS, _MAX_CONNECTIONS), _proxy(url)
    if proxy is not None:
        return httpcore.HTTPProxy(proxy, **settings)
    return httpcore.ConnectionPool(**settings)


def _new_async_pool(url: str) -> "httpcore.AsyncConnectionPool":
    import httpcore

    # Kept ones would be looked at, each, whenever a request begins or ends: with hundreds of them that takes
    # longer than new connections, of which a look that is held back for seconds needs one.
    settings, proxy = _settings(url, MAX_ASYNC_CONNECTIONS, 0), _proxy(url)
    if proxy is not None:
        return httpcore.AsyncHTTPProxy(proxy, **settings)
    return httpcore.AsyncConnectionPool(**settings)
