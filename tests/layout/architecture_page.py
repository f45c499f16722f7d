"""docs/architecture.md as the layout tests read it, and what is printed into it from the code.

To print it anew: ``PYTHONPATH=tests uv run python -m layout.architecture_page``
"""

import ast
import functools
import re

import attrs

from layout.source_tree import ROOT, modules
from quire.lifecycle import job_table, session_table

PATH = ROOT / "docs" / "architecture.md"
COMMAND = "PYTHONPATH=tests uv run python -m layout.architecture_page"


@attrs.frozen
class Part:
    """A row of the page's table of parts.

    Attributes:
        name: The part's name.
        roots: The modules and packages that it is made of.
        parts: The parts that it may import.
        modules: The single modules that it may import besides.
        libraries: The libraries that it may import.
    """

    name: str
    roots: frozenset[str]
    parts: frozenset[str]
    modules: frozenset[str]
    libraries: frozenset[str]


def _quoted(cell: str) -> frozenset[str]:
    return frozenset(re.findall(r"`([^`]+)`", cell))


@functools.cache
def parts() -> dict[str, Part]:
    """The table of parts, by the part's name."""
    page = PATH.read_text()
    section = page.partition("\n## Parts")[2].partition("\n## ")[0]
    found = {}
    for line in section.splitlines():
        if not line.startswith("| **"):
            continue
        name, roots, may_import, libraries = (cell.strip() for cell in line.strip("|").split("|"))
        name = name.strip("*")
        others = frozenset(
            word.strip() for word in re.sub(r"`[^`]+`", "", may_import).split(",") if word.strip()
        )
        found[name] = Part(name, _quoted(roots), others, _quoted(may_import), _quoted(libraries))
    assert found, f"{PATH.name} has no table of parts"
    return found


def part_of(module: str) -> str:
    """The part of a module: that of itself, or of the nearest package around it that a part is made of."""
    homes = {root: part.name for part in parts().values() for root in part.roots}
    name = module
    while name not in homes and "." in name:
        name = name.rpartition(".")[0]
    # What lies directly in the core is of a part by name only: the package around it is everybody's face.
    is_named = name in homes and (name == module or name != "quire")
    assert is_named, f"{module} is of no part; name it in the table of parts in docs/{PATH.name}"
    return homes[name]


def _first_line(module: str) -> str:
    docstring = ast.get_docstring(modules()[module].tree) or ""
    return docstring.partition("\n")[0].replace("``", "`").replace("|", "\\|")


def _tree() -> str:
    tables = []
    for part in parts():
        rows = [f"| `{name}` | {_first_line(name)} |" for name in sorted(modules()) if part_of(name) == part]
        tables.append("\n".join((f"### {part}", "", "| module | what it knows |", "|---|---|", *rows)))
    return "\n\n".join(tables)


def as_it_should_be() -> str:
    """The page with all that is printed from the code brought up to date."""
    page = PATH.read_text()
    printed = {"tree": _tree(), "session table": session_table(), "job table": job_table()}
    for name, text in printed.items():
        before, begin, rest = page.partition(f"<!-- {name}: printed from the code -->\n")
        _, end, after = rest.partition(f"<!-- end of {name} -->")
        assert end, f"{PATH.name} has no markers for the {name}"
        page = f"{before}{begin}{text}\n{end}{after}"
    return page


if __name__ == "__main__":
    PATH.write_text(as_it_should_be())
