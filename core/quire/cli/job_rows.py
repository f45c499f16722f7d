"""A job as a row of a table."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quire.model import JobDetails

HEADINGS = ("id", "name", "target", "status", "shots", "created (UTC)")


def job_row(details: "JobDetails") -> tuple[object, ...]:
    """The row of a job, under ``HEADINGS``."""
    shots = details.input_params.get("shots")
    return details.id, details.name, details.target, details.status, shots, details.creation_time
