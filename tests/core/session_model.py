"""The rules of sessions and jobs once more, as facts and not as tables: what the state machine compares with.

It imports nothing of quire. A session is what happened to it: whether a job has begun or failed, whether it
was closed, and when it was last active.
"""

from dataclasses import dataclass, field

ENDED = ("Succeeded", "Failed", "Cancelled")


class Refused(Exception):
    """The service would not take this; ``args[0]`` says why."""


@dataclass
class ModelSession:
    id: str
    policy: str
    limit: int
    opened_at: int
    active_at: int
    begun: bool = False
    failures: bool = False
    closed: bool = False
    end: str | None = None
    ended_at: int | None = None

    @property
    def status(self) -> str:
        if self.end is not None:
            return self.end
        if self.failures:
            return "Failure(s)"
        return "Executing" if self.begun else "Waiting"


@dataclass
class ModelJob:
    id: str
    session: ModelSession | None
    owner: str | None
    status: str = "Waiting"
    attempts: int = 0
    output: bytes | None = None
    fault: str | None = None
    ended_at: int | None = None

    @property
    def pending(self) -> bool:
        return self.status not in ENDED


@dataclass
class Model:
    """The workspace as it should be."""

    now: int
    sessions: dict[str, ModelSession] = field(default_factory=dict)
    jobs: dict[str, ModelJob] = field(default_factory=dict)
    announced: set[str] = field(default_factory=set)

    def pending(self, session: ModelSession) -> list[ModelJob]:
        return [job for job in self.jobs.values() if job.session is session and job.pending]

    # Sessions

    def open(self, session_id: str, policy: str, limit: int) -> None:
        self.sessions[session_id] = ModelSession(session_id, policy, limit, self.now, self.now)

    def _end(self, session: ModelSession, status: str) -> None:
        session.end, session.ended_at = status, self.now

    def _is_overdue(self, session: ModelSession) -> bool:
        idle = session.end is None and not session.closed and not self.pending(session)
        return idle and self.now >= session.active_at + session.limit

    def sweep(self) -> None:
        for session in self.sessions.values():
            if self._is_overdue(session):
                self._end(session, "TimedOut")

    def close(self, session: ModelSession, *, cancel: bool) -> None:
        self.sweep()
        if session.end is not None:
            return
        if cancel:
            for job in self.pending(session):
                self._ask_to_cancel(job)
        session.closed = True
        if not self.pending(session):
            self._end(session, "Failed" if session.failures else "Succeeded")

    # Jobs

    def submit(self, job_id: str, session: ModelSession | None, owner: str, *, begins: bool) -> None:
        if session is not None and (session.end is not None or session.closed or self._is_overdue(session)):
            self.sweep()
            raise Refused("closed")
        self.jobs[job_id] = ModelJob(job_id, session, owner)
        if begins:
            self.begin(self.jobs[job_id], owner)

    def begin(self, job: ModelJob, by: str) -> bool:
        if job.status != "Waiting" or job.owner != by:
            return False
        job.status = "Executing"
        job.attempts += 1
        if job.session is not None:
            job.session.begun = True
        return True

    def _holds(self, job: ModelJob, by: str) -> bool:
        return job.owner == by and job.status in ("Executing", "CancellationRequested")

    def succeed(self, job: ModelJob, by: str, output: bytes) -> None:
        if self._holds(job, by):
            if job.status == "Executing":
                job.output = output
            self._job_ends(job, "Succeeded" if job.status == "Executing" else "Cancelled")

    def fail(self, job: ModelJob, by: str, code: str) -> None:
        if job.owner != by or not job.pending:
            return
        if job.status == "CancellationRequested":
            self._job_ends(job, "Cancelled")
        else:
            job.fault = code
            self._job_ends(job, "Failed")

    def stopped(self, job: ModelJob, by: str) -> None:
        if self._holds(job, by) and job.status == "CancellationRequested":
            self._job_ends(job, "Cancelled")

    def lose(self, job: ModelJob, by: str) -> None:
        if self._holds(job, by):
            if job.status == "CancellationRequested":
                self._job_ends(job, "Cancelled")
            else:
                job.status = "Waiting"

    def cancel(self, job: ModelJob) -> None:
        if self._ask_to_cancel(job):
            self._judge(job)

    def _ask_to_cancel(self, job: ModelJob) -> bool:
        """Whether that ends it at once."""
        if job.status == "Waiting":
            job.status, job.owner, job.ended_at = "Cancelled", None, self.now
            return True
        if job.status == "Executing":
            job.status = "CancellationRequested"
        return False

    def _job_ends(self, job: ModelJob, status: str) -> None:
        job.status, job.owner, job.ended_at = status, None, self.now
        self._judge(job)

    def _judge(self, job: ModelJob) -> None:
        session = job.session
        if session is None or session.end is not None:
            return
        session.active_at = self.now
        if job.status == "Failed":
            session.failures = True
            if session.policy == "Abort":
                self._end(session, "Failed")
                for other in self.pending(session):
                    self._ask_to_cancel(other)
                return
        if session.closed and not self.pending(session):
            self._end(session, "Failed" if session.failures else "Succeeded")

    # Processes

    def adopt(self, by: str, lost: list[str]) -> list[str]:
        """The ids of the jobs that ``by`` owns from now on."""
        adopted = []
        for job in list(self.jobs.values()):
            orphan = job.owner is None or job.owner in lost or job.owner not in self.announced
            if not (job.pending and orphan):
                continue
            if job.status == "CancellationRequested":
                self._job_ends(job, "Cancelled")
            else:
                job.status, job.owner = "Waiting", by
                adopted.append(job.id)
        self.announced.difference_update(lost)
        return adopted

    def release(self, by: str) -> None:
        for job in list(self.jobs.values()):
            if not (job.pending and job.owner == by):
                continue
            if job.status == "CancellationRequested":
                self._job_ends(job, "Cancelled")
                continue
            if job.status == "Executing":
                job.attempts -= 1
            job.status, job.owner = "Waiting", None
        self.announced.discard(by)
