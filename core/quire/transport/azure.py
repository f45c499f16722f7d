"""Workspaces of Azure Quantum: which of them is meant, where it is, and with which credential it is asked.

Settings are taken from the ``azure:`` URL, else from the environment variables of Microsoft's own SDK.
"""

import os
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import attrs

from quire.errors import ConfigurationError, MissingDependencyError, NotFoundError
from quire.plugins import hookimpl
from quire.transport.base import Transport, TransportOptions
from quire.transport.http import DATA_PLANE_SCOPE, check_settings

SCHEME = "azure:"
MANAGEMENT_URL = "https://management.azure.com"
_MANAGEMENT_SCOPE = "https://management.azure.com/.default"
_MANAGEMENT_VERSION = "2025-12-15-preview"

_GUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_RESOURCE_ID = re.compile(
    rf"^/subscriptions/{_GUID}/resourceGroups/[^\s/]+/providers/Microsoft\.Quantum/Workspaces/[^\s/]+$",
    re.IGNORECASE,
)
_CONNECTION_STRING = re.compile(
    rf"^SubscriptionId=(?P<subscription>{_GUID});ResourceGroupName=(?P<group>[^\s;/]+);"
    r"WorkspaceName=(?P<name>[^\s;/]+);ApiKey=(?P<key>[^\s;]+);QuantumEndpoint=(?P<endpoint>https?://[^\s;]+?)/?;?$",
    re.IGNORECASE,
)


@attrs.frozen
class Place:
    """A workspace of Azure Quantum, as far as settings name it.

    Attributes:
        resource_id: Its resource id.
        location: Its region; empty if it is to be looked up.
        endpoint: Where it is; empty if that follows from the region, or is to be looked up.
        api_key: Its key; None for none.
    """

    resource_id: str
    location: str = ""
    endpoint: str = ""
    api_key: str | None = attrs.field(default=None, repr=False)

    @property
    def url(self) -> str:
        """The URL of the workspace, if its endpoint is known."""
        return self.endpoint.rstrip("/") + self.resource_id


def resource_url(resource_id: str, location: str | None) -> str:
    """The ``azure:`` URL of a workspace.

    Raises:
        ConfigurationError: The resource id is none.
    """
    _check_resource_id(resource_id)
    return f"{SCHEME}{resource_id}" + (f"?location={quote(location)}" if location else "")


def _check_resource_id(resource_id: str) -> None:
    if not _RESOURCE_ID.match(resource_id):
        raise ConfigurationError(
            f"{resource_id!r:.300} is no resource id of a workspace; the Azure portal shows it as "
            "/subscriptions/.../resourceGroups/.../providers/Microsoft.Quantum/Workspaces/...",
            setting="resource_id",
        )


def read_connection_string(text: str) -> Place:
    """The workspace that a connection string names.

    Args:
        text: The string, as the Azure portal shows it under *Access keys*.

    Raises:
        ConfigurationError: It is none.
    """
    match = _CONNECTION_STRING.match(text.strip())
    if match is None:
        raise ConfigurationError(
            "a connection string looks like SubscriptionId=...;ResourceGroupName=...;WorkspaceName=...;"
            "ApiKey=...;QuantumEndpoint=https://...;",
            setting="connection_string",
        )
    resource_id = _resource_id(match["subscription"], match["group"], match["name"])
    return Place(resource_id, endpoint=match["endpoint"], api_key=match["key"])


def _resource_id(subscription: str, group: str, name: str) -> str:
    return (
        f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Quantum/Workspaces/{name}"
    )


