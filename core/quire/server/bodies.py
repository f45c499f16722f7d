"""Requests' bodies, read within limits of size and time, and answers' documents."""

import asyncio
from codecs import BOM_UTF8
from typing import Any

import attrs
import msgspec
from starlette.requests import Request
from starlette.responses import Response

from quire.errors import InputError, QuireError
from quire.transport.faults import error_document

_JSON = "application/json; charset=utf-8"


@attrs.define(auto_exc=True, slots=False)
class BodyTooLargeError(InputError):
    """A request's body is larger than allowed."""

    code = "RequestBodyTooLarge"
    http_status = 413


@attrs.define(auto_exc=True, slots=False)
class BodyTimeoutError(InputError):
    """A request's body did not arrive in time."""

    code = "RequestTimeout"
    http_status = 408


async def read_body(request: Request, max_bytes: int, seconds: float) -> bytes:
    """A request's body.

    Args:
        request: The request.
        max_bytes: The most bytes it may have.
        seconds: How long it may take to arrive.

    Raises:
        BodyTooLargeError: It has more.
        BodyTimeoutError: It takes longer.
    """
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > max_bytes:
        raise _too_large(max_bytes)
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > max_bytes:
                    raise _too_large(max_bytes)
    except TimeoutError as error:
        raise BodyTimeoutError(f"the body did not arrive within {seconds} s", argument="body") from error
    return bytes(body)


def _too_large(max_bytes: int) -> BodyTooLargeError:
    return BodyTooLargeError(
        f"the request's body may have {max_bytes:,} bytes; upload larger payloads as files", argument="body"
    )


async def read_document(request: Request, max_bytes: int, seconds: float) -> Any:
    """The JSON document in a request's body; see :func:`read_body`.

    Raises:
        InputError: It is none.
    """
    body = await read_body(request, max_bytes, seconds)
    try:
        return msgspec.json.decode(body.removeprefix(BOM_UTF8))
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise InputError(f"the request's body is no JSON: {error}", argument="body") from error


def answer(document: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An answer with a JSON document."""
    return Response(msgspec.json.encode(document), status, headers, _JSON)


def refusal(error: QuireError) -> Response:
    """The answer that tells an error."""
    return answer(error_document(error), error.http_status, {"x-ms-error-code": error.code})
