"""A progress bar in terminals and notebooks, by tqdm."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from quire.errors import MissingDependencyError

T = TypeVar("T")


def with_progress(items: Iterable[T], total: int | None, title: str) -> Iterator[T]:
    """The same items, with a bar that moves as they come.

    Args:
        items: The items.
        total: How many there will be; None if that is not known.
        title: What stands before the bar.

    Raises:
        MissingDependencyError: tqdm is not installed.
    """
    try:
        from tqdm.auto import tqdm
    except ImportError as error:
        raise MissingDependencyError(
            "progress=True needs tqdm; pip install 'quire[notebook]'", package="tqdm", extra="notebook"
        ) from error
    return iter(tqdm(items, total=total, desc=title, unit="job"))
