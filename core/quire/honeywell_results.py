"""The format honeywell.quantum-results.v1, both ways: one string of bits per register and shot.

The first character of a string is the register's highest bit.
"""

import json
from collections.abc import Sequence

from quire.formats import HONEYWELL_RESULTS
from quire.model import JobDetails
from quire.plugins import hookimpl
from quire.register_results import Registers, read, registers_of
from quire.results import Results, Value

# Not a register, wherever it comes from.
_NO_REGISTER = "access_token"


def write_bits(outcomes: Sequence[Value], order: Sequence[int], registers: Sequence[str]) -> bytes:
    """Writes shots.

    Args:
        outcomes: The distinct outcomes: the bits of each register, lowest index first.
        order: For each shot, the index of its outcome in ``outcomes``.
        registers: The registers' names.

    Returns:
        Compact JSON: ``{"c":["10","11"]}``.
    """
    texts = [
        ['"' + "".join(map(str, reversed(bits))) + '"' for bits in registers_of(outcome)]
        for outcome in outcomes
    ]
    entries = ",".join(
        f"{json.dumps(name)}:[{','.join([texts[number][place] for number in order])}]"
        for place, name in enumerate(registers)
    )
    return f"{{{entries}}}".encode()


def _bits(text: object) -> list[int]:
    if not isinstance(text, str) or set(text) - {"0", "1"}:
        raise ValueError(f"{text!r} is no string of bits")
    return [int(character) for character in reversed(text)]


def _parse(data: bytes) -> Registers[object]:
    body = json.loads(data)
    return {name: list(texts) for name, texts in body.items() if name != _NO_REGISTER}, _bits


@hookimpl(trylast=True)
def decode_output(format: str, data: bytes, job: JobDetails) -> Results | None:
    """Reads the format; see ``hookspecs.decode_output``."""
    return read(format, data, job, _parse) if format == HONEYWELL_RESULTS else None
