"""Of which Q# type a Python value is if nobody says; nothing about the values themselves."""

import numbers
from decimal import Decimal
from typing import Any

from quire_qsharp.plain import fields_of, is_sequence, plain
from quire_qsharp.primitives import as_pauli, as_result, is_callable_value
from quire_qsharp.scalars import refusal
from quire_qsharp.types import (
    ArrayType,
    CallableType,
    GenericType,
    QSharpType,
    ScalarType,
    StructType,
    TupleType,
)

_ANY = GenericType()

# In this order: a bool is an int to Python.
_SCALARS: tuple[tuple[Any, str], ...] = (
    (bool, "Bool"),
    (str, "String"),
    (numbers.Integral, "Int"),
    (numbers.Real | Decimal, "Double"),
    (complex, "Complex"),
    (range | slice, "Range"),
)
# Submissions have no type=, but expressions take what to_literal has written.
_SAY_WHICH = "to_literal(value, type=...) writes it as the type that you say, for EntryPoint(f'Op({text})')"


def infer(value: Any, path: str) -> tuple[QSharpType, Any]:
    """The type that a value has by default, and the value with its iterators read.

    Args:
        value: What the user gave.
        path: Where it is, for the error.

    Returns:
        The type; an empty array has items of type ``?``.

    Raises:
        ArgumentError: It has no default, or the items of an array have no type in common.
    """
    return _infer(value, path, ())


def _infer(value: Any, path: str, outer: tuple[int, ...]) -> tuple[QSharpType, Any]:
    value = plain(value)
    scalar = _scalar(value)
    if scalar is not None:
        return ScalarType(scalar), value
    if is_callable_value(value):
        return CallableType(_ANY, _ANY), value
    if id(value) in outer:
        raise refusal(value, "?", path, "it contains itself")
    outer = (*outer, id(value))
    fields = fields_of(value)
    if fields is not None and not isinstance(value, dict):
        return StructType(type(value).__name__), {
            name: _infer(item, f"{path}.{name}", outer)[1] for name, item in fields.items()
        }
    if isinstance(value, tuple):
        return _infer_tuple(value, path, outer)
    if is_sequence(value):
        return _infer_array(value, path, outer)
    raise refusal(value, "?", path, f"it has no Q# type by default; {_SAY_WHICH}")


def _scalar(value: Any) -> str | None:
    if not isinstance(value, str):
        for name, reading in (("Result", as_result), ("Pauli", as_pauli)):
            if reading(value) is not None:
                return name
    return next((name for kind, name in _SCALARS if isinstance(value, kind)), None)


def _infer_tuple(value: tuple[Any, ...], path: str, outer: tuple[int, ...]) -> tuple[QSharpType, Any]:
    pairs = [_infer(item, f"{path}[{i}]", outer) for i, item in enumerate(value)]
    return TupleType(tuple(found for found, _ in pairs)), tuple(item for _, item in pairs)


def _infer_array(value: Any, path: str, outer: tuple[int, ...]) -> tuple[QSharpType, Any]:
    pairs = [_infer(item, f"{path}[{i}]", outer) for i, item in enumerate(value)]
    items = [item for _, item in pairs]
    common: QSharpType = _ANY
    for i, (found, item) in enumerate(pairs):
        joined = _common(common, found)
        if joined is None:
            advice = f"the items of an array have one type; {_SAY_WHICH}"
            raise refusal(item, common, f"{path}[{i}]", advice)
        common = joined
    return ArrayType(common), items


def _common(first: QSharpType, second: QSharpType) -> QSharpType | None:
    """The type of an array that holds values of both types; None if there is none."""
    if first == second or second == _ANY:
        return first
    if first == _ANY:
        return second
    if isinstance(first, ScalarType) and isinstance(second, ScalarType):
        names = {first.name, second.name}
        if names <= {"Int", "Double", "Complex"}:
            return ScalarType("Complex" if "Complex" in names else "Double")
    if isinstance(first, ArrayType) and isinstance(second, ArrayType):
        item = _common(first.item, second.item)
        return None if item is None else ArrayType(item)
    if isinstance(first, TupleType) and isinstance(second, TupleType):
        return _common_tuple(first, second)
    return None


def _common_tuple(first: TupleType, second: TupleType) -> QSharpType | None:
    if len(first.items) != len(second.items):
        return None
    items = [_common(a, b) for a, b in zip(first.items, second.items, strict=True)]
    return None if None in items else TupleType(tuple(item for item in items if item is not None))
