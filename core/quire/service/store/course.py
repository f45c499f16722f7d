"""A list's order by name or creation, and its filters of both, as SQL; nothing about indexes or groups."""

from typing import Any

import attrs

from quire.query import ItemQuery, OrderBy
from quire.service.store.ranges import Range, Terms, moments, names

Key = tuple[Any, ...]
"""What a list is ordered by, the time of creation (once, if that is it), and the item's number."""


@attrs.frozen
class Course:
    """The way that a list goes through its items.

    Attributes:
        reach: The filter of the order's own column.
        sieve: The filter of the other column.
        descending: Whether the greatest comes first.
    """

    reach: Range
    sieve: Range
    descending: bool

    @classmethod
    def of(cls, query: ItemQuery) -> "Course":
        """The one that a query asks for."""
        if query.order_by is OrderBy.NAME:
            return cls(names(query), moments(query), query.descending)
        return cls(moments(query), names(query), query.descending)

    @property
    def is_by_name(self) -> bool:
        """Whether the order is by name, and else by creation."""
        return self.reach.column == "name"

    @property
    def columns(self) -> str:
        """The columns of a key."""
        return "name, created_at, seq" if self.is_by_name else "created_at, seq"

    @property
    def order(self) -> str:
        """The clause that puts rows in this order."""
        return ordered(self.columns, descending=self.descending)

    def between(self, start: Key, end: Key = ()) -> Terms:
        """What holds for rows within the reach, beyond a start and up to and with an end; empty for none."""
        return self.reach.between(self.columns, start, end, descending=self.descending)


def ordered(columns: str, *, descending: bool) -> str:
    """The clause that puts rows in the order of some columns."""
    way = " DESC" if descending else ""
    return f"ORDER BY {columns.replace(',', f'{way},')}{way}"
