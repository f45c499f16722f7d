"""Who has no time to wait for a store, and how often a writer asks again while another process writes.

It knows nothing of SQL or of the store's lock.
"""

import threading
from collections.abc import Iterator
from types import TracebackType

import attrs

from quire.clock import monotonic
from quire.errors import StoreError

HASTY_SECONDS = 0.004
"""How long a hasty thread waits for another process: as long as most of its transactions take."""
TURN_SECONDS = 0.02
"""How long it waits for another thread, which waits for nobody with the lock, but perhaps for a processor."""
_FIRST_DELAY = 0.0005
_LONGEST_DELAY = 0.02

_threads = threading.local()


@attrs.define(auto_exc=True, slots=False)
class StoreBusyError(StoreError):
    """Somebody else has the store, and this thread is in haste; what it wanted to begin was not begun."""


class Hasty:
    """A block in which this thread does not wait for a store: it has other things to do, such as to answer.

    What cannot begin within ``HASTY_SECONDS`` or ``TURN_SECONDS`` raises :class:`StoreBusyError`.
    """

    __slots__ = ("_before",)

    def __enter__(self) -> None:
        """Begins to be in haste."""
        self._before = is_hasty()
        _threads.hasty = True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Has time again."""
        _threads.hasty = self._before


def is_hasty() -> bool:
    """Whether this thread is in haste."""
    return getattr(_threads, "hasty", False)


def delays(patience: float) -> Iterator[float]:
    """How long to sleep before each next try, in seconds; at least one, and none once the patience is over.

    Args:
        patience: How long to try in all, in seconds.
    """
    give_up_at = monotonic() + patience
    delay = _FIRST_DELAY
    yield delay
    while (left := give_up_at - monotonic()) > 0:
        delay = min(2 * delay, _LONGEST_DELAY)
        yield min(delay, left)
