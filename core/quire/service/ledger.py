"""The one hand that changes sessions and jobs: reads, asks the lifecycle, writes, in one transaction each.

Every method commits before it tells anybody. It knows nothing of workers, queues or plug-ins.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType

import attrs

from quire import lifecycle
from quire.clock import Clock, to_datetime
from quire.errors import ConflictError, NotFoundError, QuireError, SessionClosedError, StoreError
from quire.lifecycle import JobEvent, SessionEvent
from quire.model import JobDetails, Outcome, SessionDetails
from quire.service.acceptance import Acceptance, accept
from quire.service.change import Change
from quire.service.changes import Changes, Outbox
from quire.service.store import Store, StoredJob, StoredSession, is_read_only
from quire.status import JobStatus, SessionStatus

_log = logging.getLogger("quire")
_SESSION_DEFINITION = ("name", "provider_id", "target", "job_failure_policy", "tags", "priority")


class _Changing:
    """One transaction, from its begin until those concerned have been told of it."""

    __slots__ = ("_changes", "_clock", "_outbox", "_process_id", "_publish", "_transaction")

    def __init__(
        self,
        store: Store,
        clock: Clock,
        process_id: str,
        publish: Callable[[Changes], None],
        outbox: Outbox,
    ) -> None:
        self._clock = clock
        self._process_id = process_id
        self._publish = publish
        self._outbox = outbox
        self._changes = Changes()
        # Ctrl-C takes effect after both: what was written is also told.
        self._transaction = store.transaction(committed=self._post, released=self._tell)

    def __enter__(self) -> Change:
        db = self._transaction.__enter__()
        try:
            return Change(db, self._changes, self._clock.now(), self._process_id)
        except BaseException as error:
            self.__exit__(type(error), error, None)
            raise

    def _post(self) -> None:
        changes = self._changes
        if changes.jobs or changes.sessions:
            self._outbox.post(changes)

    def _tell(self) -> None:
        changes = self._changes
        if changes.jobs or changes.sessions or changes.to_stop:
            self._publish(changes)
            self._outbox.deliver()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        transaction = self._transaction
        del self._transaction  # a cycle would leave what it has changed to the garbage collector
        transaction.__exit__(kind, error, trace)


class Ledger:
    """The changes of the service's items."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        process_id: str,
        publish: Callable[[Changes], None],
        tell: Callable[[Changes], None] | None,
    ) -> None:
        """Begins to keep a store.

        Args:
            store: Where the items lie.
            clock: What time it is.
            process_id: The owner of the jobs that are accepted and begun here.
            publish: Called with the changes of each transaction, at once after its commit.
            tell: The same for those who are to hear of changes in the order in which they were made; None if
                there are none.
        """
        self._store = store
        self._clock = clock
        self._process_id = process_id
        self._publish = publish
        self._outbox = Outbox(tell)

    def _change(self) -> "_Changing":
        return _Changing(self._store, self._clock, self._process_id, self._publish, self._outbox)

    # Jobs

    def accept(self, job: JobDetails, data: bytes, *, begin: bool) -> Acceptance:
        """Makes a job durable, to be run by this process.

        Args:
            job: Its definition.
            data: Its payload.
            begin: Whether its run begins in the same moment, which saves a transaction.

        Returns:
            The job as accepted and as begun.

        Raises:
            NotFoundError: Its session does not exist.
            SessionClosedError: Its session takes no more jobs.
            ConflictError: Its id belongs to another job.
            InputError: Its session is of another target.
        """
        try:
            with self._change() as change:
                return accept(change, job, data, begin=begin)
        except SessionClosedError:
            self.sweep()  # the refusal rolled back the time-out that it may have found
            raise

    def accept_all(
        self, jobs: Sequence[tuple[JobDetails, bytes]], refusals: Mapping[int, QuireError], *, begin: int = 0
    ) -> list[Acceptance | QuireError]:
        """Makes jobs durable in one transaction, to be run by this process.

        Args:
            jobs: Their definitions and payloads.
            refusals: Why some are not accepted, by their place.
            begin: How many of the first places begin in the same moment.

        Returns:
            For each what became of it, or why it is not accepted; see :meth:`accept`.

        Raises:
            StoreError: The store refuses; none is accepted.
        """
        refusals = dict(refusals)
        while True:
            place: int | None = None
            try:
                with self._change() as change:
                    found: list[Acceptance | QuireError] = []
                    for place, (job, data) in enumerate(jobs):
                        begins = place < begin
                        found.append(refusals.get(place) or accept(change, job, data, begin=begins))
                    place = None
                break
            except StoreError:
                raise
            except QuireError as error:
                if place is None:
                    raise
                refusals[place] = error  # what was written for it has been rolled back, with the others
        if any(isinstance(error, SessionClosedError) for error in refusals.values()):
            self.sweep()
        return found

    def begin(self, job: StoredJob) -> StoredJob | None:
        """Notes that a run of a job begins; None if the job is not to run any more."""
        with self._change() as change:
            return change.begin(job)

    def end(self, job: StoredJob, outcome: Outcome) -> None:
        """Notes that the run of a job has ended with an outcome; nothing if the job had ended before."""
        with self._change() as change:
            self._end(change, job, outcome)

    def _end(self, change: Change, job: StoredJob, outcome: Outcome) -> None:
        if outcome.fault is None and change.succeed(job, outcome.data):
            return
        current = change.db.as_it_is(job, self._process_id)
        if current is None:
            return
        was = current.details.status
        status = lifecycle.job_after(was, JobEvent.SUCCEED if outcome.fault is None else JobEvent.FAIL)
        if status is was:
            return
        if status is JobStatus.SUCCEEDED:
            change.db.insert_output(job.seq, outcome.data)
        change.end(current, (was, status), outcome.fault)

    def turn(
        self,
        ended: Iterable[tuple[StoredJob, Outcome]],
        waiting: Iterable[StoredJob],
        *,
        free: int,
        most_bytes: int,
    ) -> list[tuple[StoredJob, bytes] | None]:
        """Does :meth:`end` for some jobs, and then :meth:`begin` for others, in one transaction.

        Args:
            ended: The jobs whose runs have ended, in that order, and how.
            waiting: The jobs that are next.
            free: How many of these may begin whatever their size.
            most_bytes: How large the payloads of the others may be together.

        Returns:
            Those of the others that have begun, each with its payload; None for one that is not to run any
            more. It ends before the first that is too large.
        """
        begun: list[tuple[StoredJob, bytes] | None] = []
        with self._change() as change:
            for job, outcome in ended:
                self._end(change, job, outcome)
            for place, job in enumerate(waiting):
                data = change.db.input_at(job.seq, None if place < free else most_bytes)
                if place >= free:
                    if data is None:
                        break  # also if it was cancelled and deleted while it waited, which shows later
                    most_bytes -= len(data)
                run = None if data is None else change.begin(job)
                begun.append(None if data is None or run is None else (run, data))
        return begun

    def interrupt(self, job: StoredJob, *, counted: bool = True) -> StoredJob | None:
        """Notes that the worker of a job was lost.

        Args:
            job: The job.
            counted: Whether that was a run of it; not if the worker had not come to it, or was not to blame.

        Returns:
            The job to run again; None if it was to be cancelled and has now ended.
        """
        with self._change() as change:
            current = change.db.as_it_is(job, self._process_id)
            if current is None:
                return None
            was = current.details.status
            status = lifecycle.job_after(was, JobEvent.INTERRUPT)
            if status is was:
                return None
            if status.is_terminal:
                change.end(current, (was, status), None)
                return None
            uncounted = int(not counted)
            change.db.move_job(job.seq, status, self._process_id, change.now, uncounted=uncounted)
            again = attrs.evolve(
                current.details,
                status=status,
                attempts=current.details.attempts - uncounted,
                last_modified_time=to_datetime(change.now),
            )
            change.changes.jobs.append((again, was))
        return StoredJob(job.seq, self._process_id, again)

    def stopped(self, job: StoredJob) -> None:
        """Notes that the run of a job has been stopped."""
        with self._change() as change:
            current = change.db.as_it_is(job, self._process_id)
            if current is None:
                return
            was = current.details.status
            status = lifecycle.job_after(was, JobEvent.STOPPED)
            if status is not was:
                change.end(current, (was, status), None)

    def cancel(self, job_id: str) -> JobDetails:
        """Cancels a job: at once if it waits, by stopping its run if it runs."""
        with self._change() as change:
            job = change.db.job(job_id)
            if job is None:
                raise NotFoundError(f"there is no job {job_id}", kind="job", name=job_id)
            return change.cancel(job, judge=True)

    def adopt(self, lost: list[str], targets: Iterable[str]) -> list[StoredJob]:
        """Takes over the jobs of lost processes; those that ran are to run again.

        Args:
            lost: The ids of the processes.
            targets: The targets that there are here; jobs for others are left to processes that have them.
        """
        adopted = []
        with self._change() as change:
            for job in change.db.orphaned_jobs(lost, targets):
                was = job.details.status
                status = lifecycle.job_after(was, JobEvent.INTERRUPT)
                if status.is_terminal:
                    change.end(job, (was, status), None)
                    continue
                change.db.move_job(job.seq, status, self._process_id, change.now)
                details = attrs.evolve(job.details, status=status)
                adopted.append(StoredJob(job.seq, self._process_id, details))
                if status is not was:
                    change.changes.jobs.append((details, was))
            for process_id in lost:
                change.db.delete_process(process_id)
            if lost:
                change.db.filing.file_all()  # what they had no time for
        return adopted

    def release(self) -> None:
        """Gives up this process's jobs, for another to adopt; those that run are to run again.

        Such a run is not counted: neither the job nor its worker is to blame.
        """
        with self._change() as change:
            for job in change.db.owned_jobs(self._process_id):
                was = job.details.status
                status = lifecycle.job_after(was, JobEvent.INTERRUPT)
                if status.is_terminal:
                    change.end(job, (was, status), None)
                    continue
                uncounted = int(status is not was)
                change.db.move_job(job.seq, status, None, change.now, uncounted=uncounted)
                if status is not was:
                    attempts = job.details.attempts - uncounted
                    change.changes.jobs.append(
                        (attrs.evolve(job.details, status=status, attempts=attempts), was)
                    )
            change.db.filing.file_all()
            change.db.delete_process(self._process_id)

    # Sessions

    def open(self, session: SessionDetails, timeout_us: int) -> SessionDetails:
        """Opens a session; the same one again is answered as it is.

        Raises:
            ConflictError: The id belongs to a session of another definition.
        """
        with self._change() as change:
            opened = attrs.evolve(
                session,
                status=SessionStatus.WAITING,
                creation_time=to_datetime(change.now),
                end_execution_time=None,
                is_closed=False,
                timeout_seconds=timeout_us / 1_000_000,
            )
            if change.db.insert_session(StoredSession.new(opened, change.now, timeout_us)):
                change.changes.sessions.append((opened, None))
                return opened
            known = change.session(session.id).details
            if any(getattr(known, field) != getattr(session, field) for field in _SESSION_DEFINITION):
                raise ConflictError(
                    f"session id {session.id} is taken by another session; leave id= out to get a new one, "
                    f"or go on with that one: workspace.get_session({session.id!r})",
                    kind="session",
                    name=session.id,
                )
            return known

    def close(self, session_id: str, *, cancel: bool) -> SessionDetails:
        """Closes a session.

        Args:
            session_id: The session's id.
            cancel: Whether to cancel its pending jobs first.
        """
        self.sweep()
        with self._change() as change:
            session = change.session(session_id)
            if session.status.is_terminal:
                return session.details
            if cancel:
                for job in change.db.pending_jobs(session_id):
                    change.cancel(job, judge=False)
            status = lifecycle.session_when_closed(
                session.status, jobs_pending=change.db.has_pending_jobs(session_id)
            )
            closed = attrs.evolve(session, details=attrs.evolve(session.details, is_closed=True))
            return change.move_session(closed, status)

    def sweep(self) -> None:
        """Ends the sessions that have been idle for their time-out."""
        with self._store.reading() as reader:
            if not reader.overdue_sessions(self._clock.now()):
                return
        try:
            with self._change() as change:
                for session in change.db.overdue_sessions(change.now):
                    status = lifecycle.session_after(session.status, SessionEvent.IDLE)
                    change.move_session(session, status)
        except StoreError as error:
            if not is_read_only(error.__cause__):
                raise
            _log.debug("sessions have timed out, which this program may not write down", exc_info=True)
