"""Who waits for which job, and how they are woken; nothing about why a job changed."""

from queue import Empty, SimpleQueue
from typing import Generic, Protocol, TypeVar

from quire.interrupts import UninterruptedLock
from quire.model import JobDetails

_OTHERS_POLL_SECONDS = 0.02
_OTHERS_SHARE = 0.05
_MOST_OTHERS_SECONDS = 0.5


class Waiter(Protocol):
    """Somebody who waits for a job."""

    def tell(self, job: JobDetails | None) -> None:
        """Brings news, or None to look again; called on any thread."""
        ...


class ThreadWaiter:
    """A thread that waits."""

    __slots__ = ("_news",)

    def __init__(self) -> None:
        """Begins with no news."""
        # Unlike an event, it may be put to by a signal handler that interrupts who gets from it.
        self._news: SimpleQueue[JobDetails | None] = SimpleQueue()

    def tell(self, job: JobDetails | None) -> None:
        """Brings news."""
        self._news.put(job)

    def next(self, timeout: float) -> JobDetails | None:
        """Waits for news; None if there is none within the time."""
        job: JobDetails | None = None
        try:
            job = self._news.get(timeout=timeout)
            while True:
                job = _latest(job, self._news.get_nowait())
        except Empty:
            return job


class TaskWaiter:
    """An asyncio task that waits; made within its loop.

    asyncio is loaded here and not with quire: it is a third of quire's import, and most programs do without.
    """

    __slots__ = ("_event", "_job", "_loop")

    def __init__(self) -> None:
        """Begins with no news."""
        import asyncio

        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()
        self._job: JobDetails | None = None

    def tell(self, job: JobDetails | None) -> None:
        """Brings news."""
        try:
            self._loop.call_soon_threadsafe(self._hear, job)
        except RuntimeError:
            return  # its loop has been closed, so nobody waits any more

    def _hear(self, job: JobDetails | None) -> None:
        self._job = _latest(self._job, job)
        self._event.set()

    async def next(self, timeout: float) -> JobDetails | None:
        """Waits for news; None if there is none within the time."""
        import asyncio

        try:
            # Not wait_for, which before Python 3.12 swallows a cancellation that comes with the news.
            async with asyncio.timeout(timeout):
                await self._event.wait()
        except TimeoutError:
            return None
        self._event.clear()
        return self._job


def _latest(known: JobDetails | None, told: JobDetails | None) -> JobDetails | None:
    """Two threads may bring their news in the wrong order; but nothing comes after an end."""
    return known if known is not None and known.status.is_terminal else told


W = TypeVar("W", bound=Waiter)


def patience_with_others(waited: float) -> float:
    """How soon to look again after another process's job, as nobody tells of it; later in a longer wait.

    Args:
        waited: How many seconds it has been waited for.
    """
    return min(max(_OTHERS_POLL_SECONDS, waited * _OTHERS_SHARE), _MOST_OTHERS_SECONDS)


class Notices:
    """Those who wait in one process, by job."""

    def __init__(self) -> None:
        """Begins with nobody waiting."""
        self._lock = UninterruptedLock()
        self._waiters: dict[str, list[Waiter]] = {}

    def enlisted(self, job_id: str, waiter: W) -> "Enlisted[W]":
        """Has somebody told of a job's changes as long as the block lasts.

        Look at the job only inside of it, so that no change falls between.
        """
        return Enlisted(self, job_id, waiter)

    def enlist(self, job_id: str, waiter: Waiter) -> None:
        """Has somebody told of a job's changes from now on."""
        try:
            with self._lock:
                self._waiters.setdefault(job_id, []).append(waiter)
        except BaseException:  # Ctrl-C, which takes effect at the end of that block
            self.discharge(job_id, waiter)
            raise

    def discharge(self, job_id: str, waiter: Waiter) -> None:
        """Has somebody told no more."""
        with self._lock:
            others = self._waiters.get(job_id, [])
            if waiter in others:
                others.remove(waiter)
            if not others:
                self._waiters.pop(job_id, None)

    def wake(self, job: JobDetails) -> None:
        """Tells those who wait for a job how it is now."""
        if not self._waiters:
            return
        with self._lock:
            waiters = list(self._waiters.get(job.id, ()))
        for waiter in waiters:
            waiter.tell(job)

    def wake_all(self) -> None:
        """Has everybody look again."""
        with self._lock:
            waiters = [waiter for others in self._waiters.values() for waiter in others]
        for waiter in waiters:
            waiter.tell(None)


class Enlisted(Generic[W]):
    """The block of :meth:`Notices.enlisted`."""

    __slots__ = ("_job_id", "_notices", "_waiter")

    def __init__(self, notices: Notices, job_id: str, waiter: W) -> None:
        """Makes the block."""
        self._notices = notices
        self._job_id = job_id
        self._waiter = waiter

    def __enter__(self) -> W:
        """Begins to have the waiter told."""
        self._notices.enlist(self._job_id, self._waiter)
        return self._waiter

    def __exit__(self, *_: object) -> None:
        """Ends it."""
        self._notices.discharge(self._job_id, self._waiter)
