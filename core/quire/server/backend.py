"""What the routes of one server share: the service, its settings, and how long work leaves the loop."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from quire.clock import monotonic
from quire.model import JobDetails, TargetSpec
from quire.server.files import Files, SmallFiles
from quire.server.sas import Signer
from quire.server.settings import ServerSettings
from quire.service.service import Later, Service
from quire.status import JobStatus

P = ParamSpec("P")
T = TypeVar("T")

_FORGET_SECONDS = 1.0
_BRIEF_SECONDS = 0.05
_SLOW_SECONDS = 2.0
"""After a call that was not brief, such as one that waited for another process to write, for so long all such
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
        small_files: Which of them are known to be small; touched on the loop only.
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
        self.small_files = SmallFiles()
        self.signer = Signer(service.keys.secret("sas"), service.clock, settings.sas_seconds)
        self._targets = {target.id: target for target in service.list_targets()}
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="quire-server")
        self._stopping: asyncio.Future[None] | None = None
        self._held: set[asyncio.Timeout] = set()
        self._slow_until = 0.0
        self._unneeded: list[tuple[str, str]] = []

    def target(self, name: str) -> TargetSpec | None:
        """The target of a name; None if there is none."""
        return self._targets.get(name)

    async def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Calls what may block, on a thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, lambda: function(*args, **kwargs))

    async def call_brief(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Calls what takes less time than a thread takes to begin, such as writing down a small job."""
        if not self._is_brief():
            return await self.call(function, *args, **kwargs)
        began = monotonic()
        try:
            return function(*args, **kwargs)
        finally:
            ended = monotonic()
            if ended - began > _BRIEF_SECONDS:
                self._slow_until = ended + _SLOW_SECONDS

    def _is_brief(self) -> bool:
        return self.settings.runs_elsewhere and monotonic() >= self._slow_until

    def later(self) -> Later | None:
        """How a run begins once the submission has been answered; None if it is to begin at once.

        A process that is woken runs at once, mostly on the processor that woke it: the answer would wait.
        """
        return asyncio.get_running_loop().call_soon if self._is_brief() else None

    def forget_soon(self, container: str, name: str) -> None:
        """Forgets a file that nobody needs any more, when it is in nobody's way; called on the loop."""
        if not self._unneeded:
            asyncio.get_running_loop().call_later(_FORGET_SECONDS, self._forget_unneeded)
        self._unneeded.append((container, name))

    def _forget_unneeded(self) -> None:
        places, self._unneeded = self._unneeded, []
        for place in places:
            self._pool.submit(self.service.blobs.delete, *place).add_done_callback(_note_failure)

    async def job_soon(self, job_id: str, wait: float | None, seen: JobStatus | None) -> JobDetails:
        """A job, held back until there is news of it.

        Args:
            job_id: The job's id.
            wait: How long the client asks to be held; None if it does not.
            seen: The status that it knows; None if it waits for the end.
        """
        if wait is None:
            return await self.job_held(self.service.get_job(job_id), None, seen)
        seconds = min(wait, self.settings.max_wait_seconds)
        if seconds <= 0 or self.stop_notice().done():
            return self.service.get_job(job_id)
        return await self._news(job_id, seconds, seen) or self.service.get_job(job_id)

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


def _note_failure(done: "Future[None]") -> None:
    error = done.exception()
    if error is not None:
        _log.error("a file that nobody needs could not be forgotten", exc_info=error)
