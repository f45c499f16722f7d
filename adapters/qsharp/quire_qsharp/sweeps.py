"""One operation with many arguments: compiled in batches, in order, with failures as values."""

import contextlib
import itertools
import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Any

import attrs

from quire import Options, QirProfile, Target, TargetSpec
from quire.errors import InputError, QuireError
from quire_qsharp.batch import Batch, UnexpectedShapeError, normalized, split
from quire_qsharp.binding import Arguments
from quire_qsharp.cache import Cache
from quire_qsharp.compilation import PROGRAMS, Call, call_at, compiled, own_place, places, whole_qir_at
from quire_qsharp.compiler_fault import CompilerFault
from quire_qsharp.errors import ProgramFailedError
from quire_qsharp.failing import failing_program
from quire_qsharp.idle_qubits import without_idle_qubits
from quire_qsharp.own_place import OwnPlace
from quire_qsharp.programs import Program, program_of

# The first points come soon, the later ones at little cost; and a batch stays below some million characters.
_SIZES = (1, 16, 128, 1024)
_MAX_TEXT = 3_000_000
_SMALLEST_BATCH = 3
# Qubits that a call may leave unmeasured beyond those of the first.
_MORE_SPARE = 4
_MANY_SPARE = 8

_NUM_QUBITS = re.compile(r'"required_num_qubits"="(\d+)"')


@attrs.frozen
class CompiledProgram:
    """A program that needs no more compiling; submit it to a target of its profile.

    Attributes:
        name: The operation's name.
        qir: Its QIR.
        profile: The profile it was compiled for.
    """

    name: str
    qir: bytes = attrs.field(repr=False)
    profile: QirProfile

    @property
    def _name(self) -> str:
        return self.name

    def _repr_qir_(self, **_: Any) -> bytes:
        return self.qir


def compile_each(
    operation: Any, args_list: Iterable[Any], target: Target | TargetSpec
) -> Iterator[CompiledProgram | QuireError]:
    """Compiles an operation for each of many arguments, at a small part of the cost of one by one.

    The programs are those that one by one would give, but for the names of variables; the first one is
    compared. They come in order, and no more than some 1000 arguments are read ahead. Programs compiled
    here are remembered, so that ``target.submit(operation, args=...)`` finds them.

    Args:
        operation: A function of ``qsharp.code``, a callable from ``qsharp.eval``, or an ``EntryPoint``
            without arguments.
        args_list: For each program what ``args=`` takes: a tuple, a mapping by name, or the only argument.
        target: Where they are to run.

    Yields:
        For each item of ``args_list`` a program; or the error, if that item cannot be compiled.

    Raises:
        InputError: ``operation`` is not a Q# operation.
    """
    spec = target.spec if isinstance(target, Target) else target
    template = sweep_of(operation, Options())
    if template is None:
        raise InputError(
            f"a sweep needs a Q# operation without arguments, not {operation!r}", argument="operation"
        )
    programs = each_program(template, iter(args_list), spec, _SIZES[-1])
    return (
        data if isinstance(data, QuireError) else CompiledProgram(template.label, data, spec.profile)
        for data in programs
    )


def sweep_of(given: object, options: Options) -> Program | None:
    """The operation that is to be compiled with many arguments; None if it is none, or has some already.

    Args:
        given: What the user submitted.
        options: The submission's options, without ``args``.
    """
    template = program_of(given, options)
    if template is None or template.expression or template.arguments != Arguments():
        return None
    return template


def each_program(
    template: Program, args: Iterator[Any], target: TargetSpec, ahead: int
) -> Iterator[bytes | QuireError]:
    """Compiles an operation for each of many arguments, in batches that grow.

    Args:
        template: The operation, without arguments.
        args: For each program what ``args=`` takes.
        target: Where they are to run.
        ahead: The most arguments in a batch.

    Yields:
        The programs, in order; an error in the place of one that cannot be compiled.
    """
    sizes = itertools.chain(_SIZES, itertools.repeat(_SIZES[-1]))
    points = map(_taken, args)
    while chunk := list(itertools.islice(points, min(next(sizes), ahead))):
        prepare(template, [each for each in chunk if isinstance(each, Arguments)], target)
        for each in chunk:
            yield _one(_at(template, each), target) if isinstance(each, Arguments) else each


def _taken(args: Any) -> Arguments | QuireError:
    """The arguments of a point as they are when it is taken: it may be read late, and more than once."""
    try:
        return Arguments.of(args)
    except QuireError as error:
        return error


def _at(template: Program, arguments: Arguments) -> Program:
    return attrs.evolve(template, arguments=arguments)


def _one(program: Program, target: TargetSpec) -> bytes | QuireError:
    try:
        return compiled(program, target).encode()
    except ProgramFailedError as error:
        return failing_program(error.message)
    except QuireError as error:
        return error


