"""Which jobs are submitted to quire's own server in one request: as many as it takes at a time."""

from collections.abc import Iterable, Iterator
from typing import Any

from quire.errors import QuireError, ServiceUnavailableError
from quire.model import JobDetails
from quire.transport.faults import parse_error
from quire.transport.spelling import encoded
from quire.transport.wire import MAX_BUNDLE, Document, parse_job

_MAX_BYTES = 2 * 1024 * 1024
"""Larger bodies gain nothing more, and take longer than a server's threads should be kept from others."""


def bundles(documents: Iterable[Document]) -> Iterator[tuple[int, bytes]]:
    """The bodies of requests that submit jobs, in their order.

    Args:
        documents: The submissions; each is written when it is its turn.

    Yields:
        How many submissions a body holds, and the body.

    Raises:
        InputError: JSON cannot hold one.
    """
    parts: list[bytes] = []
    size = 0
    for document in documents:
        part = encoded(document)
        if parts and (len(parts) == MAX_BUNDLE or size + len(part) > _MAX_BYTES):
            yield len(parts), _joined(parts)
            parts, size = [], 0
        parts.append(part)
        size += len(part)
    if parts:
        yield len(parts), _joined(parts)


def parse_bundle(document: Any, count: int) -> list[JobDetails | QuireError]:
    """What became of the jobs of one request: each as accepted, or why it is refused.

    Args:
        document: The answer's document.
        count: How many jobs were asked for.

    Raises:
        ServiceUnavailableError: The answer is not about so many jobs.
    """
    told = document.get("value") if isinstance(document, dict) else None
    if not isinstance(told, list) or len(told) != count:
        raise ServiceUnavailableError(f"the service's answer is not about {count} jobs: {document!r:.200}")
    return [_parse_one(each) for each in told]


def _parse_one(document: Any) -> JobDetails | QuireError:
    is_error = isinstance(document, dict) and "error" in document
    return parse_error(400, document, "jobs") if is_error else parse_job(document)


def _joined(parts: list[bytes]) -> bytes:
    return b'{"value":[' + b",".join(parts) + b"]}"
