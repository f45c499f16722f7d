"""What to say when a target is not found: the names that exist, the close ones first."""

import difflib
from collections.abc import Iterable

from quire.errors import NotFoundError


def target_not_found(name: str, known: Iterable[str]) -> NotFoundError:
    """The error for an unknown target, with the names that resemble it."""
    names = list(known)
    close = tuple(difflib.get_close_matches(str(name).lower(), names, n=3, cutoff=0.5))
    hint = f"did you mean {' or '.join(close)}?" if close else f"there are {', '.join(names)}"
    return NotFoundError(
        f"there is no target {name!r}; {hint}", kind="target", name=str(name), close_names=close
    )
