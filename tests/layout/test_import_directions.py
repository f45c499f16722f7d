"""Each part imports only what docs/architecture.md lets it import, and loading the tree runs in no circle."""

import graphlib
from collections.abc import Callable
from importlib.metadata import packages_distributions

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from layout import architecture_page
from layout.architecture_page import part_of
from layout.source_tree import Import, imports, modules, package_folders, project

CORE = "quire"
SIMULATOR = "quire.simulator"
EVERYBODY_S = {"attrs"}


def _may_import(item: Import) -> bool:
    part = architecture_page.parts()[part_of(item.importer)]
    if item.is_ours:
        return part_of(item.imported) in part.parts | {part.name} or item.imported in part.modules
    return item.is_standard or item.imported in part.libraries | EVERYBODY_S


def _is_within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def _assert_none(is_wrong: Callable[[Import], bool]) -> None:
    wrong = [str(item) for item in imports() if is_wrong(item)]
    assert not wrong, "\n".join(wrong)


def test_the_table_of_parts_names_parts_and_modules_that_exist() -> None:
    parts = architecture_page.parts()
    for part in parts.values():
        assert part.parts <= parts.keys(), part.name
        assert part.modules <= modules().keys(), part.name


def test_the_table_of_parts_allows_no_library_that_nobody_imports() -> None:
    for part in architecture_page.parts().values():
        used = {item.imported for item in imports() if part_of(item.importer) == part.name}
        assert part.libraries <= used, f"{part.name} does not use {sorted(part.libraries - used)}"


def test_every_library_is_a_dependency_of_our_own() -> None:
    """What comes only along with another library could go with that library's next version."""
    stated = project()["project"]
    extras = [text for extra in stated["optional-dependencies"].values() for text in extra]
    wanted = {canonicalize_name(Requirement(text).name) for text in [*stated["dependencies"], *extras]}
    homes = packages_distributions()
    _assert_none(
        lambda item: (
            not (item.is_ours or item.is_standard)
            and wanted.isdisjoint(map(canonicalize_name, homes.get(item.imported, [item.imported])))
        )
    )


def test_a_part_imports_only_what_it_may() -> None:
    _assert_none(lambda item: item.when != "typing" and not _may_import(item))


def test_annotations_of_the_core_name_nothing_outside_of_it() -> None:
    _assert_none(
        lambda item: (
            item.when == "typing"
            and _is_within(item.importer, CORE)
            and item.package != CORE
            and not _may_import(item)
        )
    )


def test_adapters_see_public_names_only_and_never_each_other() -> None:
    adapters = package_folders().keys() - {CORE}
    _assert_none(
        lambda item: modules()[item.importer].package in adapters and item.is_ours and not _may_import(item)
    )


def test_the_core_takes_names_from_where_they_are_defined() -> None:
    _assert_none(lambda item: item.imported == CORE and _is_within(item.importer, CORE))


def test_nobody_knows_the_simulator() -> None:
    _assert_none(
        lambda item: _is_within(item.imported, SIMULATOR) and not _is_within(item.importer, SIMULATOR)
    )


def test_no_private_name_is_imported() -> None:
    _assert_none(lambda item: item.is_ours and any(name.startswith("_") for name in item.names))


def test_loading_runs_in_no_circle() -> None:
    sorter: graphlib.TopologicalSorter[str] = graphlib.TopologicalSorter()
    for item in imports():
        if item.when == "load" and item.is_ours and item.imported != item.importer:
            sorter.add(item.importer, item.imported)
    assert list(sorter.static_order())
