"""Arguments as they are at one moment: iterators read once, containers copied; nothing about Q# types.

A program's arguments are read several times: for the user's interpreter and for quire's own, together with
others and alone. An iterator has its items only once, and a list may have others by then.
"""

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from quire_qsharp.plain import fields_of, is_sequence, plain
from quire_qsharp.primitives import is_callable_value
from quire_qsharp.scalars import refusal

MAX_DEPTH = 100
"""How deep values may be nested; far deeper than the compiler follows."""

_IMMUTABLE = frozenset({int, float, bool, str, complex, range, slice, type(None)})


def snapshot(value: Any, path: str = "args") -> Any:
    """A value that can be read again and again, and stays as it is.

    Args:
        value: What the user gave.
        path: Where it is, for the error.

    Returns:
        Iterators, arrays and other sequences as lists, tuples as tuples; objects with fields as
        copies of themselves; ranges, and what is neither, as it is.

    Raises:
        ArgumentError: It is nested more than ``MAX_DEPTH`` deep, or an iterator in it raised an error.
    """
    return _taken(value, path, 0)


def _taken(value: Any, path: str, depth: int) -> Any:
    value = plain(value)
    if type(value) in _IMMUTABLE or is_callable_value(value):
        return value
    if depth > MAX_DEPTH:
        raise refusal(value, "?", path, f"it is nested more than {MAX_DEPTH} deep, or contains itself")
    if isinstance(value, Mapping):
        return {name: _taken(item, path, depth + 1) for name, item in value.items()}
    if fields_of(value) is not None:
        return _copied(value, path, depth)
    if isinstance(value, range) or not is_sequence(value):
        return value
    items = _items(value, path, depth)
    return tuple(items) if isinstance(value, tuple) else items


def _items(value: Iterable[Any], path: str, depth: int) -> list[Any]:
    try:
        items = list(value)
    except Exception as error:
        raise refusal(value, "?", path, f"reading its items raised {error!r}") from error
    if {type(item) for item in items} <= _IMMUTABLE:
        return items
    return [_taken(item, path, depth + 1) for item in items]


def _copied(value: Any, path: str, depth: int) -> Any:
    """A copy of a dataclass, an attrs object or a named tuple."""
    fields = {name: _taken(item, path, depth + 1) for name, item in (fields_of(value) or {}).items()}
    if isinstance(value, tuple):
        return type(value)._make(fields.values())  # type: ignore[attr-defined]
    copied = copy.copy(value)
    for name, item in fields.items():
        if getattr(value, name) is item:
            continue
        # Frozen classes forbid it to their users; nobody else has seen this object.
        object.__setattr__(copied, name, item)
    return copied
