"""Lists a page at a time, by ``skip`` and ``top`` as the API has them."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, TypeVar

from starlette.datastructures import QueryParams

from quire.clock import monotonic
from quire.errors import InputError
from quire.query import ItemQuery
from quire.transport.filters import read_query

T = TypeVar("T")

DEFAULT_TOP = 100
MAX_TOP = 1000
_MAX_SKIP = 10**9
_KEPT = 64
_KEPT_SECONDS = 5.0


class Pages:
    """Pages of lists.

    Who goes on within a few seconds goes on where the last page ended, so that a page costs the same
    wherever it is. Asking for any other page reads from the start.
    """

    def __init__(self) -> None:
        """Begins with nothing remembered."""
        self._lock = threading.Lock()
        self._places: OrderedDict[Any, tuple[float, Iterator[Any]]] = OrderedDict()

    def page(
        self, name: str, query: ItemQuery, skip: int, top: int, source: Callable[[ItemQuery], Iterator[T]]
    ) -> tuple[list[T], bool]:
        """One page.

        Args:
            name: The list's name.
            query: What it is filtered and ordered by.
            skip: How many items come before the page.
            top: The most items on it.
            source: Gives the list's items.

        Returns:
            The items, and whether there are more of them.
        """
        with self._lock:
            kept, rest = self._places.pop((name, query, skip), (0.0, None))
        if rest is None or monotonic() - kept > _KEPT_SECONDS:
            rest = islice(source(query), skip, None)
        items: Iterator[T] = rest
        page = list(islice(items, top))
        ahead = list(islice(items, 1))
        if ahead:
            self._remember((name, query, skip + top), _chained(ahead[0], items))
        return page, bool(ahead)

    def _remember(self, place: Any, rest: Iterator[Any]) -> None:
        with self._lock:
            self._places[place] = monotonic(), rest
            while len(self._places) > _KEPT:
                self._places.popitem(last=False)


def _chained(first: T, rest: Iterator[T]) -> Iterator[T]:
    yield first
    yield from rest


def requested_page(params: QueryParams) -> tuple[int, int]:
    """The ``skip`` and ``top`` of a request; a page has at most ``MAX_TOP`` items.

    Raises:
        InputError: One is no number, or out of range.
    """
    skip = _number(params, "skip", 0, 0)
    return skip, min(_number(params, "top", DEFAULT_TOP, 1), MAX_TOP)


def requested_query(params: QueryParams, session_id: str | None = None) -> ItemQuery:
    """The query of a request for a list.

    Raises:
        InputError: It cannot be understood.
    """
    return read_query(params.get("filter"), params.get("orderby"), session_id)


def _number(params: QueryParams, name: str, default: int, least: int) -> int:
    text = params.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal()) or len(text) > 10 or not least <= int(text) <= _MAX_SKIP:
        raise InputError(f"{name} must be an integer from {least}, not {text!r:.40}", argument=name)
    return int(text)
