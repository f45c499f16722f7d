"""The rules of sessions and jobs, as tables: which event leads from which status to which.

Pure data and functions: no IO, no clock. Nothing else in quire decides a status. The tables in the docs are
printed from these.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import attrs

from quire.status import JobStatus, SessionJobFailurePolicy, SessionStatus


class JobEvent(StrEnum):
    """What can happen to a job."""

    BEGIN = "its run begins"
    FINISH = "its run ends, output pending"
    SUCCEED = "its output is stored"
    FAIL = "its run fails"
    INTERRUPT = "its worker is lost"
    CANCEL = "cancel is asked"
    STOP = "its run is being stopped"
    STOPPED = "its run has been stopped"


class SessionEvent(StrEnum):
    """What can happen to a session."""

    JOB_BEGINS = "a job begins"
    JOB_FAILS_ABORT = "a job fails, Abort"
    JOB_FAILS_CONTINUE = "a job fails, Continue"
    CLOSE_IDLE = "close, nothing pending"
    CLOSE_BUSY = "close, jobs pending"
    LAST_JOB_ENDS = "last pending job ends after close"
    IDLE = "idle for the time-out"


_J = JobStatus
_WAITING = (_J.QUEUED, _J.WAITING)
_RUNNING = (_J.EXECUTING, _J.FINISHING)
_STOPPING = (_J.CANCELLATION_REQUESTED, _J.CANCELLING)

# Once cancellation was asked for, a run that ends anyway ends as Cancelled: cancel() is a promise.
JOB_TABLE: Mapping[JobEvent, Mapping[JobStatus, JobStatus]] = {
    JobEvent.BEGIN: dict.fromkeys(_WAITING, _J.EXECUTING),
    JobEvent.FINISH: {_J.EXECUTING: _J.FINISHING},
    JobEvent.SUCCEED: dict.fromkeys(_RUNNING, _J.SUCCEEDED) | dict.fromkeys(_STOPPING, _J.CANCELLED),
    JobEvent.FAIL: dict.fromkeys(_WAITING + _RUNNING, _J.FAILED) | dict.fromkeys(_STOPPING, _J.CANCELLED),
    JobEvent.INTERRUPT: dict.fromkeys(_RUNNING, _J.WAITING) | dict.fromkeys(_STOPPING, _J.CANCELLED),
    JobEvent.CANCEL: dict.fromkeys(_WAITING, _J.CANCELLED)
    | dict.fromkeys(_RUNNING, _J.CANCELLATION_REQUESTED),
    JobEvent.STOP: {_J.CANCELLATION_REQUESTED: _J.CANCELLING},
    JobEvent.STOPPED: dict.fromkeys(_STOPPING, _J.CANCELLED),
}

_S = SessionStatus
_OPEN = (_S.WAITING, _S.EXECUTING, _S.FAILURE_S)
_ENDED_WELL = {_S.WAITING: _S.SUCCEEDED, _S.EXECUTING: _S.SUCCEEDED, _S.FAILURE_S: _S.FAILED}

SESSION_TABLE: Mapping[SessionEvent, Mapping[SessionStatus, SessionStatus]] = {
    SessionEvent.JOB_BEGINS: {_S.WAITING: _S.EXECUTING},
    SessionEvent.JOB_FAILS_ABORT: dict.fromkeys(_OPEN, _S.FAILED),
    SessionEvent.JOB_FAILS_CONTINUE: dict.fromkeys(_OPEN, _S.FAILURE_S),
    SessionEvent.CLOSE_IDLE: _ENDED_WELL,
    SessionEvent.CLOSE_BUSY: {},
    SessionEvent.LAST_JOB_ENDS: _ENDED_WELL,
    SessionEvent.IDLE: dict.fromkeys(_OPEN, _S.TIMED_OUT),
}


def job_after(status: JobStatus, event: JobEvent) -> JobStatus:
    """The status of a job after an event; the same where the event changes nothing."""
    return JOB_TABLE[event].get(status, status)


def session_after(status: SessionStatus, event: SessionEvent) -> SessionStatus:
    """The status of a session after an event; the same where the event changes nothing."""
    return SESSION_TABLE[event].get(status, status)


@attrs.frozen
class Verdict:
    """What a job's end means for its session.

    Attributes:
        status: The session's status from now on.
        cancels_pending: Whether its other pending jobs are to be cancelled.
    """

    status: SessionStatus
    cancels_pending: bool


def session_when_job_ends(
    status: SessionStatus,
    policy: SessionJobFailurePolicy,
    job_status: JobStatus,
    *,
    is_closed: bool,
    others_pending: bool,
) -> Verdict:
    """Judges a session when one of its jobs has ended.

    Args:
        status: The session's status so far.
        policy: Its job failure policy.
        job_status: The terminal status of the job.
        is_closed: Whether the session has been closed.
        others_pending: Whether other jobs of it are still pending.
    """
    if status.is_terminal:
        return Verdict(status, cancels_pending=False)
    if job_status is JobStatus.FAILED:
        if policy is SessionJobFailurePolicy.ABORT:
            return Verdict(session_after(status, SessionEvent.JOB_FAILS_ABORT), cancels_pending=True)
        status = session_after(status, SessionEvent.JOB_FAILS_CONTINUE)
    if is_closed and not others_pending:
        status = session_after(status, SessionEvent.LAST_JOB_ENDS)
    return Verdict(status, cancels_pending=False)


def session_when_closed(status: SessionStatus, *, jobs_pending: bool) -> SessionStatus:
    """The status of a session when it is closed."""
    return session_after(status, SessionEvent.CLOSE_BUSY if jobs_pending else SessionEvent.CLOSE_IDLE)


def takes_jobs(status: SessionStatus, *, is_closed: bool) -> bool:
    """Whether a session accepts another job."""
    return not (status.is_terminal or is_closed)


def _markdown(table: Mapping[Any, Mapping[Any, Any]], statuses: type[JobStatus] | type[SessionStatus]) -> str:
    head = "| in status | " + " | ".join(event.value for event in table) + " |"
    rule = "|---" * (len(table) + 1) + "|"
    rows = [
        f"| {status} | " + " | ".join(str(moves.get(status, "")) for moves in table.values()) + " |"
        for status in statuses
        if not status.is_terminal
    ]
    ended = ", ".join(str(status) for status in statuses if status.is_terminal)
    return "\n".join([head, rule, *rows, "", f"Nothing changes {ended}. An empty cell changes nothing."])


def session_table() -> str:
    """The session rules as a Markdown table."""
    return _markdown(SESSION_TABLE, SessionStatus)


def job_table() -> str:
    """The job rules as a Markdown table."""
    return _markdown(JOB_TABLE, JobStatus)
