"""Other libraries' values as Python's own: numpy arrays and scalars, iterators; nothing about Q# types."""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

# Iterable, and yet not a sequence of Q# values.
_NOT_SEQUENCES = (str, bytes, bytearray, memoryview, Mapping, set, frozenset)
# Kinds of numpy types: bool, integers, floats, complex, text, objects, structured.
_KINDS = "biufcUTOV"


def plain(value: Any) -> Any:
    """A value without its array library: numpy scalars and arrays of any rank become Python's own.

    What has no exact counterpart (dates, bytes, long doubles) is left as it is, for others to refuse.
    """
    if type(value) in (int, float, bool, str, list, tuple, complex):
        return value
    dtype = getattr(value, "dtype", None)
    if dtype is None or not callable(getattr(value, "tolist", None)):
        return value
    kind = getattr(dtype, "kind", "O")
    if kind not in _KINDS or (getattr(dtype, "itemsize", 0) > 8 and kind in "f"):
        return _long_double(value) if kind == "f" else value
    if kind == "V" and getattr(dtype, "names", None):
        return _records(value.tolist(), tuple(dtype.names), getattr(value, "ndim", 0))
    return value.tolist()


def _long_double(value: Any) -> Any:
    """Floats wider than Python's: exact where possible, else as they are."""
    if getattr(value, "ndim", 0):
        return [plain(item) for item in value]
    number = float(value)
    return number if number == value or number != number else value


def _records(value: Any, names: tuple[str, ...], rank: int) -> Any:
    if rank:
        return [_records(item, names, rank - 1) for item in value]
    return dict(zip(names, value, strict=True))


def is_sequence(value: object) -> bool:
    """Whether a plain value has items in an order, as an array or a tuple has."""
    if not isinstance(value, Iterable) or isinstance(value, _NOT_SEQUENCES):
        return False
    # An array of rank 0 claims to be iterable, and is not.
    return getattr(value, "ndim", 1) != 0 and fields_of(value) is None


def fields_of(value: Any) -> dict[str, Any] | None:
    """The fields of a dict, dataclass, attrs object or named tuple by name; None if it is none of these."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, type):
        return None
    if dataclasses.is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    attributes = getattr(type(value), "__attrs_attrs__", None)
    if attributes is not None:
        return {attribute.name: getattr(value, attribute.name) for attribute in attributes}
    names = getattr(value, "_fields", None)
    if isinstance(value, tuple) and isinstance(names, tuple):
        return dict(zip(names, value, strict=True))
    return None
