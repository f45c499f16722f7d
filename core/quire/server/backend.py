"""What the routes of one server share: the service, its settings, and how long work leaves the loop."""

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import ParamSpec, TypeVar

from quire.clock import monotonic
from quire.haste import Hasty, StoreBusyError
from quire.model import JobDetails, TargetSpec
from quire.server.files import Files
from quire.server.sas import Signer
from quire.server.settings import ServerSettings
from quire.service.service import Later, Service
from quire.status import JobStatus

P = ParamSpec("P")
T = TypeVar("T")

_FORGET_SECONDS = 1.0
_BRIEF_SECONDS = 0.05
_SLOW_SECONDS = 2.0
"""After a call that was not brief, or would have waited for another process to write, for so long all such
calls go to threads: only one answer in many is late by that."""
_log = logging.getLogger("quire.server")
_THREADS = 8
MAX_SMALL_BYTES = 64 * 1024
"""What is not larger is written and read in less time than a thread takes to begin."""
_YOUNG_US = 60_000_000
"""Only looks at jobs that are younger are held back: who waits longer does not poll quickly any more."""


class Backend:
    """A service as the routes use it.

    Attributes:
        service: The service.
        settings: The server's settings.
        files: The files of jobs, and those on their way to a job.
        signer: Signs and checks the addresses of files.
    """

    def __init__(self, service: Service, settings: ServerSettings) -> None:
        """Puts a server's parts together.

        Args:
            service: The service, which stays open when the server ends.
            settings: The server's settings.
        """
        self.service = service
        self.settings = settings
        self.files = Files(service)
        self.signer = Signer(service.keys.secret("sas"), service.clock, settings.sas_seconds)
        self._targets = {target.id: target for target in service.list_targets()}
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="quire-server")
        # Apart from the others: they may wait for another process, which no reader does.
        self._writers = ThreadPoolExecutor(_THREADS, thread_name_prefix="quire-writer")
        self._stopping: asyncio.Future[None] | None = None
        self._held: set[asyncio.Timeout] = set()
        self._slow_until = 0.0
        self._unneeded: list[tuple[str, str, datetime]] = []

    def target(self, name: str) -> TargetSpec | None:
        """The target of a name; None if there is none."""
        return self._targets.get(name)

    async def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Calls what may take long but changes nothing, on a thread."""
        return await self._on_thread(self._pool, partial(function, *args, **kwargs))

    async def write(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Calls what changes something, which may wait for another process, on a thread."""
        return await self._on_thread(self._writers, partial(function, *args, **kwargs))

    async def _on_thread(self, pool: ThreadPoolExecutor, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(pool, call)

    async def call_brief(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Calls what takes less time than a thread takes to begin, such as reading a small output."""
        return await self._tried(self._pool, partial(function, *args, **kwargs))

    async def write_brief(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Does the same with what changes something: all in one transaction, or the same when done again."""
        return await self._tried(self._writers, partial(function, *args, **kwargs))

    async def _tried(self, pool: ThreadPoolExecutor, call: Callable[[], T]) -> T:
        """Calls here what may have to wait, but not for long; else on a thread."""
        if not self._is_brief():
            return await self._on_thread(pool, call)
        began = monotonic()
        try:
            with Hasty():
                return call()
        except StoreBusyError:
            self._slow_until = monotonic() + _SLOW_SECONDS
        finally:
            ended = monotonic()
            if ended - began > _BRIEF_SECONDS:
                self._slow_until = ended + _SLOW_SECONDS
        return await self._on_thread(pool, call)

    def _is_brief(self) -> bool:
        return self.settings.runs_elsewhere and monotonic() >= self._slow_until

    def later(self) -> Later | None:
        """How a run begins once the submission has been answered; None if it is to begin at once.

        A process that is woken runs at once, mostly on the processor that woke it: the answer would wait.
        """
        if not self._is_brief():
            return None
        loop, thread = asyncio.get_running_loop(), threading.get_ident()

        def later(begin: Callable[[], None]) -> None:
            if threading.get_ident() == thread:
                loop.call_soon(_hastily, begin)
            else:  # the store was busy, so that the submission is written on a thread: nobody else waits
                begin()

        return later

    def forget_soon(self, container: str, name: str, uploaded: datetime) -> None:
        """Forgets a file that nobody needs any more, when it is in nobody's way; called on the loop.

        Args:
            container: Its container.
            name: Its name within the container.
            uploaded: Its time of upload; a later file of that name stays.
        """
        if not self._unneeded:
            asyncio.get_running_loop().call_later(_FORGET_SECONDS, self._forget_unneeded)
        self._unneeded.append((container, name, uploaded))

    def _forget_unneeded(self) -> None:
        files, self._unneeded = self._unneeded, []
        for file in files:
            self._writers.submit(self.service.blobs.forget, *file).add_done_callback(_note_failure)

    async def job_soon(self, job_id: str, wait: float | None, seen: JobStatus | None) -> JobDetails:
        """A job, held back until there is news of it.

        Args:
            job_id: The job's id.
            wait: How long the client asks to be held; None if it does not.
            seen: The status that it knows; None if it waits for the end.
        """
        if wait is None:
            return await self.job_held(await self._look(job_id), None, seen)
        seconds = min(wait, self.settings.max_wait_seconds)
        if seconds <= 0 or self.stop_notice().done():
            return await self._look(job_id)
        return await self._news(job_id, seconds, seen) or await self._look(job_id)

    async def _look(self, job_id: str) -> JobDetails:
        """A job as it is now: that needs no thread, unless another one has the store, to write much."""
        try:
            with Hasty():
                return self.service.get_job(job_id)
        except StoreBusyError:
            return await self.call(self.service.get_job, job_id)

    async def job_held(
        self, job: JobDetails, wait: float | None, seen: JobStatus | None = None
    ) -> JobDetails:
        """A job as it is once there is news of it; see :meth:`job_soon`.

        Args:
            job: The job as it is now.
            wait: How long the client asks to be held; None if it does not.
            seen: The status that it knows; None if it waits for the end.
        """
        if job.status.is_terminal or (seen is not None and job.status is not seen):
            return job
        seconds = self._patience(job, wait)
        if seconds <= 0 or self.stop_notice().done():
            return job
        return await self._news(job.id, seconds, seen) or job

    async def _news(self, job_id: str, seconds: float, seen: JobStatus | None) -> JobDetails | None:
        """A job once there is news of it, or the time has run out; None if the server stops before that."""
        limit = asyncio.timeout(None)  # it has no end of its own; a server that stops gives it one
        try:
            async with limit:
                self._held.add(limit)
                return await self.service.wait_job_async(job_id, seconds, seen)
        except TimeoutError:
            return None
        finally:
            self._held.discard(limit)

    def _patience(self, job: JobDetails, wait: float | None) -> float:
        if wait is not None:
            return min(wait, self.settings.max_wait_seconds)
        created = job.creation_time
        if created is None or self.service.clock.now() - created.timestamp() * 1_000_000 > _YOUNG_US:
            return 0.0
        return self.settings.hold_seconds

    def stop_notice(self) -> "asyncio.Future[None]":
        """What is done once the server is told to stop; called on the loop."""
        if self._stopping is None:
            self._stopping = asyncio.get_running_loop().create_future()
        return self._stopping

    def release(self) -> None:
        """Answers the requests that are held back; called on the loop when the server stops."""
        notice = self.stop_notice()
        if not notice.done():
            notice.set_result(None)
        held, self._held = self._held, set()
        for limit in held:
            limit.reschedule(0.0)

    def close(self) -> None:
        """Forgets what is left to forget, and lets the threads end."""
        self._forget_unneeded()
        self._pool.shutdown(wait=True)
        self._writers.shutdown(wait=True)


def _hastily(begin: Callable[[], None]) -> None:
    """Begins a run, which may end at once: what the store does not take then, the housekeeper tries again."""
    with Hasty():
        begin()


def _note_failure(done: "Future[None]") -> None:
    error = done.exception()
    if error is not None:
        _log.error("a file that nobody needs could not be forgotten", exc_info=error)