def place_of(url: str, environment: Mapping[str, str]) -> Place:
    """The workspace that an ``azure:`` URL names, or the environment if the URL does not.

    Args:
        url: ``azure:`` alone, or with a resource id and perhaps ``?location=``.
        environment: The environment variables, by the names that Microsoft's SDK gives them.

    Raises:
        ConfigurationError: Neither names one.
    """
    parts = urlsplit(url)
    location = parse_qs(parts.query).get("location", [""])[0]
    location = location or environment.get("AZURE_QUANTUM_WORKSPACE_LOCATION", "")
    location = location.replace(" ", "").lower()
    if parts.path:
        _check_resource_id(parts.path)
        return Place(parts.path, location)
    text = environment.get("AZURE_QUANTUM_CONNECTION_STRING")
    if text:
        return read_connection_string(text)
    names = ("AZURE_QUANTUM_SUBSCRIPTION_ID", "AZURE_QUANTUM_WORKSPACE_RG", "AZURE_QUANTUM_WORKSPACE_NAME")
    missing = [name for name in names if not environment.get(name)]
    if missing:
        raise ConfigurationError(
            f"azure: names no workspace, and the environment has no {missing[0]}; use "
            "Workspace(resource_id=...), a connection string, or set it",
            setting="url",
        )
    resource_id = _resource_id(*(environment[name] for name in names))
    _check_resource_id(resource_id)
    return Place(resource_id, location)


def default_credential() -> Any:
    """The credential of a program that names none, from ``azure.identity``.

    Raises:
        MissingDependencyError: The extra ``azure`` is not installed.
    """
    try:
        from azure.identity import DefaultAzureCredential
    except ImportError as error:
        raise MissingDependencyError(
            "Azure Quantum needs a credential; pip install 'quire[azure]', or give an api_key=",
            package="azure-identity",
            extra="azure",
        ) from error
    return DefaultAzureCredential(exclude_interactive_browser_credential=False)


def look_up_endpoint(resource_id: str, credential: Any, management_url: str = MANAGEMENT_URL) -> str:
    """Where a workspace is, as Azure's resource manager says.

    Args:
        resource_id: The workspace's resource id.
        credential: Who asks.
        management_url: Where the resource manager is.

    Raises:
        NotFoundError: There is no such workspace.
        AccessDeniedError: The credential may not see it.
    """
    from quire.transport.authorization import TokenAuthorization
    from quire.transport.connection import Connection
    from quire.transport.exchange import Request

    connection = Connection(TokenAuthorization(credential, _MANAGEMENT_SCOPE))
    try:
        answer = connection.ask(
            Request("GET", f"{management_url}{resource_id}?api-version={_MANAGEMENT_VERSION}")
        )
    except NotFoundError as error:
        raise NotFoundError(
            f"there is no workspace {resource_id}", kind="workspace", name=resource_id
        ) from error
    finally:
        connection.close()
    endpoint = ((answer.document() or {}).get("properties") or {}).get("endpointUri")
    if not endpoint:
        raise ConfigurationError(f"the resource manager names no endpoint for {resource_id}", setting="url")
    return str(endpoint)


def _opened(place: Place, options: TransportOptions) -> Transport:
    from quire.transport.authorization import Authorization, KeyAuthorization, TokenAuthorization
    from quire.transport.remote import RemoteService

    key = options.api_key or place.api_key
    authorization: Authorization
    if key is not None:
        if not (place.endpoint or place.location):
            raise ConfigurationError("with an API key, location= is needed too", setting="location")
        authorization = KeyAuthorization(key)
        endpoint = place.endpoint or f"https://{place.location}.quantum.azure.com"
    else:
        credential = options.credential or default_credential()
        authorization = TokenAuthorization(credential, DATA_PLANE_SCOPE)
        endpoint = place.endpoint or look_up_endpoint(place.resource_id, credential)
    found = attrs.evolve(place, endpoint=endpoint)
    return RemoteService(found.url, found.url, authorization, options.relay.register_targets())


@hookimpl
def open_transport(url: str, options: TransportOptions) -> Transport | None:
    """Opens ``azure:`` URLs; see ``hookspecs.open_transport``."""
    if not url.startswith(SCHEME):
        return None
    check_settings(url, options)
    return _opened(place_of(url, os.environ), options)
