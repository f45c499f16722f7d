"""A session that is about to be opened in asyncio, by ``await`` or by ``async with``."""

from collections.abc import Generator
from types import TracebackType
from typing import Any

from quire.session import Session


class SessionOpening:
    """A session about to be opened in asyncio: ``await`` it, or use it with ``async with``."""

    def __init__(self, session: Session) -> None:
        """Prepares to open a session.

        Args:
            session: The session; it exists on the client only.
        """
        self._session = session

    def __await__(self) -> Generator[Any, None, Session]:
        return self._session.open_async().__await__()

    async def __aenter__(self) -> Session:
        return await self._session.__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.__aexit__(kind, error, trace)
