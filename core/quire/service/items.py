"""Single jobs, as their users read and change them: name, tags, priority, attachments, whether they stay.

What becomes of a job is not among that; see ``ledger``.
"""

import attrs

from quire.clock import Clock, to_datetime
from quire.errors import ConflictError, InputError, NotFoundError
from quire.model import Attachment, JobDetails
from quire.service.definition import check_name, check_priority, check_size, check_tags
from quire.service.store import Statements, Store, StoredJob
from quire.service.store.rows import json_text

RESERVED_NAMES = ("inputData", "outputData", "rawOutputData")
"""The service's own files of a job."""


class Items:
    """Single jobs, and the users' own changes to them, one transaction each."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Begins to keep a store.

        Args:
            store: Where the items lie.
            clock: What time it is.
        """
        self._store = store
        self._clock = clock

    def job(self, job_id: str) -> StoredJob:
        """A job as it is.

        Raises:
            NotFoundError: There is none of this id.
        """
        with self._store.reading() as reader:
            return _existing_job(reader, job_id)

    def input(self, job_id: str) -> bytes:
        """A job's payload; see ``Transport.get_input``."""
        with self._store.reading() as reader:
            data = reader.input(job_id)
        if data is None:
            raise _no_job(job_id)
        return data

    def output(self, job_id: str) -> bytes:
        """A job's output; see ``Transport.get_output``."""
        with self._store.reading() as reader:
            data = reader.output(job_id)
        if data is None:
            status = self.job(job_id).details.status
            raise NotFoundError(f"job {job_id} has no output: it is {status}", kind="output", name=job_id)
        return data

    def update(
        self, job_id: str, name: str | None, priority: str | None, tags: tuple[str, ...] | None
    ) -> JobDetails:
        """Changes a job; see ``Transport.update_job``."""
        with self._store.transaction() as db:
            job = _existing_job(db, job_id)
            now = self._clock.now()
            changed = attrs.evolve(
                job.details,
                name=job.details.name if name is None else check_name("name", name),
                priority=job.details.priority if priority is None else check_priority(priority),
                tags=job.details.tags if tags is None else check_tags(tags),
                last_modified_time=to_datetime(now),
            )
            db.update_job(job.seq, changed.name, changed.priority, json_text(changed.tags), now)
        return changed

    def delete(self, job_id: str) -> None:
        """Forgets a job; see ``Transport.delete_job``."""
        with self._store.transaction() as db:
            job = _existing_job(db, job_id)
            if not job.details.status.is_terminal:
                raise ConflictError(
                    f"job {job.details.name!r} ({job_id}) is {job.details.status}; cancel it first",
                    kind="job",
                    name=job_id,
                )
            db.delete_job(job.seq)

    def upload_attachment(self, job_id: str, name: str, data: bytes, *, replace: bool = False) -> Attachment:
        """Attaches a file, if asked to in an earlier one's place; see ``Transport.upload_attachment``."""
        check_name("name", name)
        check_size("attachment", len(data))
        if name in RESERVED_NAMES:
            raise InputError(f"{name} is the service's own; choose another name", argument="name")
        with self._store.transaction() as db:
            job = _existing_job(db, job_id)
            now = self._clock.now()
            if not db.insert_attachment(job.seq, name, now, data, replace=replace):
                raise ConflictError(
                    f"job {job.details.name!r} has an attachment {name!r}; choose another name",
                    kind="attachment",
                    name=name,
                )
        return Attachment(name, len(data), to_datetime(now))

    def download_attachment(self, job_id: str, name: str) -> bytes:
        """Reads an attachment; see ``Transport.download_attachment``."""
        with self._store.reading() as reader:
            job = _existing_job(reader, job_id)
            data = reader.attachment(job.seq, name)
        if data is None:
            raise NotFoundError(
                f"job {job.details.name!r} has no attachment {name!r}", kind="attachment", name=name
            )
        return data

    def list_attachments(self, job_id: str) -> list[Attachment]:
        """Lists attachments; see ``Transport.list_attachments``."""
        with self._store.reading() as reader:
            found = reader.attachments(_existing_job(reader, job_id).seq)
        return [Attachment(name, size, to_datetime(created_at)) for name, size, created_at in found]

    def small_output(self, job_id: str, most: int) -> bytes | None:
        """A job's output of at most so many bytes; None if it has more, which are not read, or none."""
        with self._store.reading() as reader:
            return reader.output(job_id, most)


def _existing_job(db: Statements, job_id: str) -> StoredJob:
    job = db.job(job_id)
    if job is None:
        raise _no_job(job_id)
    return job


def _no_job(job_id: str) -> NotFoundError:
    return NotFoundError(f"there is no job {job_id}", kind="job", name=job_id)
