"""Eras: jobs whose numbers are near, each with an index of its names, and the times between which they came.

So a filter by name leads a list by creation to the eras that have such names, and one by creation leads a
list by name to the few eras that it lets through. Numbers are given as jobs come, so eras hardly overlap in
time. Where they do, as after a clock was set back, no key is certain before all that overlap have been read.
"""

import heapq
import itertools
from collections.abc import Iterator, Sequence
from operator import itemgetter

import attrs

from quire.service.store.course import Course, Key, ordered
from quire.service.store.ranges import Range, Terms, where
from quire.service.store.rows import json_text
from quire.service.store.statements import Statements
from quire.service.store.statuses import ERA, IS_FILED

STEPS_PER_ERA = 64
"""How many items looked at cost as much as an era of a list by creation, all of which may be looked at."""
STEPS_PER_HEAD = 8
"""The same of a list by name, where most of it is not."""

_BEYOND = 2**63 - 1
"""Greater than the number of any row, and later than any time."""
_BY_NAME = "jobs INDEXED BY jobs_by_era_and_name"
# Without the sign, SQLite would compare in a way for which it does not use the index.
_OF_ERA: Terms = [IS_FILED, f"{ERA} = +eras.id"], []


@attrs.frozen
class Eras:
    """Jobs of a list with a filter across its order, by their eras.

    Attributes:
        members: What holds for them before the filters of name and time.
        course: The order, with these two filters.
    """

    members: Terms
    course: Course

    @property
    def are_sure(self) -> bool:
        """Whether all jobs that pass those two filters are asked for, so that none is read in vain."""
        return not self.members[0]

    def advance(self, db: Statements, start: Key, step: int, limit: int) -> tuple[Sequence[Key], Key | None]:
        """Finds the next keys beyond a start, some of them or, on a list by name, none if they take long.

        Args:
            db: The statements of one snapshot.
            start: A key; empty for none.
            step: How many items may be looked at, more or less.
            limit: The most keys to find.

        Returns:
            The keys in order, and the key up to which there are no others; None if there are none at all.
        """
        way = self._by_name if self.course.is_by_name else self._by_time
        found, reached = way(db, start, step, limit)
        return found, found[-1] if len(found) == limit else reached

    def _by_time(self, db: Statements, start: Key, step: int, limit: int) -> tuple[Sequence[Key], Key | None]:
        count = max(1, step // STEPS_PER_ERA)
        near = self._nearest(db, start, count + 1)
        found = self._select(db, [era for era, _ in near[:count]], start, limit)
        if len(near) <= count:
            return found, None
        # What the next era has may come before the last of these.
        horizon = near[count][1]
        sure = [key for key in found if self._is_before(key, (horizon,))]
        reached = (horizon, _BEYOND if self.course.descending else -1)
        return sure, reached if not start or self._is_before(start, reached) else start

    def _nearest(self, db: Statements, start: Key, count: int) -> list[tuple[int, int]]:
        """The next eras that have names which pass, each with the first moment that a list comes to."""
        edge, far = ("last_at", "first_at") if self.course.descending else ("first_at", "last_at")
        has_names, values = where([_OF_ERA, self.course.sieve.terms()])
        has_names = f"EXISTS (SELECT 1 FROM {_BY_NAME} {has_names})"
        parts = [self._between_times(self.course.reach), ([has_names], values)]
        if start:
            parts.append(([f"{far} {'<=' if self.course.descending else '>='} ?"], [start[0]]))
        terms, values = where(parts)
        order = ordered(edge, descending=self.course.descending)
        sql = f"SELECT id, {edge} FROM eras INDEXED BY eras_by_{edge} {terms} {order} LIMIT {count}"
        return db.select(sql, values)

    def _by_name(self, db: Statements, start: Key, step: int, limit: int) -> tuple[Sequence[Key], Key | None]:
        # They may be as many as there are eras, all of which are looked at before the first key is known.
        most = step // STEPS_PER_HEAD
        terms, values = where([self._between_times(self.course.sieve)])
        eras = [era for (era,) in db.select(f"SELECT id FROM eras {terms} LIMIT {most + 1}", values)]
        if len(eras) > most:
            return (), start
        chunk = min(limit, 2 * limit // max(len(eras), 1) + 8)
        streams = [self._names_of(db, era, head, start, chunk) for era, head in self._heads(db, eras, start)]
        merged = heapq.merge(*streams, key=itemgetter(0), reverse=self.course.descending)
        return list(itertools.islice((key for key, is_one in merged if is_one), limit)), None

    def _heads(self, db: Statements, eras: list[int], start: Key) -> list[tuple[int, str]]:
        """The eras that have names beyond a start, each with the first of them."""
        terms, values = where([_OF_ERA, self.course.between(start)])
        head = f"SELECT name FROM {_BY_NAME} {terms} {self.course.order} LIMIT 1"
        sql = f"SELECT id, ({head}) AS head FROM eras WHERE id IN (SELECT value FROM json_each(?))"
        return db.select(f"SELECT id, head FROM ({sql}) WHERE head IS NOT NULL", [*values, json_text(eras)])

    def _names_of(
        self, db: Statements, era: int, head: str, start: Key, chunk: int
    ) -> Iterator[tuple[Key, bool]]:
        """An era's keys, behind one that is none: only once that is taken are they looked up."""
        yield ((head, _BEYOND) if self.course.descending else (head,)), False
        while True:
            found = self._select(db, [era], start, chunk)
            for key in found:
                yield key, True
            if len(found) < chunk:
                return
            start = found[-1]

    def _select(self, db: Statements, eras: list[int], start: Key, limit: int) -> list[Key]:
        if not eras:
            return []
        of_eras: Terms = [IS_FILED, f"{ERA} IN (SELECT value FROM json_each(?))"], [json_text(eras)]
        terms, values = where([of_eras, self.members, self.course.between(start), self.course.sieve.terms()])
        sql = f"SELECT {self.course.columns} FROM {_BY_NAME} {terms} {self.course.order} LIMIT {limit}"
        return db.select(sql, values)

    @staticmethod
    def _between_times(moments: Range) -> Terms:
        """What holds for eras that may have jobs of some moments."""
        terms, values = [], []
        if moments.low is not None:
            terms.append("last_at >= ?")
            values.append(moments.low)
        if moments.high is not None:
            terms.append("first_at <= ?")
            values.append(moments.high)
        return terms, values

    def _is_before(self, key: Key, other: Key) -> bool:
        """Whether a list comes to a key before it comes to another, or to anything at a moment."""
        return bool(key[0] > other[0] if self.course.descending else key[0] < other[0])
