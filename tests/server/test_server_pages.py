"""The pages about the server and about Azure name evidence, and it is there."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
DOCS = TESTS.parent / "docs"


@pytest.mark.parametrize("page", ["server.md", "azure.md"])
def test_the_tests_that_a_page_names_exist(page):
    named = set(re.findall(r"`(?:tests/\w+/)*(test_\w+)(?:\.py)?`", (DOCS / page).read_text()))
    files = list(TESTS.rglob("test_*.py"))
    there = {file.stem for file in files}
    for file in files:
        there.update(re.findall(r"^def (test_\w+)", file.read_text(), re.MULTILINE))
    assert named
    assert named <= there


def test_every_behaviour_has_its_evidence():
    _, _, table = (DOCS / "server.md").read_text().partition("| behaviour | here | how we know |\n")
    rows = [line.strip("|").split(" | ") for line in table.splitlines()[1:] if line]
    assert len(rows) > 40
    assert all(len(row) == 3 and all(cell.strip() for cell in row) for row in rows)
