"""Which objects are Q# programs, told without importing the QDK, and what each of them asks for."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from quire import Options
from quire.errors import InputError, OptionError
from quire_qsharp.binding import Arguments
from quire_qsharp.entry_point import EntryPoint
from quire_qsharp.native import lookup
from quire_qsharp.primitives import is_native_callable
from quire_qsharp.source import Source


@attrs.frozen
class Program:
    """A call or an expression to be compiled.

    Attributes:
        name: The callable's name; empty for a closure and for an expression.
        expression: The expression; empty for a call.
        arguments: The call's arguments.
        function: What the user's interpreter holds of the callable; None if it is known by name only.
        context: The user's interpreter; None if there is none.
        source: The source that the user gave; None for what the interpreter was told.
    """

    name: str = ""
    expression: str = ""
    arguments: Arguments = attrs.field(factory=Arguments)
    function: Any = None
    context: Any = None
    source: Source | None = None

    @property
    def label(self) -> str:
        """A name for people: of the job, in errors."""
        return self.name.rpartition(".")[2] or ("main" if self.expression else "closure")


def program_of(given: object, options: Options) -> Program | None:
    """What a user's object asks for; None if it is no Q# program.

    Args:
        given: A function of ``qsharp.code``, a callable from ``qsharp.eval``, an ``EntryPoint``, a
            ``Source``, or the path of a ``.qs`` file or a project's folder.
        options: The submission's options; ``args`` and ``entry_point`` are taken where they make sense.

    Raises:
        InputError: It is a Q# program, and something about it is wrong.
    """
    if hasattr(given, "__global_callable"):
        callable_: Any = given
        if callable_._qdk_context._disposed:
            raise InputError(
                f"{callable_.__name__} belongs to an interpreter that qsharp.init() has ended; evaluate its "
                f"source again and submit the new qsharp.code.{callable_.__name__}",
                argument="program",
            )
        arguments = Arguments.of(options.take_any("args"))
        return Program(
            callable_.__name__, arguments=arguments, function=given, context=callable_._qdk_context
        )
    if is_native_callable(given):
        arguments = Arguments.of(options.take_any("args"))
        return Program(arguments=arguments, function=given, context=default_context())
    if isinstance(given, EntryPoint):
        if options.has("args"):
            raise _own_arguments(given)
        return _entry_point(given)
    if isinstance(given, os.PathLike):
        path = Path(given)
        if path.suffix != ".qs" and not path.is_dir():
            return None
        given = Source.from_path(path)
    if isinstance(given, Source):
        return _source(given, options)
    return None


def default_context() -> Any | None:
    """The interpreter behind ``qsharp.eval``; None if it was not started."""
    return getattr(sys.modules.get("qdk._interpreter"), "_default_context", None)


def _own_arguments(given: EntryPoint) -> OptionError:
    other = (
        "its operation (qsharp.code.Name) with"
        if given.source is None
        else "its source with entry_point= and"
    )
    return OptionError(
        f"the entry point {given.name!r:.100} takes no args= beside its own arguments; submit {other} args= "
        "instead",
        argument="args",
    )


def _entry_point(given: EntryPoint) -> Program:
    arguments = Arguments(given.args, given.named)
    if given.source is not None:
        return _of_source(given.source, given.name, given.is_expression, arguments)
    context = default_context()
    if given.is_expression:
        return Program(expression=given.name, context=context)
    function = None if context is None else lookup(context.code, given.name)
    return Program(given.name, arguments=arguments, function=function, context=context)


def _source(given: Source, options: Options) -> Program:
    name = options.take("entry_point", str, "")
    arguments = Arguments.of(options.take_any("args"))
    if not name:
        chosen = given.declarations.entry_point()
        if chosen is None:
            known = ", ".join(given.declarations.callables) or "nothing"
            raise InputError(
                f"the source has no single entry point (it declares {known}); say entry_point='...'",
                argument="entry_point",
            )
        name = chosen.name
    return _of_source(given, name, EntryPoint(name).is_expression, arguments)


def _of_source(source: Source, name: str, is_expression: bool, arguments: Arguments) -> Program:
    if is_expression:
        if arguments.positional or arguments.named:
            raise InputError(f"{name!r} is an expression and takes no args=", argument="args")
        return Program(expression=name, source=source)
    declared = source.declarations.find(name)
    return Program(name if declared is None else declared.name, arguments=arguments, source=source)


def names_in(value: Any) -> set[str]:
    """The full names of the callables among some arguments, however deep."""
    if isinstance(value, str):
        return set()
    name = getattr(value, "__name__", None) if hasattr(value, "__global_callable") else None
    if isinstance(name, str):
        return {name}
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    return set().union(*map(names_in, inner))
