"""The filters and orders of lists as the service's query parameters, both ways; nothing about storage.

The grammar is what Microsoft's SDK writes: terms joined by ``and``, each ``startswith(Name, '...')``, one
comparison, or a group of comparisons of one property joined by ``or``. A quote within a text is doubled, as
in OData. A date alone means the whole day.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs

from quire.errors import InputError
from quire.query import ItemQuery, OrderBy

_TEXT = r"'((?:[^']|'')*)'"
_STARTS_WITH = re.compile(rf"startswith\(\s*Name\s*,\s*{_TEXT}\s*\)", re.IGNORECASE)
_COMPARISON = rf"(\w+)\s+eq\s+{_TEXT}"
_EQUALS = re.compile(_COMPARISON, re.IGNORECASE)
_GROUP = re.compile(rf"\(\s*({_COMPARISON}(?:\s+or\s+{_COMPARISON})*)\s*\)", re.IGNORECASE)
_CREATED = re.compile(r"CreationTime\s+(ge|le)\s+([0-9][0-9T:.Z+-]*)", re.IGNORECASE)
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)

# The service's word for a property, and the field of a query that it filters by.
_FIELDS = {
    "itemtype": "item_types",
    "jobtype": "job_types",
    "providerid": "providers",
    "target": "targets",
    "state": "statuses",
}
_WORDS = (
    ("ItemType", "item_types"),
    ("JobType", "job_types"),
    ("ProviderId", "providers"),
    ("Target", "targets"),
    ("State", "statuses"),
)
_LAST_MOMENT_OF_DAY = timedelta(days=1) - timedelta(microseconds=1)


def _unquoted(text: str) -> str:
    return text.replace("''", "'")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


# Reading


def read_query(filter: str | None, orderby: str | None, session_id: str | None = None) -> ItemQuery:
    """The query that parameters mean.

    Args:
        filter: The parameter ``filter``; None or empty for no filter.
        orderby: The parameter ``orderby``; None or empty for the order of creation.
        session_id: The session whose jobs are asked for.

    Raises:
        InputError: A parameter cannot be understood.
    """
    query = ItemQuery(session_id=session_id)
    if filter:
        query = _filtered(query, filter)
    if orderby:
        query = _ordered(query, orderby)
    return query


def _filtered(query: ItemQuery, text: str) -> ItemQuery:
    position = 0
    text = text.strip()
    while True:
        query, position = _term(query, text, position)
        if position == len(text):
            return query
        joint = _AND.match(text, position)
        if joint is None and _CREATED.match(text, position):
            continue  # Microsoft's SDK writes two dates without a word between them
        if joint is None:
            raise _not_understood(text, position)
        position = joint.end()


def _term(query: ItemQuery, text: str, position: int) -> tuple[ItemQuery, int]:
    if match := _STARTS_WITH.match(text, position):
        return attrs.evolve(query, name_prefix=_unquoted(match[1]) or None), match.end()
    if match := _CREATED.match(text, position):
        return _created(query, match[1].lower(), match[2]), match.end()
    if match := _GROUP.match(text, position) or _EQUALS.match(text, position):
        pairs = _EQUALS.findall(match[0])
        field = _FIELDS.get(pairs[0][0].lower())
        if field is None or len({name.lower() for name, _ in pairs}) != 1:
            raise _not_understood(text, position)
        values = tuple(dict.fromkeys(_unquoted(value) for _, value in pairs))
        earlier = getattr(query, field)
        if earlier:  # a property that is named in two terms must pass both
            values = tuple(value for value in values if value in earlier) or ("",)
        narrowed: dict[str, Any] = {field: values}
        return attrs.evolve(query, **narrowed), match.end()
    raise _not_understood(text, position)


def _created(query: ItemQuery, way: str, text: str) -> ItemQuery:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"filter: {text!r} is no date", argument="filter") from error
    moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    try:
        if way == "ge":
            return attrs.evolve(query, created_after=moment.astimezone(UTC))
        if "T" not in text.upper():
            moment += _LAST_MOMENT_OF_DAY
        return attrs.evolve(query, created_before=moment.astimezone(UTC))
    except OverflowError as error:
        raise InputError(f"filter: {text!r} is out of range", argument="filter") from error


def _ordered(query: ItemQuery, text: str) -> ItemQuery:
    words = text.split()
    properties = {name.lower(): name for name in OrderBy}
    name = properties.get(words[0].lower()) if words else None
    way = words[1].lower() if len(words) > 1 else "asc"
    if name is None or way not in ("asc", "desc") or len(words) > 2:
        known = ", ".join(OrderBy)
        raise InputError(f"orderby takes one of {known}, then asc or desc; not {text!r}", argument="orderby")
    return attrs.evolve(query, order_by=name, descending=way == "desc")


def _not_understood(text: str, position: int) -> InputError:
    return InputError(f"filter: cannot understand {text[position : position + 60]!r}", argument="filter")


# Writing


def write_filter(query: ItemQuery, *, days_only: bool = False) -> str | None:
    """The parameter ``filter`` for a query; None if it filters nothing.

    Args:
        query: The query; its session is not part of a filter.
        days_only: Whether to write dates without times, which let through at least what the query does.
    """
    terms = []
    if query.name_prefix is not None:
        terms.append(f"startswith(Name, {_quoted(query.name_prefix)})")
    for word, field in _WORDS:
        values: Iterable[str] = getattr(query, field)
        if values:
            terms.append("(" + " or ".join(f"{word} eq {_quoted(value)}" for value in values) + ")")
    if query.created_after is not None:
        terms.append(f"CreationTime ge {_moment(query.created_after, days_only)}")
    if query.created_before is not None:
        terms.append(f"CreationTime le {_moment(query.created_before, days_only)}")
    return " and ".join(terms) or None


def _moment(moment: datetime, days_only: bool) -> str:
    # By isoformat, since strftime writes years before 1000 too short.
    utc = moment.astimezone(UTC).replace(tzinfo=None)
    return utc.date().isoformat() if days_only else f"{utc.isoformat(timespec='microseconds')}Z"


def write_order(query: ItemQuery) -> str:
    """The parameter ``orderby`` for a query; services do not agree on the order of lists without one."""
    return f"{query.order_by} {'desc' if query.descending else 'asc'}"
