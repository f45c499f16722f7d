"""Jobs that are accepted together: those for which there is room begin in the same transaction."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack

from quire.errors import QuireError
from quire.model import JobDetails
from quire.service.acceptance import Acceptance
from quire.service.dispatcher import Dispatcher
from quire.service.foresight import Foresight
from quire.service.ledger import Ledger
from quire.service.store import StoredJob


def accept_together(
    ledger: Ledger,
    dispatcher: Dispatcher,
    jobs: Sequence[tuple[JobDetails, bytes]],
    refusals: Mapping[int, QuireError],
) -> list[Acceptance | QuireError]:
    """Accepts jobs and has them run; see ``Ledger.accept_all``.

    Args:
        ledger: Who writes them down.
        dispatcher: Who runs them.
        jobs: Their definitions and payloads.
        refusals: Why some are not accepted, by their place.

    Returns:
        For each what became of it, or why it is not accepted.

    Raises:
        StoreError: The store refuses; none is accepted.
    """
    # An executor that is not ours may be cut off by Ctrl-C between two that have begun.
    rooms = dispatcher.reserve(len(jobs)) if dispatcher.is_pooled else 0
    foresights: list[Foresight | None] = [None] * rooms
    begun: dict[int, StoredJob] = {}
    try:
        if rooms and 0 not in refusals:
            foresights[0] = dispatcher.rouse(*jobs[0])  # more of them would take this thread's processor
        found = ledger.accept_all(jobs, refusals, begin=rooms)
        accepted = {place: each for place, each in enumerate(found) if isinstance(each, Acceptance)}
        begun = {place: each.begun for place, each in accepted.items() if each.begun is not None}
    finally:
        with ExitStack() as left:  # all of them, whatever comes of one
            for place in range(rooms):
                if place not in begun:
                    left.callback(dispatcher.give_back, foresights[place])
    for place, job in begun.items():
        dispatcher.run(job, jobs[place][1], foresights[place])
    dispatcher.offer(*[each.job for each in accepted.values() if each.is_new and each.begun is None])
    return found
