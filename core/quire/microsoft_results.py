"""The formats microsoft.quantum-results.v1 and .v2, both ways; they hold what the QIR output records name.

The shapes are those of Azure Quantum's own answers: compact JSON, arrays as lists, tuples as
``{"Item1": ...}``, the histogram in order of first appearance.
"""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any, cast

import attrs

from quire.errors import ResultFormatError
from quire.formats import MICROSOFT_RESULTS_V1, MICROSOFT_RESULTS_V2
from quire.model import JobDetails
from quire.plugins import hookimpl
from quire.results import HistogramEntry, Results, Value


def display(value: Value) -> str:
    """A value as the service prints it: ``[0, 1]`` for arrays, ``(0, 1)`` for tuples, ``true`` for bools."""
    if isinstance(value, list):
        if set(map(type, value)) == {int}:
            return str(value)
        return "[" + ", ".join(map(display, value)) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(display, value)) + ")"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _to_json(value: Value) -> Any:
    if isinstance(value, tuple):
        return {f"Item{i}": _to_json(item) for i, item in enumerate(value, 1)}
    if isinstance(value, list):
        return [_to_json(item) for item in value]
    return value


def _from_json(value: Any) -> Value:
    if isinstance(value, dict):
        if "Error" in value:
            return value
        return tuple(_from_json(value[f"Item{i}"]) for i in range(1, len(value) + 1))
    if isinstance(value, list):
        return [_from_json(item) for item in value]
    return value


_FRAME = 2
"""The objects around the histogram and the shots."""
_HEAD = f'{{"DataFormat":"{MICROSOFT_RESULTS_V2}","Results":[{{"Histogram":['
_MIDDLE = '],"Shots":['
_TAIL = "]}]}"
# The same where the outcomes are arrays, and there is a shot.
_BEGIN, _BETWEEN, _END = _HEAD.encode(), _MIDDLE.encode() + b"[", b"]" + _TAIL.encode()

# Made once: json.dumps makes a new encoder for each call that asks for other separators.
_compact = json.JSONEncoder(separators=(",", ":")).encode


def write_v2(outcomes: Sequence[Value], order: Sequence[int]) -> bytes:
    """Writes shots in the v2 format.

    Args:
        outcomes: The outcomes, in any order.
        order: For each shot, the index of its outcome in ``outcomes``.

    Returns:
        The JSON text, UTF-8.
    """
    texts = [_compact(_to_json(outcome)) for outcome in outcomes]
    displays = {text: _compact(display(outcome)) for text, outcome in zip(texts, outcomes, strict=True)}
    entries = ",".join(
        f'{{"Outcome":{text},"Display":{displays[text]},"Count":{count}}}'
        for text, count in Counter(map(texts.__getitem__, order)).items()
    )
    shots = ",".join(map(texts.__getitem__, order))
    return f"{_HEAD}{entries}{_MIDDLE}{shots}{_TAIL}".encode()


def write_v1(outcomes: Sequence[Value], order: Sequence[int]) -> bytes:
    """Writes shots in the v1 format: displays and shares, alternating.

    Args:
        outcomes: The distinct outcomes, in any order.
        order: For each shot, the index of its outcome in ``outcomes``.

    Returns:
        The JSON text, UTF-8.
    """
    displays = [display(outcome) for outcome in outcomes]
    flat: list[Any] = []
    for text, count in Counter(map(displays.__getitem__, order)).items():
        flat += (text, count / len(order))
    return _compact({"Histogram": flat}).encode()


@attrs.frozen
class _Shots:
    """The single shots in an output, to be read when they are asked for.

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
            return cast("list[Value]", json.loads(self.data[self.start : 1 - len(_TAIL)]))
        except ValueError as error:
            raise _unreadable(MICROSOFT_RESULTS_V2, self.job_id, error) from error


def _read_v2_late(data: bytes, job_id: str) -> Results | None:
    """Reads the histogram alone if each outcome is an array of numbers, as that of most programs.

    The brackets tell how many shots there are then. None for what is otherwise, or otherwise spelt.
    """
    middle = data.find(_BETWEEN)
    if middle < 0 or not (data.startswith(_BEGIN) and data.endswith(_END)):
        return None
    text = data[len(_HEAD) - 1 : middle + 1]
    entries = json.loads(text)
    start = middle + len(_MIDDLE) - 1
    total = sum([entry["Count"] for entry in entries])
    if text.count(b"[") != 1 + 2 * len(entries) or data.count(b"{") != _FRAME + len(entries):
        return None
    if data.count(b"[", start) != 1 + total or data.count(b"],[", start) != total - 1:
        return None
    if data.find(b'"', start) >= 0:
        return None
    return _results(data, entries, _Shots(data, start, total, job_id), total)


def _read_v2(data: bytes, job_id: str) -> Results:
    return _read_v2_late(data, job_id) or _read_v2_whole(data)


def _read_v2_whole(data: bytes) -> Results:
    body = json.loads(data)["Results"][0]
    entries, shots = body["Histogram"], body["Shots"]
    # Only tuples and errors are objects; without any, the usual case, the values are right as they are.
    if data.count(b"{") != _FRAME + len(entries):
        shots = [_from_json(shot) for shot in shots]
        entries = [{**entry, "Outcome": _from_json(entry["Outcome"])} for entry in entries]
    return _results(data, entries, shots, len(shots))


def _results(data: bytes, entries: list[dict[str, Any]], shots: list[Value] | _Shots, total: int) -> Results:
    histogram = [HistogramEntry(entry["Outcome"], entry["Display"], entry["Count"]) for entry in entries]
    shares = {entry.display: entry.count / (total or 1) for entry in histogram}
    return Results(MICROSOFT_RESULTS_V2, data, tuple(histogram), shots, shares)


def _read_v1(data: bytes, _job_id: str) -> Results:
    flat = json.loads(data)["Histogram"]
    shares = dict(zip(flat[::2], map(float, flat[1::2]), strict=True))
    return Results(MICROSOFT_RESULTS_V1, data, (), None, shares)


_READERS = {MICROSOFT_RESULTS_V1: _read_v1, MICROSOFT_RESULTS_V2: _read_v2}


@hookimpl(trylast=True)
def decode_output(format: str, data: bytes, job: JobDetails) -> Results | None:
    """Reads both formats; see ``hookspecs.decode_output``."""
    reader = _READERS.get(format)
    if reader is None:
        return None
    try:
        return reader(data, job.id)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise _unreadable(format, job.id, error) from error


def _unreadable(format: str, job_id: str, error: Exception) -> ResultFormatError:
    return ResultFormatError(f"the output of job {job_id} is not {format}: {error!r}", format=format)
