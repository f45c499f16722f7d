"""Some items in a list's order, all found by one index; which walks make up a list is ``streams``'."""

from collections.abc import Iterator
from typing import Any

import attrs

from quire.service.store.ranges import Range, Terms, joined
from quire.service.store.statements import Statements

Key = tuple[Any, ...]

BY_NAME = "name, created_at, seq"
BY_TIME = "created_at, seq"


@attrs.frozen
class Walk:
    """Some items in a list's order.

    Attributes:
        along: The table by the index that has the order.
        across: The table by the index that has the other order.
        members: What holds for the items before the filters of name and time.
        reach: The filter of the order's own column.
        sieve: The filter of the other column.
        descending: Whether the greatest comes first.
    """

    along: str
    across: str
    members: Terms
    reach: Range
    sieve: Range
    descending: bool

    def keys(self, db: Statements, start: Key, chunk: int, limit: int) -> Iterator[Key]:
        """The keys beyond a start, if no filter lies across the order: as many as the limit, or more, or all.

        Args:
            db: The statements of one snapshot.
            start: A key; empty for none.
            chunk: How many to fetch at first.
            limit: How many are asked for at most.
        """
        while True:
            found = self._select(db, self.along, [self._between(start)], f"LIMIT {chunk}")
            yield from found
            if len(found) < chunk:
                return
            start, chunk = found[-1], min(2 * chunk, limit)

    def passing(self, db: Statements, most: int) -> int:
        """How many items pass the filter across the order; no more than some are counted."""
        terms, values = where([self.members, self.sieve.terms()])
        sql = f"SELECT count(*) FROM (SELECT 1 FROM {self.across} {terms} LIMIT {most})"
        return int(db.select(sql, values)[0][0])

    def collected(self, db: Statements, start: Key, limit: int) -> list[Key]:
        """The first keys beyond a start; all that pass the filter across the order are looked at."""
        return self._select(db, self.across, [self.sieve.terms(), self._between(start)], f"LIMIT {limit}")

    def end(self, db: Statements, start: Key, end: Key, step: int) -> Key:
        """The key so many items beyond a start, whether they pass or not; the end if that comes before."""
        ends = self._select(db, self.along, [self._between(start, end)], f"LIMIT 1 OFFSET {step}")
        return ends[0] if ends else end

    def sifted(self, db: Statements, start: Key, end: Key, limit: int) -> list[Key]:
        """The first keys beyond a start, up to an end (empty for none), that pass the filter across."""
        terms = [self._between(start, end), self.sieve.terms()]
        return self._select(db, self.along, terms, f"LIMIT {limit}")

    def _between(self, start: Key, end: Key = ()) -> Terms:
        return self.reach.between(self._columns, start, end, descending=self.descending)

    def _select(self, db: Statements, source: str, terms: list[Terms], limit: str) -> list[Key]:
        condition, values = where([self.members, *terms])
        order = ordered(self._columns, descending=self.descending)
        return db.select(f"SELECT {self._columns} FROM {source} {condition} {order} {limit}", values)

    @property
    def _columns(self) -> str:
        return columns_of(self.reach)


def columns_of(reach: Range) -> str:
    """The columns of a key, given the filter of the first of them."""
    return BY_NAME if reach.column == "name" else BY_TIME


def where(parts: list[Terms]) -> tuple[str, list[Any]]:
    """The clause that all of some terms hold, and its values."""
    terms, values = joined(parts)
    return f"WHERE {' AND '.join(terms)}" if terms else "", values


def ordered(columns: str, *, descending: bool) -> str:
    """The clause that puts rows in a list's order."""
    way = " DESC" if descending else ""
    return f"ORDER BY {columns.replace(',', f'{way},')}{way}"
