"""The statuses of jobs and sessions, spelled as the Azure Quantum service spells them."""

from enum import StrEnum


class JobStatus(StrEnum):
    """Where a job is in its life. Members compare equal to the service's own strings."""

    QUEUED = "Queued"
    """Known to the service, not yet accepted by the provider; the embedded service skips it."""
    WAITING = "Waiting"
    """Accepted and durable; not yet begun."""
    EXECUTING = "Executing"
    """A worker or the provider runs it."""
    FINISHING = "Finishing"
    """The run has ended; its output is being translated or priced."""
    CANCELLATION_REQUESTED = "CancellationRequested"
    """Somebody asked to cancel it while it was running."""
    CANCELLING = "Cancelling"
    """The run is being stopped."""
    SUCCEEDED = "Succeeded"
    """Ended with results."""
    COMPLETED = "Completed"
    """Ended with results; the word some versions of the service use for Succeeded."""
    FAILED = "Failed"
    """Ended with an error, given in ``error_data``."""
    CANCELLED = "Cancelled"
    """Ended on request, without results."""

    @property
    def is_terminal(self) -> bool:
        """Whether a job in this status has ended for good."""
        return self in TERMINAL_JOB_STATUSES


class SessionStatus(StrEnum):
    """Where a session is in its life. Members compare equal to the service's own strings."""

    WAITING = "Waiting"
    """Open; none of its jobs has begun."""
    EXECUTING = "Executing"
    """Open (or closed with jobs pending); at least one job has begun."""
    SUCCEEDED = "Succeeded"
    """Closed, and no job failed."""
    FAILED = "Failed"
    """Ended by a failed job under the Abort policy, or closed after failures under Continue."""
    FAILURE_S = "Failure(s)"
    """Open under the Continue policy, and at least one job has failed."""
    TIMED_OUT = "TimedOut"
    """Ended by the service because no job was pending for the session's time-out."""

    @property
    def is_terminal(self) -> bool:
        """Whether a session in this status has ended for good and takes no more jobs."""
        return self in TERMINAL_SESSION_STATUSES


class SessionJobFailurePolicy(StrEnum):
    """What the failure of one job means for the rest of its session."""

    ABORT = "Abort"
    """The session fails at once: pending jobs are cancelled and later submissions refused."""
    CONTINUE = "Continue"
    """The session stays open and shows ``Failure(s)``; it ends as ``Failed`` when it is closed."""


TERMINAL_JOB_STATUSES = frozenset(
    {JobStatus.SUCCEEDED, JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED}
)
SUCCESSFUL_JOB_STATUSES = frozenset({JobStatus.SUCCEEDED, JobStatus.COMPLETED})
TERMINAL_SESSION_STATUSES = frozenset(
    {SessionStatus.SUCCEEDED, SessionStatus.FAILED, SessionStatus.TIMED_OUT}
)

PRIORITIES = ("Standard", "High")
"""What a job's or a session's priority may be, in the service's words."""
