"""Q# source text as tokens; knows strings, interpolation and comments, and nothing about declarations."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

import attrs

from quire.errors import InputError

OPENING: Final = {"(": ")", "[": "]", "{": "}"}

# Names may hold any letter or number of Unicode (the compiler: alphabetic and alphanumeric characters, and
# ``_``). Outside of strings and comments it takes no other character beyond ASCII but blanks, so that these
# need not be told apart here.
_FIRST = r"(?:[A-Za-z_]|[^\x00-\x7f\s])"
FOLLOWING: Final = r"(?:\w|[^\x00-\x7f\s])"
"""A regular expression of one character inside a name."""
WORD: Final = f"{_FIRST}{FOLLOWING}*"
"""A regular expression of a name without a namespace."""

_WORD = re.compile(WORD)
_TOKEN = re.compile(
    rf"""
    (?P<blank>\s+ | //[^\n]*)
  | (?P<interpolated>\$")
  | (?P<string>"(?:[^"\\]|\\.)*")
  | (?P<word>'?{WORD})
  | (?P<number>\d[\w.]*?(?=\.\.|[^\w.]|$) | \.\d\w*)
  | (?P<sign>=> | -> | \.\.\. | \.\. | :: | .)
    """,
    re.VERBOSE | re.DOTALL,
)


@attrs.frozen(slots=True)
class Token:
    """A piece of source text.

    Attributes:
        kind: ``word`` (names, keywords, type parameters), ``string``, ``number`` or ``sign``.
        text: The piece.
        start: Where it begins.
        end: Where it ends.
    """

    kind: str
    text: str
    start: int
    end: int


def tokens(source: str) -> list[Token]:
    """The tokens of a source text, without blanks and comments.

    Args:
        source: Q# source, whole or a piece.

    Raises:
        InputError: A string is not closed.
    """
    return list(_scan(source))


def _scan(source: str) -> Iterator[Token]:
    position = 0
    while position < len(source):
        match = _TOKEN.match(source, position)
        kind = match.lastgroup if match else None
        if match is None or kind is None or (kind == "sign" and match[0] == '"'):
            raise InputError(f"a string that begins at {source[position : position + 20]!r} is not closed")
        end = match.end()
        if kind == "interpolated":
            end = _interpolated_end(source, match.end())
            yield Token("string", source[position:end], position, end)
        elif kind != "blank":
            yield Token(kind, match[0], position, end)
        position = end


def _interpolated_end(source: str, position: int) -> int:
    """Where an interpolated string ends that is open at a position; its braces hold any expressions."""
    while position < len(source):
        char = source[position]
        if char == '"':
            return position + 1
        if char == "\\":
            position += 2
        elif char == "{":
            position = _braces_end(source, position + 1)
        else:
            position += 1
    raise InputError("an interpolated string is not closed")


def _braces_end(source: str, position: int) -> int:
    depth = 1
    while position < len(source):
        match = _TOKEN.match(source, position)
        if match is None:
            break
        position = match.end()
        if match.lastgroup == "interpolated":
            position = _interpolated_end(source, position)
        elif match[0] in "{}":
            depth += 1 if match[0] == "{" else -1
            if depth == 0:
                return position
    raise InputError("an interpolated string is not closed")


def words(text: str) -> list[str]:
    """All names and keywords in a text, also those inside of its strings and comments."""
    return _WORD.findall(text)


def closing(found: Sequence[Token], start: int) -> int:
    """The index of the bracket that closes the one at ``start``.

    Raises:
        InputError: It is not closed.
    """
    open_, close = found[start].text, OPENING[found[start].text]
    depth = 0
    for i in range(start, len(found)):
        if found[i].kind == "sign":
            depth += (found[i].text == open_) - (found[i].text == close)
            if depth == 0:
                return i
    raise InputError(f"{open_!r} is not closed in the Q# source")


def joined(found: Sequence[Token]) -> str:
    """The text of tokens, with a blank only where two words would run into one."""
    parts: list[str] = []
    for i, token in enumerate(found):
        if i and token.kind == "word" and found[i - 1].kind == "word":
            parts.append(" ")
        parts.append(token.text)
    return "".join(parts)


def split(found: Sequence[Token]) -> list[list[Token]]:
    """The parts between commas outside of any bracket; no part after a trailing comma."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in found:
        if token.kind == "sign":
            depth += (token.text in "([{") - (token.text in ")]}")
            if token.text == "," and depth == 0:
                parts.append([])
                continue
        parts[-1].append(token)
    return parts if parts[-1] else parts[:-1]
