"""How errors travel: the service's error document, and which of quire's errors it is on the other side.

The service's own ``code`` and ``message`` are for every client. The fields of quire's errors go along as
``innererror``; without them (another service answers) the HTTP status and the code decide.
"""

from typing import Any

import attrs

from quire import errors
from quire.errors import (
    AccessDeniedError,
    ConflictError,
    InputError,
    NotFoundError,
    QuireError,
    ServiceUnavailableError,
    SessionClosedError,
)
from quire.status import JobStatus, SessionStatus

_BY_STATUS: dict[int, type[QuireError]] = {
    401: AccessDeniedError,
    403: AccessDeniedError,
    404: NotFoundError,
    409: ConflictError,
}
_PASSING = (408, 429)
_NO_KEY = "it asks for an API key and none was given: api_key=, or the variable QUIRE_API_KEY"
_KEY_HINTS = {
    401: "it does not know the key, or the key was revoked",
    # Files have a storage's errors, which are no JSON; it has no keys, and refuses signed addresses so.
    403: "the key may not do this; is it one that may only read?",
}
_STATUSES = {"SessionClosedError": SessionStatus, "JobFailedError": JobStatus}


def error_document(error: QuireError) -> dict[str, Any]:
    """The document that tells an error."""
    fields = {
        field.name: getattr(error, field.name)
        for field in attrs.fields(type(error))
        if field.name != "message" and isinstance(getattr(error, field.name), str | int | float | tuple)
    }
    inner = {"code": type(error).__name__, **fields}
    return {"error": {"code": error.code, "message": error.message, "innererror": inner}}


def parse_error(status: int, document: Any, url: str, *, is_anonymous: bool = False) -> QuireError:
    """The error that an answer tells.

    Args:
        status: The answer's HTTP status.
        document: The answer's document; None if it has none.
        url: What was asked for.
        is_anonymous: Whether the request said nothing about who asks.
    """
    told = document.get("error") if isinstance(document, dict) else None
    told = told if isinstance(told, dict) else {}
    message = told.get("message") or f"the service answered HTTP {status} to {url}"
    inner = told.get("innererror")
    if isinstance(inner, dict):
        error = _revived(inner, message)
        if error is not None:
            return error
    if told.get("code") == SessionClosedError.code and "terminal state" in message:
        return SessionClosedError(message)
    if status >= 500 or status in _PASSING:
        return ServiceUnavailableError(message, url=url, attempts=1)
    if status in (401, 403):
        if told:
            return AccessDeniedError(message, url=url)
        hint = _NO_KEY if is_anonymous else _KEY_HINTS[status]
        return AccessDeniedError(f"{message}; {hint}", url=url)
    return _BY_STATUS.get(status, InputError)(message)


def _revived(inner: dict[str, Any], message: str) -> QuireError | None:
    """The error of quire that its fields tell; None if they tell none."""
    kind = getattr(errors, str(inner.get("code")), None)
    if not (isinstance(kind, type) and issubclass(kind, QuireError)):
        return None
    known = {field.name for field in attrs.fields(kind)} - {"message"}
    fields = {name: _value(kind, name, inner[name]) for name in known & inner.keys()}
    return kind(message, **fields)


def _value(kind: type[QuireError], name: str, value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    if name == "status" and kind.__name__ in _STATUSES and value is not None:
        return _STATUSES[kind.__name__](value)
    return value
