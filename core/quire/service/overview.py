"""What people look at: pages of items, sessions as a whole, results; it waits for nothing."""

from collections.abc import Callable, Mapping
from datetime import datetime

import attrs

from quire.clock import to_datetime
from quire.errors import NotFoundError
from quire.model import JobDetails, SessionDetails
from quire.plugins import Relay
from quire.query import ItemQuery, ListOf, Place
from quire.results import Results
from quire.service.store import Statements, Store, StoredJob, StoredSession, listing
from quire.service.store import overview as statements
from quire.status import JobStatus

_PASSED = 1000
"""How many items are read at a time to leave them out."""


@attrs.frozen
class ItemPage:
    """A page of a list.

    Attributes:
        items: Its sessions and jobs, in the list's order.
        job_counts: How many jobs each session on it has, by the session's id.
        previous: The place before which the previous page ends; None if this is the first one.
        following: The place after which the next page begins; None if this is the last one.
    """

    items: list[SessionDetails | JobDetails]
    job_counts: Mapping[str, int]
    previous: Place | None
    following: Place | None


@attrs.frozen
class SessionOverview:
    """A session as a whole.

    Attributes:
        details: The session.
        job_counts: How many of its jobs are in each status.
        idle_end: When it ends if nothing happens; None if no idle time-out runs.
    """

    details: SessionDetails
    job_counts: Mapping[JobStatus, int]
    idle_end: datetime | None

    @property
    def pending(self) -> int:
        """How many of its jobs have not ended."""
        return sum(count for status, count in self.job_counts.items() if not status.is_terminal)


class Overview:
    """Looks at a store."""

    def __init__(self, store: Store, relay: Relay, sweep: Callable[[], None]) -> None:
        """Begins to look.

        Args:
            store: Where the items lie.
            relay: The plug-ins, which read outputs.
            sweep: Ends the sessions that have been idle too long.
        """
        self._sweep = sweep
        self._store = store
        self._relay = relay
        self._data_version = 0

    def page(self, query: ItemQuery, place: Place | None, size: int, *, backwards: bool = False) -> ItemPage:
        """A page of a list: a session's jobs if the query names one, else the top-level items.

        It takes as long for the last page of a long list as for the first one.

        Args:
            query: What is asked for, and in which order.
            place: Where the page begins, or ends if backwards; None for the first page.
            size: The most items on it.
            backwards: Whether the page lies before the place.

        Raises:
            InputError: The place is of another order.
        """
        self._sweep()
        of = ListOf.TOP_LEVEL_ITEMS if query.session_id is None else ListOf.JOBS
        if backwards and place is not None:
            turned = attrs.evolve(query, descending=not query.descending)
            found = listing.places(self._store.reading, turned, place, size + 1, of)
            if len(found) > size:
                return self._page(found[size - 1 :: -1], has_previous=True, has_following=True)
            place = None  # what would be a part of the first page
        found = listing.places(self._store.reading, query, place, size + 1, of)
        return self._page(found[:size], has_previous=place is not None, has_following=len(found) > size)

    def part(
        self, of: ListOf, query: ItemQuery, place: Place | None, skip: int, size: int
    ) -> tuple[list[SessionDetails | JobDetails], Place | None]:
        """A part of a list, for those who count the items as well as for those who know a place.

        Args:
            of: Which list it is.
            query: What is asked for, and in which order.
            place: What the part begins after; None for the begin of the list.
            skip: How many items to leave out if there is no place.
            size: The most items of the part.

        Returns:
            The items, and the place where the next part begins; None if there are no more.

        Raises:
            InputError: The place is of another order.
            NotFoundError: There is no session of the id that the query names.
        """
        self._sweep()
        if query.session_id is not None:
            with self._store.reading() as reader:
                _stored_session(reader, query.session_id)
        left = 0 if place is not None else skip
        while left:
            passed = listing.places(self._store.reading, query, place, min(left, _PASSED), of)
            if not passed:
                return [], None
            left -= len(passed)
            place = passed[-1][0]
        found = listing.places(self._store.reading, query, place, size + 1, of)
        following = found[size - 1][0] if len(found) > size else None
        return [item.details for _, item in found[:size]], following

    def _page(
        self, found: list[tuple[Place, listing.Item]], *, has_previous: bool, has_following: bool
    ) -> ItemPage:
        sessions = [item.details.id for _, item in found if not isinstance(item, StoredJob)]
        counts: dict[str, int] = {}
        if sessions:
            with self._store.reading() as reader:
                counts = statements.jobs_per_session(reader, sessions)
        return ItemPage(
            [item.details for _, item in found],
            counts,
            found[0][0] if found and has_previous else None,
            found[-1][0] if found and has_following else None,
        )

    def session(self, session_id: str) -> SessionOverview:
        """A session as a whole.

        Raises:
            NotFoundError: There is none of this id.
        """
        self._sweep()
        with self._store.reading() as reader:
            stored = _stored_session(reader, session_id)
            counts = statements.jobs_per_status(reader, session_id)
            active_at = reader.last_active(session_id)
        found = SessionOverview(stored.details, counts, None)
        if stored.status.is_terminal or stored.details.is_closed or found.pending:
            return found
        return attrs.evolve(found, idle_end=to_datetime(active_at + stored.timeout_us))

    def results(self, job: JobDetails, output: bytes) -> Results | None:
        """A job's output as results; None if no plug-in reads its format.

        Raises:
            ResultFormatError: It is not in the format that it claims.
        """
        return self._relay.decode_output(job.output_data_format, output, job)

    def kind_of(self, item_id: str) -> str | None:
        """``session`` or ``job``, whichever has an id; None if neither."""
        with self._store.reading() as reader:
            if reader.session(item_id) is not None:
                return "session"
            return None if reader.job(item_id) is None else "job"

    def is_changed_elsewhere(self) -> bool:
        """Whether another process has written to the store since this was asked last."""
        with self._store.reading() as reader:
            version = statements.data_version(reader)
        changed, self._data_version = version != self._data_version, version
        return changed


def _stored_session(reader: Statements, session_id: str) -> StoredSession:
    stored = reader.session(session_id)
    if stored is None:
        raise NotFoundError(f"there is no session {session_id}", kind="session", name=session_id)
    return stored
