"""Statuses of jobs as texts of SQL: which are pending, and the one in which a job is on no list's index."""

from quire.status import TERMINAL_JOB_STATUSES, JobStatus

RUNNING = JobStatus.EXECUTING
"""The status in which a worker has a job, so few jobs are in it at any time."""

IS_RUNNING = f"status = '{RUNNING}' AND ended_at IS NULL"
"""Here and below, the last part says which index it is, and the others find the rows in it."""
IS_LISTED = f"status <> '{RUNNING}'"
"""The condition of the indexes of lists, which SQLite wants repeated to the letter by who uses one.

One comparison only: each change of a job pays for it twice with each of them.
"""

_pending = ", ".join(f"'{status}'" for status in JobStatus if status not in TERMINAL_JOB_STATUSES)
IS_PENDING = f"status IN ({_pending}) AND ended_at IS NULL"
