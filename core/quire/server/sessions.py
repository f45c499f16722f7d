"""The routes of sessions."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from quire.model import SessionDetails
from quire.server.backend import Backend
from quire.server.bodies import answer, read_document
from quire.transport.wire import read_session, session_document


class SessionRoutes:
    """What a server answers about sessions."""

    def __init__(self, backend: Backend) -> None:
        """Begins to answer.

        Args:
            backend: The server's parts.
        """
        self._backend = backend
        self._service = backend.service

    def routes(self) -> list[Route]:
        """The routes."""
        return [
            Route("/sessions/{session_id}:close", self.close, methods=["POST"]),
            Route("/sessions/{session_id}:cancel", self.cancel, methods=["POST"]),
            Route("/sessions/{session_id}", self.get, methods=["GET"]),
            Route("/sessions/{session_id}", self.put, methods=["PUT"]),
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
