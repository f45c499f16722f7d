"""Outputs in microsoft.quantum-results.v2 that are read when they are asked for, where they allow it.

Most programs want to know how often each outcome came, and look at neither the outcomes as values nor the
single shots. Where each outcome is an array of whole numbers, none of them negative, or a tuple of such
arrays or numbers, in quire's own spelling, the displays and the counts alone are read, and the rest is known
to be there by its marks. All others are read as a whole.
"""

import json
import re
from collections.abc import Mapping

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

_BEGIN, _BETWEEN, _END = HEAD.encode(), MIDDLE.encode(), TAIL.encode()
_ENTRY = re.compile(
    r'"Display":"(\[[0-9, ]+\]|\((?:[0-9, ]+|\[[0-9, ]*\](?:, \[[0-9, ]*\])*)\))","Count":([1-9][0-9]*)\}'
)
_VALUE = re.compile(r"(?<![0-9m])[0-9]+")  # and not of a key, such as Item1
_AS_LISTS = str.maketrans("()", "[]")
_ONES_AS_ZEROS = bytes.maketrans(b"1", b"0")
_BITS = bytes.maketrans(b"01", b"\0\1")
MOST_KEYS = 64
"""The most items of tuples that are read late: each is looked for in all of the output."""
_KEY_MARKS = [bytes([128 + place]) for place in range(MOST_KEYS)]  # which nothing that is read late has


def spelt(display: str) -> str:
    """What an outcome is in JSON that is shown like this.

    Args:
        display: ``[0, 1]``, ``([0, 1], [1])`` or ``(0, 1)``; of all others something else comes out.
    """
    text = display.replace(", ", ",")
    if text.startswith("["):
        return text
    arrays = text[2:-2].split("],[") if "[" in text else []
    items = [f"[{array}]" for array in arrays] or text[1:-1].split(",")
    return f"{{{','.join([f'{_key(place)}{item}' for place, item in enumerate(items)])}}}"


def _key(place: int) -> str:
    """What is before an item of a tuple."""
    return f'"Item{place + 1}":'


_TOO_MANY = _key(MOST_KEYS).encode()


@attrs.frozen
class _Histogram:
    """The distinct outcomes of an output.

    Attributes:
        counts: How often each came, by its display, all of one kind.
        job_id: Whose output it is.
    """

    counts: Mapping[str, int]
    job_id: str

    def __call__(self) -> tuple[HistogramEntry, ...]:
        displays = ",".join(self.counts)
        try:
            outcomes = json.loads(f"[{displays.translate(_AS_LISTS)}]")
        except ValueError as error:
            raise ResultFormatError.of_output(MICROSOFT_RESULTS_V2, self.job_id, error) from error
        if displays.startswith("("):
            outcomes = map(tuple, outcomes)
        entries = zip(outcomes, self.counts.items(), strict=True)
        return tuple([HistogramEntry(outcome, display, count) for outcome, (display, count) in entries])


@attrs.frozen
class _Shots:
    """The single shots of an output.

    Attributes:
        data: The output.
        start: Where the first of them begins.
        count: How many there are.
        sample: What one of them is in it, or could be.
        job_id: Whose output it is.
    """

    data: bytes
    start: int
    count: int
    sample: str
    job_id: str

    def __len__(self) -> int:
        return self.count

    def is_all(self) -> bool:
        """Whether there are as many as there should be, and nothing else."""
        data, start, row = self.data, self.start, self.sample.encode()
        first, last = row[:1], row[-1:]
        if not (data.startswith(first, start) and data.endswith(last + _END)):
            return False
        if data.count(last + b"," + first, start) != self.count - 1:
            return False
        for mark in (b"{", b"[", b'"', *self._keys):
            if data.count(mark, start) != self.count * row.count(mark):
                return False
        return True

    @property
    def _keys(self) -> list[bytes]:
        return [_key(place).encode() for place in range(self.sample.count(":"))]

    def __call__(self) -> list[Value]:
        names = [key.decode()[1:-2] for key in self._keys]
        try:
            shots = json.loads(b"[" + self.data[self.start : 1 - len(TAIL)])
            return [tuple([shot[name] for name in names]) for shot in shots] if names else list(shots)
        except (ValueError, TypeError, LookupError) as error:
            raise ResultFormatError.of_output(MICROSOFT_RESULTS_V2, self.job_id, error) from error

    def bits(self) -> bytes | None:
        rows, row = self.data[self.start : -len(TAIL)], _VALUE.sub("0", self.sample).encode()
        for key, mark in zip(self._keys, _KEY_MARKS, strict=False):  # there are numbers in keys, too
            rows, row = rows.replace(key, mark), row.replace(key, mark)
        if rows.translate(_ONES_AS_ZEROS) != b",".join([row] * self.count):
            return None
        return rows.translate(_BITS, b"[]{}," + b"".join(_KEY_MARKS)) or None


def read_late(data: bytes, job_id: str) -> Results | None:
    """The results in an output of which as much is left to be read later as possible.

    Args:
        data: The output.
        job_id: Whose it is.

    Returns:
        None if it has to be read as a whole: it is spelt otherwise, or has outcomes of another kind.
    """
    middle = data.find(_BETWEEN)
    if middle < 0 or not data.startswith(_BEGIN) or data.find(_TOO_MANY, 0, middle) >= 0:
        return None
    counts = _counts(data[len(HEAD) : middle].decode("ascii", "replace"))
    if not counts:
        return None
    total = sum(counts.values())
    shots = _Shots(data, middle + len(MIDDLE), total, spelt(next(iter(counts))), job_id)
    if not shots.is_all():
        return None
    shares = {display: count / total for display, count in counts.items()}
    return Results(MICROSOFT_RESULTS_V2, data, _Histogram(counts, job_id), shots, shares)


def _counts(histogram: str) -> dict[str, int] | None:
    """How often each outcome came, by its display; None if anything else is said of them, or otherwise."""
    found = _ENTRY.findall(histogram)
    entries = [
        f'{{"Outcome":{spelt(display)},"Display":"{display}","Count":{count}}}' for display, count in found
    ]
    if ",".join(entries) != histogram:
        return None
    counts = {display: int(count) for display, count in found}
    are_alike = len({display[:1] for display in counts}) == 1
    return counts if are_alike and len(counts) == len(found) else None
