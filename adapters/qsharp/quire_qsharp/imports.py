"""What an ``import``, ``export`` or ``open`` makes known in its namespace, and by which name."""

from collections.abc import Sequence

import attrs

from quire_qsharp.items import Item
from quire_qsharp.syntax import Token, joined, split


@attrs.frozen
class Import:
    """A name that is made known.

    Attributes:
        path: The full name of a declaration or a namespace.
        alias: The name that it has here; empty if all that a namespace declares is known here.
    """

    path: str
    alias: str


def import_parts(item: Item) -> list[list[Token]]:
    """The parts of an ``import`` or ``export``; none for other items."""
    return split(item.tokens[1:-1]) if item.kind in ("import", "export") else []


def imports_of(item: Item) -> list[Import]:
    """What an item makes known; nothing if it is a declaration."""
    parts = [list(item.tokens[1:-1])] if item.kind == "open" else import_parts(item)
    return [_import(part, item.kind == "open") for part in parts]


def _import(part: Sequence[Token], is_open: bool) -> Import:
    texts = [token.text for token in part]
    if "as" in texts:
        at = texts.index("as")
        return Import(joined(part[:at]), joined(part[at + 1 :]))
    path = joined(part)
    if is_open or path.endswith(".*"):
        return Import(path.removesuffix(".*"), "")
    return Import(path, path.rpartition(".")[2])
