"""How jobs have ended."""

from quire import Job


def ended(job: Job) -> tuple[str, str | None, int]:
    """A job's status at its end, the code of its fault if it has one, and how many runs were begun."""
    job.wait_until_completed(60)
    fault = job.details.error_data
    return str(job.status), None if fault is None else fault.code, job.details.attempts
