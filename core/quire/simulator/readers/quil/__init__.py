"""The reader of ``rigetti.quil.v1``: Quil as Rigetti's quantum virtual machine runs it."""

import itertools
from collections.abc import Mapping
from typing import Any

from quire.model import TargetSpec
from quire.simulator.readers.quil.instructions import Instructions
from quire.simulator.readers.quil.source import Source
from quire.simulator.readers.quil.substitutions import read_substitutions
from quire.simulator.reading import Reading


def read_quil(data: bytes, target: TargetSpec, params: Mapping[str, Any]) -> Reading:
    """Reads a Quil program; what it puts out are the memory regions that it writes to, and ``ro``.

    Args:
        data: The payload.
        target: The target it is for.
        params: The job's parameters; ``substitutions`` gives values of memory, and the program runs once for
            each set of them.

    Raises:
        PayloadError: It cannot be read, or is too wide for the target.
    """
    source = Source(data)
    sets = read_substitutions(params)
    first = Instructions(source, target, sets[0])
    program = first.program()
    rest = (Instructions(source, target, values).program() for values in sets[1:])
    programs = itertools.chain([program], rest)
    return Reading(programs, tuple(first.memory.records()[0]))
