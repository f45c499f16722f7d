"""The jobs that run now, and how a list has them beside its indexes; they are few at any time.

The indexes of lists have a job while it waits and once it has ended. So most jobs are written there once,
as they begin to run when they are accepted.
"""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

import attrs

from quire.query import ItemQuery
from quire.service.store.groups import COLUMNS, Group, Scope
from quire.service.store.ranges import moments, names
from quire.service.store.statements import Statements
from quire.service.store.statuses import IS_RUNNING, RUNNING

Key = tuple[Any, ...]


@attrs.frozen
class Handful:
    """Some items in a list's order, all of them known.

    Attributes:
        found: Their keys in that order.
        descending: Whether the greatest comes first.
    """

    found: list[Key]
    descending: bool

    def keys(self, _db: Statements, start: Key, _chunk: int, _limit: int) -> Iterator[Key]:
        """The keys beyond a start; see ``streams.Walk.keys``."""
        for key in self.found:
            if not start or (key < start if self.descending else key > start):
                yield key


def under_way(db: Statements, scope: Scope, query: ItemQuery, order: str) -> list[tuple[Group, Handful]]:
    """The running items of a scope that a query asks for, by group.

    Args:
        db: The statements of one snapshot.
        scope: The items before the filters.
        query: The filters and the direction.
        order: The columns of the keys.
    """
    if not scope.has_runs or (query.statuses and RUNNING not in query.statuses):
        return []
    terms, values = [IS_RUNNING], []
    for some, theirs in (scope.terms(), names(query).terms(), moments(query).terms()):
        terms += some
        values += theirs
    sql = (
        f"SELECT {', '.join(COLUMNS)}, {order} FROM {scope.table} INDEXED BY jobs_pending "
        f"WHERE {' AND '.join(terms)}"
    )
    rows = sorted(db.select(sql, values), reverse=query.descending)
    found = [
        (Group(*group), Handful([row[len(COLUMNS) :] for row in alike], query.descending))
        for group, alike in groupby(rows, key=itemgetter(slice(len(COLUMNS))))
    ]
    return [(group, keys) for group, keys in found if group.is_asked_for(query)]
