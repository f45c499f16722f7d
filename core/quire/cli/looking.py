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
    from quire.transport.local import default_url, is_here
    from quire.workspace import Workspace

    place = default_url() if url is None else url
    # Who would run a job in this thread has no use for worker processes, but nobody here runs any.
    return Workspace(place, executor="inline") if is_here(place) else Workspace(place)
