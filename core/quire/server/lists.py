"""Lists a page at a time, by ``skip`` and ``top`` as the API has them, and by where the last page ended."""

import attrs
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from quire.errors import InputError
from quire.model import JobDetails, SessionDetails
from quire.query import ListOf, Place
from quire.server.addresses import Addresses
from quire.server.backend import Backend
from quire.server.bodies import answer
from quire.server.places import read_place, write_place
from quire.transport.filters import read_query
from quire.transport.wire import Document, job_document, page_document, session_document

DEFAULT_TOP = 100
MAX_TOP = 1000
_MAX_SKIP = 10**9


class ListRoutes:
    """What a server answers about lists.

    The link to the next page has the place where this one ended, so that items which come and go meanwhile
    make no other item be missed or listed twice, and a page costs the same wherever it is.
    """

    def __init__(self, backend: Backend) -> None:
        """Begins to answer.

        Args:
            backend: The server's parts.
        """
        self._backend = backend

    def routes(self) -> list[Route]:
        """The routes."""
        return [
            Route("/jobs", self.list_jobs, methods=["GET"]),
            Route("/sessions", self.list_sessions, methods=["GET"]),
            Route("/sessions/{session_id}/jobs", self.list_jobs, methods=["GET"]),
            Route("/toplevelitems", self.list_items, methods=["GET"]),
        ]

    async def list_jobs(self, request: Request) -> Response:
        """Lists the jobs of a session, or of the workspace, those of sessions too."""
        return await self._part(request, ListOf.JOBS)

    async def list_sessions(self, request: Request) -> Response:
        """Lists the workspace's sessions."""
        return await self._part(request, ListOf.SESSIONS)

    async def list_items(self, request: Request) -> Response:
        """Lists the sessions, and the jobs that belong to none."""
        return await self._part(request, ListOf.TOP_LEVEL_ITEMS)

    async def _part(self, request: Request, of: ListOf) -> Response:
        params, addresses = request.query_params, Addresses(request, self._backend)
        asked = _Asked.read(params)
        query = read_query(params.get("filter"), params.get("orderby"), request.path_params.get("session_id"))
        overview = self._backend.service.overview
        items, following = await self._backend.call(
            overview.part, of, query, asked.place, asked.skip, asked.top
        )
        link = None if following is None else addresses.next_page(asked.following(following))
        return answer(page_document([_document(item, addresses) for item in items], link))


@attrs.frozen
class _Asked:
    """Which part of a list is asked for.

    Attributes:
        skip: How many items come before it.
        top: The most items of it.
        place: What it begins after; None for the begin of the list.
    """

    skip: int
    top: int
    place: Place | None

    @classmethod
    def read(cls, params: QueryParams) -> "_Asked":
        """The part that parameters ask for; it has at most ``MAX_TOP`` items.

        Raises:
            InputError: One is no number, or out of range, or no place.
        """
        skip, top = _number(params, "skip", 0, 0), _number(params, "top", DEFAULT_TOP, 1)
        place = params.get("place")
        return cls(skip, min(top, MAX_TOP), None if place is None else read_place(place))

    def following(self, place: Place) -> dict[str, str]:
        """The parameters of the next part, which begins after a place."""
        return {"top": str(self.top), "skip": str(self.skip + self.top), "place": write_place(place)}


def _document(item: SessionDetails | JobDetails, addresses: Addresses) -> Document:
    if isinstance(item, JobDetails):
        return job_document(item, addresses.unsigned_files(item), listed=True)
    return session_document(item)


def _number(params: QueryParams, name: str, default: int, least: int) -> int:
    text = params.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal()) or len(text) > 10 or not least <= int(text) <= _MAX_SKIP:
        raise InputError(f"{name} must be an integer from {least}, not {text!r:.40}", argument=name)
    return int(text)
