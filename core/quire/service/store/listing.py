"""Pages of sessions and jobs by filter and order, each found by an index and a key, never by an offset.

Each page is read from one snapshot of the store, so that an item that changes meanwhile is on it once.
Statements are put together from fixed names; every value is bound. (SQLAlchemy would write the same text,
after 0.3 s of import that a command that lists sessions does not have.)
"""

import heapq
import itertools
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

import attrs

from quire.errors import InputError
from quire.query import QUANTUM_COMPUTING, ItemQuery, ItemType, ListOf, OrderBy, Place
from quire.service.store.course import Key
from quire.service.store.groups import Scope
from quire.service.store.rows import (
    JOB_COLUMNS,
    SESSION_COLUMNS,
    StoredJob,
    StoredSession,
    json_text,
    stored_job,
    stored_session,
)
from quire.service.store.statements import Statements
from quire.service.store.streams import GROUP_COLUMNS, keys

PAGE = 100
"""The items of a list's first page; the following ones grow."""
_GROWTH = 8

_BEYOND = 2**63 - 1
"""Greater than the number of any row."""

Item = StoredJob | StoredSession
Reading = Callable[[], AbstractContextManager[Statements]]


@attrs.frozen
class _Table:
    """A table that holds items, and those of them that a list is of.

    Attributes:
        item_type: What it holds.
        scope: The items of the list.
        columns: Its columns.
        read: The item in a row of those.
    """

    item_type: ItemType
    scope: Scope
    columns: str
    read: Callable[[Any], Item]


def _jobs(scope: Scope) -> _Table:
    return _Table(ItemType.JOB, scope, JOB_COLUMNS, stored_job)


_SESSIONS = _Table(ItemType.SESSION, Scope("sessions"), SESSION_COLUMNS, stored_session)
_TOP_LEVEL = (_jobs(Scope("jobs", by_session=True)), _SESSIONS)


def _tables(of: ListOf, query: ItemQuery) -> Sequence[_Table]:
    if of is ListOf.JOBS:
        session_id = query.session_id
        every = Scope("jobs")
        return [_jobs(every if session_id is None else Scope("jobs", by_session=True, session_id=session_id))]
    return _TOP_LEVEL if of is ListOf.TOP_LEVEL_ITEMS else [_SESSIONS]


def jobs(reading: Reading, query: ItemQuery) -> Iterator[StoredJob]:
    """The jobs that a query asks for, in its order."""
    return _items(reading, query, ListOf.JOBS)  # type: ignore[return-value]


def sessions(reading: Reading, query: ItemQuery) -> Iterator[StoredSession]:
    """The sessions that a query asks for, in its order."""
    return _items(reading, query, ListOf.SESSIONS)  # type: ignore[return-value]


def top_level_items(reading: Reading, query: ItemQuery) -> Iterator[Item]:
    """The sessions, and the jobs that belong to none, that a query asks for, in its order."""
    return _items(reading, query, ListOf.TOP_LEVEL_ITEMS)


def places(
    reading: Reading,
    query: ItemQuery,
    place: Place | None,
    limit: int,
    of: ListOf = ListOf.TOP_LEVEL_ITEMS,
) -> list[tuple[Place, Item]]:
    """A page of a list.

    Args:
        reading: How the store is read.
        query: What is asked for, and in which order.
        place: The page begins with the first item after this place; None for the first page.
        limit: The most items on it.
        of: Which list it is.

    Returns:
        The items, each with its place, from one snapshot.

    Raises:
        InputError: The place is of another order.
    """
    asked = [table for table in _tables(of, query) if _is_asked_for(query, table.item_type)]
    starts = [_start(query, table.item_type, place) for table in asked]
    with _snapshot(reading) as db:
        streams = [
            _marked(query, table, keys(db, table.scope, query, start, limit))
            for table, start in zip(asked, starts, strict=True)
            if start is not None
        ]
        found = list(itertools.islice(heapq.merge(*streams, reverse=query.descending), limit))
        items = {table.item_type.value: _rows(db, table, found) for table in asked}
    return [(Place(key), items[key[-2]][key[-1]]) for key in found]


def _items(reading: Reading, query: ItemQuery, of: ListOf) -> Iterator[Item]:
    """The items of a list, a page at a time."""
    place: Place | None = None
    limit = PAGE
    while True:
        found = places(reading, query, place, limit, of)
        yield from (item for _, item in found)
        if len(found) < limit:
            return
        place, limit = found[-1][0], min(2 * limit, _GROWTH * PAGE)


@contextmanager
def _snapshot(reading: Reading) -> Iterator[Statements]:
    """Reads that all see the store as it is at the first of them."""
    with reading() as db:
        db.select("BEGIN", ())
        try:
            yield db
        except BaseException:
            with suppress(sqlite3.Error):  # some failures have ended the transaction already
                db.select("ROLLBACK", ())
            raise
        db.select("COMMIT", ())


def _is_asked_for(query: ItemQuery, item_type: ItemType) -> bool:
    if query.item_types and item_type not in query.item_types:
        return False
    return not query.job_types or (item_type is ItemType.JOB and QUANTUM_COMPUTING in query.job_types)


def _marked(query: ItemQuery, table: _Table, found: Iterator[Key]) -> Iterator[Key]:
    """The keys of a table as keys of all items."""
    own = table.item_type.value
    lead = _lead(query, table.item_type)
    for key in found:
        yield (*lead, *key[:-1], own, key[-1])


def _rows(db: Statements, table: _Table, found: list[Key]) -> dict[int, Item]:
    """The items of a table to which some keys belong, by their numbers."""
    own = table.item_type.value
    numbers = [key[-1] for key in found if key[-2] == own]
    if not numbers:
        return {}
    sql = f"SELECT {table.columns} FROM {table.scope.table} WHERE seq IN (SELECT value FROM json_each(?))"
    return {row[0]: table.read(row) for row in db.select(sql, (json_text(numbers),))}


def _start(query: ItemQuery, item_type: ItemType, place: Place | None) -> Key | None:
    """The key that a table's rows after a place come after; () if all come after it, None if none does."""
    if place is None:
        return ()
    lead = len(_lead(query, item_type))
    types = [str] * (lead + (not _is_by_time(query))) + [int, str, int]
    if [type(part) for part in place.key] != types:
        raise InputError("this place is of a list in another order", argument="place")
    *before, other, seq = place.key[lead:]
    own = item_type.value
    if own == other:
        return (*before, seq)
    comes_after = own < str(other) if query.descending else own > str(other)
    if lead:
        return () if comes_after else None
    # Of rows with the same key up to here, those of this table come all after the place, or all before it.
    return (*before, -1 if comes_after != query.descending else _BEYOND)


def _is_by_time(query: ItemQuery) -> bool:
    return query.order_by is not OrderBy.NAME and query.order_by not in GROUP_COLUMNS


def _lead(query: ItemQuery, item_type: ItemType) -> tuple[str, ...]:
    """What comes before the table's own keys when the order is by the kind itself."""
    return (item_type.value,) if query.order_by is OrderBy.ITEM_TYPE else ()
