"""Results that name registers: what the formats of Quantinuum and Rigetti have in common."""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial
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
    """The single shots.

    Attributes:
        forms: What each held, in a form in which equal ones are found quickly.
        as_value: Makes an outcome of a form, a new one each time, as nobody is to change two shots at once.
    """

    forms: Sequence[Hashable]
    as_value: Callable[[Any], Value]

    def __len__(self) -> int:
        return len(self.forms)

    def __call__(self) -> list[Value]:
        return list(map(self.as_value, self.forms))

    def bits(self) -> bytes | None:
        forms = list(dict.fromkeys(self.forms))
        bits = bits_of(list(map(self.as_value, forms)))
        if bits is None:
            return None
        width = len(bits) // len(forms)
        rows = {form: bits[place * width : (place + 1) * width] for place, form in enumerate(forms)}
        return b"".join([rows[form] for form in self.forms])


def _together(as_list: Callable[[K], list[Any]], forms: Sequence[K]) -> tuple[list[Any], ...]:
    return tuple(map(as_list, forms))


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
    is_one = len(columns) == 1
    forms: Sequence[Any] = columns[0] if is_one else list(zip(*columns, strict=True))
    as_value: Callable[[Any], Value] = as_list if is_one else partial(_together, as_list)
    first: dict[str, Value] = {}
    counts: dict[str, int] = {}
    for form, count in Counter(forms).items():
        outcome = as_value(form)
        text = display(outcome)
        first.setdefault(text, outcome)
        counts[text] = counts.get(text, 0) + count
    histogram = tuple([HistogramEntry(first[text], text, count) for text, count in counts.items()])
    shares = {text: count / len(forms) for text, count in counts.items()}
    return Results(format, data, histogram, _Shots(forms, as_value), shares)


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
        raise ResultFormatError.of_output(format, job.id, error) from error
