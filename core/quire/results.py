"""The results of a job in one form, whatever format they came in; nothing about how a format is read."""

from collections.abc import Mapping, Sequence
from itertools import chain
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

    def bits(self) -> bytes | None:
        """What :attr:`Results.bits` is to be; None if that does not show without reading them."""
        ...


def bits_of(shots: Shots) -> bytes | None:
    """The bits of shots one after the other; see :attr:`Results.bits`.

    Args:
        shots: The outcome of each shot.
    """
    try:
        if len(set(map(len, shots))) != 1:
            return None
        if isinstance(shots[0], tuple) and not isinstance(shots[0][0], int):
            if len({tuple(map(len, shot)) for shot in shots}) != 1:
                return None
            shots = [list(chain.from_iterable(shot)) for shot in shots]
        bits = bytes(chain.from_iterable(shots))
    except (TypeError, ValueError, LookupError):  # other things are in them than numbers of a byte
        return None
    return bits if bits and not bits.strip(b"\0\1") else None


def _read(late: Any) -> Any:
    return late() if callable(late) else late


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


class LateHistogram(Protocol):
    """Distinct outcomes that have not been read."""

    @property
    def counts(self) -> Mapping[str, int]:
        """How often each came, by its display, in order of first appearance."""
        ...

    def __call__(self) -> tuple[HistogramEntry, ...]:
        """Reads them."""
        ...


@attrs.frozen(repr=False)
class Results:
    """What a job measured.

    Attributes:
        format: The result format's id.
        raw: The output as the service gave it.
        histogram: The distinct outcomes in order of first appearance; empty if the target gives
            probabilities only. A reader may give what reads them when they are first asked for, as most
            programs want counts.
        shots: The outcome of each shot in order, or what reads them; None if the target gives probabilities
            only.
        probabilities: The share of each outcome, by its display.
    """

    format: str
    raw: bytes
    _histogram: tuple[HistogramEntry, ...] | LateHistogram = attrs.field(alias="histogram", eq=_read)
    _shots: Shots | LateShots | None = attrs.field(alias="shots", eq=_read)
    probabilities: Mapping[str, float]

    @property
    def histogram(self) -> tuple[HistogramEntry, ...]:
        """The distinct outcomes in order of first appearance; empty if the target gives probabilities only.

        Raises:
            ResultFormatError: The output has something else in their place.
        """
        histogram: tuple[HistogramEntry, ...] = _read(self._histogram)
        object.__setattr__(self, "_histogram", histogram)
        return histogram

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
        shots: Shots | None = _read(self._shots)
        object.__setattr__(self, "_shots", shots)
        return shots

    @property
    def bits(self) -> bytes | None:
        """The bits of each shot as bytes 0 and 1, in their order, one shot after the other.

        It takes a small part of the time and memory of ``shots``; an array of a row for each shot is
        ``numpy.frombuffer(results.bits, "uint8").reshape(results.num_shots, -1)``. None unless each outcome
        is an array of as many bits, or a tuple of bits or of such arrays, and no bit is lost; or if there
        are no shots, or the target gives probabilities only.

        Raises:
            ResultFormatError: The output has something else in the place of shots.
        """
        late = self._shots  # which another thread may have read
        bits = late.bits() if callable(late) else None
        if bits is None and (shots := self.shots) is not None:
            return bits_of(shots)
        return bits

    @property
    def counts(self) -> dict[str, int]:
        """How often each outcome came, by its display."""
        known = self._histogram
        return dict(known.counts) if callable(known) else {entry.display: entry.count for entry in known}

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
