"""Whole numbers of shots in given shares, as many in all as were asked for; nothing about jobs."""

import random
from collections.abc import Mapping


def apportioned(weights: Mapping[str, float], total: int, seed: str) -> dict[str, int]:
    """Splits shots by the method of largest remainders.

    Args:
        weights: The share, or number, of each outcome; not negative, and one of them positive.
        total: How many shots there are to be.
        seed: Decides between equal remainders; the same seed, the same answer.

    Returns:
        The shots of each outcome, ``total`` together and each within one of its exact share; an outcome
        without any is left out.
    """
    whole = sum(weights.values())
    # Nothing depends on a remainder being smaller than the rounding of the shares.
    quotas = {key: round(weight / whole * total, 9) for key, weight in weights.items()}
    shots = {key: int(quota) for key, quota in quotas.items()}
    order = list(quotas)
    random.Random(seed).shuffle(order)  # noqa: S311 - it breaks ties, it keeps no secret
    order.sort(key=lambda key: shots[key] - quotas[key])
    missing = total - sum(shots.values())
    for key in order[:missing]:
        shots[key] += 1
    return {key: count for key, count in shots.items() if count}
