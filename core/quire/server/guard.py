"""What every request passes first: host, size, key; and what every answer gets: an id, a line in the log.

A workspace's path is cut off here, so that its routes begin after it.
"""

import logging
import re
import uuid
from collections.abc import Awaitable, Callable
from urllib.parse import unquote, urlsplit

import attrs
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from quire.clock import monotonic
from quire.errors import AccessDeniedError, InputError, NotFoundError, QuireError
from quire.server.access import KEY_HEADER, Access
from quire.server.addresses import HOST
from quire.server.bodies import refusal
from quire.server.settings import ServerSettings, host_name
from quire.server.storage import is_address
from quire.server.table import RouteTable

REQUEST_ID = "x-ms-request-id"
CLIENT_REQUEST_ID = "x-ms-client-request-id"
_MAX_ECHO = 100

# The constant parts of the path may be in any case; a server behind a proxy may have something before it.
_WORKSPACE = re.compile(
    r"^(?:/[^?]*?)?/subscriptions/[^/]+/resourcegroups/[^/]+/providers/microsoft\.quantum/workspaces/[^/]+/"
    r"([^/]+)(/.*)?$",
    re.IGNORECASE | re.DOTALL,
)
_SUBSCRIPTION = re.compile(
    r"^(?:/[^?]*?)?/subscriptions/[^/]+/providers/microsoft\.quantum/suiteoffers/([^/]+)/([^/]+)$",
    re.IGNORECASE,
)
_MAX_CHECKED_HOSTS = 64
_AROUND_HEADER = len(": \r\n")
_READING = ("GET", "HEAD")
_SAS_PATH = "storage/sasuri"
_log = logging.getLogger("quire.server")
_App = Callable[[Scope, Receive, Send, dict[bytes, bytes]], Awaitable[None]]
"""An ASGI application that is also given the headers by name."""


@attrs.define(auto_exc=True, slots=False)
class HeadTooLargeError(InputError):
    """A request's first line and headers are larger than allowed."""

    code = "RequestHeadTooLarge"
    http_status = 431

    @classmethod
    def beyond(cls, max_bytes: int) -> "HeadTooLargeError":
        """The error of a head that has more bytes than this."""
        return cls(f"a request's address and headers may have {max_bytes:,} bytes", argument="headers")


