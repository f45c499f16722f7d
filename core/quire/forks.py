"""What is done around each fork of the process, on systems that fork; elsewhere nothing ever is."""

import os
from collections.abc import Callable


def _never(**_: object) -> None:
    """Stands in where there is no fork."""


around_forks: Callable[..., None] = getattr(os, "register_at_fork", _never)
"""See ``os.register_at_fork``."""
