"""Which thread attends which task of a pool; at most one at a time, and nothing of how it does that."""

import threading

from quire.service.pooled import PooledWorker
from quire.service.request import Request


class Attendance:
    """The place of the thread that waits for a task without sleeping."""

    __slots__ = ("_lock", "_parted", "_taken")

    def __init__(self, lock: threading.Lock) -> None:
        """Begins with nobody.

        Args:
            lock: The pool's.
        """
        self._lock = lock  # not by the condition: an exception that strikes there could leave it held
        self._parted = threading.Condition(lock)
        self._taken: tuple[int, PooledWorker, list[Request]] | None = None

    @property
    def is_free(self) -> bool:
        """Whether nobody attends."""
        return self._taken is None

    def take(self, worker: PooledWorker) -> None:
        """Notes that this thread attends; the lock is held.

        Args:
            worker: The only worker that has tasks. It is given no others meanwhile.
        """
        self._taken = (threading.get_ident(), worker, list(worker.load.requests))

    def mine(self) -> tuple[PooledWorker, list[Request]] | None:
        """The worker that this thread attends, and the tasks that it had when that began."""
        taken = self._taken  # which another thread may end
        return taken[1:] if taken is not None and taken[0] == threading.get_ident() else None

    def part(self) -> None:
        """Notes that this thread does not attend any more."""
        if self.mine():
            with self._lock:
                self._taken = None
                self._parted.notify_all()

    def wait_until_free(self, seconds: float) -> None:
        """Waits until nobody but this thread attends.

        Args:
            seconds: The most to wait.
        """
        with self._lock:
            self._parted.wait_for(lambda: self._taken is None or self.mine(), seconds)
