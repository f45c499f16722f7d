"""A job's results as a histogram; nothing about how they were read."""

from collections.abc import Mapping

import attrs

from quire.results import Results
from quire.server.pages.bars import WIDTH

MAX_OUTCOMES = 64


@attrs.frozen
class Outcome:
    """A row of a histogram.

    Attributes:
        display: The outcome as the service prints it.
        share: Its share of the whole, 0 to 1.
        count: In how many shots it came; None if the target gives probabilities only.
        width: The width of its bar; the most frequent one's is ``WIDTH``.
    """

    display: str
    share: float
    count: int | None
    width: float


@attrs.frozen
class Histogram:
    """A job's results as the page shows them.

    Attributes:
        outcomes: The most frequent ones, in the order of their displays.
        left_out: How many further outcomes there are.
        left_share: Their share of the whole.
        shots: How many shots there were; None if the target gives probabilities only.
    """

    outcomes: tuple[Outcome, ...]
    left_out: int
    left_share: float
    shots: int | None


def histogram(results: Results) -> Histogram:
    """The histogram of results."""
    counts: Mapping[str, int] | None = None if results.num_shots is None else results.counts
    by_share = sorted(results.probabilities.items(), key=lambda entry: (-entry[1], entry[0]))
    shown, rest = by_share[:MAX_OUTCOMES], by_share[MAX_OUTCOMES:]
    most = max((share for _, share in shown), default=0.0) or 1.0
    outcomes = tuple(
        Outcome(
            display, share, None if counts is None else counts.get(display), round(share / most * WIDTH, 2)
        )
        for display, share in sorted(shown)
    )
    return Histogram(outcomes, len(rest), sum(share for _, share in rest), results.num_shots)
