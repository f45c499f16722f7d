"""Jobs on one axis of time: when each waited and when it ran."""

from collections.abc import Sequence
from datetime import datetime

import attrs

from quire.clock import to_datetime, to_microseconds
from quire.model import JobDetails
from quire.server.pages import phrases
from quire.server.pages.bars import WIDTH, Piece, piece


@attrs.frozen
class Run:
    """A job on the axis of time.

    Attributes:
        job: The job.
        queued: Microseconds that it waited, up to now if it still does.
        ran: Microseconds that it ran, up to now if it still does; None if it never did.
        pieces: Its bar.
    """

    job: JobDetails
    queued: int
    ran: int | None
    pieces: tuple[Piece, ...]


@attrs.frozen
class Timeline:
    """Jobs on one axis of time.

    Attributes:
        runs: The jobs, in the order given.
        begin: Where the axis begins; None if there are no jobs.
        end: Where it ends.
    """

    runs: tuple[Run, ...]
    begin: datetime | None
    end: datetime | None


def timeline(jobs: Sequence[JobDetails], now: int) -> Timeline:
    """Jobs on one axis, from the first one's submission to the last one's end, or now if one has not ended.

    Args:
        jobs: The jobs.
        now: What time it is, in microseconds.
    """
    if not jobs:
        return Timeline((), None, None)
    begin = min(_time(job.creation_time, now) for job in jobs)
    end = max(_time(job.end_execution_time, now) for job in jobs)
    scale = WIDTH / max(end - begin, 1)
    runs = tuple(_run(job, begin, scale, now) for job in jobs)
    return Timeline(runs, to_datetime(begin), to_datetime(end))


def _run(job: JobDetails, begin: int, scale: float, now: int) -> Run:
    created, ended = _time(job.creation_time, now), _time(job.end_execution_time, now)
    began = _time(job.begin_execution_time, ended)
    pieces = [piece("queue", (created - begin) * scale, (began - created) * scale)]
    ran = None
    if job.begin_execution_time is not None:
        pieces.append(piece(phrases.tone(job.status), (began - begin) * scale, (ended - began) * scale))
        ran = ended - began
    return Run(job, max(began - created, 0), ran, tuple(pieces))


def _time(moment: datetime | None, otherwise: int) -> int:
    return otherwise if moment is None else to_microseconds(moment)
