"""What a user holds of a session; the rules of its life are the service's."""

import uuid
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, Unpack

from quire import current, exit_guard
from quire.deadline import Deadline
from quire.errors import InputError, NotFoundError, QuireError, WaitTimeoutError
from quire.handle import Handle
from quire.model import SessionDetails
from quire.status import JobStatus, SessionJobFailurePolicy, SessionStatus
from quire.sweep import results_of, results_of_async
from quire.threads import in_thread, in_thread_to_its_end

if TYPE_CHECKING:
    from quire.job import Job
    from quire.query import Filters, Listing
    from quire.results import Results
    from quire.target import Target
    from quire.workspace import Workspace


_PENDING = tuple(status.value for status in JobStatus if not status.is_terminal)


class Session(Handle[SessionDetails]):
    """A logical grouping of jobs submitted to one target.

    A session made here exists on the client only, with status None, until :meth:`open`. An open one is
    *current* for its workspace and target: jobs submitted there join it, from whichever SDK, until it is
    closed. As a context manager it opens itself (if it is not open) and closes itself; if the block raises,
    its pending jobs are cancelled first.
    """

    _is_ours = False

    def __init__(
        self,
        workspace: "Workspace",
        id: str | None = None,
        name: str | None = None,
        provider_id: str | None = None,
        target: "str | Target | None" = None,
        job_failure_policy: SessionJobFailurePolicy | str = SessionJobFailurePolicy.ABORT,
        tags: tuple[str, ...] = (),
        priority: str | None = None,
    ) -> None:
        """Defines a session; nothing is asked of the service but the target's provider.

        Args:
            workspace: Where it is to be opened.
            id: Its id; None for a new UUID.
            name: Its name; None for ``session-<id>``.
            provider_id: The provider of its target; None to look it up.
            target: The target's name or handle.
            job_failure_policy: What a failed job means for the rest: ``Abort`` or ``Continue``.
            tags: Words to find it by.
            priority: ``Standard`` or ``High``; kept, and without effect on the embedded service.

        Raises:
            NotFoundError: There is no such target.
            InputError: An argument is wrong.
        """
        from quire.arguments import failure_policy, target_name, texts

        # What was made here is nobody else's, so it is closed if nobody gets to hold it.
        self._is_ours = id is None
        session_id = id or str(uuid.uuid4())
        spec = workspace.target_spec(target_name(target))
        details = SessionDetails(
            id=session_id,
            name=name or f"session-{session_id}",
            provider_id=provider_id or spec.provider_id,
            target=spec.id,
            job_failure_policy=failure_policy(job_failure_policy),
            tags=texts("tags", tags),
            priority=priority,
        )
        super().__init__(workspace, details)

    @classmethod
    def from_details(cls, workspace: "Workspace", details: SessionDetails) -> Self:
        """The handle of a session that the service knows."""
        session = cls.__new__(cls)
        Handle.__init__(session, workspace, details)
        return session

    @property
    def target(self) -> str:
        """The name of its target."""
        return self._details.target

    @property
    def status(self) -> SessionStatus | None:
        """Its status as last seen; None before it is opened."""
        return self._details.status

    def is_in_terminal_state(self) -> bool:
        """Whether it had ended when last seen."""
        status = self._details.status
        return status is not None and status.is_terminal

    def open(self) -> Self:
        """Opens it and makes it current; opening it again answers it as it is.

        Raises:
            ConflictError: Its id belongs to another session.
        """
        is_new = self._is_ours and self._details.status is None
        try:
            self._open()
            self._attach()
        except BaseException as error:
            # Ctrl-C leaves nothing open that nobody holds; what the service refused is not open.
            if is_new and not isinstance(error, QuireError):
                with suppress(QuireError):
                    self._close()
            raise
        return self

    async def open_async(self) -> Self:
        """Opens it like :meth:`open`, in asyncio; the session is current in the task that awaits this."""
        import asyncio

        is_new = self._is_ours and self._details.status is None
        try:
            await in_thread_to_its_end(self._open)
        except asyncio.CancelledError:
            if is_new:
                with suppress(QuireError):  # it may be open, and nobody would hold it
                    await in_thread_to_its_end(self._workspace.transport.close_session, self.id)
            raise
        self._attach()
        return self

    def _open(self) -> None:
        self._details = self._workspace.transport.open_session(self._details)

    def _attach(self) -> None:
        if not (self.is_in_terminal_state() or self._details.is_closed):
            current.attach(self)

    def _opened_id(self) -> str:
        """Its id, if it has been opened."""
        if self._details.status is None:
            raise InputError(
                f"session {self.name!r} has not been opened; call session.open() first", argument="session"
            )
        return self.id

    def refresh(self) -> Self:
        """Asks the service how it is now.

        Raises:
            NotFoundError: The service does not know it.
        """
        self._details = self._workspace.transport.get_session(self.id)
        return self

    def close(self) -> Self:
        """Closes it: it takes no more jobs, and ends when its last job has ended.

        Raises:
            InputError: It has not been opened.
        """
        self._opened_id()
        return self._close()

    def _close(self) -> Self:
        try:
            self._details = self._workspace.transport.close_session(self.id)
        finally:
            current.detach(self)
        return self

    def cancel(self) -> Self:
        """Cancels its pending jobs and closes it.

        Raises:
            InputError: It has not been opened.
        """
        try:
            self._details = self._workspace.transport.cancel_session(self._opened_id())
        finally:
            current.detach(self)
        return self

    def wait(self, timeout: float | None = None, *, progress: bool = False) -> Self:
        """Waits until none of its jobs is pending, and looks at it again.

        Args:
            timeout: The most seconds to wait in all; None for as long as it takes.
            progress: Whether to show a bar that moves as jobs end.

        Raises:
            WaitTimeoutError: A job is still pending; it goes on.
            MissingDependencyError: ``progress`` needs tqdm, which is not installed.
        """
        deadline = Deadline.after(timeout)
        if progress:
            from quire.progress import with_progress

            known = list(self.list_jobs())
            self._wait_for(with_progress(known, len(known), self.name), deadline)
        self._wait(deadline)
        return self.refresh()

    def _wait(self, deadline: Deadline) -> None:
        # Again and again, since jobs may be submitted meanwhile.
        while pending := self._pending_jobs():
            self._wait_for(pending, deadline)

    def _pending_jobs(self) -> "list[Job]":
        """The pending jobs to wait for before the next look; empty if there is none."""
        if self._workspace.transport.waits_bring_outputs:
            return list(self.list_jobs(status=_PENDING))
        return self.list_jobs(status=_PENDING, is_asc=False)[:1]

    def _wait_for(self, jobs: "Iterable[Job]", deadline: Deadline) -> None:
        for job in jobs:
            try:
                job.wait_until_completed(deadline.left())
            except NotFoundError:
                continue  # somebody has deleted it, so it is not pending
            except WaitTimeoutError as error:
                raise self._overdue(job, deadline) from error

    def _overdue(self, job: "Job", deadline: Deadline) -> WaitTimeoutError:
        job = next(iter(self.list_jobs(status=_PENDING)), job)  # the oldest says most of what is amiss
        return WaitTimeoutError(
            f"job {job.name!r} ({job.id}) of session {self.name!r} is still {job.status} "
            f"after {deadline.seconds} s",
            job_id=job.id,
            seconds=deadline.seconds or 0.0,
        )

    async def wait_async(self, timeout: float | None = None) -> Self:
        """Waits like :meth:`wait`, in asyncio; no thread waits, those of asyncio's pool ask for the jobs."""
        await self._wait_async(Deadline.after(timeout))
        return await in_thread(self.refresh)

    async def _wait_async(self, deadline: Deadline) -> None:
        while pending := await in_thread(self._pending_jobs):
            await self._wait_for_async(pending, deadline)

    async def _wait_for_async(self, jobs: "Iterable[Job]", deadline: Deadline) -> None:
        for job in jobs:
            try:
                await job.wait_async(deadline.left())
            except NotFoundError:
                continue
            except WaitTimeoutError as error:
                raise await in_thread(self._overdue, job, deadline) from error

    def results(self, timeout: float | None = None) -> "list[Results | QuireError]":
        """Waits, and gives the results of its jobs in the order of submission.

        Args:
            timeout: The most seconds to wait in all; None for as long as it takes.

        Returns:
            The results; for a job without any, or deleted meanwhile, the error that says so.

        Raises:
            WaitTimeoutError: A job is still pending; it goes on.
        """
        deadline = Deadline.after(timeout)
        self._wait(deadline)
        jobs = list(self.list_jobs())
        self._wait_for(jobs, deadline)  # the last may have come since
        return list(results_of(jobs))

    async def results_async(self, timeout: float | None = None) -> "list[Results | QuireError]":
        """Waits and reads like :meth:`results`, in asyncio; see :meth:`wait_async`."""
        deadline = Deadline.after(timeout)
        await self._wait_async(deadline)
        jobs = await in_thread(lambda: list(self.list_jobs()))
        await self._wait_for_async(jobs, deadline)  # the last may have come since
        return await in_thread(lambda: list(results_of(jobs)))

    async def as_completed(self) -> "AsyncIterator[Job]":
        """Its jobs, each as soon as it has ended, in asyncio; later ones are not among them."""
        import asyncio

        jobs = await in_thread(lambda: list(self.list_jobs()))
        pending = {asyncio.ensure_future(job.wait_async()) for job in jobs}
        try:
            while pending:
                done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    if not isinstance(task.exception(), NotFoundError):  # or somebody has deleted it
                        yield task.result()
        finally:
            for task in pending:
                task.cancel()

    def submit(self, program: object = None, **options: Any) -> "Job":
        """Submits a job to this session, current or not; see :meth:`Target.submit`."""
        return self._workspace.get_target(self.target).submit(program, session=self, **options)

    def map(
        self, program: object, args_list: Iterable[Any], **options: Any
    ) -> "Iterator[Results | QuireError]":
        """Runs a program at many points in this session; see :meth:`Target.submit_many`.

        Yields:
            The results in the order of the points; an error in the place of a point that has none.
        """
        target = self._workspace.get_target(self.target)
        return results_of(target.submit_many(program, args_list, session=self, **options))

    def map_async(
        self, program: object, args_list: Iterable[Any], **options: Any
    ) -> "AsyncIterator[Results | QuireError]":
        """Does in asyncio what :meth:`map` does; see :meth:`Target.submit_many_async`."""
        target = self._workspace.get_target(self.target)
        return results_of_async(target.submit_many_async(program, args_list, session=self, **options))

    def list_jobs(self, **filters: "Unpack[Filters]") -> "Listing[Job]":
        """Its jobs, in the order of submission; filters as for :meth:`Workspace.list_session_jobs`."""
        return self._workspace.list_session_jobs(self._opened_id(), **filters)

    def to_pandas(self) -> Any:
        """Its jobs as a ``pandas.DataFrame``; see :func:`quire.frames.frame`.

        Raises:
            MissingDependencyError: pandas is not installed.
        """
        return self.list_jobs().to_pandas()

    def list_sessions(self, **filters: "Unpack[Filters]") -> "Listing[Session]":
        """All sessions of the workspace; filters as for :meth:`Workspace.list_sessions`."""
        return self._workspace.list_sessions(**filters)

    def get_session(self, session_id: str | None = None) -> "Session":
        """A session of the workspace, this one by default; see :meth:`Workspace.get_session`."""
        return self._workspace.get_session(session_id or self.id)

    def list_session_jobs(
        self, session_id: str | None = None, **filters: "Unpack[Filters]"
    ) -> "Listing[Job]":
        """The jobs of a session, this one by default; see :meth:`Workspace.list_session_jobs`."""
        return self._workspace.list_session_jobs(session_id or self.id, **filters)

    def __enter__(self) -> Self:
        if self._details.status is None:
            self.open()
        try:
            exit_guard.entered()
            current.attach(self)
        except BaseException as error:
            self.__exit__(type(error), error, None)  # Python does not, as the block has not begun
            raise
        return self

    @exit_guard.guarded
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._leave(kind)
        except QuireError:
            raise
        except BaseException:
            self._leave(kind)  # Ctrl-C may have come before the service heard of the first try
            raise
        finally:
            exit_guard.left()

    def _leave(self, kind: type[BaseException] | None) -> None:
        if kind is None:
            self.close()
        else:
            self.cancel()

    async def __aenter__(self) -> Self:
        if self._details.status is None:
            return await self.open_async()
        current.attach(self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        current.detach(self)
        await in_thread_to_its_end(self._leave, kind)

    def _repr_html_(self) -> str:
        from quire.cards import session_card

        return session_card(self._details)

    def __repr__(self) -> str:
        details = self._details
        return f"<Session {details.name!r} on {details.target}: {details.status} ({details.id})>"
