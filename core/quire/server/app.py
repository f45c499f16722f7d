"""The application of a server: its routes, and what surrounds them."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from quire.errors import InputError, NotFoundError, QuireError
from quire.server.access import Access
from quire.server.backend import Backend
from quire.server.bodies import answer, refusal
from quire.server.guard import WORKSPACE_MOUNT, Guard
from quire.server.jobs import JobRoutes
from quire.server.lists import Pages
from quire.server.openapi import description
from quire.server.pages.browsers import Browsers
from quire.server.pages.routes import PageRoutes
from quire.server.providers import ProviderRoutes
from quire.server.sessions import SessionRoutes
from quire.server.storage import StorageRoutes

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
        routes += _api(backend)

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
    return Guard(app, access, backend.settings)


def _api(backend: Backend) -> list[BaseRoute]:
    pages = Pages()
    jobs = JobRoutes(backend, pages)

    async def describe(request: Request) -> Response:
        names = [target.id for target in backend.service.list_targets()]
        return answer(description(f"{request.url.scheme}://{request.url.netloc}", names))

    of_workspace = [
        *jobs.routes(),
        *SessionRoutes(backend, pages, jobs).routes(),
        *ProviderRoutes(backend).routes(),
    ]
    return [
        Mount(WORKSPACE_MOUNT, routes=of_workspace),
        Route("/openapi.json", describe, methods=["GET"]),
        *StorageRoutes(backend).routes(),
    ]


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
