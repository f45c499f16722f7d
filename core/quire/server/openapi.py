"""The description of the server's API in OpenAPI 3.1, as ``/openapi.json`` gives it."""

from collections.abc import Iterable
from typing import Any

from quire.query import OrderBy
from quire.server.access import KEY_HEADER
from quire.status import JobStatus, SessionJobFailurePolicy, SessionStatus
from quire.transport.wire import MAX_BUNDLE

Schema = dict[str, Any]

WORKSPACE = (
    "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
    "/providers/Microsoft.Quantum/workspaces/{workspaceName}"
)
CONTAINER = "/{account}/{container}"
"""Where files are: both are the container's name."""
_SUBSCRIPTION = "/subscriptions/{subscriptionId}/providers/Microsoft.Quantum/suiteOffers/{providerId}"

_TEXT: Schema = {"type": "string"}
_OPTIONAL_TEXT: Schema = {"type": ["string", "null"]}
_TIME: Schema = {"type": ["string", "null"], "format": "date-time"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_XML = "application/xml"
_OCTETS = "application/octet-stream"
_DATA: Schema = {"type": "string", "contentMediaType": _OCTETS}


def _reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(properties: Schema, required: tuple[str, ...] = ()) -> Schema:
    schema: Schema = {"type": "object", "properties": properties}
    return schema | ({"required": list(required)} if required else {})


def _page(item: Schema) -> Schema:
    return _object({"value": {"type": "array", "items": item}, "nextLink": _OPTIONAL_TEXT}, ("value",))


def _item_fields() -> Schema:
    return {
        "id": _TEXT,
        "name": _TEXT,
        "providerId": _TEXT,
        "target": _TEXT,
        "itemType": _TEXT,
        "creationTime": _TIME,
        "endExecutionTime": _TIME,
        "costEstimate": {"type": ["object", "null"]},
        "jobPriority": _TEXT,
        "priority": _OPTIONAL_TEXT,
        "tags": _TEXTS,
        "quire": {"type": "object"},
    }


def _schemas() -> Schema:
    job = _item_fields() | {
        "status": {"enum": list(JobStatus)},
        "jobType": _TEXT,
        "quantumComputingData": {"type": ["object", "null"], "properties": {"count": {"type": "integer"}}},
        "sessionId": _OPTIONAL_TEXT,
        "containerUri": _TEXT,
        "inputDataUri": _TEXT,
        "inputDataFormat": _TEXT,
        "inputParams": {"type": "object"},
        "outputDataUri": _TEXT,
        "outputDataFormat": _TEXT,
        "metadata": {"type": ["object", "null"]},
        "errorData": {"type": ["object", "null"]},
        "beginExecutionTime": _TIME,
        "cancellationTime": _TIME,
        "lastModifiedTime": _TIME,
        "isCancelling": {"type": "boolean"},
    }
    session = _item_fields() | {
        "status": {"enum": list(SessionStatus)},
        "jobFailurePolicy": {"enum": list(SessionJobFailurePolicy)},
    }
    return {
        "Job": _object(job, ("id", "status")),
        "JobRequest": _job_request(),
        "JobRequests": _job_requests(),
        "JobUpdate": _object({"name": _TEXT, "priority": {"enum": ["Standard", "High"]}, "tags": _TEXTS}),
        "Session": _object(session, ("id", "status")),
        "SessionRequest": _object(
            {
                "name": _TEXT,
                "providerId": _TEXT,
                "target": _TEXT,
                "jobFailurePolicy": {"enum": list(SessionJobFailurePolicy)},
                "tags": _TEXTS,
                "priority": {"enum": ["Standard", "High"]},
            },
            ("target",),
        ),
        "SasRequest": _object({"containerName": _TEXT, "blobName": _TEXT}, ("containerName",)),
        "Error": _object(
            {"error": _object({"code": _TEXT, "message": _TEXT, "innererror": {"type": "object"}})},
            ("error",),
        ),
    }


def _job_request() -> Schema:
    inline = _object({"inputText": _TEXT, "inputBase64": _TEXT})
    return _object(
        {
            "name": _TEXT,
            "providerId": _TEXT,
            "target": _TEXT,
            "sessionId": _TEXT,
            "containerUri": _TEXT,
            "inputDataUri": _TEXT,
            "inputDataFormat": _TEXT,
            "outputDataFormat": _TEXT,
            "inputParams": {"type": "object"},
            "metadata": {"type": "object"},
            "tags": _TEXTS,
            "priority": {"enum": ["Standard", "High"]},
            "quire": inline | {"description": "The payload, where it comes along with its job."},
        },
        ("target",),
    )


def _job_requests() -> Schema:
    each = {"allOf": [_reference("JobRequest"), _object({"id": _TEXT}, ("id",))]}
    return _object({"value": {"type": "array", "items": each, "maxItems": MAX_BUNDLE}}, ("value",))


def _in_path(name: str) -> Schema:
    # A slash in an id would be one in the path.
    schema = _TEXT | {"minLength": 1, "maxLength": 64, "pattern": "^[^/]+$"}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _in_query(name: str, schema: Schema, *, required: bool = False) -> Schema:
    return {"name": name, "in": "query", "required": required, "schema": schema}


_LIST_PARAMETERS = [
    _in_query("filter", _TEXT),
    _in_query("orderby", {"enum": [f"{name} {way}" for name in OrderBy for way in ("asc", "desc")]}),
    _in_query("skip", {"type": "integer", "minimum": 0}),
    _in_query("top", {"type": "integer", "minimum": 1}),
    _in_query("place", _TEXT),
]
_HELD = [
    {"name": "Prefer", "in": "header", "required": False, "schema": _TEXT},
    _in_query("output", {"enum": ["inline"]}),
]
_ALSO = _in_query("also", {"type": "array", "items": _TEXT})
_SEEN = _in_query("seen", {"enum": list(JobStatus)})


def _operation(
    summary: str,
    answer: Schema | None,
    *,
    body: str | None = None,
    parameters: list[Schema] | None = None,
    media: str = "application/json",
    status: str = "200",
) -> Schema:
    content = {} if answer is None else {"content": {media: {"schema": answer}}}
    error = {"description": "Refused", "content": {"application/json": {"schema": _reference("Error")}}}
    operation: Schema = {
        "summary": summary,
        "parameters": parameters or [],
        "responses": {
            status: {"description": summary, **content},
            "401": {"description": "No key, or one that is not known"},
            "4XX": error,
        },
        "security": [{"key": []}],
    }
    if body is not None:
        content = {"application/json": {"schema": _reference(body)}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _paths() -> Schema:
    job, session = _reference("Job"), _reference("Session")
    update = {"patch": _operation("Change a job", {"type": "object"}, body="JobUpdate")}
    either: Schema = {"anyOf": [job, session]}
    outcomes = _page({"anyOf": [job, _reference("Error")]})
    page_of_objects = _page({"type": "object"})
    return {
        "jobs": {
            "get": _operation("List jobs", _page(job), parameters=_LIST_PARAMETERS),
            "post": _operation("Submit jobs", outcomes, body="JobRequests"),
        },
        "jobs/{jobId}": {
            "get": _operation("Look at a job", job, parameters=[*_HELD, _SEEN, _ALSO]),
            "put": _operation("Submit a job", job, body="JobRequest", parameters=_HELD),
            "delete": _operation("Forget a job that has ended", None, status="204"),
            **update,
        },
        "jobUpdateOptions/{jobId}": update,
        "jobs/{jobId}:cancel": {"post": _operation("Cancel a job", job)},
        "jobs/{jobId}/input": {"get": _operation("A job's payload", _DATA, media=_OCTETS)},
        "jobs/{jobId}/output": {"get": _operation("A job's output", _DATA, media=_OCTETS)},
        "sessions": {"get": _operation("List sessions", _page(session), parameters=_LIST_PARAMETERS)},
        "sessions/{sessionId}": {
            "get": _operation("Look at a session", session),
            "put": _operation("Open a session", session, body="SessionRequest"),
        },
        "sessions/{sessionId}:close": {"post": _operation("Close a session", session)},
        "sessions/{sessionId}:cancel": {"post": _operation("Cancel a session's jobs and close it", session)},
        "sessions/{sessionId}/jobs": {
            "get": _operation("List a session's jobs", _page(job), parameters=_LIST_PARAMETERS)
        },
        "topLevelItems": {
            "get": _operation("List sessions and single jobs", _page(either), parameters=_LIST_PARAMETERS)
        },
        "providerStatus": {"get": _operation("List providers and targets", page_of_objects)},
        "quotas": {"get": _operation("List quotas", page_of_objects)},
        "quotaUsages": {
            "get": _operation(
                "List a provider's quotas",
                page_of_objects,
                parameters=[_in_query("providerId", _TEXT, required=True)],
            )
        },
        "storage/sasUri": {
            "post": _operation("Sign an address", _object({"sasUri": _TEXT}, ("sasUri",)), body="SasRequest")
        },
    }


def _file_operation(
    summary: str,
    success: str,
    parameters: list[Schema],
    *,
    media: str | None = None,
    body: Schema | None = None,
) -> Schema:
    signature = [_in_query(name, _TEXT, required=True) for name in ("sv", "se", "sr", "sp", "sig")]
    error: Schema = {"description": "Refused; x-ms-error-code has the reason", "content": {_XML: {}}}
    content = {} if media is None else {"content": {media: {"schema": _DATA}}}
    operation: Schema = {
        "summary": summary,
        "parameters": [*signature, *parameters],
        "responses": {success: {"description": summary, **content}, "4XX": error},
        "security": [],  # the signature is all that is asked for
    }
    if body is not None:
        operation["requestBody"] = {"required": True, "content": body}
    return operation


def _in_header(name: str) -> Schema:
    return {"name": name, "in": "header", "required": False, "schema": _TEXT}


def _file_paths() -> Schema:
    """The paths of files, as ``storage/sasUri`` signs them: a container's name comes twice in each."""
    of_container = _in_query("restype", {"enum": ["container"]})
    listing = [of_container, _in_query("comp", {"enum": ["list"]}), _in_query("prefix", _TEXT)]
    ranges = [_in_header("x-ms-range"), _in_header("Range")]
    upload = [
        _in_query("comp", {"enum": ["block", "blocklist"]}),
        _in_query("blockid", _TEXT),
        _in_header("If-None-Match"),
        _in_header("x-ms-blob-content-type"),
    ]
    return {
        CONTAINER: {
            "get": _file_operation("List a container's files", "200", listing, media=_XML),
            "put": _file_operation("Make a container, which is there anyway", "201", [of_container]),
        },
        f"{CONTAINER}/{{blob}}": {
            "get": _file_operation("A file, or the part of it in a range", "2XX", ranges, media=_OCTETS),
            "head": _file_operation("Whether a file is there, and how large it is", "2XX", ranges),
            "put": _file_operation(
                "Upload a file, a part of one (comp=block), or the list of its parts (comp=blocklist)",
                "201",
                upload,
                body={_OCTETS: {"schema": _DATA}, _XML: {"schema": _DATA}},
            ),
        },
    }


def _with_path_parameters(path: str, methods: Schema) -> Schema:
    names = [part.partition("}")[0] for part in path.split("{")[1:]]
    return {"parameters": [_in_path(name) for name in names], **methods}


def description(url: str, targets: Iterable[str]) -> Schema:
    """The description of a server.

    Args:
        url: Where it is.
        targets: The names of its targets.
    """
    schemas = _schemas()
    names = list(targets)
    for name in ("JobRequest", "SessionRequest"):
        schemas[name]["properties"]["target"] = {"enum": names}
    paths = {f"{WORKSPACE}/{path}": methods for path, methods in _paths().items()}
    for path, summary in (
        ("quotaUsages", "List a provider's quotas"),
        ("providerStatus", "Look at a provider"),
    ):
        paths[f"{_SUBSCRIPTION}/{path}"] = {"get": _operation(summary, {"type": "object"})}
    paths |= _file_paths()
    paths["/health"] = {"get": _operation("Whether the server works", {"type": "object"})}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "quire",
            "version": "1",
            "description": "The data-plane API of Azure Quantum, as quire serves it.",
        },
        "servers": [{"url": url}],
        "paths": {path: _with_path_parameters(path, methods) for path, methods in paths.items()},
        "components": {
            "schemas": schemas,
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": KEY_HEADER}},
        },
    }
