"""The application of a server: its routes, and what surrounds them."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from quire.errors import InputError, NotFoundError, QuireError
from quire.server.access import Access
from quire.server.addresses import base_of
from quire.server.backend import Backend
from quire.server.bodies import answer, refusal
from quire.server.bundles import BundleRoutes
from quire.server.guard import Guard
from quire.server.jobs import JobRoutes
from quire.server.lists import ListRoutes
from quire.server.openapi import description
from quire.server.pages.browsers import Browsers
from quire.server.pages.routes import PageRoutes
from quire.server.providers import ProviderRoutes
from quire.server.sessions import SessionRoutes
from quire.server.storage import StorageRoutes, is_address
from quire.server.table import RouteTable

_EXPIRY_SECONDS = 600.0
_log = logging.getLogger("quire.server")


def application(backend: Backend, browsers: Browsers | None = None) -> ASGIApp:
    """The application that answers for a server.

    Args:
        backend: The server's parts.
        browsers: Who is signed in with a browser; None for nobody yet.
    """
    access = Access(backend.service.keys, backend.settings.api_key)
    pages = PageRoutes(backend, browsers or Browsers(access))
    routes = [Route("/health", _health, methods=["GET"]), *pages.routes()]
    if not backend.settings.pages_only:
        routes.append(_description_route(backend))

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        duties = [asyncio.create_task(pages.events.look_elsewhere())]
        if not backend.settings.pages_only:
            await backend.call(backend.service.prepare)
            duties.append(asyncio.create_task(_forget_old_files(backend)))
        try:
            yield
        finally:
            for duty in duties:
                duty.cancel()

    handlers = {HTTPException: _http_error, QuireError: _refused}
    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers=handlers)
    app.router.redirect_slashes = False
    if backend.settings.pages_only:
        return Guard(app, None, access, backend.settings)
    return Guard(_with_files(app, StorageRoutes(backend)), _api(backend), access, backend.settings)


def _with_files(app: ASGIApp, files: StorageRoutes) -> ASGIApp:
    async def answered(scope: Scope, receive: Receive, send: Send) -> None:
        is_file = scope["type"] == "http" and is_address(scope["path"])
        await (files.answer if is_file else app)(scope, receive, send)

    return answered


def _api(backend: Backend) -> RouteTable:
    return RouteTable(
        [
            *JobRoutes(backend).routes(),
            *BundleRoutes(backend).routes(),
            *SessionRoutes(backend).routes(),
            *ListRoutes(backend).routes(),
            *ProviderRoutes(backend).routes(),
        ]
    )


def _description_route(backend: Backend) -> Route:
    async def describe(request: Request) -> Response:
        names = [target.id for target in backend.service.list_targets()]
        return answer(description(base_of(request.scope, backend.settings), names))

    return Route("/openapi.json", describe, methods=["GET"])


async def _forget_old_files(backend: Backend) -> None:
    while True:
        await asyncio.sleep(_EXPIRY_SECONDS)
        try:
            await backend.call(backend.service.blobs.expire)
        except QuireError:
            _log.exception("old files could not be forgotten; the next try comes")


async def _health(request: Request) -> Response:  # noqa: ARG001 - a route's shape
    return answer({"status": "ok"})


async def _refused(request: Request, error: Exception) -> Response:  # noqa: ARG001 - a handler's shape
    assert isinstance(error, QuireError)
    if error.http_status >= 500:
        raise error
    return refusal(error)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        path = request.scope.get("quire.path", request.url.path)
        return refusal(NotFoundError(f"there is nothing at {path:.200}", kind="address", name=path[:200]))
    refused = refusal(InputError(f"{request.method} is not offered here", argument="method"))
    refused.status_code = error.status_code
    refused.headers.update(error.headers or {})
    return refused
