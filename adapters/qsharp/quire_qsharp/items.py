"""Q# source text as its items: namespaces, imports, declarations; statements between them are left out."""

from collections.abc import Iterator, Sequence
from typing import Final

import attrs

from quire.errors import InputError
from quire_qsharp.syntax import OPENING, Token, closing, joined, tokens

CALLABLES: Final = frozenset({"operation", "function"})
TYPES: Final = frozenset({"struct", "newtype"})
_DIRECTIVES: Final = frozenset({"open", "import", "export"})


@attrs.frozen
class Item:
    """A declaration or directive of a source text.

    Attributes:
        kind: The keyword that makes it: ``operation``, ``function``, ``struct``, ``newtype``, ``open``,
            ``import`` or ``export``.
        name: What it declares; empty for directives.
        namespace: The namespace block that it stands in; empty outside of any.
        attributes: The names of its attributes, such as ``EntryPoint``.
        tokens: Its tokens, from the keyword on.
        text: Its text, attributes and documentation comments included.
        first: The line and column of its first token, counted from 1.
        last: The line and column behind its last token.
    """

    kind: str
    name: str
    namespace: str
    attributes: tuple[str, ...]
    tokens: tuple[Token, ...]
    text: str
    first: tuple[int, int] = (0, 0)
    last: tuple[int, int] = (0, 0)

    @property
    def full_name(self) -> str:
        """Its name with its namespace."""
        return f"{self.namespace}.{self.name}" if self.namespace else self.name

    def covers(self, line: int, column: int) -> bool:
        """Whether a place of the source text, counted from 1, is inside."""
        return self.first <= (line, column) < self.last

    @property
    def words(self) -> frozenset[str]:
        """All names and keywords in it."""
        return frozenset(token.text for token in self.tokens if token.kind == "word")


def items(source: str) -> list[Item]:
    """The items of a source text, in order.

    Args:
        source: Q# source, as ``qsharp.eval`` takes it.

    Raises:
        InputError: A string or bracket is not closed.
    """
    return list(_items(source, tokens(source), ""))


def _items(source: str, found: Sequence[Token], namespace: str) -> Iterator[Item]:
    i = 0
    start: int | None = None
    attributes: list[str] = []
    previous_end = found[0].start if found else 0
    while i < len(found):
        word = found[i].text if found[i].kind == "word" else ""
        if start is None:
            start = _with_comments(source, previous_end, found[i].start)
        if found[i].text == "@":
            attributes.append(found[i + 1].text if i + 1 < len(found) else "")
            i = _after_attribute(found, i)
            continue
        if word == "internal":
            i += 1
            continue
        if word == "namespace":
            opening = _find(found, i, "{")
            name = joined(found[i + 1 : opening])
            end = closing(found, opening)
            yield from _items(source, found[opening + 1 : end], f"{namespace}.{name}".lstrip("."))
        elif word in _DIRECTIVES or word in TYPES or word in CALLABLES:
            end = _end(found, i, word)
            name = "" if word in _DIRECTIVES or i + 1 >= len(found) else found[i + 1].text
            text = source[start : found[end].end]
            yield Item(
                word,
                name,
                namespace,
                tuple(attributes),
                tuple(found[i : end + 1]),
                text,
                _place(source, found[i].start),
                _place(source, found[end].end),
            )
        else:
            end = closing(found, i) if found[i].text in OPENING else i
        previous_end = found[end].end
        i, start, attributes = end + 1, None, []


def _with_comments(source: str, previous_end: int, start: int) -> int:
    """Where the comments begin that stand before a token, on lines of their own."""
    newline = source.find("\n", previous_end, start)
    return start if newline < 0 else newline + 1


def _place(source: str, position: int) -> tuple[int, int]:
    """The line and column of a position, counted from 1, columns in characters."""
    return source.count("\n", 0, position) + 1, position - source.rfind("\n", 0, position)


def _after_attribute(found: Sequence[Token], i: int) -> int:
    return closing(found, i + 2) + 1 if i + 2 < len(found) and found[i + 2].text == "(" else i + 2


def _find(found: Sequence[Token], start: int, sign: str) -> int:
    for i in range(start, len(found)):
        if found[i].kind == "sign" and found[i].text == sign:
            return i
    raise InputError(f"a {found[start].text} without {sign!r} in the Q# source")


def _end(found: Sequence[Token], start: int, word: str) -> int:
    """The index of an item's last token."""
    if word in CALLABLES or word == "struct":
        return closing(found, _find(found, start, "{"))
    i = start
    while i < len(found) and found[i].text != ";":
        i = closing(found, i) + 1 if found[i].text in OPENING else i + 1
    if i >= len(found):
        raise InputError(f"{word} without ';' in the Q# source")
    return i


def assembled(found: Sequence[Item]) -> str:
    """Source text that consists of items; those of one namespace in a row share a block."""
    lines: list[str] = []
    namespace = ""
    for item in found:
        if item.namespace != namespace:
            lines += ["}"] if namespace else []
            lines += [f"namespace {item.namespace} {{"] if item.namespace else []
            namespace = item.namespace
        lines.append(item.text)
    lines += ["}"] if namespace else []
    return "\n".join(lines)
