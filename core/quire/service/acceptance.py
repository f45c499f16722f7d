"""What becomes of a submission: a new job, the same one again, or a refusal."""

import attrs

from quire.clock import to_datetime
from quire.copies import changed
from quire.errors import ConflictError
from quire.model import JobDetails
from quire.service.change import Change
from quire.service.store import Statements, StoredJob
from quire.service.store.rows import as_stored, unshared
from quire.status import JobStatus

_JOB_DEFINITION = (
    "name", "provider_id", "target", "session_id", "input_data_format", "output_data_format",
    "input_params", "metadata", "tags", "priority",
)  # fmt: skip


@attrs.frozen
class Acceptance:
    """What became of a submission.

    Attributes:
        job: The job as accepted.
        is_new: False if the same job had been submitted before.
        begun: The job as begun; None if its run has not begun.
    """

    job: StoredJob
    is_new: bool
    begun: StoredJob | None = None


def accept(change: Change, job: JobDetails, data: bytes, *, begin: bool) -> Acceptance:
    """Writes a job down, to be run by this process.

    Args:
        change: The transaction, which is to be rolled back if this raises.
        job: The job's definition.
        data: Its payload.
        begin: Whether its run begins in the same moment.

    Raises:
        NotFoundError: Its session does not exist.
        SessionClosedError: Its session takes no more jobs.
        ConflictError: Its id belongs to another job.
        InputError: Its session is of another target.
    """
    owner, moment = change.process_id, to_datetime(change.now)
    details = changed(
        job,
        status=JobStatus.WAITING,
        attempts=0,
        creation_time=moment,
        last_modified_time=moment,
        input_data_format=str.__str__(job.input_data_format),  # of no class that a worker could not import
        output_data_format=str.__str__(job.output_data_format),
        input_params=unshared(job.input_params),
    )
    begun = change.begun(details) if begin else None
    seq = change.db.insert_job(begun or details, owner, change.now, data)
    if seq is None:
        return Acceptance(_same_job(change.db, job, data), is_new=False)
    change.changes.jobs.append((details, None))
    session = None if job.session_id is None else change.check_session(job)
    if begun is None:
        return Acceptance(StoredJob(seq, owner, details), is_new=True)
    change.tell_begun(begun, details.status, session)
    return Acceptance(StoredJob(seq, owner, details), is_new=True, begun=StoredJob(seq, owner, begun))


def _definition(job: JobDetails) -> object:
    """What, with the payload, makes two submissions the same."""
    return as_stored([getattr(job, field) for field in _JOB_DEFINITION])


def _same_job(db: Statements, job: JobDetails, data: bytes) -> StoredJob:
    known = db.job(job.id)
    if known is None or _definition(known.details) != _definition(job) or db.input(job.id) != data:
        raise ConflictError(
            f"job id {job.id} is taken by another job; leave id= out to get a new one",
            kind="job",
            name=job.id,
        )
    return known
