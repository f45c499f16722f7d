"""Quil text made instructions by quil-rs, which reads no files; what is wrong becomes a fault."""

import re
from typing import Any, Final

from quire.simulator.faults import PayloadError
from quire.simulator.readers.guards import guarded, require_shallow, require_short, text_of

_COMMENT = re.compile(r"#[^\n]*")
_LINE_END = re.compile(r"[\n;,]")
_OPERATOR = re.compile(r"[-+*/^(]")
_DECLARE = re.compile(r"^\s*DECLARE\s+([^\s\[]+)", re.MULTILINE)
MAX_WORDS: Final = 100_000
"""Words of memory that a program may declare."""


def problem(why: str) -> PayloadError:
    """What to raise if the program cannot be run, in the QVM's frame of words."""
    return PayloadError(f"QVM reported a problem running your program: {why}")


def unknown_operator(instruction: str, name: str) -> PayloadError:
    """What to raise for a gate that is not defined, in the QVM's words."""
    return problem(
        "error when calling QVM: failed to perform multishot: Encountered the invalid instruction\n\n"
        f"    {instruction}\n\nwhich could not be executed because the operator {name} is not known"
    )


class Source:
    """A program as it was parsed.

    Attributes:
        instructions: Its instructions without declarations and definitions.
        declarations: The memory regions that it declares, in the order of the text.
        gates: The gates that it defines, by name.
        circuits: The circuits that it defines, by name.
    """

    def __init__(self, data: bytes) -> None:
        """Parses a payload.

        Raises:
            PayloadError: It is no Quil.
        """
        text = text_of(data)
        bare = _COMMENT.sub("", text)
        require_shallow(bare)
        require_short(bare, _LINE_END, _OPERATOR)
        program = guarded(lambda: _parse(text), "Quil")
        self.instructions: list[Any] = program.body_instructions
        declared = program.declarations
        names = _DECLARE.findall(bare)
        repeated = (
            sorted({name for name in names if names.count(name) > 1}) if len(names) > len(declared) else []
        )
        if repeated:
            raise problem(f"memory region {repeated[0]} is declared twice")
        self.declarations = {name: declared[name] for name in names if name in declared}
        self.gates: dict[str, Any] = program.gate_definitions
        self.circuits: dict[str, Any] = program.circuits
        if program.calibrations.to_instructions() or program.waveforms or not program.frames.is_empty():
            raise problem("calibrations, frames and waveforms are for quantum processors only")


def _parse(text: str) -> Any:
    from quil.program import Program

    return Program.parse(text)
