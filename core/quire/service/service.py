"""The embedded service's verbs: checks what is asked, has the ledger write it, and lets the jobs run.

It offers what ``transport.base.Transport`` describes; a server puts the same verbs behind HTTP.
"""

import atexit
import logging
import uuid
from collections.abc import Callable, Generator, Iterator, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from quire.clock import Clock, monotonic
from quire.errors import InputError, NotFoundError, QuireError, StoreError
from quire.interrupts import UninterruptedLock, uninterrupted
from quire.model import Attachment, JobDetails, SessionDetails, TargetSpec
from quire.query import ItemQuery
from quire.service import head_start
from quire.service.acceptance import Acceptance
from quire.service.blobs import Blobs
from quire.service.changes import Changes
from quire.service.definition import check_job, check_session, refused_jobs
from quire.service.dispatcher import Dispatcher
from quire.service.feed import Feed
from quire.service.foresight import Foresight
from quire.service.housekeeper import Housekeeper
from quire.service.items import Items
from quire.service.ledger import Ledger
from quire.service.listeners import Listeners
from quire.service.notices import Notices, TaskWaiter, ThreadWaiter, patience_with_others
from quire.service.runner import runner
from quire.service.store import Store, StoredJob, listing
from quire.service.together import accept_together
from quire.status import JobStatus
from quire.transport.base import TransportOptions, submit_one_by_one

if TYPE_CHECKING:
    from quire.service.keys import Keys
    from quire.service.overview import Overview

_POLL_SECONDS = 5.0
"""How often who waits looks after a job of this process, whose end it is told."""
_ATTENDED_SECONDS = 0.1
"""Who waits for less does not deal with the answer, as that could take longer."""

Later = Callable[[Callable[[], None]], object]
_log = logging.getLogger("quire")


