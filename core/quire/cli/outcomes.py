"""Printing a job's results."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from quire.cli.printing import print_json, print_table

if TYPE_CHECKING:
    from quire.results import Results


def as_record(results: "Results") -> Mapping[str, object]:
    """Results as JSON shows them; ``counts`` and ``shots`` are null where a target gives none."""
    return {
        "format": results.format,
        "probabilities": dict(results.probabilities),
        "counts": None if results.num_shots is None else results.counts,
        "shots": None if results.shots is None else list(results.shots),
    }


def print_results(results: "Results", as_json: bool) -> None:
    """Prints results: a line for each outcome, the most frequent first."""
    if as_json:
        print_json(as_record(results))
        return
    counts = results.counts
    shares = sorted(results.probabilities.items(), key=lambda entry: (-entry[1], entry[0]))
    print_table(
        ("outcome", "share", "count"), [(name, f"{share:.6g}", counts.get(name)) for name, share in shares]
    )
