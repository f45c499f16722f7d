"""How a Q# program becomes a payload: compiled, measured against the target, named."""

from collections.abc import Iterator
from typing import Any

from quire import Options, Payload, TargetSpec
from quire.errors import QuireError, TooManyQubitsError
from quire.formats import QirProfile
from quire_qsharp.compilation import compiled
from quire_qsharp.errors import ProgramFailedError
from quire_qsharp.failing import failing_program
from quire_qsharp.payload import from_qir
from quire_qsharp.programs import Program, program_of
from quire_qsharp.sweeps import each_program, sweep_of


def encoded(given: object, target: TargetSpec, options: Options) -> Payload | None:
    """The payload of a Q# program; None if the object is none.

    Args:
        given: What the user submitted.
        target: Where it is to run.
        options: The submission's options.

    Raises:
        ArgumentError: An argument does not fit its parameter.
        CompilationError: The compiler refuses it.
        SourceUnknownError: It must be compiled anew, and its source was not seen.
        TooManyQubitsError: It needs more qubits than the target has.
    """
    program = program_of(given, options)
    if program is None:
        return None
    try:
        data = compiled(program, target).encode()
    except ProgramFailedError as error:
        data = failing_program(error.message)
    return _payload(data, target, program.label)


def encoded_points(
    given: object, target: TargetSpec, points: Iterator[Any], ahead: int, options: Options
) -> Iterator[Payload | QuireError] | None:
    """The payloads of a Q# operation with many arguments; None if the object is none.

    Args:
        given: What the user submitted.
        target: Where they are to run.
        points: For each payload what ``args=`` takes.
        ahead: The most points to read ahead.
        options: The submission's options, without ``args``.
    """
    template = sweep_of(given, options)
    if template is None:
        return None
    return _payloads(template, target, points, ahead)


def _payloads(
    template: Program, target: TargetSpec, points: Iterator[Any], ahead: int
) -> Iterator[Payload | QuireError]:
    for data in each_program(template, points, target, ahead):
        if isinstance(data, QuireError):
            yield data
            continue
        try:
            yield _payload(data, target, template.label)
        except TooManyQubitsError as error:
            yield error


def _payload(data: bytes, target: TargetSpec, label: str) -> Payload:
    payload = from_qir(data, target, label)
    if payload.num_qubits is not None and payload.num_qubits > target.num_qubits:
        raise _too_many(label, payload.num_qubits, target)
    return payload


def _too_many(label: str, needed: int, target: TargetSpec) -> TooManyQubitsError:
    hint = (
        "; in profile Base a qubit that is measured and then reset or used again takes one more, "
        "which MResetZ and MResetEachZ avoid"
        if target.profile is QirProfile.BASE
        else ""
    )
    return TooManyQubitsError(
        f"{label} uses {needed} qubits, and {target.id} has {target.num_qubits}{hint}",
        argument="program",
        target=target.id,
        needed=needed,
        available=target.num_qubits,
    )
