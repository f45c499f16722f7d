"""The jobs that no index of a list has yet, and how a list has them all the same; they are few at any time.

They are those that run, and those that ``filing`` has not come to.
"""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

import attrs

from quire.query import ItemQuery
from quire.service.store.groups import COLUMNS, Group, Scope
from quire.service.store.ranges import Terms, joined, moments, names
from quire.service.store.rows import json_text
from quire.service.store.statements import Statements
from quire.service.store.statuses import IS_UNFILED

Key = tuple[Any, ...]

BY_TIME = "created_at, seq"
UNFILED = "jobs INDEXED BY jobs_unfiled"


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


def unfiled(db: Statements, scope: Scope, query: ItemQuery) -> list[tuple[Group, Handful]]:
    """The items of a scope that a query asks for and that are not filed, by group.

    Args:
        db: The statements of one snapshot.
        scope: The items before the filters.
        query: The filters and the direction.
    """
    if not scope.is_filed_later:
        return []
    terms, values = joined([members_of(scope, query), names(query).terms(), moments(query).terms()])
    sql = f"SELECT {', '.join(COLUMNS)}, {BY_TIME} FROM {UNFILED} WHERE {' AND '.join(terms)}"
    rows = sorted(db.select(sql, values), reverse=query.descending)
    return [
        (Group(*group), Handful([row[len(COLUMNS) :] for row in alike], query.descending))
        for group, alike in groupby(rows, key=itemgetter(slice(len(COLUMNS))))
    ]


def members_of(scope: Scope, query: ItemQuery) -> Terms:
    """What holds for the items that are not filed and whose groups a query asks for."""
    asked = {"status": query.statuses, "target": query.targets, "provider_id": query.providers}
    groups = [
        ([f"{column} IN (SELECT value FROM json_each(?))"], [json_text(values)])
        for column, values in asked.items()
        if values
    ]
    return joined([([IS_UNFILED], []), scope.terms(), *groups])
