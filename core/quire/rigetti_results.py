"""The format rigetti.quil-results.v1, both ways: one row of numbers per memory region and shot."""

import json
import re
from collections.abc import Sequence
from typing import Any

from quire.formats import RIGETTI_RESULTS
from quire.model import JobDetails
from quire.plugins import hookimpl
from quire.register_results import Registers, read, registers_of
from quire.results import Results, Value

_REGION = re.compile(r'"([\w.-]+)":\[\[([0-9,\[\]]*)\]\]', re.ASCII)
_compact = json.JSONEncoder(separators=(",", ":")).encode


def write_rows(outcomes: Sequence[Value], order: Sequence[int], registers: Sequence[str]) -> bytes:
    """Writes shots.

    Args:
        outcomes: The distinct outcomes: the values of each memory region, lowest offset first.
        order: For each shot, the index of its outcome in ``outcomes``.
        registers: The regions' names.

    Returns:
        Compact JSON: ``{"ro":[[0,1],[1,1]]}``.
    """
    texts = [[_compact(values) for values in registers_of(outcome)] for outcome in outcomes]
    entries = ",".join(
        f"{json.dumps(name)}:[{','.join([texts[number][place] for number in order])}]"
        for place, name in enumerate(registers)
    )
    return f"{{{entries}}}".encode()


def _rows(data: bytes) -> dict[str, list[str]] | None:
    """The rows of each region as they are written, if all are of whole numbers, in quire's own spelling."""
    text = data.decode("ascii", "replace")
    found = _REGION.findall(text)
    spelt = ",".join([f'"{name}":[[{rows}]]' for name, rows in found])
    regions = {name: rows.split("],[") for name, rows in found}
    is_all = f"{{{spelt}}}" == text and len(regions) == len(found)  # one that comes again replaces the other
    return regions if regions and is_all else None


def _row(text: str) -> list[Any]:
    """A row as it is written within its brackets."""
    row: list[Any] = json.loads(f"[{text}]")
    return row


def _parse(data: bytes) -> Registers[str]:
    rows = _rows(data)
    if rows is not None:
        return rows, _row
    body = json.loads(data)
    if not all(isinstance(row, list) for rows in body.values() for row in rows):
        raise ValueError("a row is no list")
    return {name: [_compact(row)[1:-1] for row in rows] for name, rows in body.items()}, _row


@hookimpl(trylast=True)
def decode_output(format: str, data: bytes, job: JobDetails) -> Results | None:
    """Reads the format; see ``hookspecs.decode_output``."""
    return read(format, data, job, _parse) if format == RIGETTI_RESULTS else None
