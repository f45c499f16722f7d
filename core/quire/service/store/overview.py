"""The statements of overviews: how many jobs sessions have, and whether other processes wrote something."""

from collections.abc import Iterable

from quire.service.store.groups import COLUMNS
from quire.service.store.rows import json_text
from quire.service.store.statements import Statements
from quire.service.store.statuses import IS_FILED, IS_UNFILED
from quire.status import JobStatus


def jobs_per_session(db: Statements, session_ids: Iterable[str]) -> dict[str, int]:
    """How many jobs each of some sessions has; those without any are left out."""
    sql = " UNION ALL ".join(
        "SELECT session_id, count(*) FROM jobs "
        f"WHERE session_id IN (SELECT value FROM json_each(?)) AND {part} GROUP BY session_id"
        for part in (IS_FILED, IS_UNFILED)
    )
    return _summed(db.select(sql, (json_text(list(session_ids)),) * 2))


def jobs_per_status(db: Statements, session_id: str) -> dict[JobStatus, int]:
    """How many jobs of a session are in each status; statuses without any are left out."""
    # Grouped as the index has them, or SQLite would sort all jobs of the session.
    sql = " UNION ALL ".join(
        f"SELECT status, count(*) FROM jobs WHERE session_id = ? AND {part} GROUP BY {', '.join(COLUMNS)}"
        for part in (IS_FILED, IS_UNFILED)
    )
    counts = _summed(db.select(sql, (session_id, session_id)))
    return {JobStatus(status): count for status, count in counts.items()}


def _summed(rows: list[tuple[str, int]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for word, count in rows:
        counts[word] = counts.get(word, 0) + count
    return counts


def data_version(db: Statements) -> int:
    """A number that changes when another connection has written to the store."""
    return int(db.select("PRAGMA data_version", ())[0][0])
