"""The addresses of the pages, and what surrounds each: who is signed in, and what becomes of errors."""

import logging
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from quire.errors import QuireError
from quire.server.backend import Backend
from quire.server.pages import actions, views
from quire.server.pages.browsers import Browsers
from quire.server.pages.events import Events
from quire.server.pages.visit import FOLDER, MOUNT, SAFETY_HEADERS, Visit

Answer = Callable[[Visit], Awaitable[Response]]

_ANY = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_log = logging.getLogger("quire.server")


class PageRoutes:
    """The job management page of one server.

    Attributes:
        events: What tells browsers of changes.
    """

    def __init__(self, backend: Backend, browsers: Browsers) -> None:
        """Begins to answer.

        Args:
            backend: The server's parts.
            browsers: Who is signed in.
        """
        self._backend = backend
        self._browsers = browsers
        self._signing_in = actions.SigningIn(browsers)
        self._base = urlsplit(backend.settings.public_url or "").path.rstrip("/") + MOUNT
        self.events = Events(backend)

    def routes(self) -> list[BaseRoute]:
        """The routes."""
        signing_in = self._signing_in
        pages = [
            self._route("/", views.items),
            # Ids may have slashes, so what follows an id is looked for first.
            self._route("/sessions/{session_id:path}/close", actions.close_session, "POST"),
            self._route("/sessions/{session_id:path}/cancel", actions.cancel_session, "POST"),
            self._route("/sessions/{session_id:path}", views.session),
            self._route("/jobs/{job_id:path}/cancel", actions.cancel_job, "POST"),
            self._route("/jobs/{job_id:path}/attachments/{name:path}", views.download_attachment),
            self._route("/jobs/{job_id:path}/input", views.download_input),
            self._route("/jobs/{job_id:path}/output", views.download_output),
            self._route("/jobs/{job_id:path}", views.job),
            self._route("/events", self._listen),
            self._route("/sign-in", signing_in.by_link, is_open=True),
            self._route("/sign-in", signing_in.by_key, "POST", is_open=True),
            self._route("/sign-out", signing_in.out, "POST", is_open=True),
            Mount("/static", _Static(directory=FOLDER / "static")),
            Route("/{rest:path}", self._endpoint(actions.nothing, is_open=False), methods=_ANY),
        ]
        return [
            Route("/", self._to_the_pages, methods=["GET"]),
            Route(MOUNT, self._to_the_pages, methods=["GET"]),
            Mount(MOUNT, routes=pages),
        ]

    async def _to_the_pages(self, request: Request) -> Response:  # noqa: ARG002 - a route's shape
        return RedirectResponse(f"{self._base}/", 307, SAFETY_HEADERS)

    async def _listen(self, visit: Visit) -> Response:
        return self.events.stream(visit.request)

    def _route(self, path: str, answer: Answer, method: str = "GET", *, is_open: bool = False) -> Route:
        return Route(path, self._endpoint(answer, is_open=is_open), methods=[method])

    def _endpoint(self, answer: Answer, *, is_open: bool) -> Callable[[Request], Awaitable[Response]]:
        """A route's function: finds out who asks, and makes pages of errors."""

        async def answered(request: Request) -> Response:
            visit = Visit(request, self._backend, self._base)
            secret = request.cookies.get(actions.cookie_name(visit))
            found = await self._backend.call(self._browsers.find, secret)
            if found is not None:
                browser, caller = found
                request.scope["quire.caller"] = caller
                visit = Visit(request, self._backend, self._base, browser, caller)
            elif not is_open:
                return self._signing_in.ask(visit)
            try:
                return await answer(visit)
            except QuireError as error:
                if error.http_status >= 500:
                    _log.exception("a page could not be made")
                return visit.error(error)

        return answered


class _Static(StaticFiles):
    """The pages' style sheet and script, which browsers ask for anew when quire is another one."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        answer = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        answer.headers.update({**SAFETY_HEADERS, "cache-control": "no-cache"})
        return answer