# Batches


@attrs.frozen
class _Reference:
    """A call that was compiled alone, to compare batches of the same operation with.

    Attributes:
        call: The call.
        text: Its program, in the form in which programs are compared; empty if batches cannot be split.
        spare: How many spare qubits a batch's markers take.
        length: The length of its program.
    """

    call: Call
    text: str = ""
    spare: int = 0
    length: int = 1


_REFERENCES: Cache[_Reference] = Cache(100)


def prepare(template: Program, args_list: Sequence[Arguments], target: TargetSpec) -> None:
    """Compiles an operation for many arguments together, as far as possible, and remembers the programs.

    What cannot be compiled so is left to be compiled one by one, and no error is raised here.

    Args:
        template: The operation, without arguments.
        args_list: The arguments of each program.
        target: Where they are to run.
    """
    place = own_place(template, target.profile)
    if place is None or target.profile is QirProfile.ADAPTIVE:
        return
    pending: dict[Hashable, Call] = {}
    for args in args_list:
        found = _pending(place, _at(template, args), target)
        if found is not None:
            pending.setdefault(*found)
    reference = _reference(place, template, pending)
    if reference is None:
        return
    calls = list(pending.items())
    size = max(1, _MAX_TEXT // reference.length)
    for start in range(0, len(calls), size):
        if not _compile(place, calls[start : start + size], reference):
            _REFERENCES.put(_reference_key(place, template), attrs.evolve(reference, text=""))
            return


def _pending(place: OwnPlace, program: Program, target: TargetSpec) -> tuple[Hashable, Call] | None:
    """A program's call, and the key under which it will be looked for; None if there is no need."""
    try:
        call = call_at(place, program)
        best = next(places(program, target.profile))
        wanted = call if best == place else call_at(best, program)
    except QuireError:
        return None
    if isinstance(call, CompilerFault) or isinstance(wanted, CompilerFault) or wanted.key is None:
        return None
    return (wanted.key, call) if PROGRAMS.get(wanted.key) is None else None


def _reference_key(place: OwnPlace, template: Program) -> Hashable:
    return (place.key_of(None), template.name)


def _reference(place: OwnPlace, template: Program, pending: dict[Hashable, Call]) -> _Reference | None:
    """What batches are compared with: the first call, compiled alone; None if there are to be no batches."""
    known = _REFERENCES.get(_reference_key(place, template))
    if known is None and pending:
        key = next(iter(pending))
        call = pending.pop(key)
        whole = whole_qir_at(place, template, call)
        if isinstance(whole, CompilerFault):
            return None
        PROGRAMS.put(key, without_idle_qubits(whole))
        known = _referred(call, whole, place.profile)
        _REFERENCES.put(_reference_key(place, template), known)
    return known if known is not None and known.text else None


def _referred(call: Call, whole: str, profile: QirProfile) -> _Reference:
    counted = _NUM_QUBITS.search(whole)
    qir = without_idle_qubits(whole)
    try:
        text = normalized(qir)
    except UnexpectedShapeError:
        text = ""
    if counted is None or call.signature is None:
        return _Reference(call)
    spare = int(counted[1]) + _MORE_SPARE if profile is QirProfile.BASE else 0
    return _Reference(call, text, spare, len(qir))


def _compile(place: OwnPlace, pending: Sequence[tuple[Hashable, Call]], reference: _Reference) -> bool:
    """Compiles calls together and remembers their programs; those that fail, and few that are left, are not.

    Returns:
        Whether such programs can be split; if not, no more are to be tried.
    """
    if len(pending) < _SMALLEST_BATCH:
        return True
    for spare in (reference.spare, _MANY_SPARE * reference.spare):
        answer = place.compile_batch(_batch([call for _, call in pending], reference, spare))
        if isinstance(answer, CompilerFault):
            half = len(pending) // 2
            return _compile(place, pending[:half], reference) and _compile(place, pending[half:], reference)
        with contextlib.suppress(UnexpectedShapeError):
            first, *others = split(answer, len(pending) + 1)
            if normalized(first) == reference.text:
                for (key, _), qir in zip(pending, others, strict=True):
                    PROGRAMS.put(key, qir)
                return True
    return False


def _batch(calls: Sequence[Call], reference: _Reference, spare: int) -> Batch:
    """A batch that begins with the call that has been compiled alone."""
    all_calls = (reference.call, *calls)
    rows = tuple(call.plain for call in all_calls if call.plain is not None)
    signature = reference.call.signature
    assert signature is not None
    return Batch(
        name=signature.name,
        parameters=tuple(str(parameter.type) for parameter in signature.parameters),
        output=str(signature.output),
        calls=tuple(call.expression for call in all_calls),
        rows=rows if len(rows) == len(all_calls) else None,
        spare=spare,
    )
