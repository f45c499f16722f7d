"""What is built from the tree: a wheel with the four packages and nothing else, the same from the sdist."""

import configparser
import subprocess
import sys
import tarfile
import zipfile
from email.parser import HeaderParser
from pathlib import Path

import pytest

from layout.source_tree import ROOT, package_folders, project

_BUILD = "import hatchling.build, sys; print(getattr(hatchling.build, sys.argv[1])(sys.argv[2]))"


def _build(kind: str, source: Path, folder: Path) -> Path:
    """Builds by the hook of PEP 517 that pip and uv call, in a process of its own as they do."""
    folder.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-c", _BUILD, f"build_{kind}", str(folder)],
        cwd=source,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return folder / done.stdout.split()[-1]


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _build("sdist", ROOT, tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _build("wheel", ROOT, tmp_path_factory.mktemp("wheel"))


def _wheel_files(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _one(contents: dict[str, bytes], ending: str) -> str:
    (name,) = (name for name in contents if name.endswith(ending))
    return contents[name].decode()


def _source_files() -> dict[str, bytes]:
    return {
        path.relative_to(folder.parent).as_posix(): path.read_bytes()
        for folder in package_folders().values()
        for path in folder.rglob("*")
        if path.is_file() and path.parent.name != "__pycache__"  # where others may write meanwhile
    }


def test_the_wheel_holds_every_file_of_the_packages_and_only_those(wheel: Path) -> None:
    contents = _wheel_files(wheel)
    packaged = {name: data for name, data in contents.items() if ".dist-info/" not in name}
    assert packaged == _source_files()
    assert {f"{package}/py.typed" for package in package_folders()} <= packaged.keys()


def test_the_wheel_s_metadata_are_the_project_s(wheel: Path) -> None:
    contents = _wheel_files(wheel)
    metadata = HeaderParser().parsestr(_one(contents, ".dist-info/METADATA"))
    stated = project()["project"]
    assert (metadata["Name"], metadata["Version"]) == (stated["name"], stated["version"])
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == stated["requires-python"]
    assert set(metadata.get_all("Provides-Extra", [])) == stated["optional-dependencies"].keys()
    assert _one(contents, "licenses/LICENSE") == (ROOT / "LICENSE").read_text()


def test_the_wheel_s_entry_points_are_the_project_s(wheel: Path) -> None:
    entry_points = configparser.ConfigParser()
    entry_points.read_string(_one(_wheel_files(wheel), ".dist-info/entry_points.txt"))
    assert dict(entry_points["quire"]) == project()["project"]["entry-points"]["quire"]
    assert dict(entry_points["console_scripts"]) == project()["project"]["scripts"]


def test_the_sdist_is_complete_and_holds_nothing_of_the_machine(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "constraints.txt"} <= names
    assert {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")} <= names
    strangers = {
        name for name in names if name.startswith((".venv", "build/", "dist/")) or "__pycache__" in name
    }
    assert not strangers
    assert "uv.lock" not in names


def test_the_sdist_makes_the_same_wheel(sdist: Path, wheel: Path, tmp_path: Path) -> None:
    with tarfile.open(sdist) as archive:
        for member in archive.getmembers():
            path = tmp_path / member.name
            path.parent.mkdir(parents=True, exist_ok=True)
            content = archive.extractfile(member)
            assert content is not None, f"{member.name} is no file"
            path.write_bytes(content.read())
    source = tmp_path / sdist.name.removesuffix(".tar.gz")
    assert _wheel_files(_build("wheel", source, tmp_path / "wheel")) == _wheel_files(wheel)
