"""One program at many points: jobs in flight are bounded, results come in order, failures are values."""

from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator

from quire.errors import JobFailedError, NotFoundError, QuireError, ResultFormatError, SessionClosedError
from quire.job import Job
from quire.model import Payload
from quire.results import Results
from quire.threads import in_thread

MAX_IN_FLIGHT = 64

Submit = Callable[[int, Payload], Job]
Payloads = Iterable[Payload | QuireError]


def submit_points(submit: Submit, payloads: Payloads, max_in_flight: int) -> Iterator[Job | QuireError]:
    """Submits a job per point and yields them in order, each when it has ended.

    Args:
        submit: Submits one: ``submit(index, payload)``.
        payloads: The program at each point, taken only as fast as there is room; an error in the place of
            a point at which it cannot be translated.
        max_in_flight: The most jobs that are submitted and not yet yielded.

    Yields:
        The job, or the error with which its translation or submission was refused. A session that takes
        no more jobs ends the sweep with the first point that it refuses.
    """
    flying: deque[Job | QuireError] = deque()
    for index, payload in enumerate(payloads):
        if len(flying) == max_in_flight:
            yield _landed(flying.popleft())
        flying.append(_submitted(submit, index, payload))
        if isinstance(flying[-1], SessionClosedError):
            break
    while flying:
        yield _landed(flying.popleft())


async def submit_points_async(
    submit: Submit, payloads: Payloads, max_in_flight: int
) -> AsyncIterator[Job | QuireError]:
    """Does in asyncio what :func:`submit_points` does; programs are translated in the loop's own thread."""
    flying: deque[Job | QuireError] = deque()
    for index, payload in enumerate(payloads):
        if len(flying) == max_in_flight:
            yield await _landed_async(flying.popleft())
        flying.append(await in_thread(_submitted, submit, index, payload))
        if isinstance(flying[-1], SessionClosedError):
            break
    while flying:
        yield await _landed_async(flying.popleft())


def _submitted(submit: Submit, index: int, payload: Payload | QuireError) -> Job | QuireError:
    if isinstance(payload, QuireError):
        return payload
    try:
        return submit(index, payload)
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
