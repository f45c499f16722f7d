"""Who follows all changes of a workspace, in one process; see ``notices`` for those who wait for one job."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from quire.interrupts import UninterruptedLock
from quire.service.changes import Changes

Follower = Callable[[Changes | None], None]
"""Takes the changes of a transaction; None if another process changed something. Called on any thread."""


class Feed:
    """Those who follow."""

    def __init__(self) -> None:
        """Begins with nobody."""
        self._lock = UninterruptedLock()
        self._followers: list[Follower] = []

    @property
    def is_followed(self) -> bool:
        """Whether anybody follows."""
        return bool(self._followers)

    @contextmanager
    def followed(self, follower: Follower) -> Iterator[None]:
        """Has somebody told of all changes as long as the block lasts.

        Args:
            follower: Takes the news; quick, and raises nothing.
        """
        with self._lock:
            self._followers.append(follower)
        try:
            yield
        finally:
            with self._lock:
                self._followers.remove(follower)

    def tell(self, changes: Changes | None) -> None:
        """Tells everybody.

        Args:
            changes: What a transaction changed; None if another process changed something.
        """
        if not self._followers:
            return
        with self._lock:
            followers = list(self._followers)
        for follower in followers:
            follower(changes)
