"""Outputs in microsoft.quantum-results.v2 that are read when they are asked for, where they allow it.

Most programs want to know how often each outcome came, and look at neither the outcomes as values nor the
single shots. Where each outcome is an array of whole numbers, in quire's own spelling, the displays and the
counts alone are read, and the rest is known to be there by its brackets.
"""

import json
import re
from collections.abc import Mapping
from typing import cast

import attrs

from quire.errors import ResultFormatError
from quire.formats import MICROSOFT_RESULTS_V2
from quire.results import HistogramEntry, Results, Value

HEAD = f'{{"DataFormat":"{MICROSOFT_RESULTS_V2}","Results":[{{"Histogram":['
"""What is before the histogram, in the service's own spelling."""
MIDDLE = '],"Shots":['
"""What is between the histogram and the shots."""
TAIL = "]}]}"
"""What is after the shots."""

# The same where there is an outcome, and outcomes are arrays.
_BEGIN, _BETWEEN, _END = f"{HEAD}{{".encode(), f"{MIDDLE}[".encode(), f"]{TAIL}".encode()
_ENTRY = re.compile(r'"Display":"(\[[0-9, ]+\])","Count":([0-9]+)\}')
_ONES_AS_ZEROS = bytes.maketrans(b"1", b"0")
_BITS = bytes.maketrans(b"01", b"\0\1")


def unreadable(format: str, job_id: str, error: Exception) -> ResultFormatError:
    """The error that says that a job's output is not in its format."""
    return ResultFormatError(f"the output of job {job_id} is not {format}: {error!r}", format=format)


@attrs.frozen
class _Histogram:
    """The distinct outcomes of an output, whose displays are arrays in JSON.

    Attributes:
        counts: How often each came, by its display.
        job_id: Whose output it is.
    """

    counts: Mapping[str, int]
    job_id: str

    def __call__(self) -> tuple[HistogramEntry, ...]:
        try:
            outcomes = json.loads(f"[{','.join(self.counts)}]")
        except ValueError as error:
            raise unreadable(MICROSOFT_RESULTS_V2, self.job_id, error) from error
        entries = zip(outcomes, self.counts.items(), strict=True)
        return tuple([HistogramEntry(outcome, display, count) for outcome, (display, count) in entries])


@attrs.frozen
class _Shots:
    """The single shots of an output.

    Attributes:
        data: The output.
        start: Where their list begins.
        count: How many there are.
        job_id: Whose output it is.
    """

    data: bytes
    start: int
    count: int
    job_id: str

    def __len__(self) -> int:
        return self.count

    def __call__(self) -> list[Value]:
        try:
            return cast("list[Value]", json.loads(self.data[self.start : 1 - len(TAIL)]))
        except ValueError as error:
            raise unreadable(MICROSOFT_RESULTS_V2, self.job_id, error) from error

    def bits(self) -> bytes | None:
        rows = self.data[self.start + 1 : -len(TAIL)]
        width = rows.index(b"]") // 2
        row = b"[" + b",".join([b"0"] * width) + b"]"
        if rows.translate(_ONES_AS_ZEROS) != b",".join([row] * self.count):
            return None
        return rows.translate(_BITS, b"[],")


def read_late(data: bytes, job_id: str) -> Results | None:
    """The results in an output of which as much is left to be read later as possible.

    Args:
        data: The output.
        job_id: Whose it is.

    Returns:
        None if it has to be read as a whole: it is spelt otherwise, or has outcomes that are no arrays of
        whole numbers.
    """
    middle = data.find(_BETWEEN)
    if middle < 0 or not (data.startswith(_BEGIN) and data.endswith(_END)):
        return None
    counts = _counts(data[len(HEAD) : middle].decode("ascii", "replace"))
    if counts is None:
        return None
    total = sum(counts.values())
    start = middle + len(MIDDLE) - 1
    if data.count(b"[", start) != 1 + total or data.count(b"],[", start) != total - 1:
        return None
    if data.find(b'"', start) >= 0 or data.find(b"{", start) >= 0:
        return None
    shares = {display: count / total for display, count in counts.items()}
    shots = _Shots(data, start, total, job_id)
    return Results(MICROSOFT_RESULTS_V2, data, _Histogram(counts, job_id), shots, shares)


def _counts(histogram: str) -> dict[str, int] | None:
    """How often each outcome came, by its display; None if anything else is said of them, or otherwise."""
    found = _ENTRY.findall(histogram)
    spelt = [
        f'{{"Outcome":{display.replace(" ", "")},"Display":"{display}","Count":{count}}}'
        for display, count in found
    ]
    if ",".join(spelt) != histogram:
        return None
    counts = {display: int(count) for display, count in found}
    return counts if len(counts) == len(found) else None
