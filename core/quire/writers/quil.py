"""Quil as a payload: Rigetti's text format, after https://github.com/quil-lang/quil; nothing about SDKs.

Gates that the specification's table of standard gates lacks are written by modifiers, or defined at the
top of the programs that use them.
"""

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from quire.formats import RIGETTI_QUIL, RIGETTI_RESULTS
from quire.writers.frame import BlockFrame
from quire.writers.gates import number_text

REGION = "ro"
"""The memory region of the results; result i is its word i."""

_SPELLINGS = {
    "sdg": "DAGGER S",
    "tdg": "DAGGER T",
    # The same up to a global phase, which nothing shows as it stands under no control.
    "sx": f"RX({number_text(math.pi / 2)})",
    "cx": "CNOT",
    "cy": "CONTROLLED Y",
    "ccx": "CCNOT",
}
_PAULI_ROTATIONS = ("rxx", "ryy", "rzz")


def _templates() -> dict[str, str]:
    plain = {name: name.upper() for name in ("h", "x", "y", "z", "s", "t", "cz", "swap")} | _SPELLINGS
    pairs = ("cx", "cy", "cz", "swap")
    places = {name: "%s %s" if name in pairs else "%s" for name in plain} | {"ccx": "%s %s %s"}
    gates = {name: f"{spelling} {places[name]}\n" for name, spelling in plain.items()}
    gates |= {name: f"{name.upper()}(%s) %s\n" for name in ("rx", "ry", "rz")}
    return gates | {name: f"{name.upper()}(%s) %s %s\n" for name in _PAULI_ROTATIONS}


def _definition(name: str) -> str:
    # The exponential of -i times the sum.
    letters = name[1:].upper()
    return f"DEFGATE {name.upper()}(%theta) a b AS PAULI-SUM:\n    {letters}(%theta/2) a b\n"


class QuilFrame(BlockFrame):
    """A Quil program under construction; see :class:`quire.writers.frame.BlockFrame`."""

    format: ClassVar[str] = RIGETTI_QUIL
    output_format: ClassVar[str] = RIGETTI_RESULTS
    gates: ClassVar[Mapping[str, str]] = MappingProxyType(_templates())
    measure: ClassVar[str] = "MEASURE %s %s\n"
    reset: ClassVar[str] = "RESET %s\n"

    def __init__(self, num_qubits: int, num_results: int) -> None:
        """Begins an empty program.

        Args:
            num_qubits: How many qubits it may name.
            num_results: How many results it may name.
        """
        super().__init__([str(i) for i in range(num_qubits)], [f"{REGION}[{i}]" for i in range(num_results)])

    def add_result(self) -> int:
        """See :meth:`quire.writers.frame.BlockFrame.add_result`."""
        self.results.append(f"{REGION}[{len(self.results)}]")
        return len(self.results) - 1

    def begin_block(self, name: str, go_to: str | None = None) -> None:
        """See :meth:`quire.writers.frame.BlockFrame.begin_block`."""
        jump = f"JUMP @{go_to}\n" if go_to and go_to != name else ""
        self.lines.append(f"{jump}LABEL @{name}\n")

    def branch(self, result: str, if_one: str, if_zero: str, begin: str) -> None:
        """See :meth:`quire.writers.frame.BlockFrame.branch`."""
        self.lines.append(f"JUMP-WHEN @{if_one} {result}\nJUMP @{if_zero}\nLABEL @{begin}\n")

    def text(self) -> bytes:
        """The whole program, UTF-8. Its answer is one row per shot, result 0 first."""
        body = "".join(self.lines)
        used = [name for name in _PAULI_ROTATIONS if f"{name.upper()}(" in body]
        declaration = f"DECLARE {REGION} BIT[{len(self.results)}]\n"
        return "".join((declaration, *map(_definition, used), body)).encode()
