"""What to say when a name is not found: the names that exist, the close ones first."""

from collections.abc import Iterable

from quire.errors import NotFoundError


def close_names(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """The known names that resemble one, the closest first, three at most."""
    import difflib  # for errors only

    return tuple(difflib.get_close_matches(name, list(known), n=3, cutoff=0.5))


def target_not_found(name: str, known: Iterable[str]) -> NotFoundError:
    """The error for an unknown target, with the names that resemble it."""
    names = list(known)
    close = close_names(str(name).lower(), names)
    hint = f"did you mean {' or '.join(close)}?" if close else f"there are {', '.join(names)}"
    return NotFoundError(
        f"there is no target {name!r}; {hint}", kind="target", name=str(name), close_names=close
    )
