"""The signature of a callable that a user holds or names, in whatever interpreter or source it is."""

import threading
from typing import Any

from quire import Options, QirProfile
from quire.errors import InputError
from quire_qsharp import recorder
from quire_qsharp.callables import Place, Signature, signature_at
from quire_qsharp.compiler_fault import CompilerFault
from quire_qsharp.entry_point import EntryPoint
from quire_qsharp.errors import CompilationError
from quire_qsharp.own_place import OwnPlace
from quire_qsharp.programs import program_of
from quire_qsharp.source import Source
from quire_qsharp.user_place import UserPlace


def signature(operation: Any, source: Source | None = None) -> Signature:
    """What an operation or function takes and returns.

    Args:
        operation: A function of ``qsharp.code``, a callable from ``qsharp.eval``, a name, or an
            ``EntryPoint``.
        source: Where to look for a name; None for the interpreter behind ``qsharp.eval``.

    Returns:
        Its signature; parameters have names only if the source was seen.

    Raises:
        CompilationError: There is no such callable, or the compiler refuses the source.
        InputError: It is not a callable.
    """
    if isinstance(operation, str):
        operation = EntryPoint(operation) if source is None else source.entry_point(operation)
    program = program_of(operation, Options())
    if program is None or program.expression:
        raise InputError(f"{operation!r} is not a Q# operation or function", argument="operation")
    place = _place(program.source, program.context)
    found = signature_at(place, program.name, program.function)
    if isinstance(found, CompilerFault):
        raise CompilationError(
            f"{program.label} has no signature:\n{found.text}",
            argument="operation",
            element=program.label,
            reason=found.text,
            codes=found.codes,
        )
    return found


def _place(source: Source | None, context: Any) -> Place:
    """Where to ask: the richest profile refuses least, and the user's interpreter knows its own."""
    if source is not None:
        return OwnPlace(source, QirProfile.ADAPTIVE)
    if context is None:
        return OwnPlace(Source(), QirProfile.ADAPTIVE)
    recorded = recorder.source_of_context(context)
    if recorded is not None and recorder.thread_of(context) != threading.get_ident():
        return OwnPlace(recorded.source, QirProfile.ADAPTIVE)
    return UserPlace(context)
