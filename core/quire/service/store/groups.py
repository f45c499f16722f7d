"""Which groups of items there are: those of one status, target and provider lie side by side in an index.

There are few groups however many items there are, so a list looks into each that its filters let through.
They are found by a step from each to the next, and not by reading their items. Some jobs are in none of them
yet; see ``unfiled``.
"""

from collections.abc import Iterator
from typing import Any

import attrs

from quire.query import ItemQuery
from quire.service.store.ranges import Terms, clause, joined
from quire.service.store.rows import json_text
from quire.service.store.statements import Statements
from quire.service.store.statuses import IS_FILED

COLUMNS = ("status", "target", "provider_id")
"""What an index has before the order within a group, after a session's id if it has that."""
_ALL = ", ".join(COLUMNS)


@attrs.frozen
class Group:
    """Some items with the same status, target and provider.

    Attributes:
        status: Their status.
        target: Their target's name.
        provider_id: Their provider's id.
    """

    status: str
    target: str
    provider_id: str

    def is_asked_for(self, query: ItemQuery) -> bool:
        """Whether a query's filters let it through."""
        return (
            (not query.statuses or self.status in query.statuses)
            and (not query.providers or self.provider_id in query.providers)
            and (not query.targets or self.target in query.targets)
        )


@attrs.frozen
class Scope:
    """The items of a list before its filters.

    Attributes:
        table: The table that they are in.
        by_session: Whether they are only those of one session, or only those of none.
        session_id: The session's id; None for those of no session.
    """

    table: str
    by_session: bool = False
    session_id: str | None = None

    @property
    def is_filed_later(self) -> bool:
        """Whether some of its items are in no group yet."""
        return self.table == "jobs"

    def index(self, *, by_name: bool) -> str:
        """The index that has the groups' items by name, or else by creation."""
        groups = f"{self.table}_by_session_and_group" if self.by_session else f"{self.table}_by_group"
        return f"{groups}_and_name" if by_name else groups

    def terms(self) -> tuple[list[str], list[Any]]:
        """What holds for its items: terms and their values."""
        if not self.by_session:
            return [], []
        if self.session_id is None:
            return ["session_id IS NULL"], []
        return ["session_id = ?"], [self.session_id]

    def grouped(self) -> tuple[list[str], list[Any]]:
        """What holds for those of its items that are in groups."""
        terms, values = self.terms()
        return ([IS_FILED, *terms], values) if self.is_filed_later else (terms, values)


def asked_for(scope: Scope, query: ItemQuery) -> Terms:
    """What holds for the items of all groups that a query's filters let through."""
    asked = {"status": query.statuses, "target": query.targets, "provider_id": query.providers}
    groups = [
        ([f"{column} IN (SELECT value FROM json_each(?))"], [json_text(values)])
        for column, values in asked.items()
        if values
    ]
    return joined([scope.terms(), *groups])


def groups(db: Statements, scope: Scope, query: ItemQuery) -> list[Group]:
    """The groups of a scope that a query's filters let through."""
    return [group for group in _of_statuses(db, scope, query.statuses) if group.is_asked_for(query)]


def _of_statuses(db: Statements, scope: Scope, statuses: tuple[str, ...]) -> Iterator[Group]:
    terms, values = scope.grouped()
    if not statuses:
        yield from _steps(db, scope, COLUMNS, terms, values)
    for status in statuses:
        yield from _steps(db, scope, COLUMNS[1:], [*terms, "status = ?"], [*values, status])


def _steps(
    db: Statements, scope: Scope, columns: tuple[str, ...], terms: list[str], values: list[Any]
) -> Iterator[Group]:
    """The groups by steps from the first item of each to the first of the next."""
    table = f"{scope.table} INDEXED BY {scope.index(by_name=False)}"
    order = f"ORDER BY {', '.join(columns)} LIMIT 1"
    # Of a comparison of several columns with those of another row, SQLite uses the first column only.
    steps = []
    for depth in reversed(range(len(columns))):
        same = [f"{column} = last.{column}" for column in columns[:depth]]
        beyond = f"{columns[depth]} > last.{columns[depth]}"
        steps.append(f"(SELECT seq FROM {table} {clause([*terms, *same, beyond])} {order})")
    sql = (
        f"WITH RECURSIVE found AS (SELECT {_ALL} FROM (SELECT {_ALL} FROM {table} {clause(terms)} {order}) "
        f"UNION ALL SELECT {', '.join(f'following.{column}' for column in COLUMNS)} "
        f"FROM found AS last CROSS JOIN {scope.table} AS following "
        f"ON following.seq = coalesce({', '.join(steps)})) SELECT {_ALL} FROM found"
    )
    for row in db.select(sql, values * (1 + len(steps))):
        yield Group(*row)
