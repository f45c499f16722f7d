"""Lists with a filter across their order: in which of several ways their items are found.

Those that pass the filter may be few; then they are collected and sorted. Or they are many; then the next
ones are near in the order. Or both is so in places only; then ``eras`` leads to these. Which of that holds
shows by trying a little of each way, and then more of the one that gave most, or of each if none gave much.
What one way has found, the others need not look for again.
"""

import enum
import heapq
import itertools
from collections.abc import Iterator, Sequence

from quire.service.store.course import Key
from quire.service.store.eras import Eras
from quire.service.store.statements import Statements
from quire.service.store.walk import Walk

FIRST_STEP = 128
"""How many items of a group are looked at on one way before the next is tried."""
MANY = 16
"""In how many groups at the most; of more, fewer of each are."""
STEP_GROWTH = 8
FEW = 2
"""How many items that pass a filter cost as much to count as one to look at in the order."""
ENOUGH = 16
"""What part of a page a way must give if it is to be tried alone."""
MARGIN = 1.5
"""How much more is looked at than the rest of a page should take."""


class _Way(enum.Enum):
    ERAS = enum.auto()
    WALKS = enum.auto()


def sifted(db: Statements, walks: Sequence[Walk], eras: Eras | None, start: Key, limit: int) -> Iterator[Key]:
    """The keys beyond a start, in order.

    Args:
        db: The statements of one snapshot.
        walks: What the list is merged from; all with the same filters of name and time.
        eras: The same items by eras; None if they have none.
        start: A key; empty for none.
        limit: How many are asked for; there may be more.
    """
    step, missing = FIRST_STEP, limit
    reached: Key | None = start
    best: _Way | None = None
    while reached is not None:
        if best is None and _pass_few(db, walks, FEW * step):
            yield from _merged(walks, [walk.collected(db, reached, missing) for walk in walks])
            return
        by_eras: Sequence[Key] = ()
        by_walk: Sequence[Key] = ()
        are_enough = False
        if eras is not None and best is not _Way.WALKS:
            by_eras, reached = eras.advance(db, reached, step, missing)
            yield from by_eras
            missing = missing - len(by_eras) or limit
            are_enough = ENOUGH * len(by_eras) >= limit and (best is _Way.ERAS or eras.are_sure)
        if reached is not None and not are_enough:
            by_walk, reached = _walked(db, walks, reached, step, missing)
            yield from by_walk
            missing = missing - len(by_walk) or limit
        found = max(len(by_eras), len(by_walk))
        best = None
        if ENOUGH * found >= limit:
            best = _Way.ERAS if len(by_eras) == found else _Way.WALKS
        step = _next_step(step, found, missing, is_good=best is not None)


def _next_step(step: int, found: int, missing: int, *, is_good: bool) -> int:
    """How many items to look at next; if a way is good, not many more than it takes by what it gave."""
    most = step * STEP_GROWTH
    return min(most, int(MARGIN * step * missing / found) + 1) if is_good else most


def _pass_few(db: Statements, walks: Sequence[Walk], most: int) -> bool:
    """Whether no more than so many items pass the filter."""
    for walk in walks:
        most -= walk.passing(db, most + 1)
        if most < 0:
            return False
    return True


def _walked(
    db: Statements, walks: Sequence[Walk], start: Key, step: int, limit: int
) -> tuple[Sequence[Key], Key | None]:
    """The keys among the next items in the order, and how far these reach; None if they are all."""
    share = max(1, step * MANY // max(MANY, len(walks)))
    reached: Key = ()
    for walk in walks:
        reached = walk.end(db, start, reached, share)
    streams = [walk.sifted(db, start, reached, limit) for walk in walks]
    found = list(itertools.islice(_merged(walks, streams), limit))
    # If there are as many as were asked for, each walk has stopped there.
    return found, (found[-1] if len(found) == limit else reached or None)


def _merged(walks: Sequence[Walk], found: Sequence[Sequence[Key]]) -> Iterator[Key]:
    return heapq.merge(*found, reverse=walks[0].course.descending)
