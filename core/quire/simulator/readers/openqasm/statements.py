"""Which module writes which of OpenQASM's statements."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from quire.simulator.readers.openqasm import (
    assignments,
    branches,
    declarations,
    loops,
    operations,
    subroutines,
)
from quire.simulator.readers.openqasm.writer import Handler, Writer


def _nothing(_w: Writer, _node: Any) -> None:
    """Statements that change nothing here."""


HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        **assignments.HANDLERS,
        **branches.HANDLERS,
        **declarations.HANDLERS,
        **loops.HANDLERS,
        **operations.HANDLERS,
        **subroutines.HANDLERS,
        **dict.fromkeys(("QuantumBarrier", "DelayInstruction", "Pragma"), _nothing),
    }
)
"""What writes a statement, by the kind of its node."""
