"""The verbs of the service as every transport offers them; nothing about where the service is."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Protocol

import attrs

from quire.clock import Clock
from quire.errors import QuireError, ServiceUnavailableError, StoreError
from quire.model import Attachment, JobDetails, SessionDetails, TargetSpec
from quire.query import ItemQuery
from quire.status import JobStatus

if TYPE_CHECKING:
    from quire.plugins import Relay

DEFAULT_SESSION_TIMEOUT = 600.0
"""Seconds that a session may stay open without a pending job; the real service's limit."""


@attrs.frozen(kw_only=True)
class TransportOptions:
    """The settings of a workspace that a transport may need.

    Attributes:
        relay: The workspace's plug-ins.
        clock: Where the embedded service gets the time.
        executor: ``"processes"`` for worker processes, ``"inline"`` to run jobs in the submitting
            thread, or an executor of your own.
        workers: How many worker processes; None for one per processor that this process may use.
        session_timeout: Seconds that a session may stay open without a pending job.
        job_timeout: Seconds that one run of a job may take; None for no limit.
        api_key: What a service in the network asks for; None for none.
        credential: A credential of ``azure.identity``, or anything with its ``get_token``; None for none.
    """

    relay: "Relay"
    clock: Clock
    executor: "str | Executor" = "processes"
    workers: int | None = None
    session_timeout: float = DEFAULT_SESSION_TIMEOUT
    job_timeout: float | None = None
    api_key: str | None = attrs.field(default=None, repr=False)
    credential: object | None = attrs.field(default=None, repr=False)


def submit_one_by_one(
    submit: Callable[[JobDetails, bytes], JobDetails], jobs: Sequence[tuple[JobDetails, bytes]]
) -> list[JobDetails | QuireError]:
    """What :meth:`Transport.submit_jobs` answers, where each job has to be submitted by itself.

    Args:
        submit: Submits one; see :meth:`Transport.submit_job`.
        jobs: The definition and the payload of each.
    """
    found: list[JobDetails | QuireError] = []
    for job, data in jobs:
        try:
            found.append(submit(job, data))
        except (StoreError, ServiceUnavailableError):
            raise  # nobody has judged the job
        except QuireError as error:
            found.append(error)
    return found


class Transport(Protocol):
    """The service's verbs. All raise errors of ``quire.errors`` and nothing else."""

    @property
    def location(self) -> str:
        """Where the service keeps its items, for people: a path or a URL."""
        ...

    @property
    def waits_bring_outputs(self) -> bool:
        """Whether who waits for a job is given what is wanted next, such as its output and the next jobs.

        Then many jobs are best waited for in their order; else the last one first, as the others have ended
        by then, and nobody was woken for each.
        """
        ...

    def list_targets(self) -> tuple[TargetSpec, ...]:
        """All targets, by id."""
        ...

    def open_session(self, session: SessionDetails) -> SessionDetails:
        """Opens a session; opening it again with the same definition answers it as it is.

        Raises:
            ConflictError: The id belongs to a session of another definition.
        """
        ...

    def get_session(self, session_id: str) -> SessionDetails:
        """One session.

        Raises:
            NotFoundError: There is none of this id.
        """
        ...

    def close_session(self, session_id: str) -> SessionDetails:
        """Closes a session: it takes no more jobs and ends when its last job has ended.

        A session that has ended is answered unchanged.
        """
        ...

    def cancel_session(self, session_id: str) -> SessionDetails:
        """Cancels a session's pending jobs and closes it."""
        ...

    def list_sessions(self, query: ItemQuery) -> Iterator[SessionDetails]:
        """The sessions that a query asks for, fetched as they are asked for."""
        ...

    def list_jobs(self, query: ItemQuery) -> Iterator[JobDetails]:
        """The jobs that a query asks for, fetched as they are asked for.

        Raises:
            NotFoundError: It asks for the jobs of a session that does not exist.
        """
        ...

    def list_top_level_items(self, query: ItemQuery) -> Iterator[SessionDetails | JobDetails]:
        """The sessions, and the jobs that belong to none, that a query asks for."""
        ...

    def submit_job(self, job: JobDetails, data: bytes) -> JobDetails:
        """Accepts a job; when this returns, the job is durable.

        Submitting the same job again answers it as it is.

        Args:
            job: Its definition; times and status are the service's to set.
            data: The payload.

        Raises:
            SessionClosedError: Its session takes no more jobs.
            NotFoundError: Its target or session does not exist.
            ConflictError: The id belongs to another job.
            InputError: The definition is wrong.
        """
        ...

    def submit_jobs(self, jobs: Sequence[tuple[JobDetails, bytes]]) -> list[JobDetails | QuireError]:
        """Accepts jobs in their order, as :meth:`submit_job` does one by one, but faster.

        Args:
            jobs: The definition and the payload of each.

        Returns:
            For each the job as accepted, or the error that refuses it. Those that are accepted are durable.

        Raises:
            StoreError: The service cannot write; it may have accepted the first of them.
            ServiceUnavailableError: It does not answer; it may have accepted some of them.
        """
        ...

    def get_job(self, job_id: str) -> JobDetails:
        """One job.

        Raises:
            NotFoundError: There is none of this id.
        """
        ...

    def wait_job(
        self, job_id: str, timeout: float | None = None, seen: JobStatus | None = None
    ) -> JobDetails:
        """Waits until a job has ended, or has another status than the one seen.

        Args:
            job_id: The job's id.
            timeout: The most seconds to wait; None for ever.
            seen: The status that the caller knows; None to wait for the end.

        Returns:
            The job as it is now, also when the time ran out.
        """
        ...

    async def wait_job_async(
        self, job_id: str, timeout: float | None = None, seen: JobStatus | None = None
    ) -> JobDetails:
        """Waits like :meth:`wait_job`, without a thread."""
        ...

    def cancel_job(self, job_id: str) -> JobDetails:
        """Cancels a job; one that has ended is answered unchanged."""
        ...

    def update_job(
        self, job_id: str, name: str | None, priority: str | None, tags: tuple[str, ...] | None
    ) -> JobDetails:
        """Changes what users may change of a job; None leaves a value as it is.

        Raises:
            InputError: A value is wrong.
        """
        ...

    def delete_job(self, job_id: str) -> None:
        """Forgets a job that has ended, with all that belongs to it.

        Raises:
            ConflictError: It has not ended.
        """
        ...

    def upload_attachment(self, job_id: str, name: str, data: bytes) -> Attachment:
        """Attaches a file to a job.

        Raises:
            ConflictError: It has one of that name.
            InputError: The name is wrong, or the file too large.
        """
        ...

    def download_attachment(self, job_id: str, name: str) -> bytes:
        """A file that is attached to a job.

        Raises:
            NotFoundError: There is none of that name.
        """
        ...

    def list_attachments(self, job_id: str) -> list[Attachment]:
        """What is attached to a job, by name."""
        ...

    def get_input(self, job_id: str) -> bytes:
        """A job's payload, as submitted."""
        ...

    def get_output(self, job_id: str) -> bytes:
        """A job's output.

        Raises:
            NotFoundError: It has none (yet).
        """
        ...

    def prepare(self) -> None:
        """Says that jobs are about to be submitted; what runs them may start up in the background."""
        ...

    def close(self) -> None:
        """Lets go of the service. An embedded one stops its workers; unfinished jobs stay in the store."""
        ...
