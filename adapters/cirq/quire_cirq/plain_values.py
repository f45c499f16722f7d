"""Parameters' values that are plain numbers by name, and their decimals; what others mean, Cirq must say."""

import functools
import json
from collections.abc import Sequence
from typing import Any

import cirq
import numpy as np

_PLAIN_NUMBERS = frozenset((float, int, np.float64))


class Decimals(dict[float, str]):
    """The decimals of floats, as ``repr`` writes them, each made once; zeros of both signs share theirs."""

    def __missing__(self, value: float) -> str:
        text = self[value] = repr(value)
        return text


class PlainValues:
    """Values of a circuit's parameters.

    Attributes:
        by_name: The values.
        decimals: Those of the values that are floats. Writing them is most of what a point costs, and most
            angles are values.
    """

    def __init__(self, by_name: dict[str, Any]) -> None:
        """Takes them; :func:`plain_values` says whether they are plain."""
        self.by_name = by_name
        self._texts: list[str] | None = None
        try:
            self._texts = list(map(float.__repr__, by_name.values()))
        except TypeError:  # Integers have other texts than the angles that equal them.
            self.decimals = Decimals()
        else:
            self.decimals = Decimals(zip(by_name.values(), self._texts, strict=True))

    def json(self) -> str:
        """``cirq.to_json`` of their resolver, on one line; at a fraction of its cost."""
        texts = self._texts
        if texts is None or "n" in "".join(texts):  # JSON has names of its own for NaN and the infinities
            return json.dumps({"cirq_type": "ParamResolver", "param_dict": list(self.by_name.items())})
        return _json_of_names(tuple(self.by_name)) % tuple(texts)


def plain_values(point: object) -> PlainValues | None:
    """Parameters' values, if they are numbers by name; None for a translation's to deal with.

    Args:
        point: A mapping or a ``cirq.ParamResolver``.
    """
    values: Any = point.param_dict if isinstance(point, cirq.ParamResolver) else point
    # Other mappings may answer for names that they do not hold, which Cirq does not ask them to.
    if type(values) is not dict or not set(map(type, values)) <= {str}:
        return None
    return PlainValues(values) if set(map(type, values.values())) <= _PLAIN_NUMBERS else None


def resolver_json(resolver: cirq.ParamResolver) -> str:
    """``cirq.to_json`` of a resolver, on one line."""
    values = plain_values(resolver)
    return cirq.to_json(resolver, indent=None) if values is None else values.json()


@functools.lru_cache(maxsize=16)
def _json_of_names(names: Sequence[str]) -> str:
    """The JSON of values by these names, with a ``%s`` for each value."""
    pairs = ", ".join(f"[{json.dumps(name)}, \0]" for name in names)
    text = f'{{"cirq_type": "ParamResolver", "param_dict": [{pairs}]}}'
    return text.replace("%", "%%").replace("\0", "%s")
