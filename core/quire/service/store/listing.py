"""Pages of sessions and jobs by filter and order, each found by an index and a key, never by an offset.

The statement's text is put together from the fixed names below; every value is bound. (SQLAlchemy would write
the same text, after 0.3 s of import that a command that lists sessions does not have.)
"""

import heapq
import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import attrs

from quire.clock import to_microseconds
from quire.errors import InputError
from quire.query import QUANTUM_COMPUTING, ItemQuery, ItemType, OrderBy, Place
from quire.service.store.rows import (
    JOB_COLUMNS,
    SESSION_COLUMNS,
    StoredJob,
    StoredSession,
    stored_job,
    stored_session,
)
from quire.service.store.statements import Statements

PAGE = 200
_BEYOND = 2**63 - 1
"""Greater than the number of any row."""

_COLUMNS = {
    OrderBy.NAME: "name",
    OrderBy.PROVIDER_ID: "provider_id",
    OrderBy.TARGET: "target",
    OrderBy.STATE: "status",
    OrderBy.CREATION_TIME: "created_at",
}

Item = StoredJob | StoredSession
Reading = Callable[[], AbstractContextManager[Statements]]


@attrs.frozen
class _Kind:
    """A table that holds items."""

    item_type: ItemType
    table: str
    columns: str
    read: Callable[[Any], Item]


_ALONE = "session_id IS NULL"
_WITHIN_SESSIONS = ("name", "status")
"""The columns that differ between the jobs of a session; for these there are indexes."""
_JOBS = _Kind(ItemType.JOB, "jobs", JOB_COLUMNS, stored_job)
_SESSIONS = _Kind(ItemType.SESSION, "sessions", SESSION_COLUMNS, stored_session)


def jobs(reading: Reading, query: ItemQuery) -> Iterator[StoredJob]:
    """The jobs that a query asks for, in its order."""
    if query.item_types and ItemType.JOB not in query.item_types:
        return
    yield from (item for _, item in _merged(reading, query, [_JOBS]))  # type: ignore[misc]


def sessions(reading: Reading, query: ItemQuery) -> Iterator[StoredSession]:
    """The sessions that a query asks for, in its order."""
    yield from (item for _, item in _merged(reading, query, [_SESSIONS]))  # type: ignore[misc]


def top_level_items(reading: Reading, query: ItemQuery) -> Iterator[Item]:
    """The sessions, and the jobs that belong to none, that a query asks for, in its order."""
    return (item for _, item in _merged(reading, query, [_JOBS, _SESSIONS], alone=True))


def places(reading: Reading, query: ItemQuery, place: Place | None, limit: int) -> list[tuple[Place, Item]]:
    """A page of a list: a session's jobs if the query names one, else the top-level items.

    Args:
        reading: How the store is read.
        query: What is asked for, and in which order.
        place: The page begins with the first item after this place; None for the first page.
        limit: The most items on it.

    Returns:
        The items, each with its place.

    Raises:
        InputError: The place is of another order.
    """
    if query.session_id is None:
        merged = _merged(reading, query, [_JOBS, _SESSIONS], place, limit, alone=True)
    else:
        merged = _merged(reading, query, [_JOBS], place, limit)
    return [(Place(key), item) for key, item in itertools.islice(merged, limit)]


def _merged(
    reading: Reading,
    query: ItemQuery,
    kinds: list[_Kind],
    place: Place | None = None,
    limit: int | None = None,
    *,
    alone: bool = False,
) -> Iterator[tuple[tuple[Any, ...], Item]]:
    """Merges one ordered stream per kind and per value of the filter that leads to the index."""
    streams = []
    for kind in kinds:
        if query.item_types and kind.item_type not in query.item_types:
            continue
        if query.job_types and (kind is _SESSIONS or QUANTUM_COMPUTING not in query.job_types):
            continue
        for column, terms, values in _branches(query):
            if kind is _JOBS and alone:
                terms.append(_ALONE)
            table = kind.table + _index(query, kind, column, alone=alone)
            streams.append(_stream(reading, query, kind, table, terms, values, place, limit or PAGE))
    return heapq.merge(*streams, key=lambda pair: pair[0], reverse=query.descending)


def _index(query: ItemQuery, kind: _Kind, column: str | None, *, alone: bool) -> str:
    """The index that leads to the jobs of a session, or to those alone; SQLite may take one of all jobs."""
    leading = _column(query)
    if leading in (None, "created_at"):
        leading = column
    if kind is _JOBS and alone:
        return " INDEXED BY jobs_alone" + ("" if leading is None else f"_by_{leading}")
    if kind is _JOBS and query.session_id is not None:
        return " INDEXED BY jobs_by_session" + (f"_and_{leading}" if leading in _WITHIN_SESSIONS else "")
    return ""


