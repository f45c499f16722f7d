"""What can be asked of lists of sessions and jobs, and how a lazy list behaves; nothing about storage."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, Unpack, overload

import attrs

from quire.clock import to_microseconds
from quire.errors import InputError
from quire.status import JobStatus, SessionStatus

if TYPE_CHECKING:
    from quire.target import Target

T = TypeVar("T")

_STATUSES = tuple(dict.fromkeys([*map(str, JobStatus), *map(str, SessionStatus)]))

QUANTUM_COMPUTING = "QuantumComputing"
"""The type of every job that quire knows, in the service's word."""


class ItemType(StrEnum):
    """The kinds of items in a workspace."""

    JOB = "Job"
    SESSION = "Session"


class ListOf(StrEnum):
    """The lists of a workspace, by the last word of their paths in the API."""

    JOBS = "jobs"
    """All jobs, or those of the session that a query names."""
    SESSIONS = "sessions"
    """All sessions."""
    TOP_LEVEL_ITEMS = "topLevelItems"
    """All sessions, and the jobs that belong to none."""


class OrderBy(StrEnum):
    """The properties that lists can be ordered by, in the service's words."""

    NAME = "Name"
    ITEM_TYPE = "ItemType"
    JOB_TYPE = "JobType"
    PROVIDER_ID = "ProviderId"
    TARGET = "Target"
    STATE = "State"
    CREATION_TIME = "CreationTime"


@attrs.frozen
class Place:
    """A place in an ordered list: that of one item, whether or not it is still there.

    Attributes:
        key: What the list is ordered by, of that item; it fits lists of the same order only.
    """

    key: tuple[str | int, ...]


@attrs.frozen(kw_only=True)
class ItemQuery:
    """A question for a list. An empty filter lets everything through; filters are joined by *and*.

    Attributes:
        name_prefix: What names begin with, to the letter; no character has a special meaning.
        statuses: Statuses, any of them.
        providers: Provider ids, any of them.
        targets: Target names, any of them.
        job_types: Job types, any of them; sessions have none.
        item_types: Kinds of items, any of them.
        created_after: Created at this moment or later; an aware datetime.
        created_before: Created at this moment or earlier; an aware datetime.
        session_id: Only the jobs of this session.
        order_by: The property to order by; equal ones by creation.
        descending: Whether the greatest comes first.
    """

    name_prefix: str | None = None
    statuses: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    job_types: tuple[str, ...] = ()
    item_types: tuple[str, ...] = ()
    created_after: datetime | None = None
    created_before: datetime | None = None
    session_id: str | None = None
    order_by: OrderBy = OrderBy.CREATION_TIME
    descending: bool = False

    def lets_through(self, name: str, created: datetime | None) -> bool:
        """Whether an item passes the filters of name and time, which services may keep less exactly."""
        if self.name_prefix is not None and not name.startswith(self.name_prefix):
            return False
        if created is None:
            return True
        after, before = self.created_after, self.created_before
        return (after is None or created >= after) and (before is None or created <= before)

    @classmethod
    def of(cls, **filters: Unpack["Filters"]) -> "ItemQuery":
        """The query that filters mean.

        Raises:
            InputError: A filter is wrong.
        """
        unknown = filters.keys() - Filters.__annotations__.keys()
        if unknown:
            known = ", ".join(Filters.__annotations__)
            raise InputError(f"lists take {known}; not {min(unknown)}=", argument=min(unknown))
        return cls(
            name_prefix=_text("name_match", filters.get("name_match")),
            statuses=_words("status", filters.get("status"), _STATUSES),
            providers=_texts("provider", filters.get("provider")),
            targets=_targets(filters.get("target")),
            job_types=_texts("job_type", filters.get("job_type")),
            item_types=_words("item_type", filters.get("item_type"), tuple(ItemType)),
            created_after=_moment("created_after", filters.get("created_after")),
            created_before=_moment("created_before", filters.get("created_before")),
            order_by=_order(filters.get("orderby_property")),
            descending=not _truth("is_asc", filters.get("is_asc", True)),
        )


class Filters(TypedDict, total=False):
    """What the ``list_*`` methods take, by the names of Microsoft's SDK. None, or nothing, filters nothing.

    Attributes:
        name_match: What the name begins with, to the letter; no character has a special meaning.
        status: Statuses, any of them, in the service's words, such as ``Succeeded``, in any letter case.
        provider: Provider ids, any of them.
        target: Targets, any of them, by name or handle.
        job_type: Job types, any of them; every job is ``QuantumComputing``, and sessions have none.
        item_type: ``Job`` or ``Session``, or both.
        created_after: Created at this moment or later; an aware datetime.
        created_before: Created at this moment or earlier; an aware datetime.
        orderby_property: ``CreationTime`` (the default), ``Name``, ``ItemType``, ``JobType``,
            ``ProviderId``, ``Target`` or ``State``; equal ones by creation.
        is_asc: Whether the least, or oldest, comes first.
    """

    name_match: str | None
    status: Iterable[str] | str | None
    provider: Iterable[str] | str | None
    target: "Iterable[str | Target] | str | Target | None"
    job_type: Iterable[str] | str | None
    item_type: Iterable[str] | str | None
    created_after: datetime | None
    created_before: datetime | None
    orderby_property: str | None
    is_asc: bool


