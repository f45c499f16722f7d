"""When jobs come into the indexes of lists: many at a time, some time after they have come or ended.

One by one that would be much of all that is written of a job. Which of them a list has from elsewhere until
then is ``unfiled``'s. Their sessions' rows say only then that they were active when the jobs ended; see
``Statements.last_active``.
"""

import logging
import sqlite3
from collections.abc import Callable

from quire.service.store.statuses import ERA, FROM_UNFILED
from quire.status import TERMINAL_JOB_STATUSES, JobStatus

MOST_ENDED = 256
"""How many jobs that have ended a list may have to look for, for each process that runs jobs."""
MOST_WAITING = 1024
"""The same of those that wait: most leave soon, so it is seldom worth while to file them."""
COUNTED_AFTER = 16
"""How many come at least between two counts of those that wait, however near to the most they stay."""

_ENDED = ", ".join(f"'{status}'" for status in sorted(TERMINAL_JOB_STATUSES))
_HAVE_ENDED = f"status IN ({_ENDED})"
# Few jobs run at any time, and those soon have another status.
_ARE_AT_REST = f"status <> '{JobStatus.EXECUTING}'"
_FILE = f"UPDATE jobs SET is_filed = 1 WHERE seq IN (SELECT seq {FROM_UNFILED} AND %s)"
_DATE_ERAS = (
    f"INSERT INTO eras (id, first_at, last_at) SELECT {ERA}, min(created_at), max(created_at) {FROM_UNFILED} "
    "AND %s GROUP BY 1 ON CONFLICT (id) DO UPDATE SET "
    "first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at)"
)
_ENDS = (
    f"SELECT session_id, max(ended_at) {FROM_UNFILED} AND session_id IS NOT NULL AND ended_at IS NOT NULL "
    "GROUP BY session_id"
)
_BE_ACTIVE = "UPDATE sessions SET active_at = ? WHERE id = ? AND active_at < ?"
_COUNT_WAITING = f"SELECT count(*) {FROM_UNFILED} AND status = '{JobStatus.WAITING}'"
_log = logging.getLogger("quire")


class Filing:
    """What one connection may have left to file since it last did."""

    __slots__ = ("_ended", "_forget", "_run", "_waited")

    def __init__(self, run: Callable[..., sqlite3.Cursor], forget: Callable[[], None]) -> None:
        """Begins with nothing.

        Args:
            run: Runs a statement.
            forget: Called when sessions have been changed.
        """
        self._run = run
        self._forget = forget
        self._ended = 0
        self._waited = 0

    def waits(self) -> None:
        """Notes that a job waits; it may begin soon, or be rolled back, which is not noted."""
        self._waited += 1

    def ends(self) -> None:
        """Notes that a job has ended."""
        self._ended += 1

    def file_many(self) -> None:
        """Files what has gathered, if that is much; at the end of a transaction."""
        if self._waited >= MOST_WAITING:
            self._waited = self._run(_COUNT_WAITING).fetchone()[0]
            if self._waited > MOST_WAITING - COUNTED_AFTER:
                self.file_all()
        if self._ended >= MOST_ENDED:
            self._ended = 0
            self._file(_HAVE_ENDED)

    def last_ends(self) -> list[tuple[str, int]]:
        """The sessions of jobs that have ended and are not filed, each with the last end of them."""
        return self._run(_ENDS).fetchall()

    def file_all(self) -> None:
        """Files all that do not run, also those of other processes."""
        self._ended = self._waited = 0
        self._file(_ARE_AT_REST)

    def _file(self, which: str) -> None:
        try:
            for session_id, ended_at in self.last_ends():
                self._run(_BE_ACTIVE, (ended_at, session_id, ended_at))
            self._forget()
            self._run(_DATE_ERAS % which)
            self._run(_FILE % which)
        except sqlite3.Error:  # such as a full disk, which must not undo what it came along with
            _log.warning("jobs could not be filed; that will be tried again", exc_info=True)
