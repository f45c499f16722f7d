"""The list of top-level items as addresses have it: filters, order and place, both ways."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

import attrs
from starlette.datastructures import QueryParams

from quire.errors import InputError
from quire.query import ItemQuery, ItemType, OrderBy, Place
from quire.server.places import read_place, write_place
from quire.status import JobStatus, SessionStatus

PAGE_SIZE = 50
COLUMNS: dict[str, OrderBy] = {
    "name": OrderBy.NAME,
    "type": OrderBy.ITEM_TYPE,
    "status": OrderBy.STATE,
    "provider": OrderBy.PROVIDER_ID,
    "target": OrderBy.TARGET,
    "created": OrderBy.CREATION_TIME,
}
STATUSES = tuple(dict.fromkeys(str(status) for status in (*JobStatus, *SessionStatus)))
_FILTERS = ("q", "type", "status", "provider", "target", "after", "before")
_DAY = timedelta(days=1) - timedelta(microseconds=1)


@attrs.frozen
class Listing:
    """What a page of a list asks for.

    Attributes:
        filters: The filters that are set, as given.
        sort: The column of the order.
        descending: Whether the greatest comes first.
        place: Where the page begins or ends; None for the first page.
        backwards: Whether it ends there.
    """

    filters: dict[str, str]
    sort: str
    descending: bool
    place: Place | None
    backwards: bool

    @classmethod
    def of(cls, params: QueryParams, *, sort: str = "created", descending: bool = True) -> "Listing":
        """Reads the query of an address.

        Args:
            params: The query.
            sort: The order if it names none.
            descending: Whether the greatest comes first then.

        Raises:
            InputError: A value is wrong.
        """
        column = params.get("sort", sort)
        if column not in COLUMNS:
            raise InputError(f"this list can be sorted by {', '.join(COLUMNS)}", argument="sort")
        way = params.get("order", "desc" if descending else "asc")
        place = params.get("after_place") or params.get("before_place")
        return cls(
            filters={name: params[name].strip() for name in _FILTERS if params.get(name, "").strip()},
            sort=column,
            descending=way == "desc",
            place=None if place is None else read_place(place),
            backwards="before_place" in params,
        )

    def query(self, session_id: str | None = None) -> ItemQuery:
        """The query for the service.

        Raises:
            InputError: A date is none.
        """
        given = self.filters
        kinds = {kind.lower(): kind for kind in ItemType}
        kind = kinds.get(given.get("type", ""))

        def one(name: str) -> tuple[str, ...]:
            return (given[name],) if name in given else ()

        return ItemQuery(
            name_prefix=given.get("q"),
            statuses=one("status"),
            providers=one("provider"),
            targets=one("target"),
            item_types=() if kind is None else (kind,),
            created_after=_day(given.get("after")),
            created_before=_day(given.get("before"), _DAY),
            session_id=session_id,
            order_by=COLUMNS[self.sort],
            descending=self.descending,
        )

    def sorted_by(self, column: str) -> str:
        """The address of the same list in the order of a column, or the other way round."""
        turns = column == self.sort
        descending = not self.descending if turns else column == "created"
        return self._address({"sort": column, "order": "desc" if descending else "asc"})

    def beyond(self, place: Place, *, backwards: bool = False) -> str:
        """The address of the page after, or before, a place."""
        order = {"sort": self.sort, "order": "desc" if self.descending else "asc"}
        return self._address(order | {"before_place" if backwards else "after_place": write_place(place)})

    def _address(self, more: dict[str, str]) -> str:
        return "?" + urlencode(self.filters | more)

    def aria_sort(self, column: str) -> str:
        """How the list is sorted by a column, in ARIA's word."""
        if column != self.sort:
            return "none"
        return "descending" if self.descending else "ascending"


def _day(text: str | None, plus: timedelta = timedelta()) -> datetime | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
        return datetime(day.year, day.month, day.day, tzinfo=UTC) + plus
    except (ValueError, OverflowError) as error:
        raise InputError(f"{text!r:.40} is no date; write it like 2026-01-31", argument="date") from error
