"""A small program that an adapter can submit the way its SDK's users do; ``quire demo`` runs them."""

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
    """

    sdk: str
    submit: "Callable[[Workspace, str, str, int], Job]"
