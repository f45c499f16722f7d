"""The gates that every payload format can write, by quire's names, and how their angles are written."""

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from quire.errors import InputError


class GateShape(NamedTuple):
    """What a gate takes.

    Attributes:
        num_params: How many angles, in radians.
        num_qubits: How many qubits, controls first.
    """

    num_params: int
    num_qubits: int


def _gates() -> dict[str, GateShape]:
    rows = {
        (0, 1): "h x y z s sdg t tdg sx",
        (1, 1): "rx ry rz",
        (0, 2): "cx cy cz swap",
        (1, 2): "rxx ryy rzz",
        (0, 3): "ccx",
    }
    return {name: GateShape(*shape) for shape, names in rows.items() for name in names.split()}


GATES: Mapping[str, GateShape] = MappingProxyType(_gates())
"""The gates: ``rx(t) = exp(-i t X/2)``, likewise the other rotations; ``sx`` is the square root of ``x``."""


def number_text(value: float) -> str:
    """An angle as every format reads it, exactly: the shortest decimal that is this number.

    Args:
        value: A finite number; a negative zero is written as zero.

    Raises:
        InputError: It is infinite or not a number; either would make an invalid program.
    """
    number = float(value) + 0.0
    text = repr(number)
    if "e" in text:
        # LLVM and OpenQASM 2 want a point in every decimal; Python leaves it out before an exponent.
        return text if "." in text else text.replace("e", ".0e")
    if "n" in text and not math.isfinite(number):
        raise InputError(f"an angle must be finite, not {number!r}", argument="angle")
    return text
