"""What the pool's workers have been given and not answered yet, and how much of that is good for them.

A worker that runs short tasks is given some ahead, so that it need not wait for the next one after each. What
it has not begun can be taken back. Nothing here knows of processes or sends anything.
"""

from collections import deque
from collections.abc import Iterable
from itertools import islice

from quire.clock import monotonic
from quire.service.request import Request

MOST_AHEAD_BYTES = 1 << 16
"""What a worker may have ahead fits into its socket, so that who sends it never waits."""
_WEIGHT = 0.25


class Workload:
    """The tasks that one worker has and has not answered; it does the first one now."""

    __slots__ = ("_bytes_ahead", "requests", "since")

    def __init__(self) -> None:
        """Begins with none."""
        self.requests: deque[Request] = deque()
        self.since = 0.0
        self._bytes_ahead = 0

    def __len__(self) -> int:
        """How many there are."""
        return len(self.requests)

    def add(self, request: Request) -> None:
        """Notes what the worker is given."""
        if self.requests:
            self._bytes_ahead += request.size
        else:
            self.since = monotonic()
        self.requests.append(request)

    @property
    def bytes_free(self) -> int:
        """How many bytes may be given ahead."""
        return MOST_AHEAD_BYTES - self._bytes_ahead

    def fits(self, request: Request) -> bool:
        """Whether a task may be given ahead, by its size."""
        return request.size <= self.bytes_free

    def answered(self, number: int | None) -> Request | None:
        """Notes an answer.

        Args:
            number: Which task it is for; None if it does not say.

        Returns:
            The task; None if the worker does not do that one now.
        """
        if not self.requests or number != self.requests[0].number:
            return None
        self.since = monotonic()
        done = self.requests.popleft()
        if self.requests:
            self._bytes_ahead -= self.requests[0].size
        return done

    def take_back(self, count: int) -> list[Request]:
        """Takes the last ones away, in their order."""
        taken = [self.requests.pop() for _ in range(min(count, len(self.requests)))]
        self._bytes_ahead = sum(request.size for request in islice(self.requests, 1, None))
        return taken[::-1]


class Pace:
    """How long tasks take lately, and how many a worker may therefore have at a time.

    Attributes:
        AHEAD_SECONDS: How much work a worker may have, unless the pool is told otherwise.
        LATE_SECONDS: The same for ``late_seconds``.
        BRISK_SECONDS: The same for ``brisk_seconds``.
        SOON_SECONDS: The same for ``soon_seconds``.
        MOST_TASKS: How many tasks a worker may have at most.
        late_seconds: When a task takes longer than that, others get what its worker was given besides. As
            long as tasks take half of it at most, one is given ahead.
        brisk_seconds: See ``is_brisk``; who waits for such a task stays awake that long.
        soon_seconds: A worker that comes to a task within less gets it also while another has nothing to do,
            as that one would have to be woken.
        depth: How many tasks a worker may have.
    """

    __slots__ = (
        "_ahead_seconds",
        "_seconds",
        "_work_seconds",
        "brisk_seconds",
        "depth",
        "late_seconds",
        "soon_seconds",
    )

    AHEAD_SECONDS = 0.005
    LATE_SECONDS = 0.025
    BRISK_SECONDS = 0.002
    SOON_SECONDS = 0.0008
    MOST_TASKS = 16

    def __init__(
        self,
        ahead_seconds: float = AHEAD_SECONDS,
        late_seconds: float = LATE_SECONDS,
        brisk_seconds: float = BRISK_SECONDS,
        soon_seconds: float = SOON_SECONDS,
    ) -> None:
        """Nothing is known: one at a time.

        Args:
            ahead_seconds: How much work a worker may have if that is more than two tasks.
            late_seconds: See the attribute.
            brisk_seconds: See ``is_brisk``.
            soon_seconds: See the attribute.
        """
        self._ahead_seconds = ahead_seconds
        self._seconds: float | None = None
        self._work_seconds: float | None = None
        self.late_seconds = late_seconds
        self.brisk_seconds = brisk_seconds
        self.soon_seconds = soon_seconds
        self.depth = 1

    def note(self, seconds: float, work_seconds: float | None = None) -> None:
        """Learns how long a task took.

        Args:
            seconds: Until its worker's answer was heard.
            work_seconds: How long the worker had a processor for it, as it says; None for all the time.
        """
        self._seconds = _mean(self._seconds, seconds)
        self._work_seconds = _mean(self._work_seconds, seconds if work_seconds is None else work_seconds)
        least = 2 if self._seconds <= self.late_seconds / 2 else 1
        self.depth = max(least, min(self.MOST_TASKS, int(self._ahead_seconds / max(self._seconds, 1e-6))))

    @property
    def is_brisk(self) -> bool:
        """Whether tasks are answered within ``brisk_seconds``, so one may wait for them without sleeping."""
        return self._seconds is not None and self._seconds <= self.brisk_seconds

    def comes_soon(self, workload: Workload) -> bool:
        """Whether a worker at work comes to one more task sooner than another one would be woken."""
        return bool(workload) and self._are_soon_done(len(workload))

    @property
    def may_follow(self) -> bool:
        """Whether tasks are so tiny that one may follow another; see :meth:`comes_soon`."""
        return self._are_soon_done(1)

    def _are_soon_done(self, tasks: int) -> bool:
        """Whether a worker does some tasks soon; what else runs on the machine does not count."""
        return self.is_brisk and tasks * (self._work_seconds or 0.0) < self.soon_seconds

    def room(self, workloads: Iterable[Workload]) -> int:
        """How many tasks may be given ahead to workers that are at work.

        Args:
            workloads: What the workers have that can be given something.
        """
        if self.depth == 1:
            return 0
        soon = monotonic() - self._ahead_seconds
        return sum(max(0, self.depth - len(load)) for load in workloads if not load or load.since > soon)

    def least(self, workloads: Iterable[Workload], request: Request | None) -> Workload | None:
        """The one that has least to do and may have a task too, be it a small one; None if there is none."""
        if self.depth == 1:
            return None
        soon = monotonic() - self._ahead_seconds
        able = [
            load
            for load in workloads
            if len(load) < self.depth and load.since > soon and (request is None or load.fits(request))
        ]
        return min(able, key=len, default=None)


def _mean(known: float | None, seconds: float) -> float:
    """What is known of a time, with what it was last; what was before counts less and less."""
    return seconds if known is None else known + (seconds - known) * _WEIGHT
