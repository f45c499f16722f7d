"""docs/architecture.md shows each module there is, and the tables that the code follows."""

from layout import architecture_page
from layout.source_tree import modules


def test_the_parts_are_made_of_modules_that_exist_each_of_one_part() -> None:
    roots = [root for part in architecture_page.parts().values() for root in part.roots]
    assert set(roots) <= modules().keys()
    assert len(roots) == len(set(roots))


def test_every_module_is_of_a_part() -> None:
    assert {architecture_page.part_of(name) for name in modules()} == set(architecture_page.parts())


def test_the_page_shows_the_tree_and_the_tables_of_the_code() -> None:
    should = architecture_page.as_it_should_be()
    shown = set(architecture_page.PATH.read_text().splitlines())
    missing = [line for line in should.splitlines() if line not in shown]
    assert architecture_page.PATH.read_text() == should, "\n".join(
        [f"run {architecture_page.COMMAND}; it would add:", *missing]
    )
