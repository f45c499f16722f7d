"""The keys of a list in its order, each found by an index; which tables a list is made of is ``listing``'s.

A list is merged from its groups (see ``groups``) and from what is in none (see ``unfiled``). Within a group
an index has the list's order, so a page costs the same however many items there are. Only a filter by name on
a list by creation, or one by creation on a list by name, lies across the order: that goes through the index,
which has the other column too.
"""

import heapq
import itertools
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any

import attrs

from quire.query import ItemQuery, OrderBy
from quire.service.store.groups import COLUMNS, Group, Scope, groups
from quire.service.store.ranges import Range, Terms, joined, moments, names
from quire.service.store.statements import Statements
from quire.service.store.statuses import UNFILED
from quire.service.store.unfiled import members_of, values_of

Key = tuple[Any, ...]

GROUP_COLUMNS = {OrderBy.PROVIDER_ID: "provider_id", OrderBy.TARGET: "target", OrderBy.STATE: "status"}
"""The orders in which groups follow each other as wholes."""

FIRST_STEP = 16
"""How many items are looked at, where a filter lies across the order, before another way is tried."""
STEP_GROWTH = 4
FEW = 2
"""How many items that pass a filter cost as much to count as one to look at in the order."""

BY_NAME = "name, created_at, seq"
BY_TIME = "created_at, seq"


def keys(db: Statements, scope: Scope, query: ItemQuery, start: Key, limit: int) -> Iterator[Key]:
    """The keys of the items of one table that a query asks for.

    A key is what the list is ordered by, the time of creation (once, if that is it), and the item's number.

    Args:
        db: The statements of one snapshot.
        scope: The items before the filters.
        query: The filters and the order.
        start: The key that all lie beyond; empty for none.
        limit: How many are asked for; there may be more.
    """
    if query.order_by not in GROUP_COLUMNS:
        return _in_order(db, _walks(db, scope, query), query, start, limit)
    column = GROUP_COLUMNS[query.order_by]
    return _by_value(db, scope, query, column, start, limit)


def _by_value(
    db: Statements, scope: Scope, query: ItemQuery, column: str, start: Key, limit: int
) -> Iterator[Key]:
    """The keys of groups that follow each other by one of their columns."""
    found = sorted(_parts(db, scope, query, column), key=itemgetter(0), reverse=query.descending)
    for value, alike in itertools.groupby(found, key=itemgetter(0)):
        if start and (value > start[0] if query.descending else value < start[0]):
            continue
        begin = start[1:] if start and value == start[0] else ()
        for key in _in_order(db, [walk for _, walk in alike], query, begin, limit):
            yield (value, *key)


def _walks(db: Statements, scope: Scope, query: ItemQuery) -> "list[Walk]":
    """The walks that make up a list by name or creation."""
    filters = query.statuses, query.targets, query.providers, query.name_prefix
    if any(filters) or scope.by_session or query.order_by is OrderBy.NAME:
        found = [_walk(scope, query, group) for group in groups(db, scope, query)]
    else:
        by_time = f"{scope.table} INDEXED BY {scope.table}_by_time"
        found = [Walk(by_time, by_time, scope.grouped(), moments(query), names(query), query.descending)]
    return [*found, _unfiled_walk(query, members_of(scope, query))] if scope.is_filed_later else found


def _parts(db: Statements, scope: Scope, query: ItemQuery, column: str) -> "list[tuple[str, Walk]]":
    """All that a list by a column of the groups is merged from, each part with its value there."""
    found = [(getattr(group, column), _walk(scope, query, group)) for group in groups(db, scope, query)]
    if scope.is_filed_later:
        members = members_of(scope, query)
        found += [
            (value, _unfiled_walk(query, joined([members, ([f"{column} = ?"], [value])])))
            for value in values_of(db, members, column)
        ]
    return found


