"""What the handles of jobs and sessions have in common: a workspace, and the item as last seen."""

from typing import TYPE_CHECKING, Generic, TypeVar

from quire.costs import CostEstimate
from quire.model import JobDetails, SessionDetails

if TYPE_CHECKING:
    from quire.workspace import Workspace

D = TypeVar("D", JobDetails, SessionDetails)


class Handle(Generic[D]):
    """A job or a session of a workspace."""

    __slots__ = ("_details", "_workspace")

    _details: D
    _workspace: "Workspace"

    def __init__(self, workspace: "Workspace", details: D) -> None:
        """Makes the handle of an item.

        Args:
            workspace: Where it is.
            details: The item as last seen.
        """
        self._workspace = workspace
        self._details = details

    @property
    def workspace(self) -> "Workspace":
        """The workspace it belongs to."""
        return self._workspace

    @property
    def details(self) -> D:
        """The item as last seen; ``refresh`` looks again."""
        return self._details

    @property
    def id(self) -> str:
        """Its id."""
        return self._details.id

    @property
    def name(self) -> str:
        """Its name."""
        return self._details.name

    @property
    def cost_estimate(self) -> CostEstimate | None:
        """What it cost when last seen; None as long as nothing is billed for."""
        return self._details.cost_estimate
