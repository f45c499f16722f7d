"""A small program that an adapter can submit the way its SDK's users do; ``quire demo`` runs them."""

import importlib.util
from collections.abc import Callable
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from quire.job import Job
    from quire.workspace import Workspace


@attrs.frozen
class Example:
    """An example program of one SDK.

    Attributes:
        sdk: The SDK's name, for people.
        submit: Submits it: ``submit(workspace, target_name, job_name, shots)``.
        package: The package that it imports, and that need not be installed where the adapter is; None if it
            always can be submitted.
    """

    sdk: str
    submit: "Callable[[Workspace, str, str, int], Job]"
    package: str | None = None

    @property
    def can_run(self) -> bool:
        """Whether the package that it imports is installed."""
        return self.package is None or importlib.util.find_spec(self.package) is not None
