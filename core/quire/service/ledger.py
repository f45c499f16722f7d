"""The one hand that changes sessions and jobs: reads, asks the lifecycle, writes, in one transaction each.

Every method commits before it tells anybody. It knows nothing of workers, queues or plug-ins.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import attrs

from quire import lifecycle
from quire.clock import Clock, to_datetime
from quire.errors import ConflictError, InputError, NotFoundError, SessionClosedError
from quire.lifecycle import JobEvent, SessionEvent
from quire.model import Fault, JobDetails, Outcome, SessionDetails
from quire.service.changes import Changes, Outbox
from quire.service.store import Statements, Store, StoredJob, StoredSession
from quire.service.store.rows import as_stored
from quire.status import JobStatus, SessionStatus

SESSION_ENDED = (
    "Session is already in a terminal state. This may have been due to failures in prior jobs in the session."
)
"""The service's own words for a job that its session does not take."""

_JOB_DEFINITION = (
    "name", "provider_id", "target", "session_id", "input_data_format", "output_data_format",
    "input_params", "metadata", "tags", "priority",
)  # fmt: skip
_SESSION_DEFINITION = ("name", "provider_id", "target", "job_failure_policy", "tags", "priority")


@attrs.frozen
class Acceptance:
    """What became of a submission.

    Attributes:
        job: The job as accepted.
        is_new: False if the same job had been submitted before.
        begun: The job as begun; None if its run has not begun.
    """

    job: StoredJob
    is_new: bool
    begun: StoredJob | None = None


