"""Whether counts come from a distribution: Pearson's chi-square with pooled cells, at a fixed level.

A fixed bound on the total-variation distance is no test: for a correct sampler it depends on the number of
outcomes. Here a false alarm has probability ALPHA per call; tests fix their seeds, so none is random.
"""

from collections.abc import Hashable, Mapping
from typing import TypeVar

from scipy.stats import chi2

ALPHA = 1e-6
IMPOSSIBLE = 1e-9
SMALLEST_EXPECTATION = 5.0

K = TypeVar("K", bound=Hashable)


def assert_counts_follow(counts: Mapping[K, int], probabilities: Mapping[K, float]) -> None:
    """Fails if the counts are too unlikely under the exact probabilities (which sum to 1)."""
    total = sum(counts.values())
    assert total > 0, "no counts"
    assert abs(sum(probabilities.values()) - 1) < 1e-6, "the probabilities do not sum to 1"
    impossible = {key: n for key, n in counts.items() if n and probabilities.get(key, 0.0) < IMPOSSIBLE}
    assert not impossible, f"outcomes that cannot happen: {impossible}"
    cells: list[tuple[float, int]] = []
    pooled_expected, pooled_seen = 0.0, 0
    for key, probability in probabilities.items():
        expected, seen = probability * total, counts.get(key, 0)
        if expected >= SMALLEST_EXPECTATION:
            cells.append((expected, seen))
        else:
            pooled_expected += expected
            pooled_seen += seen
    if pooled_expected >= SMALLEST_EXPECTATION or not cells:
        cells.append((pooled_expected, pooled_seen))
    elif pooled_expected > 0:
        smallest = min(range(len(cells)), key=lambda i: cells[i][0])
        expected, seen = cells[smallest]
        cells[smallest] = (expected + pooled_expected, seen + pooled_seen)
    if len(cells) < 2:
        return
    statistic = sum((seen - expected) ** 2 / expected for expected, seen in cells)
    p_value = chi2.sf(statistic, len(cells) - 1)
    assert p_value > ALPHA, f"chi-square {statistic:.1f} with {len(cells) - 1} degrees: p = {p_value:.2g}"
