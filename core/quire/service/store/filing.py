"""When jobs come into the indexes of lists: many at a time, some time after they have come or ended.

One by one that would be a third of all that is written of a job. Which of them a list has from elsewhere
until then is ``unfiled``'s.
"""

import sqlite3
from collections.abc import Callable

from quire.service.store.statuses import IS_UNFILED, RUNNING

MOST_ENDED = 256
"""How many jobs that have ended a list may have to look for, for each process that runs jobs."""
MOST_WAITING = 1024
"""The same of those that wait: most leave soon, so it is seldom worth while to file them."""

_FILE = (
    "UPDATE jobs SET is_filed = 1 WHERE seq IN "
    f"(SELECT seq FROM jobs INDEXED BY jobs_unfiled WHERE {IS_UNFILED}"
)
_FILE_ENDED = f"{_FILE} AND ended_at IS NOT NULL)"
_FILE_ALL = f"{_FILE} AND status <> '{RUNNING}')"


class Filing:
    """What one connection has left to file, or about that: what is rolled back is counted, too."""

    __slots__ = ("_ended", "_run", "_waiting")

    def __init__(self, run: Callable[[str], sqlite3.Cursor]) -> None:
        """Begins with nothing.

        Args:
            run: Runs a statement.
        """
        self._run = run
        self._ended = 0
        self._waiting = 0

    def waits(self) -> None:
        """Notes that a job waits."""
        self._waiting += 1

    def begins(self) -> None:
        """Notes that a job that has waited begins; those that run are few, and need not be filed."""
        self._waiting = max(0, self._waiting - 1)

    def ends(self) -> None:
        """Notes that a job has ended."""
        self._ended += 1

    def file_many(self) -> None:
        """Files what has gathered, if that is much; at the end of a transaction."""
        if self._waiting >= MOST_WAITING:
            self.file_all()
        elif self._ended >= MOST_ENDED:
            self._run(_FILE_ENDED)
            self._ended = 0

    def file_all(self) -> None:
        """Files all that are not running, also those of other processes."""
        self._run(_FILE_ALL)
        self._ended = self._waiting = 0
