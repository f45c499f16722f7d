"""The keys of a list in its order, each found by an index; which tables a list is made of is ``listing``'s.

A list is merged from its groups (see ``groups``) and from what is in none (see ``unfiled``). Within a group
an index has the list's order, so a page costs the same however many items there are. Only a filter by name on
a list by creation, or one by creation on a list by name, lies across the order; see ``sifting``.
"""

import heapq
import itertools
from collections.abc import Iterator, Sequence
from operator import itemgetter

import attrs

from quire.query import ItemQuery, OrderBy
from quire.service.store.course import Course, Key
from quire.service.store.eras import Eras
from quire.service.store.groups import COLUMNS, Group, Scope, asked_for, groups
from quire.service.store.ranges import Range, Terms, joined
from quire.service.store.sifting import sifted
from quire.service.store.statements import Statements
from quire.service.store.statuses import IS_UNFILED, UNFILED
from quire.service.store.unfiled import unfiled_values
from quire.service.store.walk import Walk

GROUP_COLUMNS = {OrderBy.PROVIDER_ID: "provider_id", OrderBy.TARGET: "target", OrderBy.STATE: "status"}
"""The orders in which groups follow each other as wholes."""


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
        asked = asked_for(scope, query) if scope.is_filed_later else None
        return _in_order(db, _walks(db, scope, query), asked, start, limit)
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
        asked = joined([asked_for(scope, query), _having(column, value)]) if scope.is_filed_later else None
        for key in _in_order(db, [walk for _, walk in alike], asked, begin, limit):
            yield (value, *key)


def _walks(db: Statements, scope: Scope, query: ItemQuery) -> list[Walk]:
    """The walks that make up a list by name or creation."""
    filters = query.statuses, query.targets, query.providers, query.name_prefix
    if any(filters) or scope.by_session or query.order_by is OrderBy.NAME:
        found = [_walk(scope, query, group) for group in groups(db, scope, query)]
    else:
        by_time = f"{scope.table} INDEXED BY {scope.table}_by_time"
        found = [Walk(by_time, by_time, scope.grouped(), Course.of(query))]
    return [*found, _unfiled_walk(query, asked_for(scope, query))] if scope.is_filed_later else found


def _parts(db: Statements, scope: Scope, query: ItemQuery, column: str) -> list[tuple[str, Walk]]:
    """All that a list by a column of the groups is merged from, each part with its value there."""
    found = [(getattr(group, column), _walk(scope, query, group)) for group in groups(db, scope, query)]
    if scope.is_filed_later:
        asked = asked_for(scope, query)
        found += [
            (value, _unfiled_walk(query, joined([asked, _having(column, value)])))
            for value in unfiled_values(db, asked, column)
        ]
    return found


def _having(column: str, value: str) -> Terms:
    return [f"{column} = ?"], [value]


def _unfiled_walk(query: ItemQuery, asked: Terms) -> Walk:
    """Items in no group, of which there are so few that each is looked at."""
    course = Course.of(query)
    passing = joined([([IS_UNFILED], []), asked, course.sieve.terms()])
    return Walk(UNFILED, UNFILED, passing, attrs.evolve(course, sieve=Range(course.sieve.column)))


def _walk(scope: Scope, query: ItemQuery, group: Group) -> Walk:
    terms, values = scope.grouped()
    members = [*terms, *(f"{column} = ?" for column in COLUMNS)], [*values, *attrs.astuple(group)]
    by_time, by_name = (f"{scope.table} INDEXED BY {scope.index(by_name=named)}" for named in (False, True))
    course = Course.of(query)
    along, across = (by_name, by_time) if course.is_by_name else (by_time, by_name)
    return Walk(along, across, members, course)


def _in_order(
    db: Statements, walks: Sequence[Walk], asked: Terms | None, start: Key, limit: int
) -> Iterator[Key]:
    """The keys of some walks of the same order; what holds for all their items leads to those of eras."""
    along = [walk for walk in walks if walk.course.sieve.is_all]
    across = [walk for walk in walks if not walk.course.sieve.is_all]
    chunk = min(limit, 2 * limit // max(len(walks), 1) + 1)
    streams = [walk.keys(db, start, chunk, limit) for walk in along]
    if across:
        eras = None if asked is None else Eras(asked, across[0].course)
        streams.append(sifted(db, across, eras, start, limit))
    return heapq.merge(*streams, reverse=any(walk.course.descending for walk in walks))