def _branches(query: ItemQuery) -> Iterator[tuple[str | None, list[str], list[Any]]]:
    """The terms of a query, and the column of its main filter, of which each value becomes a branch.

    A statement with ``IN`` would have to sort all matches before it gives the first page.
    """
    terms, values = _common_terms(query)
    lists = [("status", query.statuses), ("target", query.targets), ("provider_id", query.providers)]
    given = [(column, options) for column, options in lists if options]
    if not given:
        yield None if query.name_prefix is None else "name", terms, values
        return
    (column, options), others = given[0], given[1:]
    for other, allowed in others:
        terms.append(f"{other} IN ({', '.join('?' * len(allowed))})")
        values += allowed
    for option in options:
        yield column, [*terms, f"{column} = ?"], [*values, option]


def _common_terms(query: ItemQuery) -> tuple[list[str], list[Any]]:
    terms: list[str] = []
    values: list[Any] = []
    if query.session_id is not None:
        terms.append("session_id = ?")
        values.append(query.session_id)
    if query.name_prefix is not None:
        terms.append("name >= ?")
        values.append(query.name_prefix)
        end = _after_prefix(query.name_prefix)
        if end is not None:
            terms.append("name < ?")
            values.append(end)
    if query.created_after is not None:
        terms.append("created_at >= ?")
        values.append(to_microseconds(query.created_after))
    if query.created_before is not None:
        terms.append("created_at <= ?")
        values.append(to_microseconds(query.created_before))
    return terms, values


def _after_prefix(prefix: str) -> str | None:
    """The least text that is greater than all texts with a prefix; None if there is none."""
    for index in range(len(prefix) - 1, -1, -1):
        code = ord(prefix[index]) + 1
        if code <= 0x10FFFF:
            # Surrogates are no characters; the next one after U+D7FF is U+E000.
            return prefix[:index] + chr(0xE000 if code == 0xD800 else code)
    return None


def _stream(
    reading: Reading,
    query: ItemQuery,
    kind: _Kind,
    table: str,
    terms: list[str],
    values: list[Any],
    place: Place | None,
    limit: int,
) -> Iterator[tuple[tuple[Any, ...], Item]]:
    """One table's items in order, a page at a time, each with its key in the order."""
    column = _column(query)
    keys = ["created_at", "seq"] if column in (None, "created_at") else [str(column), "created_at", "seq"]
    way = " DESC" if query.descending else ""
    order = ", ".join(key + way for key in keys)
    after = f"({', '.join(keys)}) {'<' if query.descending else '>'} ({', '.join('?' * len(keys))})"
    last = _start(query, kind, place, len(keys))
    while last is not None:
        where = [*terms, after] if last else terms
        clause = f"WHERE {' AND '.join(where)} " if where else ""
        sql = f"SELECT {', '.join(keys)}, {kind.columns} FROM {table} {clause}"
        with reading() as reader:
            rows = reader.select(f"{sql} ORDER BY {order} LIMIT {limit}", (*values, *last))
        for row in rows:
            last = row[: len(keys)]
            key = (*_lead(query, kind), *last[:-1], kind.item_type.value, last[-1])
            yield key, kind.read(row[len(keys) :])
        if len(rows) < limit:
            return


def _column(query: ItemQuery) -> str | None:
    """The column of a query's order; None where all items of a table have the same value in it."""
    if query.session_id is not None and query.order_by in (OrderBy.PROVIDER_ID, OrderBy.TARGET):
        return None  # a session takes jobs for one target only
    return _COLUMNS.get(query.order_by)


def _start(query: ItemQuery, kind: _Kind, place: Place | None, length: int) -> tuple[Any, ...] | None:
    """The key that a table's rows after a place come after; () if all come after it, None if none does."""
    if place is None:
        return ()
    lead = len(_lead(query, kind))
    if len(place.key) != lead + length + 1:
        raise InputError("this place is of a list in another order", argument="place")
    *before, item_type, seq = place.key[lead:]
    own = kind.item_type.value
    if own == item_type:
        return (*before, seq)
    comes_after = own < str(item_type) if query.descending else own > str(item_type)
    if lead:
        return () if comes_after else None
    # Of rows with the same key up to here, those of this table come all after the place, or all before it.
    return (*before, -1 if comes_after != query.descending else _BEYOND)


def _lead(query: ItemQuery, kind: _Kind) -> tuple[str, ...]:
    """What comes before the table's own keys when the order is by the kind itself."""
    return (kind.item_type.value,) if query.order_by is OrderBy.ITEM_TYPE else ()
