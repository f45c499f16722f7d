"""How records are printed: a table for people, lines with tabs for pipes, JSON for programs."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs
import click

from quire.cli.streams import is_terminal

_COLOURS: Mapping[str, str] = {
    "Succeeded": "green",
    "Completed": "green",
    "Failed": "red",
    "TimedOut": "red",
    "Cancelled": "yellow",
    "Failure(s)": "yellow",
    "Executing": "cyan",
}


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Prints rows: on a terminal as a table, elsewhere as lines whose fields are parted by tabs.

    Args:
        headings: The columns' headings, which only the table has.
        rows: The rows.
    """
    texts = [[one_line(value) for value in row] for row in rows]
    if not is_terminal():
        for row in texts:
            click.echo("\t".join(row))
        return
    widths = [max(map(len, column)) for column in zip(headings, *texts, strict=True)]
    click.echo(_line(headings, widths, lambda text: click.style(text, bold=True)))
    for row in texts:
        click.echo(_line(row, widths, _coloured))


def _line(row: Sequence[str], widths: Sequence[int], style: Callable[[str], str]) -> str:
    # Styled before it is filled up: what a style adds has no width.
    return "  ".join(
        style(text) + " " * (width - len(text)) for text, width in zip(row, widths, strict=True)
    ).rstrip()


def _coloured(text: str) -> str:
    colour = _COLOURS.get(text)
    return text if colour is None else click.style(text, fg=colour)


def print_pairs(pairs: Iterable[tuple[str, object]]) -> None:
    """Prints a record: a line for each field that has a value."""
    shown = [(name, one_line(value)) for name, value in pairs if value not in (None, "", (), {})]
    width = max((len(name) for name, _ in shown), default=0)
    for name, text in shown:
        click.echo(f"{name:<{width}}  {text}")


def print_json(value: object) -> None:
    """Prints a value as JSON: records as objects with their fields' names, times in ISO 8601."""
    click.echo(json.dumps(value, default=_plain, indent=2, ensure_ascii=False))


def print_json_line(value: object) -> None:
    """Prints a value as one line of JSON."""
    click.echo(json.dumps(value, default=_plain, ensure_ascii=False))


def _plain(value: Any) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if attrs.has(type(value)):
        return attrs.asdict(value, recurse=False)
    return dict(value) if isinstance(value, Mapping) else str(value)


def one_line(value: object) -> str:
    """A value on one line, without control characters that could disturb a terminal."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, tuple):
        value = ", ".join(map(str, value))
    elif isinstance(value, Mapping):
        value = json.dumps(dict(value), default=_plain, ensure_ascii=False)
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in str(value))
