"""What the service answers: jobs, sessions, targets, lists; the server writes it and the client reads it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

import attrs

from quire.errors import ServiceUnavailableError
from quire.formats import QirProfile
from quire.model import Fault, JobDetails, SessionDetails, TargetSpec
from quire.query import QUANTUM_COMPUTING
from quire.status import JobStatus, SessionJobFailurePolicy, SessionStatus
from quire.transport.wire.costs import cost_document, parse_cost

Document = dict[str, Any]
T = TypeVar("T")
W = TypeVar("W", JobStatus, SessionStatus, SessionJobFailurePolicy)

BASIC = "Basic"

# A service that does not say how many qubits a target has refuses programs that are too large itself.
_UNKNOWN_QUBITS = 1_000

_LENGTH_OF_TIME = len("2025-01-01T00:00:00.000000")
_CANCELLING = (JobStatus.CANCELLATION_REQUESTED, JobStatus.CANCELLING)


@attrs.frozen
class FileUris:
    """Where a job's files are.

    Attributes:
        container: The container with all of them.
        input: The payload.
        output: The output, which may not be there yet.
    """

    container: str = ""
    input: str = ""
    output: str = ""


# Times


def _time(moment: datetime | None, suffix: str) -> str | None:
    if moment is None:
        return None
    # The offset is cut off: all times are in UTC. Lists have hundreds of them, and strftime takes longer.
    text = moment.isoformat(timespec="microseconds")[:_LENGTH_OF_TIME]
    return text.rstrip("0").rstrip(".") + suffix


def _moment(text: Any) -> datetime | None:
    if not isinstance(text, str) or not text:
        return None
    try:
        # Seven digits of a second occur; Python keeps six of them.
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError as error:
        raise ServiceUnavailableError(f"the service's answer has a time that is none: {text!r}") from error


# Writing


def job_document(
    job: JobDetails,
    files: FileUris,
    *,
    listed: bool = False,
    output: bytes | None = None,
) -> Document:
    """A job as the service answers it.

    Args:
        job: The job.
        files: Where its files are.
        listed: Whether it is one of a list, where times end in ``Z``.
        output: Its output, if it is to come along; what is no text does not.
    """
    suffix = "Z" if listed else "+00:00"
    fault = job.error_data
    return {
        "containerUri": files.container,
        "inputDataUri": files.input,
        "inputDataFormat": job.input_data_format,
        "inputParams": job.input_params,
        "metadata": job.metadata or None,
        "sessionId": job.session_id,
        "jobPriority": BASIC,
        "priority": job.priority,
        "status": job.status,
        "jobType": QUANTUM_COMPUTING,
        "outputDataFormat": job.output_data_format,
        "outputDataUri": files.output,
        "beginExecutionTime": _time(job.begin_execution_time, suffix),
        "cancellationTime": _time(job.cancellation_time, suffix),
        "lastModifiedTime": _time(job.last_modified_time, suffix),
        "quantumComputingData": {"count": 1} if job.attempts else None,
        "errorData": None if fault is None else {"code": fault.code, "message": fault.message},
        "isCancelling": job.status in _CANCELLING,
        "tags": job.tags,
        "name": job.name,
        "id": job.id,
        "providerId": job.provider_id.lower(),
        "target": job.target,
        "creationTime": _time(job.creation_time, suffix),
        "endExecutionTime": _time(job.end_execution_time, suffix),
        "costEstimate": cost_document(job.cost_estimate),
        "itemType": "Job",
        "quire": {"attempts": job.attempts} | _inline_output(output),
    }


def _inline_output(output: bytes | None) -> Document:
    try:
        return {} if output is None else {"outputText": output.decode()}
    except UnicodeDecodeError:
        return {}


def session_document(session: SessionDetails) -> Document:
    """A session as the service answers it."""
    return {
        "status": session.status,
        "jobFailurePolicy": session.job_failure_policy,
        "jobPriority": BASIC,
        "priority": session.priority,
        "name": session.name,
        "id": session.id,
        "providerId": session.provider_id.lower(),
        "target": session.target,
        "creationTime": _time(session.creation_time, "Z"),
        "endExecutionTime": _time(session.end_execution_time, "Z"),
        "costEstimate": cost_document(session.cost_estimate),
        "tags": session.tags,
        "itemType": "Session",
        "quire": {"isClosed": session.is_closed, "timeoutSeconds": session.timeout_seconds},
    }


def update_document(job: JobDetails) -> Document:
    """The answer to an update of a job."""
    return {"id": job.id, "name": job.name, "priority": job.priority, "tags": job.tags}


def page_document(items: Iterable[Document], next_link: str | None = None) -> Document:
    """One page of a list."""
    return {"value": list(items), "nextLink": next_link}


def provider_document(provider_id: str, targets: Iterable[TargetSpec], queue_seconds: int = 0) -> Document:
    """A provider with its targets, in the list of all of them."""
    return {
        "id": provider_id,
        "currentAvailability": "Available",
        "targets": [_target_document(target, queue_seconds) for target in targets],
    }


def _target_document(target: TargetSpec, queue_seconds: int) -> Document:
    return {
        "id": target.id,
        "currentAvailability": "Available",
        "averageQueueTime": queue_seconds,
        "statusPage": "",
        "numQubits": target.num_qubits,
        "targetProfile": target.profile,
        "metadata": {
            "inputDataFormats": target.input_formats,
            "outputDataFormat": target.output_format,
            "defaultShots": target.default_shots,
            "maxShots": target.max_shots,
            "description": target.description,
            "nativeGates": target.native_gates,
        },
    }


def quota_document(dimension: str, provider_id: str, used: float, limit: float) -> Document:
    """One quota of a provider."""
    return {
        "dimension": dimension,
        "scope": "Workspace",
        "providerId": provider_id,
        "utilization": used,
        "holds": 0.0,
        "limit": limit,
        "period": "None",
    }


# Reading


def _answered(document: Any, what: str, names: Iterable[str]) -> Document:
    if isinstance(document, dict) and all(isinstance(document.get(name), str) for name in names):
        return document
    raise ServiceUnavailableError(f"the service's answer is no {what}: {document!r:.200}")


def _status(words: type[W], word: str) -> W:
    try:
        return words(word)
    except ValueError as error:
        raise ServiceUnavailableError(f"the service's answer has an unknown word: {word!r}") from error


def parse_job(document: Any) -> JobDetails:
    """The job in an answer.

    Raises:
        ServiceUnavailableError: There is none in it.
    """
    answer = _answered(document, "job", ("id", "name", "providerId", "target", "status"))
    fault = answer.get("errorData") or None
    return JobDetails(
        id=answer["id"],
        name=answer["name"],
        provider_id=answer["providerId"],
        target=answer["target"],
        status=_status(JobStatus, answer["status"]),
        session_id=answer.get("sessionId"),
        input_data_format=answer.get("inputDataFormat") or "",
        output_data_format=answer.get("outputDataFormat") or "",
        input_params=answer.get("inputParams") or {},
        metadata=answer.get("metadata") or {},
        tags=tuple(answer.get("tags") or ()),
        priority=answer.get("priority"),
        creation_time=_moment(answer.get("creationTime")),
        begin_execution_time=_moment(answer.get("beginExecutionTime")),
        end_execution_time=_moment(answer.get("endExecutionTime")),
        cancellation_time=_moment(answer.get("cancellationTime")),
        last_modified_time=_moment(answer.get("lastModifiedTime")),
        cost_estimate=parse_cost(answer.get("costEstimate")),
        error_data=None if fault is None else Fault(fault.get("code") or "", fault.get("message") or ""),
        attempts=(answer.get("quire") or {}).get("attempts", int(bool(answer.get("beginExecutionTime")))),
    )


def parse_session(document: Any) -> SessionDetails:
    """The session in an answer; see :func:`parse_job`."""
    answer = _answered(document, "session", ("id", "name", "providerId", "target", "status"))
    ours = answer.get("quire") or {}
    return SessionDetails(
        id=answer["id"],
        name=answer["name"],
        provider_id=answer["providerId"],
        target=answer["target"],
        status=_status(SessionStatus, answer["status"]),
        job_failure_policy=_status(SessionJobFailurePolicy, answer.get("jobFailurePolicy") or "Abort"),
        tags=tuple(answer.get("tags") or ()),
        priority=answer.get("priority"),
        creation_time=_moment(answer.get("creationTime")),
        end_execution_time=_moment(answer.get("endExecutionTime")),
        is_closed=ours.get("isClosed", False),
        timeout_seconds=ours.get("timeoutSeconds"),
        cost_estimate=parse_cost(answer.get("costEstimate")),
    )


def parse_output(document: Any) -> bytes | None:
    """The output that came along with a job; None if it did not."""
    ours = document.get("quire") if isinstance(document, dict) else None
    text = ours.get("outputText") if isinstance(ours, dict) else None
    return text.encode() if isinstance(text, str) else None


def parse_also(document: Any) -> list[tuple[JobDetails, bytes | None]]:
    """The jobs that came along with a job because they have ended, and their outputs where those came too."""
    ours = document.get("quire") if isinstance(document, dict) else None
    also = ours.get("also") if isinstance(ours, dict) else None
    return [(parse_job(job), parse_output(job)) for job in also or ()]


def parse_files(document: Document) -> FileUris:
    """Where a job's files are, as an answer says; texts are empty where it does not."""
    return FileUris(
        document.get("containerUri") or "",
        document.get("inputDataUri") or "",
        document.get("outputDataUri") or "",
    )