class Guard:
    """The outermost layer of a server; an ASGI application around another one."""

    def __init__(
        self, app: ASGIApp, api: RouteTable | None, access: Access, settings: ServerSettings
    ) -> None:
        """Puts the guard in front of an application.

        Args:
            app: What answers the requests that pass and are not for the workspace.
            api: What answers those for the workspace; None for nothing.
            access: Who may pass.
            settings: The server's settings.
        """
        self._app = app
        self._api = api
        self._access = access
        self._max_bytes = settings.max_header_bytes
        self._names = settings.names()
        self._checked_hosts: dict[bytes, str] = {}
        self._prefix = unquote(urlsplit(settings.public_url or "").path).rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        await _Exchange(scope, send, headers).run(self._admitted, receive)

    async def _admitted(
        self, scope: Scope, receive: Receive, send: Send, headers: dict[bytes, bytes]
    ) -> None:
        self._check_headers(scope, headers)
        path = scope["path"] if not self._prefix else self._inner_path(scope)
        scope["quire.path"] = path
        match = _WORKSPACE.match(path) or _SUBSCRIPTION.match(path)
        if match is not None:
            is_workspace = match.re is _WORKSPACE
            first = match[1].lower() if is_workspace else f"suiteoffers/{match[1]}/{match[2].lower()}"
            rest = (match[2] or "") if is_workspace else ""
            # The second segment of this one route is a word too, and no id.
            inner = f"{first}{rest.lower() if first == 'storage' else rest}"
            denied = self._check_key(scope, inner, headers)
            if denied is not None:
                await denied(scope, receive, send)
            elif self._api is None:
                raise NotFoundError(f"there is nothing at {path:.200}", kind="address", name=path[:200])
            else:
                await self._api.answer(inner, scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _check_headers(self, scope: Scope, headers: dict[bytes, bytes]) -> None:
        given = scope["headers"]
        size = len(scope["raw_path"]) + len(scope["query_string"])
        if size + sum(len(name) + len(value) + _AROUND_HEADER for name, value in given) > self._max_bytes:
            raise HeadTooLargeError.beyond(self._max_bytes)
        if len(headers) != len(given) and sum(name == b"host" for name, _ in given) > 1:
            raise InputError("a request must have one Host header", argument="Host")
        host = headers.get(b"host", b"")
        scope[HOST] = self._checked_hosts.get(host) or self._checked_host(host)

    def _checked_host(self, given: bytes) -> str:
        host = given.decode("latin-1")
        if host_name(host) not in self._names:
            raise InputError(
                f"this server does not answer to the name {host!r:.100}; --allow-host adds a name",
                argument="Host",
            )
        if len(self._checked_hosts) < _MAX_CHECKED_HOSTS:
            self._checked_hosts[given] = host
        return host

    def _inner_path(self, scope: Scope) -> str:
        """The path without the public URL's own, which a proxy may have cut off already."""
        path: str = scope["path"]
        if path.startswith(f"{self._prefix}/"):
            inner = path.removeprefix(self._prefix)
            # A container may have the name that the public URL's path is.
            if is_address(inner) or not is_address(path):
                scope["path"] = path = inner
        return path

    def _check_key(self, scope: Scope, path: str, headers: dict[bytes, bytes]) -> Response | None:
        caller = self._access.caller(headers.get(KEY_HEADER.encode(), b"").decode("latin-1"))
        if caller is None:
            # Without a body, as the real service answers; clients show the reason phrase.
            return Response(status_code=401, headers={"www-authenticate": 'Bearer error="invalid_token"'})
        scope["quire.caller"] = caller
        if caller.is_read_only and scope["method"] not in _READING and path != _SAS_PATH:
            return refusal(AccessDeniedError(f"key {caller.name!r} may only read"))
        return None


class _Exchange:
    """One request and its answer."""

    def __init__(self, scope: Scope, send: Send, headers: dict[bytes, bytes]) -> None:
        self._scope = scope
        self._send = send
        self._began = monotonic()
        self._status = 0
        self._id = str(uuid.uuid4())
        self._headers = headers
        self._client_id = headers.get(CLIENT_REQUEST_ID.encode(), b"")[:_MAX_ECHO]

    async def run(self, app: _App, receive: Receive) -> None:
        try:
            await app(self._scope, receive, self._sent, self._headers)
        except ClientDisconnect:
            pass  # nobody is there to be told
        except QuireError as error:
            if error.http_status >= 500:
                _log.exception("request %s failed", self._id)
            await self._tell(error, receive)
        except Exception:  # noqa: BLE001 - a bug must not end the connection without an answer
            _log.exception("request %s failed", self._id)
            await self._tell(QuireError(f"the server failed; its log names request {self._id}"), receive)
        finally:
            if _log.isEnabledFor(logging.INFO):
                self._note()

    async def _tell(self, error: QuireError, receive: Receive) -> None:
        if self._status == 0:
            await refusal(error)(self._scope, receive, self._sent)

    async def _sent(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            message["headers"] = [*message["headers"], (REQUEST_ID.encode(), self._id.encode())]
            if self._client_id:
                message["headers"].append((CLIENT_REQUEST_ID.encode(), self._client_id))
        await self._send(message)

    def _note(self) -> None:
        caller = self._scope.get("quire.caller")
        # Never the query: signed addresses carry their signature there.
        _log.info(
            "%s %s %d",
            self._scope["method"],
            self._scope["path"],
            self._status,
            extra={
                "request_id": self._id,
                "client_request_id": self._client_id.decode("latin-1"),
                "method": self._scope["method"],
                "path": self._scope["path"],
                "status": self._status,
                "milliseconds": round((monotonic() - self._began) * 1000, 2),
                "key": None if caller is None else caller.name,
            },
        )


def workspace_route(path: str) -> str | None:
    """What of a path follows the workspace's name; None if it names no workspace."""
    match = _WORKSPACE.match(path)
    return None if match is None else f"/{match[1]}{match[2] or ''}"
