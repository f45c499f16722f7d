"""How records lie in the store's rows: enums and JSON as text, times as integers."""

import json
from collections.abc import Mapping
from typing import Any

import attrs

from quire.clock import to_datetime, to_microseconds
from quire.costs import job_cost, session_cost
from quire.model import Fault, JobDetails, SessionDetails
from quire.status import JobStatus, SessionJobFailurePolicy, SessionStatus

JOB_COLUMNS = (
    "seq, id, name, provider_id, target, status, session_id, input_format, output_format, input_params, "
    "metadata, tags, priority, created_at, began_at, ended_at, cancelled_at, modified_at, fault_code, "
    "fault_message, attempts, owner"
)
NEW_JOB_COLUMNS = (
    "id, name, provider_id, target, status, session_id, input_format, output_format, input_params, metadata, "
    "tags, priority, created_at, began_at, modified_at, attempts, owner"
)
SESSION_COLUMNS = (
    "seq, id, name, provider_id, target, status, policy, is_closed, tags, priority, timeout_us, created_at, "
    "active_at, ended_at, has_costs"
)

_TEXT = frozenset({str})
_PLAIN = frozenset({str, int, float, bool, type(None)})
_EMPTY_OBJECT = "{}"
_EMPTY_LIST = "[]"
_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
_decode = json.JSONDecoder().raw_decode  # what is stored has nothing around it, which json.loads looks for
_JOB_STATUSES = {str(status): status for status in JobStatus}


@attrs.frozen
class StoredJob:
    """A job with what only the store and the dispatcher know of it.

    Attributes:
        seq: Its place in the order of submission.
        owner: The process that runs it or is to run it; None if nobody does.
        details: The job.
    """

    seq: int
    owner: str | None
    details: JobDetails


# Without slots, for ``copies.changed``: each job's end makes a copy.
@attrs.frozen(slots=False)
class StoredSession:
    """A session with what only the store knows of it.

    Attributes:
        seq: Its place in the order of opening.
        active_at: When it was last active, in microseconds; but see ``Statements.last_active``.
        timeout_us: How long it may be idle, in microseconds.
        status: Its status, never None here.
        has_costs: Whether a job of it has succeeded.
        details: The session.
    """

    seq: int
    active_at: int
    timeout_us: int
    status: SessionStatus
    has_costs: bool
    details: SessionDetails

    @classmethod
    def new(cls, details: SessionDetails, now: int, timeout_us: int) -> "StoredSession":
        """A session that is being opened."""
        return cls(0, now, timeout_us, SessionStatus.WAITING, False, details)

    def is_overdue(self, now: int) -> bool:
        """Whether it has been idle too long, provided that no job of it is pending."""
        open_for_jobs = not (self.status.is_terminal or self.details.is_closed)
        return open_for_jobs and now - self.active_at >= self.timeout_us


def json_text(value: Any) -> str:
    """A JSON value as stored text."""
    if not value:
        return _EMPTY_LIST if isinstance(value, (tuple, list)) else _EMPTY_OBJECT
    return _encode(value)


def as_stored(value: Any) -> Any:
    """A JSON value as it comes back from the store: tuples are lists there, and keys are texts."""
    return json.loads(_encode(value))


