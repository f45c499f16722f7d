"""Who waits for which job, and how they are woken; nothing about why a job changed."""

import threading

from quire.model import JobDetails


class Waiter:
    """One thread that waits for one job."""

    __slots__ = ("_event", "_job")

    def __init__(self) -> None:
        """Begins with no news."""
        self._event = threading.Event()
        self._job: JobDetails | None = None

    def tell(self, job: JobDetails) -> None:
        """Brings news."""
        self._job = job
        self._event.set()

    def next(self, timeout: float) -> JobDetails | None:
        """Waits for news; None if there is none within the time."""
        if not self._event.wait(timeout):
            return None
        self._event.clear()
        return self._job


class Notices:
    """The waiting threads of one process, by job."""

    def __init__(self) -> None:
        """Begins with nobody waiting."""
        self._lock = threading.Lock()
        self._waiters: dict[str, list[Waiter]] = {}

    def enlist(self, job_id: str) -> Waiter:
        """Begins to wait for a job's next change; to be ended with :meth:`dismiss`.

        Enlist first and look at the job then, so that no change falls between.
        """
        waiter = Waiter()
        with self._lock:
            self._waiters.setdefault(job_id, []).append(waiter)
        return waiter

    def dismiss(self, job_id: str, waiter: Waiter) -> None:
        """Ends waiting."""
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
