"""Programs that are already payloads: text, bytes and quire's own Payload, sent as they are."""

import attrs

from quire.errors import OptionError
from quire.model import Payload, TargetSpec
from quire.options import Options
from quire.plugins import hookimpl


def _format(target: TargetSpec, options: Options, default: str) -> str:
    chosen = options.take("input_data_format", str, default)
    if chosen not in target.input_formats:
        raise OptionError(
            f"{target.id} does not take input_data_format={chosen!r}; it takes "
            + ", ".join(target.input_formats),
            argument="input_data_format",
        )
    return chosen


@hookimpl(trylast=True)
def encode_program(program: object, target: TargetSpec, options: Options) -> Payload | None:
    """Takes str, bytes-like and Payload programs; see ``hookspecs.encode_program``.

    Text and bytes are taken for the format that ``input_data_format=`` names, else for the target's first.
    """
    if isinstance(program, Payload):
        return attrs.evolve(program, format=_format(target, options, program.format))
    if isinstance(program, str):
        data = program.encode()
    elif isinstance(program, bytes | bytearray | memoryview):
        data = bytes(program)
    else:
        return None
    return Payload(data, format=_format(target, options, target.input_formats[0]))
