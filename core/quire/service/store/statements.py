"""The statements on each job's way, on the driver's own cursor: SQLAlchemy costs 5-13 times as much."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from quire.model import Fault, JobDetails
from quire.service.store.filing import Filing
from quire.service.store.rows import (
    JOB_COLUMNS,
    NEW_JOB_COLUMNS,
    SESSION_COLUMNS,
    StoredJob,
    StoredSession,
    as_it_is,
    json_text,
    new_job_values,
    session_state,
    session_values,
    stored_job,
    stored_session,
)
from quire.service.store.statuses import FROM_PENDING, FROM_UNFILED
from quire.status import JobStatus

_MOST_KNOWN_SESSIONS = 64
_JOB_VALUES = ", ".join("?" * len(NEW_JOB_COLUMNS.split(",")))
_SESSION_VALUES = ", ".join("?" * (len(SESSION_COLUMNS.split(",")) - 1))
_NEXT_SEQ = (
    "(SELECT 1 + max(coalesce((SELECT max(seq) FROM jobs), 0), "
    "coalesce((SELECT last_seq FROM deleted_jobs), 0)))"
)
_INSERT_JOB = (
    f"INSERT INTO jobs ({NEW_JOB_COLUMNS}, is_filed, seq) VALUES ({_JOB_VALUES}, 0, {_NEXT_SEQ}) "
    "ON CONFLICT (id) DO NOTHING"
)
_INSERT_SESSION = (
    f"INSERT INTO sessions ({SESSION_COLUMNS.removeprefix('seq, ')}) VALUES ({_SESSION_VALUES}) "
    "ON CONFLICT (id) DO NOTHING"
)
_SELECT_JOB = f"SELECT {JOB_COLUMNS} FROM jobs WHERE id = ?"
_SELECT_BLOB = {
    table: f"SELECT data FROM {table} JOIN jobs ON seq = job_seq WHERE id = ?"
    for table in ("inputs", "outputs")
}
_SELECT_SESSION = f"SELECT {SESSION_COLUMNS} FROM sessions WHERE id = ?"
_OVERDUE = (
    f"SELECT {SESSION_COLUMNS} FROM sessions "
    "WHERE ended_at IS NULL AND is_closed = 0 AND active_at + timeout_us <= ? "
    f"AND NOT EXISTS (SELECT 1 {FROM_PENDING} AND session_id = sessions.id)"
)
_LAST_ACTIVE = (
    f"SELECT max(active_at, coalesce((SELECT max(ended_at) {FROM_UNFILED} AND session_id = sessions.id), "
    "active_at)) FROM sessions WHERE id = ?"
)
_SELECT_PENDING = f"SELECT {JOB_COLUMNS} {FROM_PENDING} AND "
_ORPHANS = (
    f"{_SELECT_PENDING} target IN (SELECT value FROM json_each(?)) "
    "AND (owner IS NULL OR owner IN "
    "(SELECT value FROM json_each(?)) OR owner NOT IN (SELECT id FROM processes)) ORDER BY seq"
)
_BEGIN = (
    "UPDATE jobs SET status = ?, owner = ?, attempts = attempts + 1, began_at = ?, modified_at = ?, "
    "is_filed = 0"
)
_IS_AS_GIVEN = "WHERE seq = ? AND owner = ? AND status = ? AND name = ? AND tags = ? AND priority IS ?"


def _as_given(job: StoredJob, owner: str) -> tuple[Any, ...]:
    """The values of ``_IS_AS_GIVEN``: all of a job of a process that somebody else may change."""
    details = job.details
    return (
        job.seq, owner, str(details.status), details.name, json_text(details.tags), details.priority
    )  # fmt: skip


class Statements:
    """What can be asked of the store, and changed in it, within one transaction.

    Attributes:
        filing: Has jobs found by lists, too, when there are many of them.
    """

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        """Prepares to run statements.

        Args:
            cursor: A cursor of the store's connection.
        """
        self._cursor = cursor
        self._run = cursor.execute
        self.filing = Filing(self._run, self.forget)
        self._known_sessions: dict[str, StoredSession] = {}
        self._known_version: int | None = None

    def select(self, sql: str, values: Sequence[Any]) -> list[Any]:
        """The rows of a statement of this package."""
        return self._run(sql, values).fetchall()

    # Jobs

    def insert_job(self, job: JobDetails, owner: str | None, now: int, data: bytes) -> int | None:
        """Adds a job with its payload; its seq, or None if the id is taken."""
        # Not RETURNING, for which SQLite keeps a table of its own.
        added = self._run(_INSERT_JOB, new_job_values(job, owner, now))
        seq = added.lastrowid if added.rowcount == 1 else None
        if seq is not None:
            self._run("INSERT INTO inputs (job_seq, data) VALUES (?, ?)", (seq, data))
            if job.begin_execution_time is None:
                self.filing.waits()
        return seq

    def job(self, job_id: str) -> StoredJob | None:
        """One job by its id."""
        row = self._run(_SELECT_JOB, (job_id,)).fetchone()
        return None if row is None else stored_job(row)

    def as_it_is(self, job: StoredJob, owner: str) -> StoredJob | None:
        """A job of a process, with what may have changed of it; None if it ended, or is another's by now."""
        sql = "SELECT status, name, tags, priority FROM jobs WHERE seq = ? AND owner = ?"
        row = self._run(sql, (job.seq, owner)).fetchone()
        return None if row is None else as_it_is(job, *row)

    def pending_jobs(self, session_id: str) -> list[StoredJob]:
        """The jobs of a session that have not ended, oldest first."""
        sql = f"{_SELECT_PENDING} session_id = ? ORDER BY seq"
        return [stored_job(row) for row in self._run(sql, (session_id,))]

    def has_pending_jobs(self, session_id: str, beside: str = "") -> bool:
        """Whether a session has jobs that have not ended, beside the one of an id."""
        sql = f"SELECT 1 {FROM_PENDING} AND session_id = ? AND id <> ? LIMIT 1"
        return self._run(sql, (session_id, beside)).fetchone() is not None

    def begin_job(self, seq: int, status: JobStatus, owner: str, now: int) -> None:
        """Notes that a run of a job has begun."""
        self._run(f"{_BEGIN} WHERE seq = ?", (str(status), owner, now, now, seq))

    def begin_unchanged_job(self, job: StoredJob, owner: str, status: JobStatus, now: int) -> bool:
        """Notes that a run of a job of a process has begun, if the job is as it is given.

        Returns:
            Whether it was; else nothing is done, see :meth:`as_it_is`.
        """
        values = (str(status), owner, now, now, *_as_given(job, owner))
        return self._run(f"{_BEGIN} {_IS_AS_GIVEN}", values).rowcount == 1

    def move_job(
        self, seq: int, status: JobStatus, owner: str | None, now: int, *, uncounted: int = 0
    ) -> None:
        """Gives a job that has not ended another status and owner, and forgets some of its attempts."""
        self._run(
            "UPDATE jobs SET status = ?, owner = ?, attempts = attempts - ?, modified_at = ? WHERE seq = ?",
            (status.value, owner, uncounted, now, seq),
        )

    def end_job(
        self, seq: int, status: JobStatus, fault: Fault | None, cancelled_at: int | None, now: int
    ) -> None:
        """Notes that a job has ended."""
        code, message = (None, None) if fault is None else (fault.code, fault.message)
        self._run(
            "UPDATE jobs SET status = ?, owner = NULL, ended_at = ?, cancelled_at = ?, modified_at = ?, "
            "fault_code = ?, fault_message = ? WHERE seq = ?",
            (status.value, now, cancelled_at, now, code, message, seq),
        )
        self.filing.ends()

    def end_unchanged_job(self, job: StoredJob, owner: str, status: JobStatus, now: int) -> bool:
        """Notes that a run of a process has ended its job without a fault, if the job is as it is given.

        Returns:
            Whether it was; else nothing is done, see :meth:`as_it_is`.
        """
        sql = f"UPDATE jobs SET status = ?, owner = NULL, ended_at = ?, modified_at = ? {_IS_AS_GIVEN}"
        if self._run(sql, (str(status), now, now, *_as_given(job, owner))).rowcount != 1:
            return False
        self.filing.ends()
        return True

    def insert_output(self, seq: int, data: bytes) -> None:
        """Keeps a job's output."""
        self._run("INSERT INTO outputs (job_seq, data) VALUES (?, ?)", (seq, data))

    def input(self, job_id: str) -> bytes | None:
        """A job's payload."""
        return self._blob("inputs", job_id)

    def input_at(self, seq: int, most: int | None = None) -> bytes | None:
        """The payload of a job whose place is known; None if it has more bytes than that, or is gone."""
        if most is None:
            row = self._run("SELECT data FROM inputs WHERE job_seq = ?", (seq,)).fetchone()
        else:
            sql = "SELECT data FROM inputs WHERE job_seq = ? AND length(data) <= ?"
            row = self._run(sql, (seq, most)).fetchone()
        return None if row is None else bytes(row[0])

    def output(self, job_id: str, most: int | None = None) -> bytes | None:
        """A job's output; None while it has none, or if it has more bytes than that, which are not read."""
        return self._blob("outputs", job_id, most)

    def _blob(self, table: str, job_id: str, most: int | None = None) -> bytes | None:
        sql = _SELECT_BLOB[table]
        if most is None:
            row = self._run(sql, (job_id,)).fetchone()
        else:
            row = self._run(f"{sql} AND length(data) <= ?", (job_id, most)).fetchone()
        return None if row is None else bytes(row[0])

    def update_job(self, seq: int, name: str, priority: str | None, tags: str, now: int) -> None:
        """Keeps what users may change of a job."""
        self._run(
            "UPDATE jobs SET name = ?, priority = ?, tags = ?, modified_at = ? WHERE seq = ?",
            (name, priority, tags, now, seq),
        )

    def delete_job(self, seq: int) -> None:
        """Forgets an ended job and all that belongs to it; when its session was active stays known."""
        self._run(
            "UPDATE sessions SET active_at = max(active_at, (SELECT ended_at FROM jobs WHERE seq = ?)) "
            "WHERE id = (SELECT session_id FROM jobs WHERE seq = ?)",
            (seq, seq),
        )
        self.forget()
        for table in ("attachments", "outputs", "inputs"):
            self._run(f"DELETE FROM {table} WHERE job_seq = ?", (seq,))
        self._run("DELETE FROM jobs WHERE seq = ?", (seq,))
        self._run(
            "INSERT INTO deleted_jobs (id, last_seq) VALUES (1, ?) "
            "ON CONFLICT (id) DO UPDATE SET last_seq = max(last_seq, excluded.last_seq)",
            (seq,),
        )

    def insert_attachment(self, seq: int, name: str, now: int, data: bytes, *, replace: bool) -> bool:
        """Keeps an attachment; False if the job has one of that name, and it is not to be replaced."""
        into = "OR REPLACE INTO" if replace else "OR IGNORE INTO"
        columns = "job_seq, name, created_at, data"
        sql = f"INSERT {into} attachments ({columns}) VALUES (?, ?, ?, ?)"
        return self._run(sql, (seq, name, now, data)).rowcount == 1

    def attachment(self, seq: int, name: str) -> bytes | None:
        """An attachment; None if there is none of that name."""
        sql = "SELECT data FROM attachments WHERE job_seq = ? AND name = ?"
        row = self._run(sql, (seq, name)).fetchone()
        return None if row is None else bytes(row[0])

    def attachments(self, seq: int) -> list[tuple[str, int, int]]:
        """A job's attachments by name: name, size in bytes, time of upload."""
        sql = "SELECT name, length(data), created_at FROM attachments WHERE job_seq = ? ORDER BY name"
        return list(self._run(sql, (seq,)))

    # Sessions

    def insert_session(self, session: StoredSession) -> bool:
        """Adds a session; False if the id is taken."""
        return self._run(_INSERT_SESSION, session_values(session)).rowcount == 1

    def session(self, session_id: str) -> StoredSession | None:
        """One session by its id.

        Each job asks for its session twice. What was read or written here holds until another connection
        has written, which SQLite tells for less than the row would cost.
        """
        version = self._run("PRAGMA data_version").fetchone()[0]
        if version != self._known_version or len(self._known_sessions) > _MOST_KNOWN_SESSIONS:
            self.forget()
            self._known_version = version
        known = self._known_sessions.get(session_id)
        if known is None:
            row = self._run(_SELECT_SESSION, (session_id,)).fetchone()
            if row is None:
                return None
            known = self._known_sessions[session_id] = stored_session(row)
        return known

    def forget(self) -> None:
        """Forgets what it knows of sessions, when a transaction is rolled back."""
        self._known_sessions.clear()

    def update_session(self, session: StoredSession) -> None:
        """Keeps what can change of a session: its status, whether it is closed or costs, and its times."""
        self._run(
            "UPDATE sessions SET status = ?, is_closed = ?, active_at = ?, ended_at = ?, has_costs = ? "
            "WHERE seq = ?",
            (*session_state(session), session.seq),
        )
        self._known_sessions[session.details.id] = session

    def touch_session(self, session: StoredSession) -> None:
        """Does the same for a session whose status stays, as it mostly does: no index has to be written."""
        self._run(
            "UPDATE sessions SET is_closed = ?, active_at = ?, has_costs = ? WHERE seq = ?",
            (int(session.details.is_closed), session.active_at, int(session.has_costs), session.seq),
        )
        self._known_sessions[session.details.id] = session

    def last_active(self, session_id: str) -> int:
        """When a session was last active: opened, or the end of a job of it, whichever is later.

        The end of a run that went well is not written to its session, too, before the job is filed. So it
        takes the session and those of its jobs that are not filed to know.
        """
        return int(self._run(_LAST_ACTIVE, (session_id,)).fetchone()[0])

    def overdue_sessions(self, now: int) -> list[StoredSession]:
        """The open sessions that have been idle for their time-out; see :meth:`last_active`."""
        found = [stored_session(row) for row in self._run(_OVERDUE, (now,))]
        if not found:
            return []
        ends = dict(self.filing.last_ends())
        latest = [max(each.active_at, ends.get(each.details.id, each.active_at)) for each in found]
        return [each for each, at in zip(found, latest, strict=True) if at + each.timeout_us <= now]

    # Processes

    def see_process(self, process_id: str, host: str, pid: int, now: int) -> None:
        """Notes that a process that runs jobs is alive; its ``seen_at`` changes each time."""
        self._run(
            "INSERT INTO processes (id, host, pid, seen_at) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET seen_at = max(seen_at + 1, excluded.seen_at)",
            (process_id, host, pid, now),
        )

    def processes(self) -> list[tuple[str, str, int, int]]:
        """All announced processes: id, host, pid, last seen."""
        return list(self._run("SELECT id, host, pid, seen_at FROM processes"))

    def delete_process(self, process_id: str) -> None:
        """Forgets a process."""
        self._run("DELETE FROM processes WHERE id = ?", (process_id,))

    def owned_jobs(self, process_id: str) -> list[StoredJob]:
        """The jobs that have not ended and that a process owns, oldest first."""
        sql = f"{_SELECT_PENDING} owner = ? ORDER BY seq"
        return [stored_job(row) for row in self._run(sql, (process_id,))]

    def cancelled_runs(self, process_id: str) -> list[StoredJob]:
        """The jobs that a process runs and somebody asked to cancel."""
        sql = f"{_SELECT_PENDING} owner = ? AND status = ?"
        rows = self._run(sql, (process_id, JobStatus.CANCELLATION_REQUESTED.value))
        return [stored_job(row) for row in rows]

    def orphaned_jobs(self, lost: Iterable[str], targets: Iterable[str]) -> list[StoredJob]:
        """The jobs that have not ended and that no living process owns.

        Args:
            lost: The ids of processes known to be lost.
            targets: Only jobs for these targets.
        """
        values = (json_text(list(targets)), json_text(list(lost)))
        return [stored_job(row) for row in self._run(_ORPHANS, values)]
