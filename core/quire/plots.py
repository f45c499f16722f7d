"""Results as a picture: by matplotlib if it is installed, else as a drawing of our own."""

from html import escape
from typing import Any

import attrs

from quire.errors import MissingDependencyError
from quire.results import Results

# With more outcomes than these, their names would touch.
_MOST_UPRIGHT = 8
_ROW = 22
_LABEL_LETTER = 8
_BAR_WIDTH = 320
_NUMBER_WIDTH = 70


@attrs.frozen
class Drawing:
    """A picture that notebooks show by themselves.

    Attributes:
        svg: The picture as an SVG document.
    """

    svg: str = attrs.field(repr=False)

    def _repr_svg_(self) -> str:
        return self.svg


def plot(results: Results, ax: Any = None) -> Any:
    """Draws the share of each outcome as a bar.

    Args:
        results: The results.
        ax: The axes of matplotlib to draw on; None for new ones.

    Returns:
        The axes if matplotlib is installed, else a :class:`Drawing`.

    Raises:
        MissingDependencyError: ``ax`` is given, and matplotlib is not installed.
    """
    try:
        from matplotlib import pyplot
    except ImportError as error:
        if ax is not None:
            raise MissingDependencyError(
                "ax= needs matplotlib; pip install 'quire[notebook]'", package="matplotlib", extra="notebook"
            ) from error
        return drawing(results)
    if ax is None:
        _, ax = pyplot.subplots()
    shares = sorted(results.probabilities.items())
    ax.bar([outcome for outcome, _ in shares], [share for _, share in shares])
    ax.set_xlabel("outcome")
    ax.set_ylabel("share")
    ax.tick_params(axis="x", rotation=90 if len(shares) > _MOST_UPRIGHT else 0)
    return ax


def drawing(results: Results) -> Drawing:
    """The share of each outcome as a bar, without any library; its colour is that of the text around."""
    shares = sorted(results.probabilities.items())
    left = _LABEL_LETTER * max((len(outcome) for outcome, _ in shares), default=0) + 10
    most = max((share for _, share in shares), default=0.0) or 1.0
    width, height = left + _BAR_WIDTH + _NUMBER_WIDTH, _ROW * len(shares) + 4
    bars = "".join(
        f'<text x="{left - 6}" y="{_ROW * row + 16}" text-anchor="end">{escape(outcome)}</text>'
        f'<rect x="{left}" y="{_ROW * row + 4}" width="{share / most * _BAR_WIDTH:.2f}" height="{_ROW - 6}"'
        ' fill-opacity="0.5"/>'
        f'<text x="{left + share / most * _BAR_WIDTH + 6:.2f}" y="{_ROW * row + 16}">{share:.4g}</text>'
        for row, (outcome, share) in enumerate(shares)
    )
    return Drawing(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" role="img" '
        'fill="currentColor" font-family="monospace" font-size="13">'
        f"<title>Share of each outcome</title>{bars}</svg>"
    )
