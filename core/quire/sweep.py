"""One program at many points: jobs in flight are bounded, results come in order, failures are values."""

from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import attrs

from quire.errors import (
    InputError,
    JobFailedError,
    NotFoundError,
    QuireError,
    ResultFormatError,
    SessionClosedError,
)
from quire.job import Job
from quire.model import Payload, TargetSpec
from quire.results import Results
from quire.threads import in_thread

if TYPE_CHECKING:
    from quire.workspace import Workspace

MAX_IN_FLIGHT = 64


class _Taken:
    """Payloads as they are taken, with their index; an error of the points ends them, and is kept."""

    def __init__(self, payloads: Iterator[Payload | QuireError]) -> None:
        self._payloads = payloads
        self._error: Exception | None = None

    def __iter__(self) -> Iterator[tuple[int, Payload | QuireError]]:
        try:
            yield from enumerate(self._payloads)
        except Exception as error:  # noqa: BLE001 - a user's iterator may raise anything
            self._error = error

    def raise_error(self) -> None:
        if self._error is not None:
            raise self._error


@attrs.frozen
class Sweep:
    """The jobs of one program at many points, each submitted when there is room.

    Attributes:
        workspace: Where they are submitted.
        spec: Their target.
        session_id: The session that they join; None if they stand alone.
        submit: Submits one: ``submit(index, payload)``.
        payloads: The program at each point, taken only as fast as there is room; an error in the place of
            a point at which it cannot be translated.
        max_in_flight: The most jobs that are submitted and not yet yielded.
    """

    workspace: "Workspace"
    spec: TargetSpec
    session_id: str | None
    submit: Callable[[int, Payload], Job]
    payloads: Iterator[Payload | QuireError]
    max_in_flight: int

    def check_session(self) -> None:
        """Refuses a session that takes no job of this sweep.

        Raises:
            NotFoundError: There is no such session.
            InputError: It is of another target.
            SessionClosedError: It takes no more jobs.
        """
        if self.session_id is None:
            return
        session = self.workspace.transport.get_session(self.session_id)
        if (session.provider_id, session.target) != (self.spec.provider_id, self.spec.id):
            raise InputError(
                f"session {session.name!r} ({session.id}) is on {session.target}, and the jobs are for "
                f"{self.spec.id}; submit them to {session.target}, or to another session",
                argument="session",
            )
        has_ended = session.status is not None and session.status.is_terminal
        if has_ended or session.is_closed:
            raise SessionClosedError(
                f"session {session.name!r} ({session.id}) takes no more jobs: it is {session.status}"
                f"{'' if has_ended else ' and closed'}; open another one",
                session_id=session.id,
                status=session.status,
            )

    def run(self) -> Iterator[Job | QuireError]:
        """Submits the jobs and yields them in order, each when it has ended.

        Yields:
            The job, or the error with which its translation or submission was refused. A session that
            takes no more jobs ends the sweep with the first point that it refuses. An error of the points
            themselves is raised after the jobs that were submitted before it.
        """
        flying: deque[Job | QuireError] = deque()
        taken = _Taken(self.payloads)
        for index, payload in taken:
            if len(flying) == self.max_in_flight:
                yield _landed(flying.popleft())
            flying.append(self._submitted(index, payload))
            if isinstance(flying[-1], SessionClosedError):
                break
        while flying:
            yield _landed(flying.popleft())
        taken.raise_error()

    async def run_async(self) -> AsyncIterator[Job | QuireError]:
        """Does in asyncio what :meth:`check_session` and then :meth:`run` do.

        Programs are translated in the loop's own thread.
        """
        await in_thread(self.check_session)
        flying: deque[Job | QuireError] = deque()
        taken = _Taken(self.payloads)
        for index, payload in taken:
            if len(flying) == self.max_in_flight:
                yield await _landed_async(flying.popleft())
            flying.append(await in_thread(self._submitted, index, payload))
            if isinstance(flying[-1], SessionClosedError):
                break
        while flying:
            yield await _landed_async(flying.popleft())
        taken.raise_error()

    def _submitted(self, index: int, payload: Payload | QuireError) -> Job | QuireError:
        if isinstance(payload, QuireError):
            return payload
        try:
            return self.submit(index, payload)
        except QuireError as error:
            return error


def _landed(job: Job | QuireError) -> Job | QuireError:
    if isinstance(job, Job):
        job.wait_until_completed()
    return job


async def _landed_async(job: Job | QuireError) -> Job | QuireError:
    return await job.wait_async() if isinstance(job, Job) else job


def results_of(jobs: Iterable[Job | QuireError]) -> Iterator[Results | QuireError]:
    """The results of jobs, in their order; an error in the place of a job that has none."""
    for job in jobs:
        if isinstance(job, Job):
            try:
                yield job.results()
            except (JobFailedError, NotFoundError, ResultFormatError) as error:
                yield error
        else:
            yield job


async def results_of_async(jobs: AsyncIterator[Job | QuireError]) -> AsyncIterator[Results | QuireError]:
    """Does in asyncio what :func:`results_of` does."""
    async for job in jobs:
        if isinstance(job, Job):
            try:
                yield await job.results_async()
            except (JobFailedError, NotFoundError, ResultFormatError) as error:
                yield error
        else:
            yield job
