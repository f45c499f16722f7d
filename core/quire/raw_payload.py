"""Programs that are payloads already, sent as they are: text, bytes, files, JSON objects, quire's Payload."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

import attrs

from quire.errors import InputError, OptionError, TranslationError
from quire.formats import IONQ_CIRCUIT, OWN_RESULTS
from quire.model import Payload, TargetSpec
from quire.options import Options
from quire.plugins import hookimpl
from quire.recognition import KINDS, QSHARP, SUFFIXES, certain_kind

_TITLES = {
    "qir": "QIR",
    "openqasm": "OpenQASM",
    "quil": "Quil",
    "ionq": "JSON",
    QSHARP: "Q# source",
}


def _named_format(target: TargetSpec, options: Options) -> str | None:
    """The format that the user names; None if there is none."""
    named = options.take_any("input_data_format")
    return None if named is None else _taken_format(target, named)


def _taken_format(target: TargetSpec, chosen: object) -> str:
    if not isinstance(chosen, str) or chosen not in target.input_formats:
        raise OptionError(
            f"{target.id} does not take input_data_format={chosen!r:.100}; it takes "
            + ", ".join(target.input_formats),
            argument="input_data_format",
        )
    return chosen


def _payload(data: bytes, target: TargetSpec, options: Options, kind: str | None = None) -> Payload:
    """The payload of a program.

    Args:
        data: The program.
        target: Where it is to run.
        options: The submission's options.
        kind: What it is known to be; None to look.
    """
    chosen = _named_format(target, options)
    if chosen is None:
        kind = kind or certain_kind(data)
        chosen = target.input_formats[0] if kind is None else _format_of(kind, target)
    return Payload(data, format=chosen, output_format=OWN_RESULTS.get(chosen))


def _format_of(kind: str, target: TargetSpec) -> str:
    """The format in which a target takes a program of some kind.

    Raises:
        TranslationError: It takes none.
    """
    format = KINDS[kind]
    first = target.input_formats[0]
    # A format of somebody else's may look like anything.
    if format in target.input_formats or first not in KINDS.values():
        return format if format in target.input_formats else first
    if kind == QSHARP:
        remedy = "give it as quire_qsharp.Source(text), or the pathlib.Path of its .qs file (extra qsharp)"
    else:
        remedy = "choose a target that takes it (quire targets shows them)"
    raise TranslationError(
        f"the program is {_TITLES[kind]}, and {target.id} takes {', '.join(target.input_formats)}; {remedy}, "
        "or say what it is with input_data_format=",
        argument="program",
        target=target.id,
        element=kind,
    )


def _file(path: Path, target: TargetSpec, options: Options) -> Payload | None:
    """The payload of a program in a file; None for Q#, which an adapter compiles."""
    kind = SUFFIXES.get(path.suffix.lower())
    if kind == QSHARP or path.is_dir():
        return None
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"the program {path} cannot be read: {error}", argument="program") from error
    return attrs.evolve(_payload(data, target, options, kind), name=path.stem)


def _refuse_name(text: str, target: TargetSpec) -> None:
    """Refuses the name of a file in the place of what is in it."""
    if text.endswith(tuple(SUFFIXES)) and "\n" not in text and target.input_formats[0] in KINDS.values():
        raise InputError(
            f"the program is the text {text!r:.200}, which is no program but the name of a file; "
            f"submit pathlib.Path({text!r:.200})",
            argument="program",
        )


def _utf8(program: str) -> bytes:
    try:
        return program.encode()
    except UnicodeEncodeError as error:
        raise InputError(f"the program is no valid Unicode text: {error}", argument="program") from error


def _json(program: Mapping[str, object]) -> bytes:
    try:
        return json.dumps(program, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(f"the program is a dict that is no JSON: {error}", argument="program") from error


@hookimpl(trylast=True)
def encode_program(program: object, target: TargetSpec, options: Options) -> Payload | None:
    """Takes str, bytes-like, dict, path and Payload programs; see ``hookspecs.encode_program``.

    Text and bytes are taken for the format that ``input_data_format=`` names, else for what they certainly
    are (QIR, OpenQASM, JSON), else for the target's first. The suffix of a file counts before its content. A
    dict is a program in JSON, if the target takes such.
    """
    if isinstance(program, Payload):
        chosen = _named_format(target, options) or _taken_format(target, program.format)
        results = program.output_format or OWN_RESULTS.get(chosen)
        return attrs.evolve(program, format=chosen, output_format=results)
    if isinstance(program, str):
        _refuse_name(program, target)
        return _payload(_utf8(program), target, options)
    if isinstance(program, (bytes, bytearray, memoryview)):
        return _payload(bytes(program), target, options)
    if isinstance(program, dict) and IONQ_CIRCUIT in target.input_formats:
        return _payload(_json(program), target, options)
    if isinstance(program, os.PathLike):
        return _file(Path(os.fsdecode(program)), target, options)
    return None
