"""The routes of files: what Azure's storage client sends of the Blob service's API, checked by signature.

Errors are XML here, with the code in a header, as that client reads them.
"""

import re
from collections.abc import Awaitable, Callable
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from quire.errors import ConflictError, InputError, NotFoundError, QuireError
from quire.server.backend import MAX_SMALL_BYTES, Backend
from quire.server.bodies import read_body
from quire.server.sas import CREATE, LIST, READ, WRITE, disposition_in
from quire.service.blobs import OCTET_STREAM, Blob
from quire.service.definition import MAX_PAYLOAD_BYTES

_XML = "application/xml"
_BLOCK = re.compile(rb"<(?:Latest|Uncommitted|Committed)>\s*([A-Za-z0-9+/=_-]*)\s*</")
_RANGE = re.compile(r"^bytes=([0-9]{1,18})-([0-9]{1,18})?$")
_CODES = {NotFoundError: "BlobNotFound", ConflictError: "BlobAlreadyExists"}
_MAX_LIST_BYTES = 4 * 1024 * 1024
_DOWNLOAD_HEADERS = {
    "accept-ranges": "bytes",
    "x-ms-blob-type": "BlockBlob",
    # Whoever may upload may upload a page with a script, and it would have the origin of our own pages.
    "content-security-policy": "sandbox",
    "x-content-type-options": "nosniff",
}


class StorageRoutes:
    """What a server answers about files."""

    def __init__(self, backend: Backend) -> None:
        """Begins to answer.

        Args:
            backend: The server's parts.
        """
        self._backend = backend
        self._files = backend.files
        self._container_handlers = {"GET": self.container, "PUT": self.container}
        self._file_handlers = {"GET": self.download, "HEAD": self.download, "PUT": self.upload}

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request to :func:`is_address` of a file or container; an ASGI application."""
        _, _, container, *rest = scope["path"].split("/", 3)
        scope["path_params"] = {"container": container, "name": "".join(rest)}
        handler = (self._file_handlers if rest else self._container_handlers).get(scope["method"])
        if handler is None:
            response = _error(405, "UnsupportedHttpVerb", f"{scope['method']} is not offered here")
        else:
            response = await handler(Request(scope, receive, send))
        await response(scope, receive, send)

    async def container(self, request: Request) -> Response:
        """Lists a container's files; asks for it and makes it, which always is well."""
        return await self._checked(request, self._container, LIST + CREATE)

    async def download(self, request: Request) -> Response:
        """A file, or a part of it."""
        return await self._checked(request, self._download, READ)

    async def upload(self, request: Request) -> Response:
        """Keeps a file, a part of a large one, or puts the parts together."""
        return await self._checked(request, self._upload, CREATE + WRITE)

    async def _checked(
        self,
        request: Request,
        handle: Callable[[Request, str, str], Awaitable[Response]],
        permissions: str,
    ) -> Response:
        params = request.path_params
        container, name = params["container"], params["name"]
        refusal = self._backend.signer.check(_query(request), container, name or None, permissions)
        if refusal is not None:
            return _error(403, refusal.code, refusal.message)
        try:
            return await handle(request, container, name)
        except QuireError as error:
            if error.http_status >= 500:
                raise
            code = _CODES.get(type(error), error.code)
            return _error(error.http_status, code, error.message)

    async def _container(self, request: Request, container: str, _: str) -> Response:
        if request.method == "PUT":
            return Response(status_code=201)
        if request.query_params.get("comp") != "list":
            return Response(status_code=200)
        files = await self._backend.call(self._files.entries, container)
        prefix = request.query_params.get("prefix", "")
        return Response(_listing(container, [f for f in files if f.name.startswith(prefix)]), media_type=_XML)

    async def _download(self, request: Request, container: str, name: str) -> Response:
        file = await self._backend.call_brief(self._files.read_small, container, name, MAX_SMALL_BYTES)
        if file is None:
            file = await self._backend.call(self._files.read, container, name)
        headers = dict(_DOWNLOAD_HEADERS)
        disposition = disposition_in(_query(request))
        if disposition:
            headers["content-disposition"] = disposition
        asked = request.headers.get("x-ms-range") or request.headers.get("range")
        match = _RANGE.match(asked) if asked else None
        if match is None:
            return Response(file.data, 200, headers, file.content_type)
        first = int(match[1])
        last = min(int(match[2]) if match[2] else file.size, file.size - 1)
        if first >= file.size or last < first:
            return _error(416, "InvalidRange", "the file has no such bytes")
        headers["content-range"] = f"bytes {first}-{last}/{file.size}"
        return Response(file.data[first : last + 1], 206, headers, file.content_type)

    async def _upload(self, request: Request, container: str, name: str) -> Response:
        part = request.query_params.get("comp")
        seconds = self._backend.settings.body_seconds
        data = await read_body(
            request, _MAX_LIST_BYTES if part == "blocklist" else MAX_PAYLOAD_BYTES, seconds
        )
        if not name.isprintable():
            raise InputError("a file's name must be printable", argument="blob")
        content_type = request.headers.get("x-ms-blob-content-type") or OCTET_STREAM
        replace = request.headers.get("if-none-match") != "*"
        blobs = self._backend.service.blobs
        is_small = len(data) <= MAX_SMALL_BYTES and part is None
        call: Callable[..., Awaitable[Any]] = self._backend.write_brief if is_small else self._backend.write
        if part == "block":
            await call(blobs.put_block, container, name, request.query_params.get("blockid", ""), data)
        elif part == "blocklist":
            joined = await call(blobs.joined, container, name, _block_ids(data))
            await call(self._files.write, container, name, joined, content_type, replace=replace)
            await call(blobs.delete_blocks, container, name)
        elif part is None:
            await call(self._files.write, container, name, data, content_type, replace=replace)
        else:
            raise InputError(f"comp={part!r:.40} is not offered here", argument="comp")
        return Response(status_code=201)


