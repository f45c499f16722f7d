"""What text must keep to before a parser sees it: what is too deep ends the process, as parsers recurse."""

import re
from collections.abc import Callable
from typing import Final, TypeVar

from quire.simulator.faults import PayloadError

MAX_TEXT_BYTES: Final = 16 * 2**20
"""The size of a program as text: some 800 000 gates."""

MAX_DEPTH: Final = 200
"""Brackets within brackets."""

MAX_OPERATORS: Final = 1000
"""Operators of one expression; the parsers end the process at some ten thousand."""

_BRACKET = re.compile(r"[()\[\]{}]")
_OPENING = "([{"
T = TypeVar("T")


def text_of(data: bytes) -> str:
    """A payload as text.

    Raises:
        PayloadError: It is too large, or no UTF-8.
    """
    if len(data) > MAX_TEXT_BYTES:
        raise PayloadError(f"the payload has {len(data)} bytes; the simulator takes {MAX_TEXT_BYTES} of text")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise PayloadError(f"the payload is not UTF-8 text: {error}") from None


def require_shallow(text: str) -> None:
    """Refuses text with brackets too deep in one another; comments should be gone.

    Raises:
        PayloadError: It has such brackets.
    """
    depth = 0
    for found in _BRACKET.finditer(text):
        if found[0] in _OPENING:
            depth += 1
            if depth > MAX_DEPTH:
                line = text.count("\n", 0, found.start()) + 1
                raise PayloadError(f"line {line}: brackets are nested more than {MAX_DEPTH} deep")
        elif depth:
            depth -= 1


def require_short(text: str, separator: re.Pattern[str], nesting: re.Pattern[str]) -> None:
    """Refuses text with too much in one expression or statement.

    Args:
        text: The text, without comments.
        separator: What stands between expressions.
        nesting: What makes an expression or statement deeper.

    Raises:
        PayloadError: It has such an expression.
    """
    begin = 0
    for found in separator.finditer(text):
        _require_short(text, begin, found.start(), nesting)
        begin = found.end()
    _require_short(text, begin, len(text), nesting)


def _require_short(text: str, begin: int, end: int, nesting: re.Pattern[str]) -> None:
    if end - begin > MAX_OPERATORS and len(nesting.findall(text, begin, end)) > MAX_OPERATORS:
        line = text.count("\n", 0, begin) + 1
        raise PayloadError(f"line {line}: an expression has more than {MAX_OPERATORS} operators")


def guarded(parse: Callable[[], T], what: str) -> T:
    """Calls a parser that is written in Rust, whose panics are no ordinary exceptions.

    Raises:
        PayloadError: It raised whatever it raised.
        ImportError: It is not installed.
    """
    try:
        return parse()
    except (KeyboardInterrupt, SystemExit, MemoryError, ImportError):
        raise
    except BaseException as error:  # noqa: BLE001 - Rust panics derive from BaseException
        raise PayloadError(f"the payload is no valid {what}: {error}") from None
