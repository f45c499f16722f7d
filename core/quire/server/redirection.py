"""Running a program that was written for Azure Quantum on a server of quire, without changing it.

Only where its requests go and the key they carry are replaced: ``azure.quantum`` itself runs as it is.
"""

import atexit
import contextlib
import gc
import inspect
import runpy
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from quire.azure import LOCATION
from quire.errors import MissingDependencyError
from quire.transport.http import LOCAL_WORKSPACE


class _Places:
    """Stands in for Azure's resource manager, which knows where a workspace of a name is."""

    def load_workspace_from_arg(self, params: Any) -> None:
        """Fills in what a program leaves to be found by name."""
        _, _, subscription, _, group, *_ = LOCAL_WORKSPACE.split("/")
        params.apply_defaults(subscription_id=subscription, resource_group=group)

    def load_workspace_from_arm(self, params: Any) -> None:
        """Fills in what a program leaves to be looked up."""
        params.apply_defaults(location=LOCATION)


@contextlib.contextmanager
def redirected(url: str, api_key: str) -> Iterator[None]:
    """Has each workspace of Microsoft's SDK that is made within the block lead to a server.

    Args:
        url: Where the server is.
        api_key: Its key.

    Raises:
        MissingDependencyError: ``azure-quantum`` is not installed.
    """
    try:
        from azure.core.credentials import AzureKeyCredential
        from azure.quantum.workspace import Workspace
    except ImportError as error:
        raise MissingDependencyError(
            "quire run is for programs that use azure-quantum, which is not installed",
            package="azure-quantum",
            extra="azure",
        ) from error
    original = Workspace.__init__
    signature = inspect.signature(original)

    def redirect(self: Any, *args: Any, **kwargs: Any) -> None:
        given = signature.bind_partial(self, *args, **kwargs)
        arguments = given.arguments
        others = arguments.pop("kwargs", {})
        # A storage account of the user's own would be asked over the network.
        arguments |= {"credential": AzureKeyCredential(api_key), "storage": None}
        others |= {"_quantum_endpoint": url, "_mgmt_client": _Places()}
        original(**arguments, **others)

    Workspace.__init__ = redirect
    try:
        yield
    finally:
        Workspace.__init__ = original


def run_script(script: Path, arguments: Sequence[str]) -> None:
    """Runs a program as Python itself would: as the main module, with its arguments.

    Args:
        script: The program's file.
        arguments: What it finds in ``sys.argv`` after its name.
    """
    atexit.unregister(gc.freeze)  # the script may count on Python to look for garbage before it ends
    argv, path = sys.argv, sys.path[:]
    sys.argv = [str(script), *arguments]
    sys.path.insert(0, str(script.parent.absolute()))
    try:
        runpy.run_path(str(script), run_name="__main__")
    finally:
        sys.argv, sys.path[:] = argv, path