class Service:
    """A quantum service in this process.

    Attributes:
        items: Single jobs, and what users change of them; only a server needs more of it than is here.
        blobs: Files that belong to no job; only a server needs them.
        feed: Tells of all changes, job by job and session by session.
    """

    def __init__(self, path: Path | None, options: TransportOptions) -> None:
        """Opens the service on a store.

        Args:
            path: The store's file; None for one in memory.
            options: The workspace's settings.

        Raises:
            StoreError: The file cannot be used.
        """
        self._options = options
        self._relay = options.relay
        self._targets = self._relay.register_targets()
        self._store = Store(path)
        self._process_id = uuid.uuid4().hex
        self._notices = Notices()
        listeners = Listeners(self._relay)
        # Plug-ins are not told by a thread that waits: it may hold what they need.
        self._attends = not listeners.are_there
        self._ledger = Ledger(
            self._store,
            options.clock,
            self._process_id,
            self._publish,
            listeners.tell if listeners.are_there else None,
        )
        self.items = Items(self._store, options.clock)
        self.blobs = Blobs(self._store, options.clock)
        self.feed = Feed()
        self._dispatcher: Dispatcher | None = None
        self._housekeeper: Housekeeper | None = None
        self._warming = UninterruptedLock()
        self._starting: dict[str, JobDetails | None] = {}
        self._closed = False
        options.clock.subscribe(self._clock_moved)
        # Workers are ended with the program; what has not ended is left for the next one.
        atexit.register(self.close)

    @property
    def clock(self) -> Clock:
        """Where it gets the time."""
        return self._options.clock

    # What only a server needs is imported by it alone.

    @cached_property
    def keys(self) -> "Keys":
        """Who may use the service from outside."""
        from quire.service.keys import Keys

        return Keys(self._store, self.clock)

    @cached_property
    def overview(self) -> "Overview":
        """What people look at."""
        from quire.service.overview import Overview

        return Overview(self._store, self._relay, self._ledger.sweep)

    @property
    def location(self) -> str:
        """Where the store lies."""
        return self._store.location

    @property
    def waits_bring_outputs(self) -> bool:
        """No: outputs are read when they are asked for."""
        return False

    # Targets

    def list_targets(self) -> tuple[TargetSpec, ...]:
        """All targets; see ``Transport``."""
        return tuple(self._targets.values())

    # Sessions

    def open_session(self, session: SessionDetails) -> SessionDetails:
        """Opens a session; see ``Transport``."""
        check_session(session, self._targets)
        return self._ledger.open(session, round(self._options.session_timeout * 1_000_000))

    def get_session(self, session_id: str) -> SessionDetails:
        """One session; see ``Transport``."""
        self._ledger.sweep()
        with self._store.reading() as reader:
            session = reader.session(session_id)
        if session is None:
            raise NotFoundError(f"there is no session {session_id}", kind="session", name=session_id)
        return session.details

    @uninterrupted
    def close_session(self, session_id: str) -> SessionDetails:
        """Closes a session; see ``Transport``."""
        return self._ledger.close(session_id, cancel=False)

    @uninterrupted
    def cancel_session(self, session_id: str) -> SessionDetails:
        """Cancels a session; see ``Transport``."""
        return self._ledger.close(session_id, cancel=True)

    def list_sessions(self, query: ItemQuery) -> Iterator[SessionDetails]:
        """The sessions that a query asks for; see ``Transport``."""
        self._ledger.sweep()
        return (item.details for item in listing.sessions(self._store.reading, query))

    def list_top_level_items(self, query: ItemQuery) -> Iterator[SessionDetails | JobDetails]:
        """Sessions, and jobs that belong to none; see ``Transport``."""
        self._ledger.sweep()
        return (item.details for item in listing.top_level_items(self._store.reading, query))

    # Jobs

    @uninterrupted
    def submit_job(self, job: JobDetails, data: bytes, later: Later | None = None) -> JobDetails:
        """Accepts a job; see ``Transport``. With ``later``, the run begins when what that gets is called."""
        check_job(job, data, self._targets)
        self._store.check_usable()  # before a fork of this process tells its workers anything
        dispatcher = self.warm()
        begins = dispatcher.reserve() == 1
        begun = foresight = None
        try:
            if begins:
                foresight = dispatcher.rouse(job, data)
            acceptance = self._ledger.accept(job, data, begin=begins)
            begun = acceptance.begun
        finally:
            if begins and begun is None:
                dispatcher.give_back(foresight)
        if begun is not None:
            if later is None:
                return self._run(dispatcher, begun, data, foresight) or acceptance.job.details
            later(partial(dispatcher.run, begun, data, foresight))
        elif acceptance.is_new:
            dispatcher.offer(acceptance.job)
        return acceptance.job.details

    def submit_jobs(self, jobs: Sequence[tuple[JobDetails, bytes]]) -> list[JobDetails | QuireError]:
        """Accepts jobs together; see ``Transport``."""
        # Runs in this thread come to their ends before the next job is submitted.
        if len(jobs) == 1 or self.warm().is_inline:
            return submit_one_by_one(self.submit_job, jobs)
        return self._submit_together(jobs)

    @uninterrupted
    def _submit_together(self, jobs: Sequence[tuple[JobDetails, bytes]]) -> list[JobDetails | QuireError]:
        found = accept_together(self._ledger, self.warm(), jobs, refused_jobs(jobs, self._targets))
        return [each.job.details if isinstance(each, Acceptance) else each for each in found]

    def _run(
        self, dispatcher: Dispatcher, begun: StoredJob, data: bytes, foresight: Foresight | None
    ) -> JobDetails | None:
        """Runs a job; how it is, if that has changed meanwhile, so that nobody needs to ask."""
        job_id = begun.details.id
        self._starting[job_id] = None
        try:
            dispatcher.run(begun, data, foresight)
        finally:
            changed = self._starting.pop(job_id, None)
        return changed

    def get_job(self, job_id: str) -> JobDetails:
        """One job; see ``Transport``."""
        return self.items.job(job_id).details

    def wait_job(
        self, job_id: str, timeout: float | None = None, seen: JobStatus | None = None
    ) -> JobDetails:
        """Waits for a job; see ``Transport``."""
        with self._notices.enlisted(job_id, ThreadWaiter()) as waiter:
            watch = self._watch(job_id, timeout, seen)
            patience = next(watch)
            has_time = not isinstance(patience, JobDetails) and patience >= _ATTENDED_SECONDS
            if self._attends and self._dispatcher is not None and has_time:
                self._dispatcher.attend(job_id)
            while not isinstance(patience, JobDetails):
                patience = watch.send(waiter.next(patience))
            return patience

    async def wait_job_async(
        self, job_id: str, timeout: float | None = None, seen: JobStatus | None = None
    ) -> JobDetails:
        """Waits for a job without a thread; see ``Transport``."""
        with self._notices.enlisted(job_id, TaskWaiter()) as waiter:
            watch = self._watch(job_id, timeout, seen)
            patience = next(watch)
            while not isinstance(patience, JobDetails):
                patience = watch.send(await waiter.next(patience))
            return patience

    def _watch(
        self, job_id: str, timeout: float | None, seen: JobStatus | None
    ) -> Generator[float | JobDetails, JobDetails | None, None]:
        """How long to wait for news, again and again, and at last the job; news are sent in."""
        began = monotonic()
        deadline = None if timeout is None else began + timeout
        job: JobDetails | None = None
        patience = _POLL_SECONDS
        self._store.check_usable()
        known = seen is None and self._dispatcher is not None and self._dispatcher.holds(job_id)
        if known and (timeout is None or timeout > 0):
            # The store has no news of it as long as nobody tells of some.
            job = yield patience if timeout is None else min(timeout, patience)
        while True:
            if job is None:
                stored = self.items.job(job_id)
                job, patience = stored.details, _POLL_SECONDS
                if stored.owner != self._process_id:
                    patience = patience_with_others(monotonic() - began)
            left = None if deadline is None else deadline - monotonic()
            changed = job.status.is_terminal or (seen is not None and job.status is not seen)
            if changed or (left is not None and left <= 0):
                yield job
                return
            self.warm()  # a job that a lost process left runs only if somebody adopts it
            job = yield patience if left is None else min(left, patience)

    def cancel_job(self, job_id: str) -> JobDetails:
        """Cancels a job; see ``Transport``."""
        return self._ledger.cancel(job_id)

    def list_jobs(self, query: ItemQuery) -> Iterator[JobDetails]:
        """The jobs that a query asks for; see ``Transport``."""
        if query.session_id is not None:
            self.get_session(query.session_id)
        return (item.details for item in listing.jobs(self._store.reading, query))

    def update_job(
        self, job_id: str, name: str | None, priority: str | None, tags: tuple[str, ...] | None
    ) -> JobDetails:
        """Changes a job; see ``Transport``."""
        return self.items.update(job_id, name, priority, tags)

    def delete_job(self, job_id: str) -> None:
        """Forgets a job; see ``Transport``."""
        self.items.delete(job_id)

    def upload_attachment(self, job_id: str, name: str, data: bytes, *, replace: bool = False) -> Attachment:
        """Attaches a file to a job; see ``Transport``. With ``replace``, in the place of an earlier one."""
        return self.items.upload_attachment(job_id, name, data, replace=replace)

    def download_attachment(self, job_id: str, name: str) -> bytes:
        """A file that is attached to a job; see ``Transport``."""
        return self.items.download_attachment(job_id, name)

    def list_attachments(self, job_id: str) -> list[Attachment]:
        """What is attached to a job; see ``Transport``."""
        return self.items.list_attachments(job_id)

    def get_input(self, job_id: str) -> bytes:
        """A job's payload; see ``Transport``."""
        return self.items.input(job_id)

    def get_output(self, job_id: str) -> bytes:
        """A job's output; see ``Transport``."""
        return self.items.output(job_id)

    # Running

    def prepare(self) -> None:
        """Starts what runs jobs; see ``Transport``."""
        self.warm()

    def warm(self) -> Dispatcher:
        """Starts what runs jobs, unless it is there: workers in the background, and what was left behind.

        A process that only looks never calls this, so it runs nobody else's jobs.
        """
        if self._closed:
            raise InputError(f"the workspace {self.location} is closed; open another one")
        return self._dispatcher or self._started()

    @uninterrupted
    def _started(self) -> Dispatcher:
        with self._warming:
            if self._dispatcher is not None or self._closed:
                return self.warm()
            dispatcher, housekeeper = self._start()
        # Not with the lock held: what it adopts may run in this thread, and close the workspace.
        housekeeper.start(in_background=not dispatcher.is_inline)
        return dispatcher

    def _start(self) -> tuple[Dispatcher, Housekeeper]:
        dispatcher = Dispatcher(self._ledger, runner(self._options), self._targets, self.get_input)
        housekeeper = Housekeeper(
            self._store,
            self._ledger,
            self._options.clock,
            self._process_id,
            self._targets,
            dispatcher.offer,
            dispatcher.stop,
            dispatcher.retry,
        )
        try:
            housekeeper.announce()
        except StoreError:
            dispatcher.close()
            raise
        self._dispatcher, self._housekeeper = dispatcher, housekeeper
        return dispatcher, housekeeper

    def _publish(self, changes: Changes) -> None:
        for job, _ in changes.jobs:
            self._notices.wake(job)
            if job.id in self._starting:
                self._starting[job.id] = job
        self.feed.tell(changes)
        if self._dispatcher is not None:
            for stored in changes.to_stop:
                self._dispatcher.stop(stored)

    def _clock_moved(self) -> None:
        if not self._closed:
            self._ledger.sweep()

    @uninterrupted
    def close(self) -> None:
        """Stops the workers; see ``Transport``. In a fork it does nothing: they are the parent's."""
        if not self._store.is_ours:
            return
        with self._warming:
            if self._closed:
                return
            self._closed = True
        atexit.unregister(self.close)
        self._notices.wake_all()
        if self._dispatcher is None:
            head_start.end()
        try:
            if self._housekeeper is not None:
                self._housekeeper.close()
            if self._dispatcher is not None:
                try:
                    self._dispatcher.close()
                finally:  # Ctrl-C may end the wait for an executor of the user's
                    self._ledger.release()
        finally:
            self._store.close()
