"""What has been compiled or learned before: caches of bounded size, for any thread."""

import itertools
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

V = TypeVar("V")

_identities: "weakref.WeakKeyDictionary[Any, int]" = weakref.WeakKeyDictionary()
_numbers = itertools.count()


def identity_of(function: Any) -> int:
    """A number that stands for a function of the user's and keeps it from nothing; never used again."""
    number = _identities.get(function)
    if number is None:
        number = _identities[function] = next(_numbers)
    return number


class Cache(Generic[V]):
    """Values by key; the least recently used go first."""

    def __init__(self, capacity: int, size: Callable[[V], int] = lambda _: 1) -> None:
        """Makes an empty cache.

        Args:
            capacity: How much it holds, in the units of ``size``.
            size: How much of that a value takes.
        """
        self._capacity = capacity
        self._size = size
        self._values: OrderedDict[Hashable, V] = OrderedDict()
        self._held = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> V | None:
        """The value of a key; None if there is none (any more)."""
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key]

    def put(self, key: Hashable, value: V) -> None:
        """Keeps a value under a key."""
        with self._lock:
            if key in self._values:
                self._held -= self._size(self._values.pop(key))
            self._values[key] = value
            self._held += self._size(value)
            while self._held > self._capacity and len(self._values) > 1:
                self._held -= self._size(self._values.popitem(last=False)[1])
