"""Where packages lie: nothing is importable from ``core`` or an adapter's folder but its one package."""

from pathlib import Path

import pytest

from layout.source_tree import ROOT, modules, package_folders, project

FOLDERS = sorted(package_folders().values())


def test_the_core_and_each_adapter_are_in_the_wheel() -> None:
    adapters = sorted(folder for folder in (ROOT / "adapters").iterdir() if folder.is_dir())
    assert sorted(folder.parent for folder in FOLDERS) == [*adapters, ROOT / "core"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_one_package_lies_alone_in_its_folder(folder: Path) -> None:
    beside = [path for path in folder.parent.iterdir() if path.suffix == ".py" or any(path.rglob("*.py"))]
    assert beside == [folder]


def test_the_folder_of_the_adapters_holds_no_module() -> None:
    assert not list((ROOT / "adapters").glob("*.py"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_folder_with_modules_is_a_typed_package(folder: Path) -> None:
    assert (folder / "py.typed").is_file()
    without = {path.parent for path in folder.rglob("*.py") if not (path.parent / "__init__.py").is_file()}
    assert not without, f"without __init__.py: {sorted(map(str, without))}"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_package_is_named_after_its_folder(folder: Path) -> None:
    name = project()["project"]["name"]
    assert folder.name == (name if folder.parent == ROOT / "core" else f"{name}_{folder.parent.name}")
    assert folder.name in modules()


def test_each_adapter_has_its_entry_point_and_extra() -> None:
    stated = project()["project"]
    adapters = {folder.parent.name: folder.name for folder in FOLDERS if folder.parent != ROOT / "core"}
    assert stated["entry-points"]["quire"] == adapters
    assert adapters.keys() <= stated["optional-dependencies"].keys()
