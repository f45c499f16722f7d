"""Values as the QDK takes them with a callable; None for those that only an expression can pass."""

from typing import Any

from quire_qsharp.types import UNIT, ArrayType, CallableType, QSharpType, ScalarType, StructType, TupleType


def lowered(
    values: tuple[Any, ...], types: tuple[QSharpType, ...], callables: bool
) -> tuple[Any, ...] | None:
    """The arguments of a call with values in place of literals: the same program, in less time.

    Args:
        values: The value of each parameter, as ``coerce`` gives it.
        types: The parameters' types.
        callables: Whether Q# callables may be among them, as the user's interpreter holds them.

    Returns:
        Plain values; None if a range, a newtype, a tuple or struct of one item, a callable that may not be
        there or is given by name, or a type that was not known beforehand is among the types: the QDK refuses
        them, or takes them and crashes.
    """
    if types == (UNIT,):
        return ()
    if not all(_is_plain(type_, callables) for type_ in types):
        return None
    plain = tuple(_lowered(value, type_) for value, type_ in zip(values, types, strict=True))
    if all(_is_plain(type_, callables=False) for type_ in types):
        return plain
    return None if any(map(_holds_name, values, types)) else plain


def _is_plain(type_: QSharpType, callables: bool) -> bool:
    match type_:
        case ScalarType():
            return type_.name != "Range"
        case ArrayType():
            return _is_plain(type_.item, callables)
        case TupleType():
            return len(type_.items) != 1 and all(_is_plain(item, callables) for item in type_.items)
        case StructType():
            fields = type_.fields or ()
            return (
                len(fields) > 1 and not type_.is_newtype and all(_is_plain(f.type, callables) for f in fields)
            )
        case CallableType():
            return callables
        case _:
            return False


def _lowered(value: Any, type_: QSharpType) -> Any:
    match type_:
        case ArrayType(item=ScalarType()):
            return value
        case ArrayType():
            return [_lowered(item, type_.item) for item in value]
        case TupleType():
            return tuple(_lowered(item, t) for item, t in zip(value, type_.items, strict=True))
        case StructType():
            pairs = zip(type_.fields or (), value, strict=True)
            return {str(field.name): _lowered(item, field.type) for field, item in pairs}
        case CallableType():
            return value.object
        case _:
            return value


def _holds_name(value: Any, type_: QSharpType) -> bool:
    """Whether a callable among the arguments is given by its name."""
    match type_:
        case CallableType():
            return isinstance(value.object, str)
        case ArrayType():
            return any(_holds_name(item, type_.item) for item in value)
        case TupleType():
            return any(map(_holds_name, value, type_.items))
        case StructType():
            return any(_holds_name(v, field.type) for v, field in zip(value, type_.fields or (), strict=True))
        case _:
            return False
