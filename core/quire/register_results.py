"""Results that name registers: what the formats of Quantinuum and Rigetti have in common."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from quire.errors import ResultFormatError
from quire.microsoft_results import display
from quire.model import JobDetails
from quire.results import HistogramEntry, Results, Value


def registers_of(outcome: Value) -> Sequence[Sequence[Any]]:
    """The registers of an outcome: it is a list if there is one, else a tuple of lists."""
    registers: Sequence[Sequence[Any]] = outcome if isinstance(outcome, tuple) else (outcome,)
    return registers


def results_of(format: str, data: bytes, registers: Mapping[str, Sequence[Sequence[Any]]]) -> Results:
    """Results from the rows of each register.

    Args:
        format: The result format's id.
        data: The output as it came.
        registers: Per register, one row of values per shot, lowest index first.

    Raises:
        ValueError: The registers have different numbers of shots.
    """
    rows = list(registers.values())
    if len(rows) == 1:
        shots: list[Value] = [list(row) for row in rows[0]]
    else:
        shots = [tuple(map(list, parts)) for parts in zip(*rows, strict=True)]
    first: dict[str, Value] = {}
    counts: dict[str, int] = {}
    for shot in shots:
        text = display(shot)
        first.setdefault(text, shot)
        counts[text] = counts.get(text, 0) + 1
    histogram = tuple(HistogramEntry(first[text], text, count) for text, count in counts.items())
    shares = {text: count / len(shots) for text, count in counts.items()}
    return Results(format, data, histogram, shots, shares)


def read(format: str, data: bytes, job: JobDetails, parse: Callable[[bytes], Any]) -> Results:
    """Reads an output.

    Args:
        format: The result format's id.
        data: The output.
        job: The job it is of.
        parse: Makes the output rows per register.

    Raises:
        ResultFormatError: The output is not in the format.
    """
    try:
        return results_of(format, data, parse(data))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ResultFormatError(
            f"the output of job {job.id} is not {format}: {error!r}", format=format
        ) from error
