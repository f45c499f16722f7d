"""What a reader makes of a payload: one record for all formats, so that writers need not know them."""

from collections.abc import Iterable

import attrs

from quire.simulator.circuit import Circuit
from quire.simulator.program import Program


@attrs.frozen
class Reading:
    """A payload as it was read.

    Attributes:
        programs: What to run, one after another, with all shots each; their shots follow one another.
        registers: The names of the registers that each outcome holds, in order: a list for one register, a
            tuple of lists for none or several. None if the format names none.
    """

    programs: Iterable[Circuit | Program]
    registers: tuple[str, ...] | None = None
