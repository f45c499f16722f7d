"""Files in a service's containers, by signed address: uploading, downloading, listing."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qs, quote, urlsplit
from xml.etree import ElementTree

from quire.errors import ConflictError, NotFoundError, QuireError, ServiceUnavailableError
from quire.model import Attachment
from quire.transport.connection import Connection
from quire.transport.exchange import Request

_BLOCK_BYTES = 64 * 1024 * 1024
"""The most that is uploaded in one request."""
_HEADERS = {"x-ms-version": "2024-05-04"}


def is_signed(uri: str) -> bool:
    """Whether an address carries a signature."""
    return "sig" in parse_qs(urlsplit(uri).query)


def in_container(container_uri: str, name: str) -> str:
    """The address of a file, by the address of its container."""
    path, mark, query = container_uri.partition("?")
    return f"{path.rstrip('/')}/{quote(name)}{mark}{query}"


def container_name(uri: str) -> str:
    """The container in the address of one."""
    return urlsplit(uri).path.rstrip("/").rpartition("/")[2]


class Containers:
    """The files behind a connection."""

    def __init__(self, connection: Connection) -> None:
        """Begins to use a connection.

        Args:
            connection: The way to the files.
        """
        self._connection = connection

    def upload(self, uri: str, data: bytes, content_type: str, *, replace: bool) -> None:
        """Uploads a file.

        Args:
            uri: Its signed address.
            data: Its content.
            content_type: Its media type.
            replace: Whether it may take the place of an earlier one.

        Raises:
            ConflictError: There is one, and it is not to be replaced.
        """
        headers = _HEADERS | {"x-ms-blob-type": "BlockBlob", "x-ms-blob-content-type": content_type}
        if not replace:
            headers["if-none-match"] = "*"
        self._connection.ask(Request("PUT", uri, headers, data, is_signed=True))

    def download(self, uri: str) -> bytes:
        """Downloads a file by its signed address.

        Raises:
            NotFoundError: There is none.
        """
        return self._connection.ask(Request("GET", uri, _HEADERS, is_signed=True)).content

    def entries(self, container_uri: str) -> list[Attachment]:
        """The files in a container, by its signed address."""
        path, _, query = container_uri.partition("?")
        found: list[Attachment] = []
        marker = ""
        while True:
            onward = f"&marker={quote(marker)}" if marker else ""
            uri = f"{path}?restype=container&comp=list&{query}{onward}"
            content = self._connection.ask(Request("GET", uri, _HEADERS, is_signed=True)).content
            page, marker = _read_listing(content)
            found += page
            if not marker:
                return found


def _read_listing(content: bytes) -> tuple[list[Attachment], str]:
    """The files in a listing, and where the next one goes on; an empty text if it is the last."""
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 - the answer of a service that is trusted with jobs
    except ElementTree.ParseError as error:
        raise ServiceUnavailableError(f"the service's answer is no list of files: {error}") from error
    files = [
        Attachment(
            blob.findtext("Name") or "",
            int(blob.findtext("Properties/Content-Length") or 0),
            _time(blob.findtext("Properties/Creation-Time")),
        )
        for blob in root.iter("Blob")
    ]
    return files, root.findtext("NextMarker") or ""


def _time(text: str | None) -> datetime | None:
    return parsedate_to_datetime(text).astimezone(UTC) if text else None


def named(error: QuireError, kind: str, name: str) -> QuireError:
    """An error of the storage, which knows no attachments, as one about what was asked for."""
    for known in (NotFoundError, ConflictError):
        if isinstance(error, known):
            word = "no" if known is NotFoundError else "already a"
            return known(f"there is {word} {kind} {name!r}", kind=kind, name=name)
    return error
