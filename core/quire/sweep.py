"""One program at many points: jobs in flight are bounded, results come in order, failures are values."""

from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from itertools import repeat
from typing import TYPE_CHECKING

import attrs

from quire.clock import monotonic
from quire.errors import (
    InputError,
    JobFailedError,
    NotFoundError,
    QuireError,
    ResultFormatError,
    SessionClosedError,
)
from quire.job import Job
from quire.model import JobDetails, Payload, TargetSpec
from quire.results import Results
from quire.threads import in_thread

if TYPE_CHECKING:
    from quire.workspace import Workspace

MAX_IN_FLIGHT = 64
_GATHER_SECONDS = 0.005
"""How long the first of the points that are submitted together may wait for the others."""
_Point = tuple[int, Payload | QuireError]


class _Taken:
    """Payloads as they are taken, with their index; an error of the points ends them, and is kept."""

    def __init__(self, payloads: Iterator[Payload | QuireError]) -> None:
        self._payloads = payloads
        self._error: Exception | None = None

    def __iter__(self) -> Iterator[_Point]:
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
        define: The definition of the job of one: ``define(index, payload)``.
        payloads: The program at each point, taken only as fast as there is room; an error in the place of
            a point at which it cannot be translated.
        max_in_flight: The most jobs that are submitted and not yet yielded.
        is_ready: Whether the points are there, so that several may be taken before any is submitted.
    """

    workspace: "Workspace"
    spec: TargetSpec
    session_id: str | None
    define: Callable[[int, Payload], JobDetails]
    payloads: Iterator[Payload | QuireError]
    max_in_flight: int
    is_ready: bool = False

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
        points = iter(taken)
        while chunk := self._chunk(points, len(flying)):
            flying.extend(self._submitted(chunk))
            if isinstance(flying[-1], SessionClosedError):
                break
            while len(flying) > self._refill_at:
                yield _landed(flying.popleft())
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
        points = iter(taken)
        while chunk := self._chunk(points, len(flying)):
            flying.extend(await in_thread(self._submitted, chunk))
            if isinstance(flying[-1], SessionClosedError):
                break
            while len(flying) > self._refill_at:
                yield await _landed_async(flying.popleft())
        while flying:
            yield await _landed_async(flying.popleft())
        taken.raise_error()

    @property
    def _refill_at(self) -> int:
        """How many jobs are left in flight when the next ones are submitted."""
        return self.max_in_flight // 2 if self.is_ready else self.max_in_flight - 1

    def _chunk(self, points: Iterator[_Point], flying: int) -> list[_Point]:
        """The points to submit together; empty if there are no more.

        Points that come from a generator may be long in coming, so each is submitted when it is there; and
        so are those that take long to translate.
        """
        room = self.max_in_flight - flying if self.is_ready else 1
        chunk: list[_Point] = []
        give_up_at = monotonic() + _GATHER_SECONDS
        for point in points:
            chunk.append(point)
            if len(chunk) == room or monotonic() > give_up_at:
                break
        return chunk

    def _submitted(self, chunk: list[_Point]) -> list[Job | QuireError]:
        """The jobs of some points; what follows a session's refusal to take more is left out."""
        found = [self._defined(index, payload) for index, payload in chunk]
        ready = [each for each in found if not isinstance(each, QuireError)]
        accepted: Iterator[JobDetails | QuireError]
        try:
            accepted = iter(self.workspace.transport.submit_jobs(ready))
        except QuireError as error:
            accepted = repeat(error, len(ready))
        jobs: list[Job | QuireError] = []
        for each in found:
            outcome = each if isinstance(each, QuireError) else next(accepted)
            jobs.append(Job(self.workspace, outcome) if isinstance(outcome, JobDetails) else outcome)
            if isinstance(outcome, SessionClosedError):
                break
        return jobs

    def _defined(self, index: int, payload: Payload | QuireError) -> tuple[JobDetails, bytes] | QuireError:
        if isinstance(payload, QuireError):
            return payload
        try:
            return self.define(index, payload), payload.data
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
