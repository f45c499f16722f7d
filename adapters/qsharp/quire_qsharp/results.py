"""Q# values back to Python: what the interpreter returns, and what the shots of a job hold."""

import re
from collections.abc import Sequence
from typing import Any

from quire_qsharp.plain import fields_of
from quire_qsharp.primitives import as_pauli, as_result
from quire_qsharp.scalars import refusal
from quire_qsharp.types import (
    ArrayType,
    CallableType,
    Field,
    GenericType,
    QSharpType,
    ScalarType,
    StructType,
    TupleType,
    parse_type,
)

_ANY = GenericType()
_RANGE = re.compile(r"<Range> (-?\d+)(?:\.\.(-?\d+))?\.\.(-?\d+)")


def from_result(value: Any, type: "str | QSharpType | None" = None) -> Any:
    """A Q# value as Python: the inverse of :func:`to_literal`.

    Args:
        value: What ``qsharp.eval`` or ``qsharp.run`` gives, or the outcome of a shot in quire's ``Results``.
        type: Its Q# type, such as an operation's ``signature(...).output``; None to go by the value alone.

    Returns:
        ``Result`` and ``Pauli`` as quire's members (a ``Result`` equals 0 or 1), arrays as lists, tuples as
        tuples, Unit as ``()``, structs and named newtypes as dicts, ranges as ``range`` where the type says
        so; numbers, bools and texts as they are.

    Raises:
        ArgumentError: It is not a value of the type.
        InputError: ``type`` is not a Q# type.
    """
    wanted = parse_type(type) if isinstance(type, str) else type
    return _read(value, wanted or _ANY, "result")


def _read(value: Any, type_: QSharpType, path: str) -> Any:
    match type_:
        case ScalarType():
            return _scalar(value, type_.name, path)
        case ArrayType():
            if not isinstance(value, list):
                raise refusal(value, type_, path, "an array is a list")
            return [_read(item, type_.item, f"{path}[{i}]") for i, item in enumerate(value)]
        case TupleType():
            return _tuple(value, type_.items, type_, path)
        case StructType():
            return _struct(value, type_, path)
        case CallableType():
            return value
        case GenericType():
            return _untyped(value)


_PYTHON_TYPES: dict[str, Any] = {
    "Int": int,
    "BigInt": int,
    "Double": (float, int),
    "Bool": bool,
    "String": str,
    "Complex": complex,
}


def _scalar(value: Any, name: str, path: str) -> Any:
    if name == "Result" and type(value) is int and value in (0, 1):
        return as_result("One" if value else "Zero")
    if name in ("Result", "Pauli"):
        found = as_result(value) if name == "Result" else as_pauli(value)
        if found is None or isinstance(value, str):
            raise refusal(value, name, path, f"it is not a {name}")
        return found
    if name == "Range":
        return _range(value, path)
    if not isinstance(value, _PYTHON_TYPES.get(name, ())) or (isinstance(value, bool) and name != "Bool"):
        raise refusal(value, name, path, f"it is not a {name}")
    return float(value) if name == "Double" else value


def _range(value: Any, path: str) -> range:
    match = _RANGE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise refusal(value, "Range", path, "it is not a range with both ends")
    start, step, end = int(match[1]), int(match[2] or 1), int(match[3])
    return range(start, end + (1 if step > 0 else -1), step)


def _tuple(value: Any, items: Sequence[QSharpType], type_: QSharpType, path: str) -> tuple[Any, ...]:
    given = () if value is None else value
    if not isinstance(given, tuple) or len(given) != len(items):
        raise refusal(value, type_, path, f"it is not a tuple of {len(items)}")
    return tuple(
        _read(item, item_type, f"{path}[{i}]")
        for i, (item, item_type) in enumerate(zip(given, items, strict=True))
    )


def _struct(value: Any, type_: StructType, path: str) -> Any:
    if type_.fields is None:
        return _untyped(value)
    fields = fields_of(value)
    if fields is not None:
        given = tuple(fields.values())
    elif isinstance(value, tuple):
        given = value
    elif len(type_.fields) == 1:
        # A newtype of one anonymous part is that part to the interpreter.
        given = (value,)
    else:
        raise refusal(value, type_, path, "it is not a struct")
    read = _tuple(given, [field.type for field in type_.fields], type_, path)
    if any(field.name is None for field in type_.fields):
        return _with_anonymous(read, type_.fields)
    return {str(field.name): item for field, item in zip(type_.fields, read, strict=True)}


def _with_anonymous(read: tuple[Any, ...], fields: Sequence[Field]) -> Any:
    """A newtype with anonymous parts: by name if all are tuples of named parts, else as a tuple."""
    named: dict[str, Any] = {}
    for field, item in zip(fields, read, strict=True):
        if field.name is not None:
            named[field.name] = item
        elif field.parts:
            inner = _with_anonymous(item, field.parts)
            if not isinstance(inner, dict):
                return read
            named.update(inner)
        else:
            return read[0] if len(read) == 1 else read
    return named


def _untyped(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if value is None:
        return ()
    if isinstance(value, list):
        return [_untyped(item) for item in value]
    fields = fields_of(value)
    if fields is not None:
        return {name: _untyped(item) for name, item in fields.items()}
    if isinstance(value, tuple):
        return tuple(_untyped(item) for item in value)
    for found in (as_result(value), as_pauli(value)):
        if found is not None:
            return found
    return value
