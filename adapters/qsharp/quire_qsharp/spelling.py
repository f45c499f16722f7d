"""Names of Q# as Python spells them, which reads those in its source in Unicode's form NFKC; Q# does not."""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import TypeVar

V = TypeVar("V")


def respelled(given: Mapping[str, V], names: Iterable[str]) -> dict[str, V]:
    """Values by the names that Q# knows, where Python has spelled them in another way.

    ``f(µ=1)`` with the micro sign of a keyboard passes a value named by the Greek letter.

    Args:
        given: Values by the names that the user gave, or Python made of them.
        names: The names in the Q# source.
    """
    known = {name: name for name in names}
    for name in list(known):
        known.setdefault(unicodedata.normalize("NFKC", name), name)
    return {known.get(name, name): value for name, value in given.items()}
