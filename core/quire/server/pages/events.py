"""Live updates: server-sent events that say that something changed, never what it is now.

A page that hears of a change asks for itself again, so what it shows is always what the server would show.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from quire.errors import QuireError
from quire.server.backend import Backend
from quire.server.pages.visit import SAFETY_HEADERS
from quire.service.changes import Changes

_CHANGED = "event: changed\ndata: \n\n"
_BREATH_SECONDS = 0.25
"""How long changes are gathered before a browser is told again."""
_HEARTBEAT_SECONDS = 15.0
_ELSEWHERE_SECONDS = 0.5
"""How often somebody looks whether another process changed something; one for all browsers."""


class _Listener:
    """One browser that listens."""

    def __init__(self, session_id: str | None, job_id: str | None) -> None:
        self._loop = asyncio.get_running_loop()
        self._session_id = session_id
        self._job_id = job_id
        self.changed = asyncio.Event()

    def tell(self, changes: Changes | None) -> None:
        """Hears of changes, on any thread."""
        if changes is None or self._concerns(changes):
            try:
                self._loop.call_soon_threadsafe(self.changed.set)
            except RuntimeError:
                return  # the server's loop has been closed, so nobody listens any more

    def _concerns(self, changes: Changes) -> bool:
        if self._job_id is not None:
            return any(job.id == self._job_id for job, _ in changes.jobs)
        if self._session_id is not None:
            return any(job.session_id == self._session_id for job, _ in changes.jobs) or any(
                session.id == self._session_id for session, _ in changes.sessions
            )
        return bool(changes.jobs or changes.sessions)


class Events:
    """The stream of a server's events."""

    def __init__(self, backend: Backend) -> None:
        """Begins to tell.

        Args:
            backend: The server's parts.
        """
        self._backend = backend
        self._feed = backend.service.feed

    def stream(self, request: Request) -> Response:
        """An answer that goes on as long as the browser listens, or the server runs."""
        params = request.query_params
        listener = _Listener(params.get("session"), params.get("job"))
        headers = {**SAFETY_HEADERS, "cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(self._told(listener), 200, headers, "text/event-stream")

    async def _told(self, listener: _Listener) -> AsyncIterator[str]:
        stopping = self._backend.stop_notice()
        with self._feed.followed(listener.tell):
            # The page was made before this began, and may have missed something.
            yield f"retry: 2000\n{_CHANGED}"
            while not stopping.done():
                if not await self._heard(listener, stopping):
                    yield ": still here\n\n"
                elif not stopping.done():
                    listener.changed.clear()
                    yield _CHANGED
                    await asyncio.wait({stopping}, timeout=_BREATH_SECONDS)

    async def _heard(self, listener: _Listener, stopping: asyncio.Future[None]) -> bool:
        """Waits for news, or for the server's stop; False if neither came for a while."""
        waiting: asyncio.Future[Any] = asyncio.ensure_future(listener.changed.wait())
        try:
            done, _ = await asyncio.wait(
                {waiting, stopping}, timeout=_HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
            return bool(done)
        finally:
            waiting.cancel()

    async def look_elsewhere(self) -> None:
        """Tells the browsers when another process changed something; goes on until it is cancelled."""
        while True:
            await asyncio.sleep(_ELSEWHERE_SECONDS)
            if not self._feed.is_followed:
                continue
            try:
                changed = await self._backend.call(self._backend.service.overview.is_changed_elsewhere)
            except QuireError:
                continue  # whoever asks for a page is told what is wrong with the store
            if changed:
                self._feed.tell(None)
