"""What happens to jobs and sessions within one transaction: each effect with all that follows from it.

The lifecycle says what follows; this reads, asks it, and writes. ``ledger`` says where a transaction begins
and ends.
"""

import attrs

from quire import lifecycle
from quire.clock import to_datetime
from quire.copies import changed
from quire.costs import job_cost
from quire.errors import InputError, NotFoundError, SessionClosedError
from quire.lifecycle import JobEvent, SessionEvent
from quire.model import Fault, JobDetails, SessionDetails
from quire.service.changes import Changes
from quire.service.store import Statements, StoredJob, StoredSession
from quire.service.store.rows import with_costs
from quire.status import SUCCESSFUL_JOB_STATUSES, JobStatus, SessionStatus

SESSION_ENDED = (
    "Session is already in a terminal state. This may have been due to failures in prior jobs in the session."
)
"""The service's own words for a job that its session does not take."""


@attrs.frozen
class Change:
    """One transaction under way.

    Attributes:
        db: The statements to run in it.
        changes: What it has changed so far.
        now: The moment at which all of it happens, in microseconds.
        process_id: The owner of the jobs that begin in it.
    """

    db: Statements
    changes: Changes
    now: int
    process_id: str
    _sessions: dict[str, StoredSession] = attrs.field(factory=dict)

    def begin(self, job: StoredJob) -> StoredJob | None:
        """Begins the run of a job of this process; None if the job is not to run any more.

        Args:
            job: The job as it was; if somebody has changed it since, it begins as it is now.
        """
        begun = self.begun(job.details)
        if begun is None or not self.db.begin_unchanged_job(job, self.process_id, begun.status, self.now):
            current = self.db.as_it_is(job, self.process_id)
            if current is None:
                return None
            job, begun = current, self.begun(current.details)
            if begun is None:
                return None
            self.db.begin_job(job.seq, begun.status, self.process_id, self.now)
        session_id = begun.session_id
        session = None if session_id is None else self.session(session_id)
        self.tell_begun(begun, job.details.status, session)
        return StoredJob(job.seq, self.process_id, begun)

    def begun(self, job: JobDetails) -> JobDetails | None:
        """A job whose run begins; None if it is not to run any more. Nothing is written."""
        status = lifecycle.job_after(job.status, JobEvent.BEGIN)
        if status is job.status:
            return None
        moment = to_datetime(self.now)
        return changed(
            job,
            status=status,
            begin_execution_time=moment,
            last_modified_time=moment,
            attempts=job.attempts + 1,
        )

    def tell_begun(self, begun: JobDetails, was: JobStatus, session: StoredSession | None) -> None:
        """Draws the consequences of a run that begins and has been written down.

        Args:
            begun: The job.
            was: Its status before.
            session: Its session.
        """
        self.changes.jobs.append((begun, was))
        if session is not None:
            status = lifecycle.session_after(session.status, SessionEvent.JOB_BEGINS)
            self.move_session(session, status, is_activity=False)

    def cancel(self, job: StoredJob, *, judge: bool) -> JobDetails:
        """Cancels a job.

        Args:
            job: The job, as it is in the store.
            judge: Whether its end counts for its session; not if the session is ending anyway.
        """
        was = job.details.status
        status = lifecycle.job_after(was, JobEvent.CANCEL)
        if status is was:
            return job.details
        if status.is_terminal:
            return self.end(job, (was, status), None, judge=judge)
        self.db.move_job(job.seq, status, job.owner, self.now)
        asked = changed(job.details, status=status, last_modified_time=to_datetime(self.now))
        self.changes.jobs.append((asked, was))
        self.changes.to_stop.append(attrs.evolve(job, details=asked))
        return asked

    def end(
        self, job: StoredJob, move: tuple[JobStatus, JobStatus], fault: Fault | None, *, judge: bool = True
    ) -> JobDetails:
        """Ends a job, and judges its session.

        Args:
            job: The job.
            move: Its status before, and its terminal status.
            fault: Why it failed, if it did.
            judge: Whether its end counts for its session.
        """
        status = move[1]
        fault = fault if status is JobStatus.FAILED else None
        cancelled_at = self.now if status is JobStatus.CANCELLED else None
        self.db.end_job(job.seq, status, fault, cancelled_at, self.now)
        ended = self._tell_ended(job.details, move, fault)
        if judge:
            self._judge_session(ended)
        return ended

    def succeed(self, job: StoredJob, data: bytes) -> bool:
        """Ends a job of this process whose run went well, if nobody has changed it since the run began.

        Args:
            job: The job, as it was begun.
            data: Its output.

        Returns:
            Whether that was so, as it mostly is; else nothing is written, and the job is to be looked at.
        """
        was = job.details.status
        status = lifecycle.job_after(was, JobEvent.SUCCEED)
        if status is not JobStatus.SUCCEEDED:
            return False
        if not self.db.end_unchanged_job(job, self.process_id, status, self.now):
            return False
        self.db.insert_output(job.seq, data)
        self._judge_session(self._tell_ended(job.details, (was, status), None), says_when=True)
        return True

    def _tell_ended(
        self, job: JobDetails, move: tuple[JobStatus, JobStatus], fault: Fault | None
    ) -> JobDetails:
        """Tells of a job's end that has been written down; see :meth:`end`."""
        was, status = move
        moment = to_datetime(self.now)
        ended = changed(
            job,
            status=status,
            end_execution_time=moment,
            last_modified_time=moment,
            cancellation_time=moment if status is JobStatus.CANCELLED else None,
            error_data=fault,
            cost_estimate=job_cost(job.provider_id, job.target, status),
        )
        self.changes.jobs.append((ended, was))
        return ended

    def _judge_session(self, ended: JobDetails, *, says_when: bool = False) -> None:
        """Draws the consequences of a job's end for its session.

        Args:
            ended: The job.
            says_when: Whether the job itself says when its session was active, as those do that have been
                begun; see ``Statements.last_active``.
        """
        session_id, job_status = ended.session_id, ended.status
        if session_id is None:
            return
        session = self.session(session_id)
        if job_status in SUCCESSFUL_JOB_STATUSES and not session.has_costs:
            session = with_costs(session)
        verdict = lifecycle.session_when_job_ends(
            session.status,
            session.details.job_failure_policy,
            job_status,
            is_closed=session.details.is_closed,
            others_pending=session.details.is_closed and self.db.has_pending_jobs(session_id),
        )
        self.move_session(session, verdict.status, is_activity=not says_when)
        if verdict.cancels_pending:
            for other in self.db.pending_jobs(session_id):
                self.cancel(other, judge=False)

    def move_session(
        self, session: StoredSession, status: SessionStatus, *, is_activity: bool = True
    ) -> SessionDetails:
        """Writes a session's status, and what else of it differs from the store.

        Args:
            session: The session.
            status: Its status from now on.
            is_activity: Whether its idle time-out counts anew from now.
        """
        active_at = max(self.now, session.active_at) if is_activity else session.active_at
        if status is session.status:
            if session is not self._sessions.get(session.details.id) or session.active_at != active_at:
                session = self._sessions[session.details.id] = changed(session, active_at=active_at)
                self.db.touch_session(session)
            return session.details
        ended = to_datetime(self.now) if status.is_terminal else None
        details = attrs.evolve(session.details, status=status, end_execution_time=ended)
        self.changes.sessions.append((details, session.status))
        session = changed(session, status=status, details=details, active_at=active_at)
        self._sessions[details.id] = session
        self.db.update_session(session)
        return details

    def session(self, session_id: str) -> StoredSession:
        """A session as this transaction has it, which reads it once.

        Raises:
            NotFoundError: There is none of this id.
        """
        session = self._sessions.get(session_id) or self.db.session(session_id)
        if session is None:
            raise NotFoundError(f"there is no session {session_id}", kind="session", name=session_id)
        self._sessions[session_id] = session
        return session

    def _with_ends(self, session: StoredSession) -> StoredSession:
        """A session, active when its last job ended, if it seems to have been idle for its time-out."""
        if not session.is_overdue(self.now):
            return session
        active_at = self.db.last_active(session.details.id)
        if active_at != session.active_at:
            session = self._sessions[session.details.id] = changed(session, active_at=active_at)
            self.db.touch_session(session)  # so that it need not be looked for each time
        return session

    def check_session(self, job: JobDetails) -> StoredSession:
        """A job's session, unless it does not take the job, which is already among the pending ones.

        Raises:
            NotFoundError: There is no such session.
            SessionClosedError: It takes no more jobs.
            InputError: It is of another target.
        """
        session = self._with_ends(self.session(str(job.session_id)))
        details = session.details
        if (job.provider_id, job.target) != (details.provider_id, details.target):
            raise InputError(
                f"job {job.name!r} is for {job.target}, and session {details.name!r} ({details.id}) is on "
                f"{details.target}; submit it to {details.target}, or outside of the session",
                argument="session",
            )
        status = session.status
        if session.is_overdue(self.now) and not self.db.has_pending_jobs(details.id, beside=job.id):
            status = lifecycle.session_after(status, SessionEvent.IDLE)
        if not lifecycle.takes_jobs(status, is_closed=details.is_closed):
            raise SessionClosedError(
                f"{SESSION_ENDED} Session {details.name!r} ({details.id}) is {status}"
                f"{'' if status.is_terminal else ' and closed'}; open another session for job {job.name!r}.",
                session_id=details.id,
                status=status,
            )
        return session
