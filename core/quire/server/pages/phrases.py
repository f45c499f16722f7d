"""How times, durations and statuses read on the pages; nothing about what they are."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import quote

from quire.clock import to_microseconds
from quire.model import JobDetails, SessionDetails
from quire.status import JobStatus, SessionStatus

_ABSENT = "\N{EN DASH}"
_MOST_LETTERS = 400
_MILLISECOND = 1_000
_SECOND = 1_000_000
_MINUTE = 60 * _SECOND
_HOUR = 60 * _MINUTE

# The tone of a status: what the style sheet knows.
_TONES: Mapping[str, str] = {
    JobStatus.QUEUED: "waiting",
    JobStatus.WAITING: "waiting",
    JobStatus.EXECUTING: "running",
    JobStatus.FINISHING: "running",
    JobStatus.CANCELLATION_REQUESTED: "cancelled",
    JobStatus.CANCELLING: "cancelled",
    JobStatus.SUCCEEDED: "good",
    JobStatus.COMPLETED: "good",
    JobStatus.FAILED: "bad",
    JobStatus.CANCELLED: "cancelled",
    SessionStatus.FAILURE_S: "bad",
    SessionStatus.TIMED_OUT: "late",
}


def tone(status: str | None) -> str:
    """The tone of a status."""
    return _TONES.get(status or "", "waiting")


def duration(microseconds: int | None) -> str:
    """A duration with as much detail as matters."""
    if microseconds is None:
        return _ABSENT
    left = max(microseconds, 0)
    if left < _SECOND:
        return f"{left // _MILLISECOND} ms"
    if left < _MINUTE:
        return f"{left // 100_000 / 10:.1f} s"
    if left < _HOUR:
        return f"{left // _MINUTE} min {left % _MINUTE // _SECOND:02} s"
    return f"{left // _HOUR} h {left % _HOUR // _MINUTE:02} min"


def moment(time: datetime | None) -> str:
    """A moment, to the second."""
    return _ABSENT if time is None else f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def machine_moment(time: datetime) -> str:
    """A moment as HTML's ``datetime`` has it."""
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def size(count: int) -> str:
    """A number of bytes."""
    if count < 1024:
        return f"{count} B"
    return f"{count / 1024:.1f} KiB" if count < 1024 * 1024 else f"{count / 1024 / 1024:.1f} MiB"


def percent(share: float) -> str:
    """A share of the whole."""
    return f"{share:.2%}"


def written(value: object) -> str:
    """A parameter's value: text as it is, anything else as JSON, and not too much of it."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _MOST_LETTERS else text[: _MOST_LETTERS - 1] + "…"


def segment(text: str) -> str:
    """An id or a name as one segment of an address, whatever letters it has."""
    return quote(text, safe="")


def span(begin: datetime | None, end: datetime | None) -> int | None:
    """Microseconds between two moments; None if one is missing."""
    return None if begin is None or end is None else to_microseconds(end) - to_microseconds(begin)


def lifetime(item: SessionDetails | JobDetails) -> int | None:
    """How long an item took from its creation to its end; None before its end."""
    return span(item.creation_time, item.end_execution_time)


FILTERS: dict[str, Callable[..., object]] = {
    "tone": tone,
    "duration": duration,
    "moment": moment,
    "machine_moment": machine_moment,
    "size": size,
    "percent": percent,
    "lifetime": lifetime,
    "written": written,
    "segment": segment,
}
