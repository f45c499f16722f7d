"""What clients ask of the service: written by the client, read and checked by the server."""

import base64
import binascii
import json
from collections.abc import Callable
from typing import Any

import attrs

from quire.errors import InputError
from quire.formats import OWN_RESULTS
from quire.model import JobDetails, JsonValue, SessionDetails, TargetSpec
from quire.status import SessionJobFailurePolicy
from quire.transport.wire.answers import Document, FileUris

MAX_BUNDLE = 256
"""The most jobs that quire's own server takes in one request."""


@attrs.frozen
class Submission:
    """A job as a client asks for it.

    Attributes:
        job: Its definition.
        data: The payload, if it came along.
        input_uri: Where the payload is, if it did not.
    """

    job: JobDetails
    data: bytes | None
    input_uri: str | None


# Reading


class _Body:
    """The members of a request's document, each checked as it is read."""

    def __init__(self, document: Any) -> None:
        if not isinstance(document, dict):
            raise InputError("the request's body must be a JSON object", argument="body")
        self._document = document

    def text(self, name: str) -> str | None:
        value = self._document.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise InputError(f"{name} must be a text, not {value!r:.100}", argument=name)
        _check_unicode(name, value)
        return value

    def needed(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise InputError(f"{name} is missing", argument=name)
        return value

    def texts(self, name: str) -> tuple[str, ...] | None:
        value = self._document.get(name)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise InputError(f"{name} must be a list of texts, not {value!r:.100}", argument=name)
        return tuple(value)

    def members(self, name: str) -> dict[str, Any]:
        value = self._document.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise InputError(f"{name} must be a JSON object, not {value!r:.100}", argument=name)
        return value

    def mapping(self, name: str) -> dict[str, JsonValue]:
        value: dict[str, JsonValue] = self.members(name)
        try:
            json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            raise InputError(f"{name} cannot be kept: {error}", argument=name) from error
        return value


def _check_unicode(name: str, text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(f"{name} is no valid Unicode text: {text!r:.100}", argument=name) from error


def read_submission(
    job_id: str, document: Any, known_target: Callable[[str], TargetSpec | None]
) -> Submission:
    """The job that a request asks for.

    Args:
        job_id: The job's id.
        document: The request's document.
        known_target: The target of a name; None if there is none.

    Raises:
        InputError: The document is wrong.
    """
    body = _Body(document)
    target = body.needed("target")
    spec = known_target(target)
    metadata = body.mapping("metadata")
    input_format = body.text("inputDataFormat") or ("" if spec is None else spec.input_formats[0])
    results = OWN_RESULTS.get(input_format, "" if spec is None else spec.output_format)
    job = JobDetails(
        id=job_id,
        name=body.text("name") or f"job-{job_id}",
        provider_id=_provider(body, spec),
        target=target,
        session_id=body.text("sessionId") or None,
        input_data_format=input_format,
        output_data_format=body.text("outputDataFormat") or results,
        input_params=body.mapping("inputParams"),
        metadata={key: _as_text(value) for key, value in metadata.items()},
        tags=body.texts("tags") or (),
        priority=body.text("priority"),
    )
    return Submission(job, _inline_data(body), body.text("inputDataUri"))


def read_submissions(
    document: Any, known_target: Callable[[str], TargetSpec | None]
) -> list[Submission | InputError]:
    """The jobs that one request asks for; an error in the place of one that is wrong.

    Args:
        document: The request's document.
        known_target: The target of a name; None if there is none.

    Raises:
        InputError: The document is no list of jobs, or of too many.
    """
    asked = document.get("value") if isinstance(document, dict) else None
    if not isinstance(asked, list) or len(asked) > MAX_BUNDLE:
        raise InputError(f"value must be a list of at most {MAX_BUNDLE} jobs", argument="value")
    return [_read_one(each, known_target) for each in asked]


def _read_one(document: Any, known_target: Callable[[str], TargetSpec | None]) -> Submission | InputError:
    try:
        return read_submission(_Body(document).needed("id"), document, known_target)
    except InputError as error:
        return error


def _provider(body: _Body, spec: TargetSpec | None) -> str:
    """The provider, in the case in which the target names it; items have it in lower case."""
    given = body.text("providerId")
    if spec is not None and (given is None or given.lower() == spec.provider_id.lower()):
        return spec.provider_id
    return given or ""


def _as_text(value: JsonValue) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _inline_data(body: _Body) -> bytes | None:
    inline = body.members("quire")
    if isinstance(text := inline.get("inputText"), str):
        _check_unicode("inputText", text)
        return text.encode()
    if isinstance(encoded := inline.get("inputBase64"), str):
        try:
            return base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError) as error:
            raise InputError(f"inputBase64 is no base64: {error}", argument="inputBase64") from error
    return None


def read_session(
    session_id: str, document: Any, known_target: Callable[[str], TargetSpec | None]
) -> SessionDetails:
    """The session that a request asks for; see :func:`read_submission`."""
    body = _Body(document)
    target = body.needed("target")
    policy = body.text("jobFailurePolicy") or SessionJobFailurePolicy.ABORT
    if policy not in tuple(SessionJobFailurePolicy):
        known = " or ".join(SessionJobFailurePolicy)
        raise InputError(f"jobFailurePolicy must be {known}, not {policy!r}", argument="jobFailurePolicy")
    return SessionDetails(
        id=session_id,
        name=body.text("name") or f"session-{session_id}",
        provider_id=_provider(body, known_target(target)),
        target=target,
        job_failure_policy=SessionJobFailurePolicy(policy),
        tags=body.texts("tags") or (),
        priority=body.text("priority"),
    )


def read_update(document: Any) -> tuple[str | None, str | None, tuple[str, ...] | None]:
    """The name, priority and tags that a request gives a job; None for what it leaves."""
    body = _Body(document)
    return body.text("name"), body.text("priority"), body.texts("tags")


def read_sas_request(document: Any) -> tuple[str, str | None]:
    """The container, and the blob in it, that a request asks a signed address for."""
    body = _Body(document)
    return body.needed("containerName"), body.text("blobName")


# Writing


def submission_document(job: JobDetails, files: FileUris, data: bytes | None = None) -> Document:
    """The request that submits a job.

    Args:
        job: Its definition.
        files: Where its files are; of no account if the payload goes along.
        data: The payload, if it is to go along, which only quire's own server understands.
    """
    document = {
        **_common_request(job),
        "inputDataFormat": job.input_data_format,
        "outputDataFormat": job.output_data_format,
        "inputParams": job.input_params,
        "itemType": "Job",
    }
    if job.session_id is not None:
        document["sessionId"] = job.session_id
    if job.metadata:
        document["metadata"] = job.metadata
    if data is None:
        document |= {"containerUri": files.container, "inputDataUri": files.input}
    else:
        document["quire"] = _inline_document(data)
    return document


def _inline_document(data: bytes) -> Document:
    try:
        return {"inputText": data.decode()}
    except UnicodeDecodeError:
        return {"inputBase64": base64.b64encode(data).decode()}


def session_request(session: SessionDetails) -> Document:
    """The request that opens a session."""
    return {
        **_common_request(session),
        "jobFailurePolicy": session.job_failure_policy,
        "itemType": "Session",
    }


def _common_request(item: JobDetails | SessionDetails) -> Document:
    document: Document = {"name": item.name, "providerId": item.provider_id, "target": item.target}
    if item.tags:
        document["tags"] = item.tags
    if item.priority is not None:
        document["priority"] = item.priority
    return document


def update_request(name: str | None, priority: str | None, tags: tuple[str, ...] | None) -> Document:
    """The request that changes a job; None leaves a value as it is."""
    given = {"name": name, "priority": priority, "tags": tags}
    return {key: value for key, value in given.items() if value is not None}


def sas_request(container: str, blob: str | None = None) -> Document:
    """The request for a signed address of a container, or of a blob in it."""
    return {"containerName": container} | ({} if blob is None else {"blobName": blob})
