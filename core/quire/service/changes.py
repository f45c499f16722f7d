"""What one transaction changed, collected while it runs and told to those concerned after its commit."""

import threading
from collections import deque
from collections.abc import Callable

import attrs

from quire.model import JobDetails, SessionDetails
from quire.service.store import StoredJob
from quire.status import JobStatus, SessionStatus


@attrs.define
class Changes:
    """The status changes of one transaction.

    Attributes:
        jobs: Each job that changed, as it is now, with its status before (None if it is new).
        sessions: The same for sessions.
        to_stop: Jobs whose run is to be stopped.
    """

    jobs: list[tuple[JobDetails, JobStatus | None]] = attrs.field(factory=list)
    sessions: list[tuple[SessionDetails, SessionStatus | None]] = attrs.field(factory=list)
    to_stop: list[StoredJob] = attrs.field(factory=list)


class Outbox:
    """Changes on their way to listeners: in the order of their commits, told by one thread at a time."""

    def __init__(self, tell: Callable[[Changes], None] | None) -> None:
        """Begins with nothing to tell.

        Args:
            tell: Tells the listeners of the changes of one transaction; None if there are none.
        """
        self._tell = tell
        self._posted: deque[Changes] = deque()
        self._telling = threading.Lock()

    def post(self, changes: Changes) -> None:
        """Takes the changes of a commit; to be called before the next one can come."""
        if self._tell is not None:
            self._posted.append(changes)

    def deliver(self) -> None:
        """Tells what was posted, unless somebody is at it already: another thread, or a listener's caller."""
        while self._tell is not None and self._posted and self._telling.acquire(blocking=False):
            try:
                while self._posted:
                    self._tell(self._posted.popleft())
            finally:
                self._telling.release()
