"""Lists with a filter across their order: in which of several ways their items are found.

Those that pass the filter may be few; then they are collected and sorted. Or they are many; then the next
ones are near in the order. Or both is so in places only; then ``eras`` leads to these. Which of that holds
shows by trying a little of each way, then more and more: together that costs a few times what the cheapest
would have cost alone. What one way has found, the others need not look for again.
"""

import heapq
from collections.abc import Iterator, Sequence

from quire.service.store.eras import Eras
from quire.service.store.statements import Statements
from quire.service.store.walk import Key, Walk

FIRST_STEP = 128
"""How many items, or of each group, are looked at on one way before the next is tried."""
STEP_GROWTH = 8
FEW = 2
"""How many items that pass a filter cost as much to count as one to look at in the order."""
ENOUGH = 16
"""What part of a page eras must give if nothing else is tried besides."""
MARGIN = 1.5
"""How much more is looked at than the rest of a page should take."""


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
    is_good = False
    while reached is not None:
        if not is_good and _pass_few(db, walks, FEW * step):
            yield from _merged(walks, [walk.collected(db, reached, missing) for walk in walks])
            return
        found: Sequence[Key] = ()
        was_good, is_good = is_good, False
        if eras is not None:
            before = reached
            found, reached = eras.advance(db, before, step, missing)
            yield from found
            missing = missing - len(found) or limit
            is_good = reached != before and (eras.are_sure or ENOUGH * len(found) >= limit)
            was_good = was_good or eras.are_sure
        if reached is not None and not (is_good and was_good):
            others, reached = _walked(db, walks, reached, step, missing)
            yield from others
            missing = missing - len(others) or limit
            is_good = is_good and len(found) >= len(others)
        step = _next_step(step, len(found), missing, is_good=is_good)


def _next_step(step: int, found: int, missing: int, *, is_good: bool) -> int:
    """How many items to look at next; if a way is good, not many more than it takes by what it gave."""
    most = step * STEP_GROWTH
    return min(most, int(MARGIN * step * missing / found) + 1) if is_good and found else most


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
    reached: Key = ()
    for walk in walks:
        reached = walk.end(db, start, reached, step)
    found = list(_merged(walks, [walk.sifted(db, start, reached, limit) for walk in walks]))[:limit]
    # If there are as many as were asked for, each walk has stopped there.
    return found, (found[-1] if len(found) == limit else reached or None)


def _merged(walks: Sequence[Walk], found: Sequence[Sequence[Key]]) -> Iterator[Key]:
    return heapq.merge(*found, reverse=walks[0].descending)
