"""Some items in a list's order, all found by one index; which walks make up a list is ``streams``'."""

from collections.abc import Iterator

import attrs

from quire.service.store.course import Course, Key
from quire.service.store.ranges import Terms, where
from quire.service.store.statements import Statements


@attrs.frozen
class Walk:
    """Some items in a list's order.

    Attributes:
        along: The table by the index that has the order.
        across: The table by the index that has the other order.
        members: What holds for the items before the filters of name and time.
        course: The order, with the filters of name and time.
    """

    along: str
    across: str
    members: Terms
    course: Course

    def keys(self, db: Statements, start: Key, chunk: int, limit: int) -> Iterator[Key]:
        """The keys beyond a start, if no filter lies across the order: as many as the limit, or more, or all.

        Args:
            db: The statements of one snapshot.
            start: A key; empty for none.
            chunk: How many to fetch at first.
            limit: How many are asked for at most.
        """
        while True:
            found = self._select(db, self.along, [self.course.between(start)], f"LIMIT {chunk}")
            yield from found
            if len(found) < chunk:
                return
            start, chunk = found[-1], min(2 * chunk, limit)

    def passing(self, db: Statements, most: int) -> int:
        """How many items pass the filter across the order; no more than some are counted."""
        terms, values = where([self.members, self.course.sieve.terms()])
        sql = f"SELECT count(*) FROM (SELECT 1 FROM {self.across} {terms} LIMIT {most})"
        return int(db.select(sql, values)[0][0])

    def collected(self, db: Statements, start: Key, limit: int) -> list[Key]:
        """The first keys beyond a start; all that pass the filter across the order are looked at."""
        return self._select(
            db, self.across, [self.course.sieve.terms(), self.course.between(start)], f"LIMIT {limit}"
        )

    def end(self, db: Statements, start: Key, end: Key, step: int) -> Key:
        """The key so many items beyond a start, whether they pass or not; the end if that comes before."""
        ends = self._select(db, self.along, [self.course.between(start, end)], f"LIMIT 1 OFFSET {step}")
        return ends[0] if ends else end

    def sifted(self, db: Statements, start: Key, end: Key, limit: int) -> list[Key]:
        """The first keys beyond a start, up to an end (empty for none), that pass the filter across."""
        terms = [self.course.between(start, end), self.course.sieve.terms()]
        return self._select(db, self.along, terms, f"LIMIT {limit}")

    def _select(self, db: Statements, source: str, terms: list[Terms], limit: str) -> list[Key]:
        condition, values = where([self.members, *terms])
        columns, order = self.course.columns, self.course.order
        return db.select(f"SELECT {columns} FROM {source} {condition} {order} {limit}", values)
