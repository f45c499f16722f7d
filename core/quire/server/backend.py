"""What the routes of one server share: the service, its settings, and how blocking work leaves the loop."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from quire.model import JobDetails, TargetSpec
from quire.server.files import Files
from quire.server.sas import Signer
from quire.server.settings import ServerSettings
from quire.service.service import Service
from quire.status import JobStatus

P = ParamSpec("P")
T = TypeVar("T")

_log = logging.getLogger("quire.server")
_THREADS = 8
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
        self._stopping: asyncio.Future[None] | None = None

    def target(self, name: str) -> TargetSpec | None:
        """The target of a name; None if there is none."""
        return self._targets.get(name)

    async def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Calls what may block, on a thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, lambda: function(*args, **kwargs))

    def later(self, function: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
        """Calls what nobody waits for, on a thread; a failure is logged."""
        self._pool.submit(function, *args, **kwargs).add_done_callback(_note_failure)

    async def job_soon(self, job_id: str, wait: float | None, seen: JobStatus | None) -> JobDetails:
        """A job, held back until there is news of it.

        Args:
            job_id: The job's id.
            wait: How long the client asks to be held; None if it does not.
            seen: The status that it knows; None if it waits for the end.
        """
        job = self.service.get_job(job_id)
        if job.status.is_terminal or (seen is not None and job.status is not seen):
            return job
        seconds = self._patience(job, wait)
        stopping = self.stop_notice()
        if seconds <= 0 or stopping.done():
            return job
        news = asyncio.ensure_future(self.service.wait_job_async(job_id, seconds, seen))
        try:
            waited_for: set[asyncio.Future[Any]] = {news, stopping}
            await asyncio.wait(waited_for, return_when=asyncio.FIRST_COMPLETED)
            return news.result() if news.done() else job
        finally:
            news.cancel()

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

    def close(self) -> None:
        """Lets the threads end."""
        self._pool.shutdown(wait=True)


def _note_failure(done: "Future[object]") -> None:
    error = done.exception()
    if error is not None:
        _log.error("what nobody waited for failed", exc_info=error)