class Ledger:
    """The changes of the service's items."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        process_id: str,
        publish: Callable[[Changes], None],
        tell: Callable[[Changes], None],
    ) -> None:
        """Begins to keep a store.

        Args:
            store: Where the items lie.
            clock: What time it is.
            process_id: The owner of the jobs that are accepted and begun here.
            publish: Called with the changes of each transaction, at once after its commit.
            tell: The same for those who are to hear of changes in the order in which they were made.
        """
        self._store = store
        self._clock = clock
        self._process_id = process_id
        self._publish = publish
        self._outbox = Outbox(tell)

    @contextmanager
    def _change(self) -> Iterator[tuple[Statements, Changes, int]]:
        changes = Changes()
        with self._store.lock:
            with self._store.transaction() as db:
                yield db, changes, self._clock.now()
            if changes.jobs or changes.sessions:
                self._outbox.post(changes)
        if changes.jobs or changes.sessions or changes.to_stop:
            self._publish(changes)
            self._outbox.deliver()

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
        begun = None
        try:
            with self._change() as (db, changes, now):
                seq = db.insert_job(job, self._process_id, now, data)
                if seq is None:
                    return Acceptance(self._same_job(db, job, data), is_new=False)
                if job.session_id is not None:
                    _check_session(db, job, now)
                moment = to_datetime(now)
                details = attrs.evolve(
                    job, status=JobStatus.WAITING, attempts=0, creation_time=moment, last_modified_time=moment
                )
                accepted = StoredJob(seq, self._process_id, details)
                changes.jobs.append((details, None))
                if begin:
                    begun = self._begin(db, changes, accepted, now)
        except SessionClosedError:
            self.sweep()  # the refusal rolled back the time-out that it may have found
            raise
        return Acceptance(accepted, is_new=True, begun=begun)

    def _same_job(self, db: Statements, job: JobDetails, data: bytes) -> StoredJob:
        known = db.job(job.id)
        if known is None or _definition(known.details) != _definition(job) or db.input(job.id) != data:
            raise ConflictError(
                f"job id {job.id} is taken by another job; leave id= out to get a new one",
                kind="job",
                name=job.id,
            )
        return known

    def begin(self, job: StoredJob) -> StoredJob | None:
        """Notes that a run of a job begins; None if the job is not to run any more."""
        with self._change() as (db, changes, now):
            was = db.owned_status(job.seq, self._process_id)
            if was is None:
                return None
            current = StoredJob(job.seq, job.owner, attrs.evolve(job.details, status=was))
            return self._begin(db, changes, current, now)

    def _begin(self, db: Statements, changes: Changes, job: StoredJob, now: int) -> StoredJob | None:
        was = job.details.status
        status = lifecycle.job_after(was, JobEvent.BEGIN)
        if status is was:
            return None
        db.begin_job(job.seq, status, self._process_id, now)
        moment = to_datetime(now)
        begun = attrs.evolve(
            job.details,
            status=status,
            begin_execution_time=moment,
            last_modified_time=moment,
            attempts=job.details.attempts + 1,
        )
        changes.jobs.append((begun, was))
        if begun.session_id is not None:
            self._session_job_begins(db, changes, begun.session_id)
        return StoredJob(job.seq, self._process_id, begun)

    def _session_job_begins(self, db: Statements, changes: Changes, session_id: str) -> None:
        session = _existing_session(db, session_id)
        status = lifecycle.session_after(session.status, SessionEvent.JOB_BEGINS)
        self._move_session(db, changes, session, status, now=None)

    def end(self, job: StoredJob, outcome: Outcome) -> None:
        """Notes that the run of a job has ended with an outcome; nothing if the job had ended before."""
        event = JobEvent.SUCCEED if outcome.fault is None else JobEvent.FAIL
        with self._change() as (db, changes, now):
            was = db.owned_status(job.seq, self._process_id)
            status = None if was is None else lifecycle.job_after(was, event)
            if was is None or status is None or status is was:
                return
            if status is JobStatus.SUCCEEDED:
                db.insert_output(job.seq, outcome.data)
            self._end_job(db, changes, job, (was, status), outcome.fault, now)

    def interrupt(self, job: StoredJob) -> StoredJob | None:
        """Notes that the worker of a job was lost.

        Returns:
            The job to run again; None if it was to be cancelled and has now ended.
        """
        with self._change() as (db, changes, now):
            was = db.owned_status(job.seq, self._process_id)
            status = None if was is None else lifecycle.job_after(was, JobEvent.INTERRUPT)
            if was is None or status is None or status is was:
                return None
            if status.is_terminal:
                self._end_job(db, changes, job, (was, status), None, now)
                return None
            db.move_job(job.seq, status, self._process_id, now)
            again = attrs.evolve(job.details, status=status, last_modified_time=to_datetime(now))
            changes.jobs.append((again, was))
        return StoredJob(job.seq, self._process_id, again)

    def stopped(self, job: StoredJob) -> None:
        """Notes that the run of a job has been stopped."""
        with self._change() as (db, changes, now):
            was = db.owned_status(job.seq, self._process_id)
            status = None if was is None else lifecycle.job_after(was, JobEvent.STOPPED)
            if was is not None and status is not None and status is not was:
                self._end_job(db, changes, job, (was, status), None, now)

    def cancel(self, job_id: str) -> JobDetails:
        """Cancels a job: at once if it waits, by stopping its run if it runs."""
        with self._change() as (db, changes, now):
            job = db.job(job_id)
            if job is None:
                raise NotFoundError(f"there is no job {job_id}", kind="job", name=job_id)
            return self._cancel_job(db, changes, job, now, judge=True)

    def adopt(self, lost: list[str], targets: Iterable[str]) -> list[StoredJob]:
        """Takes over the jobs of lost processes; those that ran are to run again.

        Args:
            lost: The ids of the processes.
            targets: The targets that there are here; jobs for others are left to processes that have them.
        """
        adopted = []
        with self._change() as (db, changes, now):
            for job in db.orphaned_jobs(lost, targets):
                was = job.details.status
                status = lifecycle.job_after(was, JobEvent.INTERRUPT)
                if status.is_terminal:
                    self._end_job(db, changes, job, (was, status), None, now)
                    continue
                db.move_job(job.seq, status, self._process_id, now)
                details = attrs.evolve(job.details, status=status)
                adopted.append(StoredJob(job.seq, self._process_id, details))
                if status is not was:
                    changes.jobs.append((details, was))
            for process_id in lost:
                db.delete_process(process_id)
        return adopted

    def release(self) -> None:
        """Gives up this process's jobs, for another to adopt; those that run are to run again.

        Such a run is not counted: neither the job nor its worker is to blame.
        """
        with self._change() as (db, changes, now):
            for job in db.owned_jobs(self._process_id):
                was = job.details.status
                status = lifecycle.job_after(was, JobEvent.INTERRUPT)
                if status.is_terminal:
                    self._end_job(db, changes, job, (was, status), None, now)
                    continue
                uncounted = int(status is not was)
                db.move_job(job.seq, status, None, now, uncounted=uncounted)
                if status is not was:
                    attempts = job.details.attempts - uncounted
                    changes.jobs.append((attrs.evolve(job.details, status=status, attempts=attempts), was))
            db.delete_process(self._process_id)

    def _cancel_job(
        self, db: Statements, changes: Changes, job: StoredJob, now: int, *, judge: bool
    ) -> JobDetails:
        was = job.details.status
        status = lifecycle.job_after(was, JobEvent.CANCEL)
        if status is was:
            return job.details
        if status.is_terminal:
            return self._end_job(db, changes, job, (was, status), None, now, judge=judge)
        db.move_job(job.seq, status, job.owner, now)
        asked = attrs.evolve(job.details, status=status, last_modified_time=to_datetime(now))
        changes.jobs.append((asked, was))
        changes.to_stop.append(attrs.evolve(job, details=asked))
        return asked

    def _end_job(
        self,
        db: Statements,
        changes: Changes,
        job: StoredJob,
        move: tuple[JobStatus, JobStatus],
        fault: Fault | None,
        now: int,
        *,
        judge: bool = True,
    ) -> JobDetails:
        was, status = move
        fault = fault if status is JobStatus.FAILED else None
        cancelled_at = now if status is JobStatus.CANCELLED else None
        db.end_job(job.seq, status, fault, cancelled_at, now)
        moment = to_datetime(now)
        ended = attrs.evolve(
            job.details,
            status=status,
            end_execution_time=moment,
            last_modified_time=moment,
            cancellation_time=to_datetime(cancelled_at),
            error_data=fault,
        )
        changes.jobs.append((ended, was))
        if judge and ended.session_id is not None:
            self._judge_session(db, changes, ended.session_id, status, now)
        return ended

    def _judge_session(
        self, db: Statements, changes: Changes, session_id: str, job_status: JobStatus, now: int
    ) -> None:
        session = _existing_session(db, session_id)
        verdict = lifecycle.session_when_job_ends(
            session.status,
            session.details.job_failure_policy,
            job_status,
            is_closed=session.details.is_closed,
            others_pending=session.details.is_closed and db.has_pending_jobs(session_id),
        )
        self._move_session(db, changes, session, verdict.status, now)
        if verdict.cancels_pending:
            for other in db.pending_jobs(session_id):
                self._cancel_job(db, changes, other, now, judge=False)

    # Sessions

    def open(self, session: SessionDetails, timeout_us: int) -> SessionDetails:
        """Opens a session; the same one again is answered as it is.

        Raises:
            ConflictError: The id belongs to a session of another definition.
        """
        with self._change() as (db, changes, now):
            opened = attrs.evolve(
                session,
                status=SessionStatus.WAITING,
                creation_time=to_datetime(now),
                end_execution_time=None,
                is_closed=False,
                timeout_seconds=timeout_us / 1_000_000,
            )
            if db.insert_session(StoredSession(0, now, timeout_us, SessionStatus.WAITING, opened)):
                changes.sessions.append((opened, None))
                return opened
            known = _existing_session(db, session.id).details
            if any(getattr(known, field) != getattr(session, field) for field in _SESSION_DEFINITION):
                raise ConflictError(
                    f"session id {session.id} is taken by another session; leave id= out to get a new one",
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
        with self._change() as (db, changes, now):
            session = _existing_session(db, session_id)
            if session.status.is_terminal:
                return session.details
            if cancel:
                for job in db.pending_jobs(session_id):
                    self._cancel_job(db, changes, job, now, judge=False)
            status = lifecycle.session_when_closed(
                session.status, jobs_pending=db.has_pending_jobs(session_id)
            )
            closed = attrs.evolve(session, details=attrs.evolve(session.details, is_closed=True))
            return self._move_session(db, changes, closed, status, now)

    def sweep(self) -> None:
        """Ends the sessions that have been idle for their time-out."""
        with self._store.reading() as reader:
            if not reader.overdue_sessions(self._clock.now()):
                return
        with self._change() as (db, changes, now):
            for session in db.overdue_sessions(now):
                status = lifecycle.session_after(session.status, SessionEvent.IDLE)
                self._move_session(db, changes, session, status, now)

    def _move_session(
        self,
        db: Statements,
        changes: Changes,
        session: StoredSession,
        status: SessionStatus,
        now: int | None,
    ) -> SessionDetails:
        """Writes a session's new status; ``now`` restarts its idle clock, None leaves it."""
        details = session.details
        if status is not session.status:
            ended = to_datetime(now) if status.is_terminal else None
            details = attrs.evolve(details, status=status, end_execution_time=ended)
            changes.sessions.append((details, session.status))
        if status is not session.status or now is not None:
            active_at = session.active_at if now is None else now
            db.update_session(attrs.evolve(session, status=status, details=details, active_at=active_at))
        return details


