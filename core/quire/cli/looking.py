"""Workspaces that a command looks at or gives orders in, and in which it runs no jobs."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quire.workspace import Workspace


def look(url: str | None) -> "Workspace":
    """Opens a workspace without starting anything for jobs.

    Args:
        url: The workspace; None for the default one.

    Raises:
        QuireError: It cannot be opened; see ``quire.Workspace``.
    """
    from quire.transport.local import only_looking
    from quire.workspace import Workspace

    with only_looking():
        return Workspace(url)
