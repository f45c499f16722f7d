"""The format rigetti.quil-results.v1, both ways: one row of numbers per memory region and shot."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from quire.formats import RIGETTI_RESULTS
from quire.model import JobDetails
from quire.plugins import hookimpl
from quire.register_results import read, registers_of
from quire.results import Results, Value


def write_rows(outcomes: Sequence[Value], order: Sequence[int], registers: Sequence[str]) -> bytes:
    """Writes shots.

    Args:
        outcomes: The distinct outcomes: the values of each memory region, lowest offset first.
        order: For each shot, the index of its outcome in ``outcomes``.
        registers: The regions' names.

    Returns:
        Compact JSON: ``{"ro":[[0,1],[1,1]]}``.
    """
    texts = [
        [json.dumps(values, separators=(",", ":")) for values in registers_of(outcome)]
        for outcome in outcomes
    ]
    entries = ",".join(
        f"{json.dumps(name)}:[{','.join([texts[number][place] for number in order])}]"
        for place, name in enumerate(registers)
    )
    return f"{{{entries}}}".encode()


def _parse(data: bytes) -> Mapping[str, Sequence[Sequence[Any]]]:
    body = json.loads(data)
    if not all(isinstance(row, list) for rows in body.values() for row in rows):
        raise ValueError("a row is no list")
    parsed: Mapping[str, Sequence[Sequence[Any]]] = body
    return parsed


@hookimpl(trylast=True)
def decode_output(format: str, data: bytes, job: JobDetails) -> Results | None:
    """Reads the format; see ``hookspecs.decode_output``."""
    return read(format, data, job, _parse) if format == RIGETTI_RESULTS else None
