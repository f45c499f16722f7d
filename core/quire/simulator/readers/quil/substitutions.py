"""The job parameter ``substitutions``: values of memory, one set after another."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from quire.simulator.faults import PayloadError

MAX_SETS: Final = 10_000
"""Sets of values that one job may run."""


def read_substitutions(params: Mapping[str, Any]) -> list[dict[str, Sequence[float]]]:
    """The sets of values that a job asks for: per set, the words of each region; one empty set by default.

    Args:
        params: The job's parameters.

    Raises:
        PayloadError: They are not as Rigetti's clients write them: ``{"theta": [[0.0], [1.0]]}``.
    """
    skip = params.get("skipQuilc")
    if skip is not None and not isinstance(skip, bool):
        raise PayloadError(f"skipQuilc must be true or false, not {skip!r}")
    given = params.get("substitutions")
    if given is None or given == {}:
        return [{}]
    if not isinstance(given, Mapping):
        raise PayloadError(f"substitutions must be an object of lists, not {given!r}")
    for name, sets in given.items():
        if not isinstance(sets, list) or not all(map(_is_set, sets)):
            raise PayloadError(f"substitutions of {name} must be a list of lists of finite numbers")
    lengths = set(map(len, given.values()))
    if len(lengths) != 1 or not 1 <= max(lengths) <= MAX_SETS:
        raise PayloadError(f"substitutions must all have equally many sets, from 1 to {MAX_SETS}")
    return [{name: sets[place] for name, sets in given.items()} for place in range(lengths.pop())]


def _is_set(values: object) -> bool:
    return isinstance(values, list) and all(
        isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        for value in values
    )
