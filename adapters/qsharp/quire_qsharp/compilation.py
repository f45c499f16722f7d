"""A Q# program compiled for a target's profile: where that can be done, and only once."""

import threading
from collections.abc import Hashable, Iterable, Iterator
from typing import Any

import attrs

from quire import QirProfile, TargetSpec
from quire_qsharp import recorder
from quire_qsharp.binding import bind
from quire_qsharp.cache import Cache
from quire_qsharp.callables import Place, Signature, signature_at
from quire_qsharp.compiler_fault import CompilerFault
from quire_qsharp.fitting import Fitted, fitted
from quire_qsharp.idle_qubits import without_idle_qubits
from quire_qsharp.literals import call_expression
from quire_qsharp.lowering import lowered
from quire_qsharp.own_place import OwnPlace
from quire_qsharp.primitives import is_callable_value, is_native_callable
from quire_qsharp.programs import Program, names_in
from quire_qsharp.refusals import refusal_of, source_unknown
from quire_qsharp.source import Source
from quire_qsharp.user_place import UserPlace

_PROFILES = tuple(QirProfile)
# Characters of QIR that are kept: some thousand small programs, or a few of the largest.
_CACHED_TEXT = 64_000_000

PROGRAMS: Cache[str] = Cache(_CACHED_TEXT, len)
_FITTED: Cache[tuple[OwnPlace, Fitted | None]] = Cache(1000)


def compiled(program: Program, target: TargetSpec) -> str:
    """The QIR of a program for a target.

    Args:
        program: What to compile.
        target: Where it is to run; its profile decides.

    Raises:
        ArgumentError: An argument does not fit its parameter.
        CompilationError: The compiler refuses it.
        ProgramFailedError: It fails when it is evaluated.
        SourceUnknownError: It must be compiled anew, and its source was not seen.
    """
    fault: CompilerFault | None = None
    for place in places(program, target.profile):
        answer = _qir(place, program)
        if isinstance(answer, str):
            return answer
        fault = answer
        if not _may_differ_elsewhere(fault, place, program):
            break
    recorded = _recorded(program)
    if fault is None or (recorded is not None and not recorded.is_whole and fault.is_about_names):
        raise source_unknown(program.label, target, fault)
    profiles = _other_profiles(fault, program, target.profile)
    raise refusal_of(fault, program.label, target, profiles, _declared(program))


def _may_differ_elsewhere(fault: CompilerFault, place: Place, program: Program) -> bool:
    """Whether another place may know better: this one is on another thread, or knows a part of the source."""
    if isinstance(place, UserPlace):
        return fault.is_foreign_thread
    recorded = _recorded(program)
    return recorded is not None and not recorded.is_whole and fault.is_about_names


def _declared(program: Program) -> Iterable[str]:
    recorded = _recorded(program)
    source = program.source if recorded is None else recorded.source
    return () if source is None else source.declarations.callables


def own_place(program: Program, profile: QirProfile) -> OwnPlace | None:
    """Where quire compiles a program by itself; None if its source was not seen as a whole."""
    recorded = _recorded(program)
    source = program.source if recorded is None else recorded.source
    if source is None or (recorded is not None and not recorded.is_whole):
        return None
    return _fitted(source, profile, program)


def places(program: Program, profile: QirProfile) -> Iterator[Place]:
    """Where a program can be compiled for a profile, the best first."""
    if program.source is not None:
        yield _fitted(program.source, profile, program)
        return
    if program.context is None:
        yield OwnPlace(Source(), profile)
        return
    user = UserPlace(program.context)
    is_here = recorder.thread_of(program.context) == threading.get_ident()
    if is_here and user.profile is profile:
        yield user
    recorded = _recorded(program)
    if recorded is not None:
        yield _fitted(recorded.source, profile, program)
    if user.profile is not None and _PROFILES.index(user.profile) <= _PROFILES.index(profile):
        yield user


def _recorded(program: Program) -> recorder.Recorded | None:
    """What was seen of the source of a program that comes from an interpreter of the user."""
    if program.source is not None or program.context is None or is_native_callable(program.function):
        return None
    if program.function is not None:
        return recorder.source_of(program.function)
    return recorder.source_of_context(program.context)


