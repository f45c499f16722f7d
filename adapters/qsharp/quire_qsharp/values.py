"""Which Python value stands for a Q# value of a type; what would have to be guessed or rounded is refused."""

import math
from collections.abc import Sequence
from typing import Any

import attrs

from quire_qsharp.errors import ArgumentError
from quire_qsharp.inference import infer
from quire_qsharp.plain import fields_of, is_sequence, plain
from quire_qsharp.primitives import is_callable_value, is_native_callable
from quire_qsharp.scalars import IDENTIFIER, SCALAR_VALUES, refusal
from quire_qsharp.types import (
    ArrayType,
    CallableType,
    Field,
    GenericType,
    QSharpType,
    ScalarType,
    StructType,
    TupleType,
)

_ANY = GenericType()
_DOUBLE = ScalarType("Double")


@attrs.frozen
class CallableValue:
    """A Q# callable as an argument.

    Attributes:
        name: Its full name; None for a closure, which has none.
        object: What the user gave.
        path: Where it is, for an error.
    """

    name: str | None
    object: Any
    path: str


@attrs.frozen
class TypedValue:
    """A value of a type that was not known beforehand.

    Attributes:
        type: Its type.
        value: The value that stands for it.
    """

    type: QSharpType
    value: Any


def coerce(value: Any, type_: QSharpType, path: str) -> Any:
    """The one Python value that stands for a Q# value of a type.

    Args:
        value: What the user gave.
        type_: The Q# type.
        path: Where it is, for the error, such as ``angle[1]``.

    Returns:
        int, float, bool, str, complex, ``range``, ``Result``, ``Pauli``; lists for arrays, tuples for tuples
        and for the fields of structs and newtypes; ``CallableValue``; ``TypedValue`` for type parameters.

    Raises:
        ArgumentError: It does not stand for a value of the type.
    """
    value = plain(value)
    match type_:
        case ScalarType():
            return SCALAR_VALUES[type_.name](value, path)
        case ArrayType():
            return _array(value, type_, path)
        case TupleType():
            return _tuple(value, type_, path)
        case StructType():
            return _struct(value, type_, path)
        case CallableType():
            return _callable(value, type_, path)
        case GenericType():
            found, frozen = infer(value, path)
            return TypedValue(found, coerce(frozen, found, path))


def _array(value: Any, type_: ArrayType, path: str) -> list[Any]:
    if not is_sequence(value):
        raise refusal(value, type_, path, "give a list, a tuple or an array")
    items = list(value)
    if type_.item == _DOUBLE and {type(item) for item in items} == {float} and all(map(math.isfinite, items)):
        # Long arrays of angles are what sweeps pass; this is 20 times as fast and means the same.
        return items
    return [coerce(item, type_.item, f"{path}[{i}]") for i, item in enumerate(items)]


def _tuple(value: Any, type_: TupleType, path: str) -> tuple[Any, ...]:
    if value is None and not type_.items:
        return ()
    if not isinstance(value, tuple) and not is_sequence(value):
        raise refusal(value, type_, path, "give a tuple" if type_.items else "give () or None")
    given = tuple(value)
    if len(given) != len(type_.items):
        raise refusal(value, type_, path, f"it has {len(given)} items instead of {len(type_.items)}")
    return tuple(
        coerce(item, item_type, f"{path}[{i}]")
        for i, (item, item_type) in enumerate(zip(given, type_.items, strict=True))
    )


def _callable(value: Any, type_: QSharpType, path: str) -> CallableValue:
    if is_native_callable(value):
        return CallableValue(None, value, path)
    if is_callable_value(value):
        return CallableValue(value.__name__, value, path)
    if isinstance(value, str) and IDENTIFIER.fullmatch(value):
        return CallableValue(value, value, path)
    raise refusal(value, type_, path, "give a Q# callable, such as qsharp.code.Name, or its name")


# Structs and newtypes


def _struct(value: Any, type_: StructType, path: str) -> tuple[Any, ...]:
    fields = fields_of(value)
    if type_.fields is None:
        return _unknown_struct(value, fields, type_, path)
    names = _leaf_names(type_.fields)
    # A named tuple with other names stands for its items.
    if fields is None or (set(fields) != set(names) and isinstance(value, tuple)):
        if type_.is_newtype:
            return _positional(value, type_, path)
        example = ", ".join(f"{name}=..." for name in names)
        raise refusal(value, type_, path, f"give a dict({example}) or an object with these fields")
    missing = [name for name in names if name not in fields]
    if missing:
        raise refusal(value, type_, path, f"it lacks {', '.join(missing)}")
    extra = [str(name) for name in fields if name not in names]
    if extra:
        raise refusal(value, type_, path, f"it has {', '.join(extra)}, and {type_} has {', '.join(names)}")
    return tuple(_field(field, fields, path) for field in type_.fields)


def _leaf_names(fields: Sequence[Field]) -> list[str]:
    """The names by which a dict gives the fields; those of nested anonymous tuples too."""
    names: list[str] = []
    for field in fields:
        if field.name is not None:
            names.append(field.name)
        else:
            names += _leaf_names(field.parts)
    return names


def _field(field: Field, given: dict[str, Any], path: str) -> Any:
    if field.name is not None:
        return coerce(given[field.name], field.type, f"{path}.{field.name}")
    return tuple(_field(part, given, path) for part in field.parts)


def _positional(value: Any, type_: StructType, path: str) -> tuple[Any, ...]:
    fields = type_.fields or ()
    if len(fields) == 1:
        return (coerce(value, fields[0].type, path),)
    whole = TupleType(tuple(field.type for field in fields))
    try:
        return _tuple(value, whole, path)
    except ArgumentError as error:
        if error.argument == path:
            names = ", ".join(field.name or str(field.type) for field in fields)
            raise refusal(value, type_, path, f"give a tuple ({names})") from None
        raise


def _unknown_struct(
    value: Any, fields: dict[str, Any] | None, type_: StructType, path: str
) -> tuple[tuple[str, TypedValue], ...]:
    if fields is None:
        raise refusal(value, type_, path, "give a dict or an object with its fields")
    wrong = [name for name in fields if not IDENTIFIER.fullmatch(str(name))]
    if wrong:
        raise refusal(value, type_, path, f"{wrong[0]!r} is not the name of a field")
    return tuple((name, coerce(item, _ANY, f"{path}.{name}")) for name, item in fields.items())
