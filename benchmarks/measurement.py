"""How benchmarks measure: ways that take turns in one run, medians, ratios; and how they say what they found.

A benchmark is a script with a ``sections(quick)`` function; ``run.py`` runs all of them.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import attrs
from rich.console import Console
from rich.table import Table

Way = Callable[[], object]

LOOP = 20
"""How many iterations of a loop make a turn: a way meets its own traces in the caches, as in a program."""


@attrs.frozen
class Section:
    """What ways of doing one thing cost.

    Attributes:
        title: The thing.
        unit: What one figure counts, such as ``ms per job``.
        reference: The way that the ratios are relative to.
        figures: The median of each way, in that unit.
        note: What a reader must know to judge them.
    """

    title: str
    unit: str
    reference: str
    figures: Mapping[str, float]
    note: str = ""

    def ratio(self, way: str) -> float:
        """How often the reference fits into a way."""
        return self.figures[way] / self.figures[self.reference]


def alternate(
    ways: Mapping[str, Way], rounds: int, warm_up: int = 1, *, in_a_row: int = 1
) -> dict[str, float]:
    """The median seconds of each way; they take turns, so that the load of the machine falls on all alike.

    Args:
        ways: What to time, by name.
        rounds: How many turns count.
        warm_up: How many turns before do not.
        in_a_row: How often a way is run, and timed, in each of its turns.
    """
    times: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(warm_up + rounds):
        for name, way in ways.items():
            for _ in range(in_a_row):
                start = time.perf_counter()
                way()
                seconds = time.perf_counter() - start
                if turn >= warm_up:
                    times[name].append(seconds)
    return {name: statistics.median(taken) for name, taken in times.items()}


def scaled(seconds: Mapping[str, float], factor: float) -> dict[str, float]:
    """Figures in another unit."""
    return {name: value * factor for name, value in seconds.items()}


def as_table(section: Section) -> Table:
    """A section for the terminal."""
    table = Table(
        "way", section.unit, f"ratio to {section.reference}", title=section.title, title_justify="left"
    )
    for way, figure in section.figures.items():
        table.add_row(way, f"{figure:.4g}", f"{section.ratio(way):.2f}")
    return table


def show(console: Console, sections: Iterable[Section]) -> None:
    """Prints sections as they come."""
    for section in sections:
        console.print(as_table(section))
        if section.note:
            console.print(section.note)
        console.print()


def main(sections: Callable[[bool], Iterable[Section]]) -> None:
    """The command line of one benchmark.

    Args:
        sections: Measures; its argument says whether to be quick, with fewer and smaller cases.
    """
    parser = argparse.ArgumentParser(description=(sys.modules["__main__"].__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer and smaller cases")
    parser.add_argument("--json", action="store_true", help="print one JSON document per section")
    options = parser.parse_args()
    if options.json:
        for section in sections(options.quick):
            print(json.dumps(attrs.asdict(section)), flush=True)
        return
    show(Console(), sections(options.quick))


def read(lines: Iterable[str]) -> list[Section]:
    """The sections that a benchmark printed with ``--json``."""
    return [Section(**json.loads(line)) for line in lines if line.startswith("{")]


def as_markdown(sections: Sequence[Section]) -> str:
    """Sections for the documentation."""
    parts = []
    for section in sections:
        rows = [
            f"| {way} | {figure:.4g} | {section.ratio(way):.2f} |" for way, figure in section.figures.items()
        ]
        head = [
            f"### {section.title}",
            "",
            f"| way | {section.unit} | ratio to {section.reference} |",
            "|---|---|---|",
        ]
        parts.append("\n".join([*head, *rows, *(["", section.note] if section.note else [])]))
    return "\n\n".join(parts) + "\n"


def load() -> str:
    """The machine's load, which tells how far to trust absolute figures."""
    return " ".join(f"{value:.1f}" for value in os.getloadavg())


HERE = Path(__file__).parent
