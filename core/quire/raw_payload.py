"""Programs that are already payloads: text, bytes, JSON objects and quire's own Payload, sent as they are."""

import json
import re
from collections.abc import Mapping

import attrs

from quire.errors import InputError, OptionError
from quire.formats import IONQ_CIRCUIT, OWN_RESULTS, QIR
from quire.model import Payload, TargetSpec
from quire.options import Options
from quire.plugins import hookimpl

# Raw bitcode, and bitcode in the wrapper that Apple's tools put around it.
_BITCODE = (b"BC\xc0\xde", b"\xde\xc0\x17\x0b")
# A line of LLVM text that no other payload format has.
_LLVM = re.compile(
    rb"^\s*(?:define\s[^\n]*@|declare\s[^\n]*@|attributes\s+#|target\s+triple|source_filename\s*=|; ModuleID|"
    rb"%[\w.]+\s*=\s*type\s)",
    re.MULTILINE,
)
# LLVM text says what it is early; what stands far down is not looked at.
_LOOKED_AT = 1 << 16


def _is_qir(data: bytes) -> bool:
    return data.startswith(_BITCODE) or _LLVM.search(data, 0, _LOOKED_AT) is not None


def _format(target: TargetSpec, options: Options, default: str) -> str:
    chosen = options.take("input_data_format", str, default)
    if chosen not in target.input_formats:
        raise OptionError(
            f"{target.id} does not take input_data_format={chosen!r}; it takes "
            + ", ".join(target.input_formats),
            argument="input_data_format",
        )
    return chosen


def _payload(data: bytes, target: TargetSpec, options: Options) -> Payload:
    default = QIR if QIR in target.input_formats and _is_qir(data) else target.input_formats[0]
    chosen = _format(target, options, default)
    return Payload(data, format=chosen, output_format=OWN_RESULTS.get(chosen))


def _json(program: Mapping[str, object]) -> bytes:
    try:
        return json.dumps(program, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(f"the program is a dict that is no JSON: {error}", argument="program") from error


@hookimpl(trylast=True)
def encode_program(program: object, target: TargetSpec, options: Options) -> Payload | None:
    """Takes str, bytes-like, dict and Payload programs; see ``hookspecs.encode_program``.

    Text and bytes are taken for the format that ``input_data_format=`` names, else for QIR if they look like
    it, else for the target's first. A dict is a program in JSON, if the target takes such.
    """
    if isinstance(program, Payload):
        chosen = _format(target, options, program.format)
        results = program.output_format or OWN_RESULTS.get(chosen)
        return attrs.evolve(program, format=chosen, output_format=results)
    if isinstance(program, str):
        return _payload(program.encode(), target, options)
    if isinstance(program, bytes | bytearray | memoryview):
        return _payload(bytes(program), target, options)
    if isinstance(program, dict) and IONQ_CIRCUIT in target.input_formats:
        return _payload(_json(program), target, options)
    return None
