"""The memory that a module's global variables make up: arrays of numbers and pointers, one word per value."""

import re
from collections.abc import Mapping
from typing import Any

from quire.simulator.limits import MAX_LINE_LENGTH, MAX_MEMORY_WORDS, MAX_NESTING
from quire.simulator.program import FIRST_ADDRESS
from quire.simulator.readers.qir.module import Module, refuse_line
from quire.simulator.readers.qir.values import (
    ArrayType,
    Type,
    UnreadableError,
    constant,
    split_commas,
    take_type,
    words_of,
)

_DEFINITION = re.compile(
    r"(?:(?:private|internal|external|dso_local|local_unnamed_addr|unnamed_addr) )*(constant|global) (.*?)"
    r"(?:, align \d+)?\s*(?:;.*)?$"
)


class Globals:
    """The global variables of a module.

    Byte strings are output labels; they take no memory and have no address.

    Attributes:
        memory: The words of all variables, constants first.
        num_constants: How many of the words belong to constants.
    """

    def __init__(self, module: Module) -> None:
        """Lays the variables out and reads what they hold.

        Raises:
            PayloadError: One cannot be read.
        """
        self.memory: list[Any] = []
        self.num_constants = 0
        self._addresses: dict[str, int] = {}
        self._lay_out(module.constants)

    def address_of(self, name: str) -> int:
        """The address of a variable's first word.

        Raises:
            UnreadableError: There is no variable of this name, or it is a byte string.
        """
        if name not in self._addresses:
            raise UnreadableError(f"@{name} is no variable with numbers or pointers")
        return self._addresses[name]

    def _lay_out(self, definitions: Mapping[str, tuple[int, str]]) -> None:
        found: list[tuple[str, bool, Type, str, int]] = []
        for name, (number, text) in definitions.items():
            try:
                definition = _DEFINITION.match(text) if len(text) <= MAX_LINE_LENGTH else None
                if definition is None:
                    raise UnreadableError("this form of global variable is not supported")
                kind, value = take_type(definition[2])
            except UnreadableError as error:
                raise refuse_line(number, f"@{name} = {text}", str(error)) from None
            if not (isinstance(kind, ArrayType) and kind.element == "i8"):
                found.append((name, definition[1] == "constant", kind, value, number))
        found.sort(key=lambda row: not row[1])
        words = 0
        for name, is_constant, kind, _, number in found:
            self._addresses[name] = FIRST_ADDRESS + words
            words += words_of(kind)
            if words > MAX_MEMORY_WORDS:
                raise refuse_line(number, f"@{name}", f"more than {MAX_MEMORY_WORDS} global values")
            self.num_constants = words if is_constant else self.num_constants
        for name, _, kind, value, number in found:
            try:
                self._fill(kind, value)
            except UnreadableError as error:
                raise refuse_line(number, f"@{name} = {value}", str(error)) from None

    def _fill(self, kind: Type, text: str, depth: int = 0) -> None:
        if not isinstance(kind, ArrayType):
            self.memory.append(constant(kind, text, self.address_of))
            return
        if depth > MAX_NESTING:
            raise UnreadableError(f"arrays more than {MAX_NESTING} levels deep")
        if text == "zeroinitializer":
            self.memory += [_zero(kind)] * kind.words
            return
        if not (text.startswith("[") and text.endswith("]")):
            raise UnreadableError("not an array of constants")
        elements = split_commas(text[1:-1])
        if len(elements) != kind.count:
            raise UnreadableError(f"{len(elements)} elements in an array of {kind.count}")
        for element in elements:
            element_kind, value = take_type(element)
            if element_kind != kind.element:
                raise UnreadableError(f"an element of another type: {element}")
            self._fill(element_kind, value, depth + 1)


def _zero(kind: Type) -> int | float:
    while isinstance(kind, ArrayType):
        kind = kind.element
    return 0.0 if kind == "double" else 0
