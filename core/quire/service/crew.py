"""The worker processes that a pool has: forked from a warm one, and brought to their number again.

What they do is the pool's business. The pool's lock is held around each call.
"""

import contextlib
import selectors
from collections.abc import Sequence

from quire.plugins import Place
from quire.service.line import Line
from quire.service.pooled import PooledWorker, connection
from quire.service.warm import WarmProcess

_STARTUP_FAILURES = 3
"""How many workers in a row may die before they say hello, until no more are started."""


class Crew:
    """The workers, and the warm process that the next ones come from.

    Attributes:
        workers: Those that there are.
        warm: The warm process.
    """

    __slots__ = ("_failures", "_plugins", "_selector", "_wanted", "warm", "workers")

    def __init__(
        self,
        wanted: int,
        plugins: Sequence[Place],
        warm: WarmProcess,
        selector: selectors.BaseSelector,
    ) -> None:
        """Starts the workers and returns at once.

        Args:
            wanted: How many there are to be.
            plugins: Where the plug-ins are found that they load.
            warm: The first warm process.
            selector: Where their lines are looked at, each under its worker, and the warm processes.
        """
        self.workers: set[PooledWorker] = set()
        self._wanted = wanted
        self._plugins = tuple(plugins)
        self._selector = selector
        self._failures = 0
        self.warm = self._load(warm)
        for _ in range(wanted):
            self._spawn()

    def dismiss(self) -> None:
        """Starts no more of them."""
        self._wanted = 0

    def replenish(self) -> None:
        """Brings the workers to their number again, if they can be started."""
        with contextlib.suppress(OSError):  # no descriptor is free, say; it is tried again
            while len(self.workers) < self._wanted and self._failures < _STARTUP_FAILURES:
                self._spawn()

    def greeted(self) -> None:
        """Notes that a worker has said hello, so that more can be started."""
        self._failures = 0
        self.replenish()

    def leave(self, worker: PooledWorker) -> None:
        """Takes leave of a worker.

        Args:
            worker: One of them, which has ended.
        """
        self.hang_up(worker.line)
        self.workers.discard(worker)
        self._failures += worker.pid is None
        self.replenish()

    def lose(self, process: WarmProcess) -> None:
        """Kills the workers that a warm process was asked to kill and has not.

        The next worker that is needed brings the next warm process.

        Args:
            process: One that has ended.
        """
        self.hang_up(process)
        for worker in self.workers:
            if worker.parent is process and worker.is_doomed:
                worker.kill(worker.doom, worker.reason)

    def watch(self, worker: PooledWorker) -> None:
        """Has a worker's line looked at.

        Args:
            worker: One whose line is not.
        """
        self._selector.register(worker.line, selectors.EVENT_READ, worker)

    def overlook(self, worker: PooledWorker) -> None:
        """Has a worker's line looked at no more.

        Args:
            worker: One whose line is.
        """
        self._selector.unregister(worker.line)

    def hang_up(self, line: Line | WarmProcess) -> None:
        """Lets go of a line or a warm process, unless that has been done.

        Args:
            line: What is looked at.
        """
        if line.fileno() >= 0:
            looked_at = self._selector.get_map()
            if looked_at and line.fileno() in looked_at:
                self._selector.unregister(line)
            line.hang_up()

    def _spawn(self) -> None:
        line, theirs, permits = connection()
        with theirs, contextlib.suppress(OSError):
            # Where both attempts fail, the line breaks at once, which counts as a failure to start.
            try:
                self.warm.fork(theirs, permits)
            except OSError:
                self.hang_up(self.warm)
                self.warm.end()
                self.warm = self._load(WarmProcess())
                self.warm.fork(theirs, permits)
        worker = PooledWorker(line, permits, self.warm)
        self.workers.add(worker)
        self.watch(worker)

    def _load(self, process: WarmProcess) -> WarmProcess:
        process.load(self._plugins)
        self._selector.register(process, selectors.EVENT_READ, process)
        return process
