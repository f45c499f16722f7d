"""The results of a job in one form, whatever format they came in; nothing about how a format is read."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import attrs

Value = Any
"""One recorded value: int (0, 1, or a number), bool, float, a list (array) or a tuple of values."""
Shots = Sequence[Value]
"""The outcome of each shot, in order."""

_SHOWN = 8
_LONGEST = 60


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 3]}..."


class LateShots(Protocol):
    """Single shots that have not been read."""

    def __call__(self) -> Shots:
        """Reads them."""
        ...

    def __len__(self) -> int:
        """How many there are."""
        ...


def _read(shots: Shots | LateShots | None) -> Shots | None:
    return shots() if callable(shots) else shots


# Without slots it is made faster, and a job may have thousands.
@attrs.frozen(slots=False)
class HistogramEntry:
    """One distinct outcome.

    Attributes:
        outcome: The value, in record order: arrays are lists, tuples are tuples.
        display: The value as the service prints it, such as ``[0, 1]``.
        count: In how many shots it came.
    """

    outcome: Value
    display: str
    count: int


@attrs.frozen(repr=False)
class Results:
    """What a job measured.

    Attributes:
        format: The result format's id.
        raw: The output as the service gave it.
        histogram: The distinct outcomes in order of first appearance; empty if the target gives
            probabilities only.
        shots: The outcome of each shot in order; None if the target gives probabilities only. Quire's own
            readers give what reads them when they are first asked for, as most programs want counts.
        probabilities: The share of each outcome, by its display.
    """

    format: str
    raw: bytes
    histogram: tuple[HistogramEntry, ...]
    _shots: Shots | LateShots | None = attrs.field(alias="shots", eq=_read)
    probabilities: Mapping[str, float]

    @property
    def num_shots(self) -> int | None:
        """How many single shots there are, None if there are none; this does not read them."""
        return None if self._shots is None else len(self._shots)

    @property
    def shots(self) -> Shots | None:
        """The outcome of each shot in order; None if the target gives probabilities only.

        Raises:
            ResultFormatError: The output has something else in their place.
        """
        shots = _read(self._shots)
        object.__setattr__(self, "_shots", shots)
        return shots

    @property
    def counts(self) -> dict[str, int]:
        """How often each outcome came, by its display."""
        return {entry.display: entry.count for entry in self.histogram}

    def plot(self, ax: Any = None) -> Any:
        """Draws the share of each outcome as a bar; see :func:`quire.plots.plot`.

        Args:
            ax: The axes of matplotlib to draw on; None for new ones.

        Returns:
            The axes if matplotlib is installed, else a picture that notebooks show.

        Raises:
            MissingDependencyError: ``ax`` is given, and matplotlib is not installed.
        """
        from quire.plots import plot

        return plot(self, ax)

    def __repr__(self) -> str:
        """The most frequent outcomes on one line; the fields have the rest."""
        counts: Mapping[str, float] = self.counts or self.probabilities
        most = sorted(counts, key=lambda name: -counts[name])
        shown = ", ".join(f"{_short(name)}: {counts[name]:.6g}" for name in most[:_SHOWN])
        rest = f", and {len(most) - _SHOWN} more" if len(most) > _SHOWN else ""
        drawn = "" if self.num_shots is None else f", {self.num_shots} shots"
        return f"<Results in {self.format}{drawn}: {shown}{rest}>"

    def _repr_html_(self) -> str:
        from quire.cards import results_card

        return results_card(self)