def _unfiled_walk(query: ItemQuery, members: Terms) -> "Walk":
    """Items in no group, of which there are so few that each is looked at."""
    reach, sieve = moments(query), names(query)
    if query.order_by is OrderBy.NAME:
        reach, sieve = sieve, reach
    passing = joined([members, sieve.terms()])
    return Walk(UNFILED, UNFILED, passing, reach, Range(sieve.column), query.descending)


def _walk(scope: Scope, query: ItemQuery, group: Group) -> "Walk":
    terms, values = scope.grouped()
    members = [*terms, *(f"{column} = ?" for column in COLUMNS)], [*values, *attrs.astuple(group)]
    by_time, by_name = (f"{scope.table} INDEXED BY {scope.index(by_name=named)}" for named in (False, True))
    if query.order_by is OrderBy.NAME:
        return Walk(by_name, by_time, members, names(query), moments(query), query.descending)
    return Walk(by_time, by_name, members, moments(query), names(query), query.descending)


def _in_order(
    db: Statements, walks: "Sequence[Walk]", query: ItemQuery, start: Key, limit: int
) -> Iterator[Key]:
    chunk = min(limit, 2 * limit // max(len(walks), 1) + 1)
    return heapq.merge(*(walk.keys(db, start, chunk, limit) for walk in walks), reverse=query.descending)


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
        """The keys beyond a start: as many as the limit, or more, or all.

        Args:
            db: The statements of one snapshot.
            start: A key; empty for none.
            chunk: How many to fetch at first.
            limit: How many are asked for at most.
        """
        if not self.sieve.is_all:
            yield from self._sifted(db, start, limit)
            return
        while True:
            found = self._select(db, self.along, [self._between(start)], f"LIMIT {chunk}")
            yield from found
            if len(found) < chunk:
                return
            start, chunk = found[-1], min(2 * chunk, limit)

    def _sifted(self, db: Statements, start: Key, limit: int) -> Iterator[Key]:
        """The keys where a filter lies across the order.

        Either the items that pass it are few: then the other index leads to all of them, and they are sorted.
        Or they are many: then the next ones are near in the order. Which of the two holds shows by trying a
        little of both, then more and more; that costs a few times as much as the cheaper of the two.
        """
        step = FIRST_STEP
        while True:
            few = step * FEW
            if self._passing(db, few) < few:
                yield from self._select(
                    db, self.across, [self.sieve.terms(), self._between(start)], f"LIMIT {limit}"
                )
                return
            ends = self._select(db, self.along, [self._between(start)], f"LIMIT 1 OFFSET {step}")
            end = ends[0] if ends else ()
            found = self._select(
                db, self.along, [self._between(start, end), self.sieve.terms()], f"LIMIT {limit}"
            )
            yield from found
            if not end or len(found) == limit:
                return
            start, step = end, STEP_GROWTH * step

    def _passing(self, db: Statements, most: int) -> int:
        """How many items pass the filter across the order; no more than some are counted."""
        terms, values = _where([self.members, self.sieve.terms()])
        sql = f"SELECT count(*) FROM (SELECT 1 FROM {self.across} {terms} LIMIT {most})"
        return int(db.select(sql, values)[0][0])

    def _between(self, start: Key, end: Key = ()) -> Terms:
        return self.reach.between(self._columns, start, end, descending=self.descending)

    def _select(self, db: Statements, source: str, terms: list[Terms], limit: str) -> list[Key]:
        way = " DESC" if self.descending else ""
        order = self._columns.replace(",", f"{way},") + way
        where, values = _where([self.members, *terms])
        return db.select(f"SELECT {self._columns} FROM {source} {where} ORDER BY {order} {limit}", values)

    @property
    def _columns(self) -> str:
        return BY_NAME if self.reach.column == "name" else BY_TIME


def _where(parts: list[Terms]) -> tuple[str, list[Any]]:
    terms, values = joined(parts)
    return f"WHERE {' AND '.join(terms)}" if terms else "", values
