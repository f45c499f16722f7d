"""docs/architecture.md names what there is, and shows the tables that the code follows."""

import pytest

from layout import architecture_page
from layout.source_tree import modules
from quire.lifecycle import job_table, session_table


def _first_line(name: str) -> str:
    docstring = modules()[name].path.read_text().partition('"""')[2]
    return docstring.partition("\n")[0].removesuffix('"""')


def test_every_module_has_its_line_in_the_tree() -> None:
    missing = modules().keys() - architecture_page.part_of_module().keys()
    rows = [f"| `{name}` | {_first_line(name)} |" for name in sorted(missing)]
    assert not rows, "give each a line of its own in a part of docs/architecture.md:\n" + "\n".join(rows)


def test_every_line_of_the_tree_has_its_module() -> None:
    gone = architecture_page.part_of_module().keys() - modules().keys()
    assert not gone, f"docs/architecture.md names {sorted(gone)}, which do not exist"


def test_the_parts_of_the_tree_are_those_of_the_import_table() -> None:
    assert set(architecture_page.part_of_module().values()) == set(architecture_page.parts())


@pytest.mark.parametrize(("name", "table"), [("session table", session_table()), ("job table", job_table())])
def test_status_tables_are_the_lifecycle_s(name: str, table: str) -> None:
    assert architecture_page.block(name) == table, f"between the markers of the {name} must stand:\n{table}"
