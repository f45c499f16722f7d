"""The formats microsoft.quantum-results.v1 and .v2, both ways; they hold what the QIR output records name.

The shapes are those of Azure Quantum's own answers: compact JSON, arrays as lists, tuples as
``{"Item1": ...}``, the histogram in order of first appearance.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from quire.errors import ResultFormatError
from quire.formats import MICROSOFT_RESULTS_V1, MICROSOFT_RESULTS_V2
from quire.late_results import HEAD, MIDDLE, TAIL, read_late, spelt
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
_LISTS, _TUPLES, _INTS = frozenset({list}), frozenset({tuple}), frozenset({int})

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
    texts, displays = _texts(outcomes)
    entries = ",".join(
        f'{{"Outcome":{text},"Display":{displays[text]},"Count":{count}}}'
        for text, count in Counter(map(texts.__getitem__, order)).items()
    )
    shots = ",".join(map(texts.__getitem__, order))
    return f"{HEAD}{entries}{MIDDLE}{shots}{TAIL}".encode()


def _texts(outcomes: Sequence[Value]) -> tuple[list[str], dict[str, str]]:
    """What outcomes are in JSON, and for each of those what its display is in JSON."""
    if _are_arrays(outcomes) or _are_tuples_of_arrays(outcomes):
        shown = [str(outcome) for outcome in outcomes]
        texts = [spelt(each) for each in shown]
        return texts, {text: f'"{each}"' for text, each in zip(texts, shown, strict=True)}
    texts = [_compact(_to_json(outcome)) for outcome in outcomes]
    return texts, {text: _compact(display(each)) for text, each in zip(texts, outcomes, strict=True)}


def _are_arrays(values: Iterable[Value]) -> bool:
    """Whether all values are arrays of whole numbers."""
    known = list(values)
    return _LISTS.issuperset(map(type, known)) and _INTS.issuperset(map(type, chain.from_iterable(known)))


def _are_tuples_of_arrays(values: Sequence[Value]) -> bool:
    """Whether all values are tuples of several arrays of whole numbers."""
    are_tuples = _TUPLES.issuperset(map(type, values)) and all(len(value) > 1 for value in values)
    return are_tuples and _are_arrays(chain.from_iterable(values))


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


def _read_v2(data: bytes, job_id: str) -> Results:
    return read_late(data, job_id) or _read_v2_whole(data)


def _read_v2_whole(data: bytes) -> Results:
    body = json.loads(data)["Results"][0]
    entries, shots = body["Histogram"], body["Shots"]
    if not isinstance(shots, list):
        raise TypeError("the shots are no list")
    # Only tuples and errors are objects; without any, the usual case, the values are right as they are.
    if data.count(b"{") != _FRAME + len(entries):
        shots = [_from_json(shot) for shot in shots]
        entries = [{**entry, "Outcome": _from_json(entry["Outcome"])} for entry in entries]
    histogram = [HistogramEntry(entry["Outcome"], entry["Display"], entry["Count"]) for entry in entries]
    shares = {entry.display: entry.count / (len(shots) or 1) for entry in histogram}
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
        raise ResultFormatError.of_output(format, job.id, error) from error
