"""The routes of sessions, and of the list of sessions and jobs together."""

from collections.abc import Callable, Iterator
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from quire.model import JobDetails, SessionDetails
from quire.query import ItemQuery
from quire.server.addresses import Addresses
from quire.server.backend import Backend
from quire.server.bodies import answer, read_document
from quire.server.jobs import JobRoutes, listed_job
from quire.server.lists import Pages, requested_page, requested_query
from quire.transport.wire import Document, page_document, read_session, session_document


class SessionRoutes:
    """What a server answers about sessions."""

    def __init__(self, backend: Backend, pages: Pages, jobs: JobRoutes) -> None:
        """Begins to answer.

        Args:
            backend: The server's parts.
            pages: Where lists go on.
            jobs: Who lists the jobs of a session.
        """
        self._backend = backend
        self._service = backend.service
        self._pages = pages
        self._jobs = jobs

    def routes(self) -> list[Route]:
        """The routes."""
        return [
            Route("/sessions", self.list_sessions, methods=["GET"]),
            Route("/sessions/{session_id}:close", self.close, methods=["POST"]),
            Route("/sessions/{session_id}:cancel", self.cancel, methods=["POST"]),
            Route("/sessions/{session_id}/jobs", self.list_jobs, methods=["GET"]),
            Route("/sessions/{session_id}", self.get, methods=["GET"]),
            Route("/sessions/{session_id}", self.put, methods=["PUT"]),
            Route("/toplevelitems", self.list_items, methods=["GET"]),
        ]

    async def put(self, request: Request) -> Response:
        """Opens a session."""
        settings = self._backend.settings
        document = await read_document(request, settings.max_document_bytes, settings.body_seconds)
        asked = read_session(request.path_params["session_id"], document, self._backend.target)
        return answer(session_document(await self._backend.write(self._service.open_session, asked)))

    async def get(self, request: Request) -> Response:
        """Looks at a session."""
        return await self._answer(request, self._service.get_session)

    async def close(self, request: Request) -> Response:
        """Closes a session."""
        return await self._answer(request, self._service.close_session)

    async def cancel(self, request: Request) -> Response:
        """Cancels a session's pending jobs and closes it; the API of Azure has no such route."""
        return await self._answer(request, self._service.cancel_session)

    async def _answer(self, request: Request, verb: Callable[[str], SessionDetails]) -> Response:
        session = await self._backend.write(verb, request.path_params["session_id"])
        return answer(session_document(session))

    async def list_jobs(self, request: Request) -> Response:
        """Lists the jobs of a session."""
        return await self._jobs.page(request, request.path_params["session_id"])

    async def list_sessions(self, request: Request) -> Response:
        """Lists the workspace's sessions."""
        return await self._page(request, "sessions", self._service.list_sessions)

    async def list_items(self, request: Request) -> Response:
        """Lists the sessions, and the jobs that belong to none."""
        return await self._page(request, "items", self._service.list_top_level_items)

    async def _page(
        self, request: Request, name: str, source: Callable[[ItemQuery], Iterator[Any]]
    ) -> Response:
        skip, top = requested_page(request.query_params)
        query = requested_query(request.query_params)
        items, has_more = await self._backend.call(self._pages.page, name, query, skip, top, source)
        addresses = Addresses(request, self._backend)
        following = addresses.next_page(top, skip + top) if has_more else None
        return answer(page_document([_document(item, addresses) for item in items], following))


def _document(item: SessionDetails | JobDetails, addresses: Addresses) -> Document:
    return listed_job(item, addresses) if isinstance(item, JobDetails) else session_document(item)
