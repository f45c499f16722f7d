"""What engines answer: the distinct outcomes of a run, and which of them each shot had."""

from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

import attrs

from quire.results import Value

K = TypeVar("K", bound=Hashable)


@attrs.frozen
class Samples:
    """The shots of one run.

    Attributes:
        rows: The distinct rows of bits; one bit per recorded result, in record order.
        order: For each shot, the index of its row.
    """

    rows: Sequence[Sequence[int]]
    order: Sequence[int]


@attrs.frozen
class Shots:
    """What a run puts out.

    Attributes:
        values: The distinct outcomes.
        order: For each shot, the index of its outcome.
    """

    values: Sequence[Value]
    order: Sequence[int]


def distinct(draws: Iterable[K]) -> tuple[list[K], list[int]]:
    """The distinct draws in order of first appearance, and for each draw the index of its like."""
    numbers: dict[K, int] = {}
    order = [numbers.setdefault(draw, len(numbers)) for draw in draws]
    return list(numbers), order