def _query(request: Request) -> str:
    query: bytes = request.scope["query_string"]
    return query.decode("latin-1")


def is_address(path: str) -> bool:
    """Whether a path is of a container, whose name comes twice, or of a file in one."""
    _, _, rest = path.partition("/")
    account, _, rest = rest.partition("/")
    return bool(account) and (rest == account or rest.startswith(f"{account}/"))


def _block_ids(data: bytes) -> list[str]:
    # Ids are base64, and the list has no other content, so it needs no XML parser with its many features.
    ids = [match.decode("ascii") for match in _BLOCK.findall(data)]
    if not ids and b"<BlockList" not in data:
        raise InputError("the request's body is no block list", argument="blocklist")
    return ids


def _listing(container: str, files: list[Blob]) -> bytes:
    entries = "".join(map(_entry, files))
    return (
        f'<?xml version="1.0" encoding="utf-8"?><EnumerationResults ContainerName="{escape(container)}">'
        f"<Blobs>{entries}</Blobs><NextMarker/></EnumerationResults>"
    ).encode()


def _entry(file: Blob) -> str:
    time = "" if file.creation_time is None else format_datetime(file.creation_time, usegmt=True)
    return (
        f"<Blob><Name>{escape(file.name)}</Name><Properties><Creation-Time>{time}</Creation-Time>"
        f"<Last-Modified>{time}</Last-Modified><Content-Length>{file.size}</Content-Length>"
        f"<Content-Type>{escape(file.content_type)}</Content-Type><BlobType>BlockBlob</BlobType>"
        "</Properties></Blob>"
    )


def _error(status: int, code: str, message: str) -> Response:
    text = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    body = f'<?xml version="1.0" encoding="utf-8"?>{text}'
    return Response(body, status, {"x-ms-error-code": code}, _XML)
