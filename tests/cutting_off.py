"""Signal handlers of a program that raise, at a moment that nobody chose."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


class CutOffError(Exception):
    """What a signal handler raises."""


@contextmanager
def raising(number: int) -> Iterator[None]:
    """Has the handler of a signal raise a :class:`CutOffError`."""

    def cut_off(*_: object) -> None:
        raise CutOffError

    before = signal.signal(number, cut_off)
    try:
        yield
    finally:
        signal.signal(number, before)