def _fitted(source: Source, profile: QirProfile, program: Program) -> OwnPlace:
    """A source as far as it fits the profile, with what the program needs of it."""
    known = _FITTED.get((source.key, profile))
    if known is None:
        known = _fit(source, profile)
        _FITTED.put((source.key, profile), known)
    place, fit = known
    if fit is None:
        return place
    names = names_in(program.arguments.positional) | names_in(program.arguments.named)
    if program.name:
        declared = source.declarations.find(program.name)
        names.add(program.name if declared is None else declared.name)
    meant = fit.meant_by(names, program.expression)
    if not meant & fit.dropped:
        return place
    return OwnPlace(fit.needed(meant) if source.project_root is None else source, profile)


def _fit(source: Source, profile: QirProfile) -> tuple[OwnPlace, Fitted | None]:
    place = OwnPlace(source, profile)
    fault = place.evaluate()
    if fault is None or not fault.is_about_profile:
        return place, None
    fit = fitted(source, fault, lambda part: OwnPlace(part, profile).evaluate())
    return place if fit is None else OwnPlace(fit.source, profile), fit


@attrs.frozen
class Call:
    """A call of a callable, ready for the compiler.

    Attributes:
        expression: The call as an expression, which also tells its arguments from others that compare equal,
            such as 0.0 and -0.0; empty if closures are among them.
        plain: The arguments as the compiler takes them besides; None if it does not.
        key: What tells its program from others; None if it is not to be remembered.
        signature: The callable's signature; None for an expression.
    """

    expression: str
    plain: tuple[Any, ...] | None
    key: Hashable | None
    signature: Signature | None = None


def call_at(place: Place, program: Program) -> Call | CompilerFault:
    """The call that a program makes, as a place compiles it.

    Raises:
        ArgumentError: An argument does not fit its parameter.
    """
    function = program.function
    signature = signature_at(place, program.name, function)
    if isinstance(signature, CompilerFault):
        return signature
    values = bind(signature, program.arguments)
    types = tuple(parameter.type for parameter in signature.parameters)
    plain = lowered(values, types, place.takes_callables) if place.knows(program.name, function) else None
    if plain is not None and any(map(is_callable_value, plain)):
        return Call("", plain, None)
    expression = call_expression(program.name or "closure", values, types)
    place_key = place.key_of(None if plain is None else function)
    return Call(expression, plain, None if place_key is None else (place_key, expression), signature)


def _expression_at(place: Place, expression: str) -> Call:
    key = place.key_of(None)
    return Call(expression, None, None if key is None else (key, expression))


def _qir(place: Place, program: Program) -> str | CompilerFault:
    call = _expression_at(place, program.expression) if program.expression else call_at(place, program)
    return call if isinstance(call, CompilerFault) else qir_at(place, program, call)


def qir_at(place: Place, program: Program, call: Call) -> str | CompilerFault:
    """The QIR of a call that :func:`call_at` gave for a place; compiled if it is not remembered."""
    known = None if call.key is None else PROGRAMS.get(call.key)
    if known is not None:
        return known
    answer = whole_qir_at(place, program, call)
    if isinstance(answer, CompilerFault):
        return answer
    qir = without_idle_qubits(answer)
    if call.key is not None:
        PROGRAMS.put(call.key, qir)
    return qir


def whole_qir_at(place: Place, program: Program, call: Call) -> str | CompilerFault:
    """The QIR of a call as the compiler gives it, idle qubits included; it is neither looked up nor kept."""
    if call.plain is None:
        return place.compile_expression(call.expression)
    return place.compile_call(program.name, program.function, call.plain)


def _other_profiles(fault: CompilerFault, program: Program, profile: QirProfile) -> tuple[QirProfile, ...]:
    """The profiles that can express a program which this one cannot, as far as its source is known."""
    recorded = _recorded(program)
    source = program.source if recorded is None else recorded.source
    if not fault.is_about_profile or source is None:
        return ()
    richer = _PROFILES[_PROFILES.index(profile) + 1 :]
    for i, candidate in enumerate(richer):
        if isinstance(_qir(_fitted(source, candidate, program), program), str):
            return richer[i:]
    return ()