def _definition(job: JobDetails) -> object:
    """What, with the payload, makes two submissions the same."""
    return as_stored([getattr(job, field) for field in _JOB_DEFINITION])


def _existing_session(db: Statements, session_id: str) -> StoredSession:
    session = db.session(session_id)
    if session is None:
        raise NotFoundError(f"there is no session {session_id}", kind="session", name=session_id)
    return session


def _check_session(db: Statements, job: JobDetails, now: int) -> None:
    """Refuses a job that its session does not take. The job itself is already among the pending ones."""
    session = _existing_session(db, str(job.session_id))
    details = session.details
    if (job.provider_id, job.target) != (details.provider_id, details.target):
        raise InputError(
            f"job {job.name!r} is for {job.target}, and session {details.name!r} ({details.id}) is on "
            f"{details.target}; submit it to {details.target}, or outside of the session",
            argument="session",
        )
    status = session.status
    if session.is_overdue(now) and len(db.pending_jobs(details.id)) == 1:
        status = lifecycle.session_after(status, SessionEvent.IDLE)
    if not lifecycle.takes_jobs(status, is_closed=details.is_closed):
        raise SessionClosedError(
            f"{SESSION_ENDED} Session {details.name!r} ({details.id}) is {status}"
            f"{'' if status.is_terminal else ' and closed'}; open another session for job {job.name!r}.",
            session_id=details.id,
            status=status,
        )
