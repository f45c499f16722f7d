"""What one transaction changed, collected while it runs and told to those concerned after its commit."""

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
