"""What names stand for in an OpenQASM program: qubits, bits, variables, arrays, gates and subroutines."""

from collections.abc import Sequence
from typing import Any

import attrs

from quire.simulator.readers.builder import BIT, INTEGER, REAL, Number, Register

KINDS = {"int": INTEGER, "uint": INTEGER, "float": REAL, "angle": REAL, "bool": BIT}
"""The scalar types, and what kind of number each holds."""


@attrs.frozen
class Qubits:
    """Some qubits.

    Attributes:
        items: Their indices.
        is_register: Whether they are a register, though perhaps of one.
    """

    items: Sequence[int | Register]
    is_register: bool


@attrs.frozen
class Bits:
    """Some classical bits.

    Attributes:
        items: The results that hold them, the least significant first.
        is_register: Whether they are a register, though perhaps of one.
    """

    items: Sequence[int | Register]
    is_register: bool


@attrs.frozen
class BitString:
    """A literal of bits.

    Attributes:
        value: The number it stands for; its last character is the least significant bit.
        width: How many characters it has.
    """

    value: int
    width: int


@attrs.frozen
class Scalar:
    """A scalar type: ``int``, ``uint``, ``float``, ``angle`` or ``bool``, and its width in bits."""

    name: str
    width: int

    @property
    def kind(self) -> str:
        """What kind of number it holds."""
        return KINDS[self.name]


@attrs.define(eq=False)
class Variable:
    """A scalar variable or constant.

    Attributes:
        type: Its type.
        value: What it holds; once it may depend on what was measured, the register it lives in for good.
        is_constant: Whether it may not be assigned to.
    """

    type: Scalar
    value: Number
    is_constant: bool = False


@attrs.define(eq=False)
class Array:
    """An array: variables, or arrays of them."""

    items: list[Any]


@attrs.frozen(eq=False)
class GateDefinition:
    """A gate of the program's own: the names of its angles and qubits, and its statements."""

    name: str
    params: Sequence[str]
    qubits: Sequence[str]
    body: Sequence[Any]


@attrs.frozen(eq=False)
class Subroutine:
    """A subroutine: its node, and the scope that it was defined in."""

    node: Any
    scope: "Scope"


class Duration:
    """A length of time; it changes nothing, since nothing takes time here."""


class Scope:
    """Names, and what they stand for."""

    def __init__(self, outer: "Scope | None" = None, is_closed: bool = False) -> None:
        """A scope within another.

        Args:
            outer: What it is in.
            is_closed: Whether it is that of a gate or subroutine, which sees nothing that changes around it.
        """
        self._outer = outer
        self._is_closed = is_closed
        self._names: dict[str, Any] = {}

    def find(self, name: str) -> Any:
        """What a name stands for; None if nothing."""
        scope: Scope | None = self
        is_closed = False
        while scope is not None:
            found = scope._names.get(name)
            if found is not None:
                return None if is_closed and _changes(found) else found
            is_closed = is_closed or scope._is_closed
            scope = scope._outer
        return None

    def bind(self, name: str, value: Any) -> bool:
        """Gives a name a meaning; answers False if it has one in this very scope."""
        if name in self._names:
            return False
        self._names[name] = value
        return True

    def clear(self) -> None:
        """Forgets all names: those of subroutines lead back to the scope that they are defined in."""
        self._names.clear()


def _changes(value: Any) -> bool:
    if isinstance(value, Variable):
        return not value.is_constant
    return isinstance(value, Bits | Array)


def index_of(index: int | float, count: int) -> int:
    """An index into so many items, from the end if it is negative."""
    if index != int(index) or not -count <= index < count:
        raise ValueError(f"index {index} of {count}")
    return int(index) % count