def parse_page(document: Any, parse: Callable[[Any], T]) -> tuple[list[T], str | None]:
    """The items of a page, and the address of the next page; None if it is the last one."""
    if not isinstance(document, dict) or not isinstance(document.get("value"), list):
        raise ServiceUnavailableError(f"the service's answer is no list: {document!r:.200}")
    return [parse(item) for item in document["value"]], document.get("nextLink")


def parse_item(document: Any) -> JobDetails | SessionDetails:
    """The job or session in a list of both."""
    is_session = isinstance(document, dict) and document.get("itemType") == "Session"
    return parse_session(document) if is_session else parse_job(document)


def parse_targets(document: Any, known: Mapping[str, TargetSpec]) -> list[TargetSpec]:
    """The targets in the list of providers.

    Args:
        document: The list.
        known: Targets by id, from which comes what the service does not say.
    """
    providers, _ = parse_page(document, lambda provider: provider)
    return [
        _target(provider["id"], target, known) for provider in providers for target in provider["targets"]
    ]


def _target(provider_id: str, document: Document, known: Mapping[str, TargetSpec]) -> TargetSpec:
    spec = known.get(document["id"]) or TargetSpec(document["id"], provider_id, _UNKNOWN_QUBITS)
    told = document.get("metadata")
    told = told if isinstance(told, dict) else {}
    profile = document.get("targetProfile")
    return attrs.evolve(
        spec,
        provider_id=provider_id,
        num_qubits=document.get("numQubits") or spec.num_qubits,
        profile=QirProfile(profile) if profile in tuple(QirProfile) else spec.profile,
        input_formats=tuple(told.get("inputDataFormats") or spec.input_formats),
        output_format=told.get("outputDataFormat") or spec.output_format,
        default_shots=told.get("defaultShots") or spec.default_shots,
        max_shots=told.get("maxShots") or spec.max_shots,
        description=told.get("description") or spec.description,
        native_gates=tuple(told.get("nativeGates") or spec.native_gates),
    )


def parse_sas(document: Any) -> str:
    """The signed address in an answer."""
    return str(_answered(document, "signed address", ("sasUri",))["sasUri"])
