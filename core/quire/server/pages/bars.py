"""Bars: one line of coloured pieces; nothing about what they stand for."""

from collections.abc import Mapping

import attrs

from quire.server.pages import phrases
from quire.status import JobStatus

WIDTH = 1000.0
"""The width of every bar in its own units; the page stretches it."""
_LEAST = 2.0


@attrs.frozen
class Piece:
    """A piece of a bar.

    Attributes:
        tone: What the style sheet knows of it.
        x: Where it begins, in units of ``WIDTH``.
        width: How wide it is.
    """

    tone: str
    x: float
    width: float


def piece(tone: str, x: float, width: float) -> Piece:
    """A piece of a bar, wide enough to be seen and kept within it."""
    wide = min(max(width, _LEAST), WIDTH)
    return Piece(tone, round(min(max(x, 0.0), WIDTH - wide), 2), round(wide, 2))


def strip(counts: Mapping[JobStatus, int]) -> tuple[Piece, ...]:
    """The counts by status as one bar, in the order of a job's life."""
    total = sum(counts.values()) or 1
    pieces, x = [], 0.0
    for status in JobStatus:
        if counts.get(status):
            width = counts[status] / total * WIDTH
            pieces.append(Piece(phrases.tone(status), round(x, 2), round(width, 2)))
            x += width
    return tuple(pieces)
