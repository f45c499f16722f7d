"""One program at many points: jobs in flight are bounded, results come in order, failures are values."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from quire.arguments import positive_integer
from quire.errors import JobFailedError, QuireError
from quire.job import Job
from quire.results import Results

MAX_IN_FLIGHT = 64


def submit_points(
    submit: Callable[..., Job], points: Iterable[Any], name: str | None, max_in_flight: int
) -> Iterator[Job | QuireError]:
    """Submits a job per point and yields them in order, each when it has ended.

    Args:
        submit: Submits one: ``submit(args=point, name=...)``.
        points: The points, taken only as fast as there is room.
        name: The jobs' name, to which the index of the point is added; None for the program's own.
        max_in_flight: The most jobs that are submitted and not yet yielded.

    Yields:
        The job, or the error with which its submission was refused.
    """
    positive_integer("max_in_flight", max_in_flight)
    flying: deque[Job | QuireError] = deque()
    for index, point in enumerate(points):
        if len(flying) == max_in_flight:
            yield _landed(flying.popleft())
        try:
            flying.append(submit(args=point, name=None if name is None else f"{name} {index}"))
        except QuireError as error:
            flying.append(error)
    while flying:
        yield _landed(flying.popleft())


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
