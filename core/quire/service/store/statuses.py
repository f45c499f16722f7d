"""What jobs are as texts of SQL: which are pending, and which the indexes of lists have."""

from quire.status import TERMINAL_JOB_STATUSES, JobStatus

IS_FILED = "is_filed = 1"
"""The condition of the indexes of lists, which SQLite wants repeated to the letter by who uses one.

One comparison only: each change of a job pays for it twice with each of them.
"""
IS_UNFILED = "is_filed = 0"
"""The condition of the index of all others."""
UNFILED = "jobs INDEXED BY jobs_unfiled"
FROM_UNFILED = f"FROM {UNFILED} WHERE {IS_UNFILED}"

_pending = ", ".join(f"'{status}'" for status in JobStatus if status not in TERMINAL_JOB_STATUSES)
IS_PENDING = f"status IN ({_pending}) AND ended_at IS NULL"
"""The last part says which index it is, and the first finds the rows in it."""
# SQLite would take another index, and look at all jobs there ever were.
FROM_PENDING = f"FROM jobs INDEXED BY jobs_pending WHERE {IS_PENDING}"

ERA = "seq >> 11"
"""The era of a job; see ``eras``. An index has it in these words."""
