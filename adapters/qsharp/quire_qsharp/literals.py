"""Python values as Q# literals: exact, and closed to injection, as every part is built from a typed value."""

from collections.abc import Sequence
from typing import Any

from quire_qsharp.scalars import IDENTIFIER, LONG_BITS, last_of, refusal
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
from quire_qsharp.values import CallableValue, TypedValue, coerce

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"'})


def to_literal(value: Any, type: "str | QSharpType | None" = None) -> str:
    """A Python value as a Q# literal, ready for an entry expression.

    Args:
        value: An int, float, bool, str, complex, range, tuple, list, numpy array ...; see docs/qsharp.md.
        type: The Q# type it is to have, such as ``Double[]``; None for the default of its Python type.

    Returns:
        The literal, such as ``[0.5, 1.0]``.

    Raises:
        ArgumentError: It does not stand for a value of the type, or has no type by default.
        InputError: ``type`` is not a Q# type.
    """
    wanted = parse_type(type) if isinstance(type, str) else type
    return render(coerce(value, wanted or GenericType(), "value"), wanted or GenericType())


def call_expression(name: str, values: Sequence[Any], types: Sequence[QSharpType]) -> str:
    """The expression that calls a callable with values that ``coerce`` gave."""
    literals = [render(value, type_) for value, type_ in zip(values, types, strict=True)]
    return f"{name}({', '.join(literals)})"


def render(value: Any, type_: QSharpType) -> str:
    """The literal of a value that :func:`quire_qsharp.values.coerce` gave for a type."""
    match type_:
        case ScalarType():
            return _scalar(value, type_.name)
        case ArrayType():
            return "[" + ", ".join([render(item, type_.item) for item in value]) + "]"
        case TupleType():
            return _tuple([render(item, t) for item, t in zip(value, type_.items, strict=True)])
        case StructType():
            return _struct(value, type_)
        case CallableType():
            return _callable(value, type_)
        case GenericType():
            typed: TypedValue = value
            # The items of an empty array have no type, and no literal that would need one.
            return render(typed.value, typed.type)


def _scalar(value: Any, name: str) -> str:
    match name:
        case "Int":
            return str(value)
        case "BigInt":
            return f"{value:#x}L" if value.bit_length() > LONG_BITS else f"{value}L"
        case "Double":
            return repr(value)
        case "Bool":
            return "true" if value else "false"
        case "String":
            return f'"{value.translate(_ESCAPES)}"'
        case "Complex":
            return f"new Std.Math.Complex {{ Real = {value.real!r}, Imag = {value.imag!r} }}"
        case "Range":
            step = "" if value.step == 1 else f"{value.step}.."
            return f"{value.start}..{step}{last_of(value)}"
        case _:
            literal: str = value.literal
            return literal


def _tuple(items: Sequence[str]) -> str:
    return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"


def _struct(value: Sequence[Any], type_: StructType) -> str:
    if not IDENTIFIER.fullmatch(type_.name):
        raise refusal(value, type_, "type", "its name is not one that Q# allows")
    if type_.fields is None:
        pairs = [f"{name} = {render(item.value, item.type)}" for name, item in value]
        return f"new {type_.name} {{ {', '.join(pairs)} }}"
    if type_.is_newtype:
        items = [_part(item, field) for item, field in zip(value, type_.fields, strict=True)]
        return f"{type_.name}({', '.join(items)})"
    pairs = [
        f"{field.name} = {render(item, field.type)}" for item, field in zip(value, type_.fields, strict=True)
    ]
    return f"new {type_.name} {{ {', '.join(pairs)} }}"


def _part(value: Any, field: Field) -> str:
    if not field.parts:
        return render(value, field.type)
    return _tuple([_part(item, part) for item, part in zip(value, field.parts, strict=True)])


def _callable(value: CallableValue, type_: QSharpType) -> str:
    if value.name is None:
        raise refusal(value.object, type_, value.path, "a closure has no name; give a declared operation")
    return value.name
