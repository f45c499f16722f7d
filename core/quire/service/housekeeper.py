"""What a process that runs jobs does now and then: shows that it lives, ends idle sessions, adopts jobs."""

import contextlib
import logging
import os
import socket
import threading
from collections.abc import Callable, Collection
from pathlib import Path

from quire.clock import Clock
from quire.errors import QuireError
from quire.service.ledger import Ledger
from quire.service.store import Store, StoredJob

TICK_SECONDS = 1.0
HEARTBEAT_TICKS = 5
LOST_AFTER_LOOKS = 12
"""A process that has not stirred between so many looks, one per heartbeat, is lost.

Looks are counted, and no times compared: clocks differ, jump, and go on while a machine sleeps.
"""

_log = logging.getLogger("quire")


class Housekeeper:
    """The recurring duties of one process."""

    def __init__(
        self,
        store: Store,
        ledger: Ledger,
        clock: Clock,
        process_id: str,
        targets: Collection[str],
        offer: Callable[..., None],
        stop: Callable[[StoredJob], None],
        retry: Callable[[], None],
    ) -> None:
        """Prepares the duties; :meth:`start` begins them.

        Args:
            store: Where processes announce themselves.
            ledger: Who ends sessions and adopts jobs.
            clock: What time it is.
            process_id: This process's name in the store.
            targets: The targets that there are here.
            offer: Takes adopted jobs, as many as there are.
            stop: Stops the run of a job that another process asked to cancel.
            retry: Repeats what the store refused before.
        """
        self._store = store
        self._ledger = ledger
        self._clock = clock
        self._process_id = process_id
        self._targets = targets
        self._offer = offer
        self._stop = stop
        self._retry = retry
        self._host = machine()
        self._looks: dict[str, tuple[int, int]] = {}
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def announce(self) -> None:
        """Tells the store that this process runs jobs."""
        with self._store.transaction() as db:
            db.see_process(self._process_id, self._host, os.getpid(), self._clock.now())

    def start(self, *, in_background: bool) -> None:
        """Adopts what lost processes left, and begins the recurring duties.

        Args:
            in_background: Whether to go on in a thread.
        """
        if in_background:
            thread = threading.Thread(target=self._run, name="quire-housekeeper", daemon=True)
            thread.start()
            self._thread = thread  # which who closes the workspace meanwhile can join only now
        self.adopt()

    def close(self) -> None:
        """Ends the recurring duties."""
        self._ending.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def adopt(self) -> None:
        """Takes over the unfinished jobs of processes that are lost."""
        with self._store.reading() as reader:
            lost = [
                process_id
                for process_id, host, pid, seen_at in reader.processes()
                if process_id != self._process_id and self._is_lost(process_id, host, pid, seen_at)
            ]
            orphans = reader.orphaned_jobs(lost, self._targets)
        if lost or orphans:
            self._offer(*self._ledger.adopt(lost, self._targets))

    def _is_lost(self, process_id: str, host: str, pid: int, seen_at: int) -> bool:
        if host == self._host and not _exists(pid):
            return True
        seen_before, looks = self._looks.get(process_id, (seen_at, 0))
        looks = looks + 1 if seen_at == seen_before else 0
        self._looks[process_id] = (seen_at, looks)
        return looks > LOST_AFTER_LOOKS

    def _run(self) -> None:
        ticks = 0
        while not self._ending.wait(TICK_SECONDS):
            ticks += 1
            try:
                self._tick(heartbeat=ticks % HEARTBEAT_TICKS == 0)
            except QuireError:
                _log.exception("housekeeping failed; it will be tried again")

    def _tick(self, *, heartbeat: bool) -> None:
        self._retry()
        self._ledger.sweep()
        self._stop_cancelled()
        if heartbeat:
            self.announce()
            self.adopt()

    def _stop_cancelled(self) -> None:
        with self._store.reading() as reader:
            cancelled = reader.cancelled_runs(self._process_id)
        for job in cancelled:
            self._stop(job)


def machine() -> str:
    """Where this process's number means this process: the host, its start, and the container.

    Containers of one machine may have one host name, and each has process numbers of its own.
    """
    parts = [socket.gethostname()]
    with contextlib.suppress(OSError):  # these are Linux's; elsewhere the name is all there is
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text().strip())
        parts.append(os.readlink("/proc/self/ns/pid"))
    return " ".join(parts)


def _exists(pid: int) -> bool:
    if not hasattr(os, "fork"):
        return True  # signal 0 is a question on POSIX systems only; on others it may be a Ctrl-C
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
