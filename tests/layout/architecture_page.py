"""docs/architecture.md as the layout tests read it: its parts, their modules, and what a part may import."""

import functools
import re

import attrs

from layout.source_tree import ROOT

PATH = ROOT / "docs" / "architecture.md"


@attrs.frozen
class Part:
    """A row of the page's table of parts.

    Attributes:
        name: The part's name.
        parts: The parts that it may import.
        modules: The single modules that it may import besides.
        libraries: The libraries that it may import.
    """

    name: str
    parts: frozenset[str]
    modules: frozenset[str]
    libraries: frozenset[str]


@functools.cache
def text() -> str:
    """The page."""
    return PATH.read_text()


def section(title: str) -> str:
    """What stands under a heading of the second level."""
    found = re.search(rf"^## {re.escape(title)}$(.*?)(?=^## |\Z)", text(), re.MULTILINE | re.DOTALL)
    assert found, f"{PATH.name} has no section {title!r}"
    return found[1]


def block(name: str) -> str:
    """What stands between the page's markers of a name."""
    found = re.search(rf"<!-- {name} -->\n(.*?)\n<!-- end of {name} -->", text(), re.DOTALL)
    assert found, f"{PATH.name} has no markers for {name!r}"
    return found[1].strip()


def _rows(markdown: str) -> list[list[str]]:
    lines = [line.strip() for line in markdown.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@functools.cache
def parts() -> dict[str, Part]:
    """The table of parts, by the part's name."""
    found = {}
    for name, may_import, libraries in _rows(section("Who imports whom")):
        names = [cell.strip() for cell in may_import.split(",")]
        found[name.strip("`")] = Part(
            name.strip("`"),
            frozenset(each for each in names if each and not each.startswith("`")),
            frozenset(each.strip("`") for each in names if each.startswith("`")),
            frozenset(re.findall(r"`([^`]+)`", libraries)),
        )
    return found


@functools.cache
def part_of_module() -> dict[str, str]:
    """The part of each module that the page's tree names."""
    found: dict[str, str] = {}
    for piece in re.split(r"^### ", section("The tree"), flags=re.MULTILINE)[1:]:
        part, _, body = piece.partition("\n")
        for row in _rows(body):
            name = row[0].strip("`")
            assert name not in found, f"{PATH.name} names {name} twice"
            found[name] = part.strip()
    return found


def part_of(module: str) -> str:
    """The part of a module: its own line's, else that of the nearest package around it that has a line."""
    named = part_of_module()
    name = module
    while name not in named and "." in name:
        name = name.rpartition(".")[0]
    # What lies directly in the core needs a line of its own: the package around it is the face of all.
    assert name in named, f"{module} has no line in {PATH.name}"
    assert name == module or name != "quire", f"{module} has no line in {PATH.name}"
    return named[name]
