"""Values as the QDK takes them with a callable; None for those that only an expression can pass."""

from typing import Any

from quire_qsharp.types import UNIT, ArrayType, CallableType, QSharpType, ScalarType, StructType, TupleType


class _OnlyAsExpressionError(Exception):
    """A value that the QDK does not take from Python, or takes and crashes on."""


def lowered(
    values: tuple[Any, ...], types: tuple[QSharpType, ...], callables: bool
) -> tuple[Any, ...] | None:
    """The arguments of a call with values in place of literals: the same program, in less time.

    Args:
        values: The value of each parameter, as ``coerce`` gives it.
        types: The parameters' types.
        callables: Whether Q# callables may be among them, as the user's interpreter holds them.

    Returns:
        Plain values; None if one of them is a range, a newtype, a tuple of one item, a callable that may not
        be there or is given by name, or of a type that was not known beforehand.
    """
    if types == (UNIT,):
        return ()
    try:
        return tuple(_lowered(value, type_, callables) for value, type_ in zip(values, types, strict=True))
    except _OnlyAsExpressionError:
        return None


def _lowered(value: Any, type_: QSharpType, callables: bool) -> Any:
    match type_:
        case ScalarType(name="Range"):
            raise _OnlyAsExpressionError
        case ScalarType():
            return value
        case ArrayType(item=ScalarType(name=name)) if name != "Range":
            return value
        case ArrayType():
            return [_lowered(item, type_.item, callables) for item in value]
        case TupleType() if len(type_.items) != 1:
            return tuple(_lowered(item, t, callables) for item, t in zip(value, type_.items, strict=True))
        case StructType() if type_.fields and not type_.is_newtype:
            return {
                str(field.name): _lowered(item, field.type, callables)
                for field, item in zip(type_.fields, value, strict=True)
            }
        case CallableType() if callables and not isinstance(value.object, str):
            return value.object
        case _:
            raise _OnlyAsExpressionError
