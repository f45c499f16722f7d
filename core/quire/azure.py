"""Microsoft's own SDK in front of a server of quire: its workspace, ready made (needs ``azure-quantum``).

This is for programs that use ``azure.quantum``. :class:`quire.Workspace` needs none of it.
"""

import os
from typing import TYPE_CHECKING

from quire.errors import MissingDependencyError
from quire.transport.http import LOCAL_WORKSPACE

if TYPE_CHECKING:
    import azure.quantum

LOCATION = "eastus"
"""Microsoft's SDK wants the name of a region; which one makes no difference."""


def workspace(url: str, api_key: str | None = None) -> "azure.quantum.Workspace":
    """A workspace of Microsoft's SDK for a server of quire.

    Args:
        url: Where the server is, as ``quire serve`` prints it.
        api_key: Its key; None for the variable ``QUIRE_API_KEY``.

    Raises:
        MissingDependencyError: ``azure-quantum`` is not installed.
    """
    try:
        from azure.core.credentials import AzureKeyCredential
        from azure.quantum import Workspace
    except ImportError as error:
        raise MissingDependencyError(
            "this makes a workspace of Microsoft's SDK; pip install azure-quantum",
            package="azure-quantum",
            extra="azure",
        ) from error
    key = api_key or os.environ.get("QUIRE_API_KEY") or ""
    return Workspace(
        resource_id=LOCAL_WORKSPACE,
        location=LOCATION,
        credential=AzureKeyCredential(key),
        # The SDK's only way to another address than Azure's own.
        _quantum_endpoint=url,
    )
