"""Which names and moments a list's filters let through, as terms of SQL; nothing about indexes."""

from collections.abc import Iterable, Sequence
from typing import Any

import attrs

from quire.clock import to_microseconds
from quire.query import ItemQuery

Terms = tuple[list[str], list[Any]]
"""Terms to be joined by *and*, and the values of their question marks."""


def joined(parts: Iterable[Terms]) -> Terms:
    """What holds if all of some terms do."""
    found = list(parts)
    return [term for terms, _ in found for term in terms], [value for _, values in found for value in values]


def where(parts: Iterable[Terms]) -> tuple[str, list[Any]]:
    """The clause that all of some terms hold, and its values."""
    terms, values = joined(parts)
    return clause(terms), values


def clause(terms: Sequence[str]) -> str:
    """The clause that all of some terms hold, whose values are known elsewhere."""
    return f"WHERE {' AND '.join(terms)}" if terms else ""


@attrs.frozen
class Range:
    """The values of a column that a filter lets through.

    Attributes:
        column: The column.
        low: The least of them; None for no limit.
        high: The end of them; None for no limit.
        ends_before: Whether the end is not one of them.
    """

    column: str
    low: Any = None
    high: Any = None
    ends_before: bool = False

    @property
    def is_all(self) -> bool:
        """Whether it lets everything through."""
        return self.low is None and self.high is None

    def terms(self) -> Terms:
        """What holds for its rows."""
        terms, values = self._lowest()
        others, more = self._highest()
        return terms + others, values + more

    def between(self, keys: str, start: tuple[Any, ...], end: tuple[Any, ...], *, descending: bool) -> Terms:
        """What holds for its rows beyond a start, up to and with an end.

        There is one term for either side, as SQLite would take any one of several to find the rows.

        Args:
            keys: The columns of the order, of which this column is the first.
            start: A key of the order; empty for none.
            end: A key within the range; empty for none.
            descending: Whether the order is from the greatest to the least.
        """
        marks = ", ".join("?" * (keys.count(",") + 1))
        near, far = (self._highest, self._lowest) if descending else (self._lowest, self._highest)
        first, last = near(), far()
        if start and not self._is_outside(start[0], descending=descending):
            first = [f"({keys}) {'<' if descending else '>'} ({marks})"], [*start]
        if end:
            last = [f"({keys}) {'>=' if descending else '<='} ({marks})"], [*end]
        return first[0] + last[0], first[1] + last[1]

    def _is_outside(self, value: Any, *, descending: bool) -> bool:
        """Whether the range begins only after a value that a list has reached."""
        if not descending:
            return self.low is not None and bool(value < self.low)
        if self.high is None:
            return False
        return bool(value >= self.high if self.ends_before else value > self.high)

    def _lowest(self) -> Terms:
        return ([], []) if self.low is None else ([f"{self.column} >= ?"], [self.low])

    def _highest(self) -> Terms:
        if self.high is None:
            return [], []
        return [f"{self.column} {'<' if self.ends_before else '<='} ?"], [self.high]


def names(query: ItemQuery) -> Range:
    """The names that begin as a query asks."""
    prefix = query.name_prefix
    return Range("name") if prefix is None else Range("name", prefix, _after(prefix), ends_before=True)


def moments(query: ItemQuery) -> Range:
    """The times of creation that a query asks for."""
    after, before = (
        None if moment is None else to_microseconds(moment)
        for moment in (query.created_after, query.created_before)
    )
    return Range("created_at", after, before)


def _after(prefix: str) -> str | None:
    """The least text that is greater than all texts with a prefix; None if there is none."""
    for index in range(len(prefix) - 1, -1, -1):
        code = ord(prefix[index]) + 1
        if code <= 0x10FFFF:
            # Surrogates are no characters; the next one after U+D7FF is U+E000.
            return prefix[:index] + chr(0xE000 if code == 0xD800 else code)
    return None