def _text(name: str, value: object) -> str | None:
    if value is None or isinstance(value, str):
        return _unicode(name, value) if value else None
    raise InputError(f"{name}= takes a text, not {value!r}", argument=name)


def _unicode(name: str, value: str) -> str:
    """A text that can be stored, and so be found."""
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise InputError(f"{name}= is no valid Unicode text: {value!r:.100}", argument=name) from error
    return str(value)


def _texts(name: str, values: object) -> tuple[str, ...]:
    if values is None:
        return ()
    found = (values,) if isinstance(values, str) or not isinstance(values, Iterable) else tuple(values)
    for value in found:
        if not isinstance(value, str):
            raise InputError(f"{name}= takes texts, not {value!r:.100}", argument=name)
    return tuple(dict.fromkeys(_unicode(name, value) for value in found))


def _words(name: str, values: object, known: tuple[str, ...]) -> tuple[str, ...]:
    spelt = {word.lower(): word for word in known}
    found = _texts(name, values)
    for word in found:
        if word.lower() not in spelt:
            raise InputError(f"{name}= takes {', '.join(known)}; not {word!r:.100}", argument=name)
    return tuple(dict.fromkeys(spelt[word.lower()] for word in found))


def _targets(values: object) -> tuple[str, ...]:
    """Names of targets; a handle of a target stands for its name."""
    given = values if isinstance(values, Iterable) and not isinstance(values, str) else (values,)
    return _texts("target", None if values is None else [_target(value) for value in given])


def _target(value: object) -> object:
    # A session or a job has a name as well, which is another matter; it is refused as it is.
    return value if hasattr(value, "details") else getattr(value, "name", value)


def _truth(name: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise InputError(f"{name}= takes True or False, not {value!r}", argument=name)


def _moment(name: str, value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if not isinstance(value, datetime):
        raise InputError(f"{name}= takes a datetime, not {value!r}", argument=name)
    try:
        to_microseconds(value)
    except ValueError as error:
        raise InputError(f"{name}=: {error}", argument=name) from error
    return value


def _order(name: str | None) -> OrderBy:
    if name is None:
        return OrderBy.CREATION_TIME
    try:
        return OrderBy(name)
    except ValueError as error:
        known = ", ".join(OrderBy)
        raise InputError(
            f"orderby_property= takes one of {known}, not {name!r}", argument="orderby_property"
        ) from error


class Listing(Sequence[T]):
    """A list whose items are fetched as they are asked for, a page at a time, and then kept.

    Iterating fetches only as far as it goes; ``len()``, negative indexes and comparison fetch the rest.
    """

    def __init__(self, source: Iterator[T]) -> None:
        """Begins a list.

        Args:
            source: Where further items come from.
        """
        self._source = source
        self._items: list[T] = []

    def _fetch(self, count: int | None = None) -> None:
        while count is None or len(self._items) < count:
            try:
                self._items.append(next(self._source))
            except StopIteration:
                return

    def __iter__(self) -> Iterator[T]:
        items, index = self._items, 0
        while True:
            while index < len(items):
                yield items[index]
                index += 1
            try:
                items.append(next(self._source))
            except StopIteration:
                return

    def __len__(self) -> int:
        self._fetch()
        return len(self._items)

    def __bool__(self) -> bool:
        self._fetch(1)
        return bool(self._items)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        if isinstance(index, int) and index >= 0:
            self._fetch(index + 1)
        elif isinstance(index, slice) and _is_forward(index):
            self._fetch(index.stop)
        else:
            self._fetch()
        return self._items[index]

    def __eq__(self, other: Any) -> bool:
        if isinstance(other, Listing):
            other = list(other)
        return isinstance(other, list) and list(self) == other

    __hash__ = None  # type: ignore[assignment]

    def to_pandas(self: "Listing[Any]") -> Any:
        """The jobs or sessions as a ``pandas.DataFrame``; see :func:`quire.frames.frame`.

        Raises:
            MissingDependencyError: pandas is not installed.
        """
        from quire.frames import frame

        return frame(item.details for item in self)

    def __repr__(self) -> str:
        return repr(list(self))


def _is_forward(index: slice) -> bool:
    steps_up = index.step is None or index.step > 0
    return steps_up and index.stop is not None and index.stop >= 0 and (index.start or 0) >= 0
