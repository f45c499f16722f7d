"""The values that a job gives to the ``input`` variables of an OpenQASM 3 program."""

import math
import re
from collections.abc import Mapping
from typing import Any

from quire.simulator.faults import PayloadError

_BIT_STRING = re.compile(r"[01]+")


class Inputs:
    """Values by name, each of which the program must declare."""

    def __init__(self, params: Mapping[str, Any]) -> None:
        """Reads the job's parameter ``inputs``.

        Args:
            params: The job's parameters.

        Raises:
            PayloadError: It is no object of names and values.
        """
        given = params.get("inputs")
        if given is not None and not isinstance(given, Mapping):
            raise PayloadError(f"inputs must be an object of names and values, not {given!r}")
        self._values: dict[str, Any] = dict(given or {})

    def take(self, name: str, kind: str) -> bool | int | float:
        """The value of an input; what nobody takes is refused by :meth:`require_taken`.

        Args:
            name: The variable.
            kind: Its type: ``int``, ``uint``, ``float``, ``angle`` or ``bool``.

        Raises:
            ValueError: It has no value, or one of another type.
        """
        value = self._find(name)
        is_whole = type(value) is int and (value >= 0 or kind != "uint")
        is_real = type(value) is int or (type(value) is float and math.isfinite(value))
        fits = {"bool": isinstance(value, bool), "int": is_whole, "uint": is_whole}
        if not fits.get(kind, is_real):
            raise ValueError(f"the input {name} is of the type {kind}, which {value!r} is not")
        number: bool | int | float = value
        return number

    def take_bits(self, name: str, count: int) -> int:
        """The value of an input of bits, written as a string whose last character is the lowest bit.

        Raises:
            ValueError: It has no value, or one of another width.
        """
        value = self._find(name)
        if not isinstance(value, str) or len(value) != count or not _BIT_STRING.fullmatch(value):
            raise ValueError(f"the input {name} is a string of {count} characters 0 and 1, not {value!r}")
        return int(value, 2)

    def _find(self, name: str) -> Any:
        if name not in self._values:
            raise ValueError(f"the input {name} has no value; give it one in the parameter inputs")
        return self._values.pop(name)

    def require_taken(self) -> None:
        """Refuses values that the program has no inputs for.

        Raises:
            PayloadError: There are some.
        """
        if self._values:
            names = ", ".join(sorted(map(str, self._values)))
            raise PayloadError(f"inputs names what the program does not declare as input: {names}")
