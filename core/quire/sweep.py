"""One program at many points: jobs in flight are bounded, results come in order, failures are values."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator

from quire.errors import JobFailedError, QuireError
from quire.job import Job
from quire.model import Payload
from quire.results import Results

MAX_IN_FLIGHT = 64


def submit_points(
    submit: Callable[[int, Payload], Job], payloads: Iterable[Payload | QuireError], max_in_flight: int
) -> Iterator[Job | QuireError]:
    """Submits a job per point and yields them in order, each when it has ended.

    Args:
        submit: Submits one: ``submit(index, payload)``.
        payloads: The program at each point, taken only as fast as there is room; an error in the place of
            a point at which it cannot be translated.
        max_in_flight: The most jobs that are submitted and not yet yielded.

    Yields:
        The job, or the error with which its translation or submission was refused.
    """
    flying: deque[Job | QuireError] = deque()
    for index, payload in enumerate(payloads):
        if len(flying) == max_in_flight:
            yield _landed(flying.popleft())
        flying.append(_submitted(submit, index, payload))
    while flying:
        yield _landed(flying.popleft())


def _submitted(
    submit: Callable[[int, Payload], Job], index: int, payload: Payload | QuireError
) -> Job | QuireError:
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


def results_of(jobs: Iterable[Job | QuireError]) -> Iterator[Results | QuireError]:
    """The results of jobs, in their order; an error in the place of a job that has none."""
    for job in jobs:
        if isinstance(job, Job):
            try:
                yield job.results()
            except JobFailedError as error:
                yield error
        else:
            yield job
