"""Results that name registers: what the formats of Quantinuum and Rigetti have in common."""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, TypeVar

import attrs

from quire.errors import ResultFormatError
from quire.microsoft_results import display
from quire.model import JobDetails
from quire.results import HistogramEntry, Results, Value, bits_of

K = TypeVar("K", bound=Hashable)
Registers = tuple[Mapping[str, Sequence[K]], Callable[[K], list[Any]]]
"""What each register held in each shot, in any form, and what makes a list of it, lowest index first."""


def registers_of(outcome: Value) -> Sequence[Sequence[Any]]:
    """The registers of an outcome: it is a list if there is one, else a tuple of lists."""
    registers: Sequence[Sequence[Any]] = outcome if isinstance(outcome, tuple) else (outcome,)
    return registers


@attrs.frozen
class _Shots:
    """The single shots, of which each has an outcome that others had too.

    Attributes:
        forms: What each held, in a form in which equal ones are found quickly.
        outcomes: The outcome of each form.
    """

    forms: Sequence[Hashable]
    outcomes: Mapping[Hashable, Value]

    def __len__(self) -> int:
        return len(self.forms)

    def __call__(self) -> list[Value]:
        found = map(self.outcomes.__getitem__, self.forms)  # nobody is to change two shots at once
        return [tuple(map(list, each)) if isinstance(each, tuple) else list(each) for each in found]

    def bits(self) -> bytes | None:
        bits = bits_of(list(self.outcomes.values()))
        if bits is None:
            return None
        width = len(bits) // len(self.outcomes)
        rows = {form: bits[place * width :][:width] for place, form in enumerate(self.outcomes)}
        return b"".join([rows[form] for form in self.forms])


def results_of(
    format: str, data: bytes, registers: Mapping[str, Sequence[K]], as_list: Callable[[K], list[Any]]
) -> Results:
    """Results from what each register held in each shot.

    Args:
        format: The result format's id.
        data: The output as it came.
        registers: By name; see :data:`Registers`.
        as_list: The other part of those.

    Raises:
        ValueError: The registers have different numbers of shots.
    """
    columns = list(registers.values())
    forms: Sequence[Any] = columns[0] if len(columns) == 1 else list(zip(*columns, strict=True))
    counts = Counter(forms)
    outcomes = {form: as_list(form) if len(columns) == 1 else tuple(map(as_list, form)) for form in counts}
    histogram = tuple(
        [HistogramEntry(outcomes[form], display(outcomes[form]), count) for form, count in counts.items()]
    )
    shares = {entry.display: entry.count / len(forms) for entry in histogram}
    return Results(format, data, histogram, _Shots(forms, outcomes), shares)


def read(format: str, data: bytes, job: JobDetails, parse: Callable[[bytes], Registers[Any]]) -> Results:
    """Reads an output.

    Args:
        format: The result format's id.
        data: The output.
        job: The job it is of.
        parse: Finds what the registers held.

    Raises:
        ResultFormatError: The output is not in the format.
    """
    try:
        return results_of(format, data, *parse(data))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ResultFormatError(
            f"the output of job {job.id} is not {format}: {error!r}", format=format
        ) from error