def unshared(params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Parameters as they come back from the store: without the caller's own lists and classes."""
    is_plain = _TEXT.issuperset(map(type, params)) and _PLAIN.issuperset(map(type, params.values()))
    return dict(params) if is_plain else as_stored(params)


def _json_value(text: str) -> Any:
    return {} if text == _EMPTY_OBJECT else _decode(text)[0]


def _json_tuple(text: str) -> tuple[str, ...]:
    return () if text == _EMPTY_LIST else tuple(_decode(text)[0])


def stored_job(row: Any) -> StoredJob:
    """The job in a row of ``JOB_COLUMNS``."""
    (
        seq, job_id, name, provider_id, target, status, session_id, input_format, output_format, params,
        metadata, tags, priority, created_at, began_at, ended_at, cancelled_at, modified_at, fault_code,
        fault_message, attempts, owner,
    ) = row  # fmt: skip
    now = _JOB_STATUSES[status]
    details = JobDetails(
        id=job_id,
        name=name,
        provider_id=provider_id,
        target=target,
        status=now,
        session_id=session_id,
        input_data_format=input_format,
        output_data_format=output_format,
        input_params=_json_value(params),
        metadata=_json_value(metadata),
        tags=_json_tuple(tags),
        priority=priority,
        creation_time=to_datetime(created_at),
        begin_execution_time=to_datetime(began_at),
        end_execution_time=to_datetime(ended_at),
        cancellation_time=to_datetime(cancelled_at),
        last_modified_time=to_datetime(modified_at),
        error_data=None if fault_code is None else Fault(fault_code, fault_message),
        attempts=attempts,
        cost_estimate=job_cost(provider_id, target, now),
    )
    return StoredJob(seq, owner, details)


def as_it_is(job: StoredJob, status: str, name: str, tags: str, priority: str | None) -> StoredJob:
    """A job with what others may have changed of it."""
    details = job.details
    now, was = _JOB_STATUSES[status], details.status
    if (
        now is was
        and name == details.name
        and priority == details.priority
        and tags == json_text(details.tags)
    ):
        return job
    return attrs.evolve(
        job,
        details=attrs.evolve(details, status=now, name=name, tags=_json_tuple(tags), priority=priority),
    )


def new_job_values(job: JobDetails, owner: str | None, now: int) -> tuple[Any, ...]:
    """The values of a new job, which may have begun, in the order of ``NEW_JOB_COLUMNS``."""
    return (
        job.id, job.name, job.provider_id, job.target, str(job.status), job.session_id,
        job.input_data_format, job.output_data_format, json_text(job.input_params),
        json_text(job.metadata), json_text(job.tags), job.priority, now,
        None if job.begin_execution_time is None else now, now, job.attempts, owner,
    )  # fmt: skip


def stored_session(row: Any) -> StoredSession:
    """The session in a row of ``SESSION_COLUMNS``."""
    (
        seq, session_id, name, provider_id, target, status, policy, is_closed, tags, priority, timeout_us,
        created_at, active_at, ended_at, has_costs,
    ) = row  # fmt: skip
    details = SessionDetails(
        id=session_id,
        name=name,
        provider_id=provider_id,
        target=target,
        status=SessionStatus(status),
        job_failure_policy=SessionJobFailurePolicy(policy),
        tags=_json_tuple(tags),
        priority=priority,
        creation_time=to_datetime(created_at),
        end_execution_time=to_datetime(ended_at),
        is_closed=bool(is_closed),
        timeout_seconds=timeout_us / 1_000_000,
        cost_estimate=session_cost(provider_id, target, has_costs=bool(has_costs)),
    )
    return StoredSession(seq, active_at, timeout_us, SessionStatus(status), bool(has_costs), details)


def with_costs(session: StoredSession) -> StoredSession:
    """A session of which a job has succeeded."""
    details = session.details
    cost = session_cost(details.provider_id, details.target, has_costs=True)
    return attrs.evolve(session, has_costs=True, details=attrs.evolve(details, cost_estimate=cost))


def session_state(session: StoredSession) -> tuple[Any, ...]:
    """What can change of a session: its status, whether it is closed, its times, whether it costs."""
    ended = session.details.end_execution_time
    return (
        session.status.value, int(session.details.is_closed), session.active_at,
        None if ended is None else to_microseconds(ended), int(session.has_costs),
    )  # fmt: skip


def session_values(session: StoredSession) -> tuple[Any, ...]:
    """A session's values, in the order of ``SESSION_COLUMNS`` without ``seq``."""
    details = session.details
    created = details.creation_time
    status, is_closed, active_at, ended_at, has_costs = session_state(session)
    return (
        details.id, details.name, details.provider_id, details.target, status,
        details.job_failure_policy.value, is_closed, json_text(details.tags), details.priority,
        session.timeout_us, active_at if created is None else to_microseconds(created),
        active_at, ended_at, has_costs,
    )  # fmt: skip
