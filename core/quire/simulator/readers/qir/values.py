"""LLVM's types and constants as QIR programs write them; nothing about instructions or registers.

Types are kept as text (``i64``, ``double``, ``ptr`` for every kind of pointer, ``void``) or, for arrays, as
an ``ArrayType``. Integers become Python ints from 0 to 2**width - 1, pointers ints, doubles floats.
"""

import re
import struct
from collections.abc import Callable
from typing import Any

import attrs

from quire.simulator.limits import MAX_MEMORY_WORDS, MAX_NESTING


class UnreadableError(Exception):
    """A text is not what it should be; its line is added by who reads the line."""


@attrs.frozen
class ArrayType:
    """An array of memory words.

    Attributes:
        count: How many elements.
        element: Their type.
        words: How many words it takes.
    """

    count: int
    element: "Type"
    words: int = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        words = self.count * words_of(self.element)
        if words > MAX_MEMORY_WORDS:
            raise UnreadableError(f"an array of more than {MAX_MEMORY_WORDS} values")
        object.__setattr__(self, "words", words)


Type = str | ArrayType

_SCALAR = re.compile(r"(?:(void|double|ptr|i([1-9]\d?))|(%[\w.$-]+))(\*{0,4})(?![\w*])\s*")
_ARRAY = re.compile(r"\[(\d{1,9}) x ")
_ATTRIBUTES = re.compile(
    r"(?:(?:zeroext|signext|noundef|nonnull|nocapture|readonly|writeonly|readnone|immarg|captures\(none\)) )+"
)
_INTEGER = re.compile(r"-?\d{1,20}$")
_DECIMAL = re.compile(r"[+-]?\d+\.\d*(?:[eE][+-]?\d+)?$")
_HEXADECIMAL = re.compile(r"0x([0-9A-Fa-f]{16})$")
_ADDRESS = re.compile(r"inttoptr \(i64 (\d{1,18}) to ([^()]+)\)$")
_MAX_WIDTH = 64


def words_of(kind: Type) -> int:
    """How many memory words a value of this type takes."""
    return kind.words if isinstance(kind, ArrayType) else 1


def width_of(kind: Type) -> int:
    """The width of an integer type in bits."""
    if not isinstance(kind, str) or not kind.startswith("i"):
        raise UnreadableError(f"an integer type is wanted, not {kind}")
    return int(kind[1:])


def take_type(text: str, depth: int = 0) -> tuple[Type, str]:
    """Splits a type off the front of a text; the rest has no attributes or space before it."""
    array = _ARRAY.match(text)
    if array is None:
        return _take_scalar(text)
    if depth > MAX_NESTING:
        raise UnreadableError(f"arrays more than {MAX_NESTING} levels deep")
    element, rest = take_type(text[array.end() :], depth + 1)
    if not rest.startswith("]"):
        raise UnreadableError("an array type that is never closed")
    rest = rest[1:]
    if rest.startswith("*"):
        return "ptr", _bare(rest.lstrip("*"))
    return ArrayType(int(array[1]), element), _bare(rest)


def _take_scalar(text: str) -> tuple[str, str]:
    scalar = _SCALAR.match(text)
    if scalar is None:
        raise UnreadableError(f"unsupported type at {text[:40]!r}")
    plain, width, named, stars = scalar.groups()
    if stars:
        kind = "ptr"
    elif named or (width and int(width) > _MAX_WIDTH):
        raise UnreadableError(f"unsupported type {named or plain}")
    else:
        kind = plain
    return kind, _bare(text[scalar.end() :])


def _bare(text: str) -> str:
    text = text.lstrip()
    attributes = _ATTRIBUTES.match(text)
    return text[attributes.end() :] if attributes else text


def split_commas(text: str) -> list[str]:
    """The parts of a text between its commas, leaving alone those inside brackets; none for an empty text."""
    parts: list[str] = []
    depth = start = 0
    for index, character in enumerate(text):
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character == "," and depth == 0:
            parts.append(text[start:index].strip())
            start = index + 1
    if parts or text.strip():
        parts.append(text[start:].strip())
    return parts


def constant(kind: Type, text: str, address_of: Callable[[str], int]) -> Any:
    """The value of a scalar constant.

    Args:
        kind: Its type.
        text: The constant.
        address_of: Gives the address of a global variable by name.

    Raises:
        UnreadableError: It is not a constant of this type.
    """
    if kind == "double":
        return _double(text)
    if kind == "ptr":
        return _pointer(text, address_of)
    if kind == "i1" and text in ("true", "false"):
        return int(text == "true")
    width = width_of(kind)
    if not _INTEGER.match(text) or not -(1 << (width - 1)) <= int(text) < 1 << width:
        raise UnreadableError(f"{text!r} is not a constant of type {kind}")
    return int(text) & ((1 << width) - 1)


def _double(text: str) -> float:
    if _DECIMAL.match(text):
        return float(text)
    bits = _HEXADECIMAL.match(text)
    if bits is None:
        raise UnreadableError(f"{text!r} is not a constant of type double")
    value: float = struct.unpack(">d", bytes.fromhex(bits[1]))[0]
    return value


def _pointer(text: str, address_of: Callable[[str], int]) -> int:
    if text == "null":
        return 0
    if text.startswith("@"):
        return address_of(text[1:])
    index = _ADDRESS.match(text)
    if index is None or take_type(index[2]) != ("ptr", ""):
        raise UnreadableError(f"{text!r} is not a pointer constant that QIR programs use")
    return int(index[1])
