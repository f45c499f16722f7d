"""The routes of what a workspace offers: targets, quotas, and places to upload to."""

from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from quire.errors import InputError, NotFoundError
from quire.model import TargetSpec
from quire.query import ItemQuery
from quire.server.access import Caller
from quire.server.addresses import Addresses
from quire.server.backend import Backend
from quire.server.bodies import answer, read_document
from quire.server.sas import BLOB_READ, BLOB_WRITE, CONTAINER_READ, CONTAINER_WRITE
from quire.service.blobs import MAX_CONTAINER_LENGTH
from quire.service.definition import MAX_NAME_LENGTH, check_name
from quire.status import JobStatus
from quire.transport.wire import (
    Document,
    page_document,
    provider_document,
    quota_document,
    read_sas_request,
)

INLINE_HEADER = "x-quire-inline-bytes"
"""Announces a server of quire, and the largest payload that may come along with its job."""

_DIMENSION = "concurrent_jobs"
_PENDING = (JobStatus.WAITING, JobStatus.EXECUTING)


class ProviderRoutes:
    """What a server answers about the workspace itself."""

    def __init__(self, backend: Backend) -> None:
        """Begins to answer.

        Args:
            backend: The server's parts.
        """
        self._backend = backend
        self._service = backend.service

    def routes(self) -> list[Route]:
        """The routes."""
        suite = "/suiteoffers/{provider_id}"
        return [
            Route("/providerstatus", self.list_providers, methods=["GET"]),
            Route("/quotas", self.list_quotas, methods=["GET"]),
            Route("/quotausages", self.list_usages, methods=["GET"]),
            Route("/storage/sasuri", self.sign, methods=["POST"]),
            Route(f"{suite}/quotausages", self.list_usages, methods=["GET"]),
            Route(f"{suite}/providerstatus", self.get_provider, methods=["GET"]),
        ]

    def _providers(self) -> dict[str, list[TargetSpec]]:
        targets = sorted(self._service.list_targets(), key=lambda target: target.provider_id)
        return {provider: list(group) for provider, group in groupby(targets, lambda spec: spec.provider_id)}

    async def list_providers(self, request: Request) -> Response:  # noqa: ARG002 - a route's shape
        """Lists the providers with their targets."""
        providers = [provider_document(name, targets) for name, targets in self._providers().items()]
        headers = {INLINE_HEADER: str(self._backend.settings.max_inline_bytes)}
        return answer(page_document(providers), headers=headers)

    async def get_provider(self, request: Request) -> Response:
        """Looks at one provider."""
        name = self._existing(request.path_params["provider_id"])
        return answer(provider_document(name, self._providers()[name]))

    def _existing(self, provider_id: str) -> str:
        for name in self._providers():
            if name.lower() == provider_id.lower():
                return name
        raise NotFoundError(f"there is no provider {provider_id!r:.100}", kind="provider", name=provider_id)

    async def list_quotas(self, request: Request) -> Response:  # noqa: ARG002 - a route's shape
        """Lists the quotas: how many jobs of each provider are pending, without a limit that is ever met."""
        return answer(page_document(await self._backend.call(self._quotas, None)))

    async def list_usages(self, request: Request) -> Response:
        """Lists the quotas of one provider."""
        given = request.path_params.get("provider_id") or request.query_params.get("providerId")
        if not given:
            raise InputError("providerId is missing", argument="providerId")
        name = self._existing(given)
        return answer(page_document(await self._backend.call(self._quotas, name)))

    def _quotas(self, only: str | None) -> list[Document]:
        names = [name for name in self._providers() if only in (None, name)]
        return [quota_document(_DIMENSION, name, self._pending(name), _NO_LIMIT) for name in names]

    def _pending(self, provider_id: str) -> float:
        query = ItemQuery(providers=(provider_id,), statuses=tuple(_PENDING))
        return float(sum(1 for _ in self._service.list_jobs(query)))

    async def sign(self, request: Request) -> Response:
        """Signs the address of a container or file, to upload to and download from."""
        settings = self._backend.settings
        document = await read_document(request, settings.max_document_bytes, settings.body_seconds)
        container, name = read_sas_request(document)
        _check_place("containerName", container, MAX_CONTAINER_LENGTH)
        if "/" in container:
            raise InputError("containerName must not have a slash", argument="containerName")
        if name is not None:
            _check_place("blobName", name)
        caller: Caller = request.scope["quire.caller"]
        allowed = _PERMISSIONS[name is not None, caller.is_read_only]
        uri = Addresses(request, self._backend).signed_file(container, name, allowed)
        return answer({"sasUri": uri})


def _check_place(field: str, name: str, limit: int = MAX_NAME_LENGTH) -> None:
    check_name(field, name, limit)
    if not name.isprintable():
        raise InputError(f"{field} must be printable, not {name!r:.100}", argument=field)


# What a signed address allows: for (a file alone, a key that may only read).
_PERMISSIONS = {
    (False, False): CONTAINER_WRITE,
    (False, True): CONTAINER_READ,
    (True, False): BLOB_WRITE,
    (True, True): BLOB_READ,
}
_NO_LIMIT = 1_000_000.0
