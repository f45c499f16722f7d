"""The addresses in a server's answers: of files, signed or not, and of the next page of a list."""

from urllib.parse import quote, unquote, urlencode, urlsplit

from starlette.requests import Request
from starlette.types import Scope

from quire.errors import InputError
from quire.model import JobDetails
from quire.server.backend import Backend
from quire.server.files import INPUT, container_of, output_name
from quire.server.sas import BLOB_READ, CONTAINER_READ
from quire.server.settings import ServerSettings
from quire.transport.wire import FileUris

HOST = "quire.host"
"""Where in a request's scope its host is, once it was found to be this server's."""
_MAX_NAME = 100
"""Longer names of jobs are cut off in names of files, which most systems let have 255 bytes."""
_UNSAFE = str.maketrans(dict.fromkeys('"\\/'))


class Addresses:
    """The addresses in the answer to one request: they lead to where the request came to."""

    def __init__(self, request: Request, backend: Backend) -> None:
        """Reads where a request came to.

        Args:
            request: The request; its host has been checked.
            backend: The server's parts.
        """
        self._base = base_of(request.scope, backend.settings)
        self._request = request
        self._signer = backend.signer

    def file(self, container: str, name: str | None = None) -> str:
        """A container or file, unsigned.

        The container's name comes twice: Azure's storage client takes the first segment for an account
        on some hosts, and for the container on others.
        """
        segment = quote(container)
        base = f"{self._base}/{segment}/{segment}"
        return base if name is None else f"{base}/{quote(name)}"

    def signed_file(
        self, container: str, name: str | None, permissions: str, file_name: str | None = None
    ) -> str:
        """A container or file, signed."""
        signature = self._signer.sign(container, name, permissions, file_name)
        return f"{self.file(container, name)}?{signature}"

    def unsigned_files(self, job: JobDetails) -> FileUris:
        """A job's files as the answer to a submission and lists show them."""
        container = self.file(container_of(job.id))
        return FileUris(container, f"{container}/{INPUT}", f"{container}/{output_name(job)}")

    def signed_files(self, job: JobDetails) -> FileUris:
        """A job's files as the answer to a look at it shows them."""
        container = container_of(job.id)
        name = f"{job.name[:_MAX_NAME]}-{job.id}".translate(_UNSAFE)
        if not name.isprintable():
            name = "".join(filter(str.isprintable, name))
        return FileUris(
            self.signed_file(container, None, CONTAINER_READ),
            self.signed_file(container, INPUT, BLOB_READ, f"{name}.input.json"),
            self.signed_file(container, output_name(job), BLOB_READ, f"{name}.output.json"),
        )

    def next_page(self, following: dict[str, str]) -> str:
        """The page of this list after the one that was asked for.

        Args:
            following: The parameters that say which.
        """
        given = self._request.query_params
        query = {name: given[name] for name in ("filter", "orderby") if name in given}
        query |= following
        if "api-version" in given:
            query["api-version"] = given["api-version"]
        path = quote(self._request.scope["quire.path"])
        return f"{self._base}{path}?{urlencode(query, quote_via=quote)}"


def base_of(scope: Scope, settings: ServerSettings) -> str:
    """Where a request came to: the public URL, or else the host that it was addressed to."""
    return (settings.public_url or f"{scope['scheme']}://{scope[HOST]}").rstrip("/")


def file_of(uri: str, settings: ServerSettings) -> tuple[str, str]:
    """The container and name in the address of a file of this service.

    Args:
        uri: The address; its host is of no account.
        settings: The server's settings, whose public URL may have a path.

    Raises:
        InputError: It is no such address.
    """
    try:
        path = urlsplit(uri).path
    except ValueError:
        path = ""
    path = path.removeprefix(urlsplit(settings.public_url or "").path)
    segments = path.strip("/").split("/", 2)
    if len(segments) != 3 or segments[0] != segments[1]:
        raise InputError(
            f"inputDataUri must lead to a file that was uploaded here, not {uri!r:.200}",
            argument="inputDataUri",
        )
    return unquote(segments[1]), unquote(segments[2])
