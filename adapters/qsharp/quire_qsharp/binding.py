"""Python arguments matched to a callable's parameters, before the compiler hears of them."""

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from quire_qsharp.callables import Signature
from quire_qsharp.declarations import Parameter
from quire_qsharp.errors import ArgumentError
from quire_qsharp.snapshot import snapshot
from quire_qsharp.spelling import respelled
from quire_qsharp.types import UNIT, TupleType
from quire_qsharp.values import coerce


@attrs.frozen
class Arguments:
    """What a user gave to be passed, read once: ``bind`` may be called with it again and again.

    Attributes:
        positional: Values in order.
        named: Values by parameter name.
        is_alone: Whether one value was given that is not a tuple: the only argument, or a list of all.
    """

    positional: tuple[Any, ...] = ()
    named: Mapping[str, Any] = attrs.field(factory=dict)
    is_alone: bool = False

    @classmethod
    def of(cls, given: object) -> "Arguments":
        """The arguments in an ``args=`` option: a tuple, a mapping by name, or the only one.

        Raises:
            ArgumentError: They are nested too deep, or reading them raised an error.
        """
        if given is None:
            return cls()
        taken = snapshot(given)
        if isinstance(given, Mapping):
            return cls(named=taken)
        if isinstance(given, tuple) and not hasattr(given, "_fields"):
            return cls(taken)
        return cls((taken,), is_alone=True)


def bind(signature: Signature, arguments: Arguments) -> tuple[Any, ...]:
    """The value of each parameter.

    Args:
        signature: The callable's signature.
        arguments: What was given.

    Returns:
        One value per parameter, as :func:`quire_qsharp.values.coerce` gives it.

    Raises:
        ArgumentError: Too many, too few, unknown names, or a value that does not stand for its type.
    """
    if arguments.named:
        if arguments.positional:
            return _by_name(signature, _merged(signature, arguments))
        return _by_name(signature, arguments.named)
    parameters = signature.parameters
    given = _in_order(signature, arguments)
    if len(given) != len(parameters):
        wanted = f"{len(parameters)} argument{'' if len(parameters) == 1 else 's'}"
        raise _refused(signature, f"takes {wanted}, {len(given)} given{_hint(signature, given)}")
    return tuple(
        coerce(value, parameter.type, parameter.name or f"argument {i}")
        for i, (value, parameter) in enumerate(zip(given, parameters, strict=True), 1)
    )


def _in_order(signature: Signature, arguments: Arguments) -> tuple[Any, ...]:
    given, parameters = arguments.positional, signature.parameters
    if arguments.is_alone and len(parameters) != 1 and isinstance(given[0], list):
        return tuple(given[0])
    if len(parameters) == 1:
        only = parameters[0].type
        if only == UNIT and not given:
            return ((),)
        # A comma behind the only parameter of a head makes it a tuple of one.
        if parameters[0].parts and len(parameters[0].parts) == len(given) == 1 and not _is_tuple(given[0]):
            return (given,)
        # To Q#, F(1, 2.0) and F((1, 2.0)) are the same call.
        if len(given) != 1 and isinstance(only, TupleType) and len(only.items) == len(given):
            return (given,)
    if len(given) == 1 and len(parameters) > 1 and all(p.name is None for p in parameters):
        # Without the source, several parameters cannot be told from one tuple.
        only_value = given[0]
        if isinstance(only_value, tuple) and len(only_value) == len(parameters):
            return only_value
    return given


def _is_tuple(value: Any) -> bool:
    return isinstance(value, tuple | list)


def _hint(signature: Signature, given: tuple[Any, ...]) -> str:
    if len(signature.parameters) == 1 and len(given) > 1:
        return "; a tuple holds the arguments one by one, so write args=([...],) to pass one array"
    return ""


def _merged(signature: Signature, arguments: Arguments) -> dict[str, Any]:
    """Arguments in order and by name together: those in order come first."""
    merged: dict[str, Any] = {}
    for value, parameter in zip(arguments.positional, signature.parameters, strict=False):
        if parameter.name is None:
            raise _refused(signature, "takes a tuple of parameters there; give all arguments by name")
        merged[parameter.name] = value
    twice = sorted(set(merged) & set(arguments.named))
    if twice:
        raise _refused(signature, f"is given {twice[0]} twice", twice[0])
    if len(arguments.positional) > len(signature.parameters):
        given = len(arguments.positional) + len(arguments.named)
        raise _refused(signature, f"takes {len(signature.parameters)} arguments, {given} given")
    return {**merged, **arguments.named}


def _by_name(signature: Signature, given: Mapping[str, Any]) -> tuple[Any, ...]:
    names = list(_names(signature.parameters))
    if len(names) < len(signature.parameters):
        raise _refused(
            signature,
            "has parameters without a name (_); give the arguments in order"
            if names
            else "has no parameter whose name is known: they have none (_), or its source was not seen; give "
            "the arguments in order, or evaluate the source after importing quire_qsharp",
        )
    given = respelled(given, names)
    for name in given:
        if name not in names:
            raise _refused(signature, f"has no parameter {name!r}{_name_hint(str(name), names)}", str(name))
    missing = [name for name in names if name not in given]
    if missing:
        raise _refused(signature, f"is not given {', '.join(missing)}", missing[0])
    return tuple(_named_value(parameter, given) for parameter in signature.parameters)


def _name_hint(name: str, names: list[str]) -> str:
    close = difflib.get_close_matches(name, names, 1)
    if close:
        return f"; did you mean {close[0]}?"
    return "; to pass one dict, write args=({...},)" if len(names) == 1 else ""


def _names(parameters: tuple[Parameter, ...]) -> Iterator[str]:
    for parameter in parameters:
        if parameter.parts:
            yield from _names(parameter.parts)
        elif parameter.name is not None:
            yield parameter.name


def _named_value(parameter: Parameter, given: Mapping[str, Any]) -> Any:
    if parameter.parts:
        return tuple(_named_value(part, given) for part in parameter.parts)
    name = str(parameter.name)
    return coerce(given[name], parameter.type, name)


def _refused(signature: Signature, what: str, argument: str = "args") -> ArgumentError:
    return ArgumentError(f"{signature} {what}", argument=argument)
