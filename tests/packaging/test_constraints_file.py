"""constraints.txt pins what pyproject.toml asks for, at the versions that these tests run with."""

from importlib.metadata import PackageNotFoundError, version

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from layout.source_tree import ROOT, project

TEXT = (ROOT / "constraints.txt").read_text()
PINS = [Requirement(line) for line in TEXT.splitlines() if line and not line.startswith("#")]
PYTHONS = ("3.11", "3.12", "3.13")


def _wanted() -> list[Requirement]:
    stated, groups = project()["project"], project()["dependency-groups"]
    texts = [
        *stated["dependencies"],
        *(text for extra in stated["optional-dependencies"].values() for text in extra),
        *(text for name, group in groups.items() if name != "bench" for text in group),
    ]
    return [wanted for wanted in map(Requirement, texts) if wanted.name != stated["name"]]


def _pins(name: str, python: str) -> list[str]:
    """The versions at which a Python of this version on Linux gets a package."""
    environment = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": "linux",
        "platform_python_implementation": "CPython",
    }
    return [
        str(pin.specifier).removeprefix("==")
        for pin in PINS
        if canonicalize_name(pin.name) == canonicalize_name(name)
        if pin.marker is None or pin.marker.evaluate(environment)
    ]


def test_every_line_pins_one_version_without_an_address() -> None:
    for pin in PINS:
        assert [clause.operator for clause in pin.specifier] == ["=="], pin
        assert not pin.url
        assert not pin.extras
    assert "--hash" not in TEXT


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("wanted", _wanted(), ids=lambda wanted: str(wanted.name))
def test_a_dependency_is_pinned_within_its_bounds(wanted: Requirement, python: str) -> None:
    found = _pins(wanted.name, python)
    assert len(found) == 1, f"constraints.txt gives {found} for {wanted.name} on Python {python}"
    assert wanted.specifier.contains(found[0]), f"{wanted} is not met by {found[0]}"


@pytest.mark.parametrize("wanted", _wanted(), ids=lambda wanted: str(wanted.name))
def test_a_dependency_is_bounded_on_both_sides(wanted: Requirement) -> None:
    operators = {clause.operator for clause in wanted.specifier}
    assert operators == {">=", "<"}, wanted


def test_every_tested_python_is_promised() -> None:
    promised = SpecifierSet(project()["project"]["requires-python"])
    assert all(f"{python}.0" in promised for python in PYTHONS)
    stated = project()["project"]["classifiers"]
    assert [text for text in stated if text.startswith("Programming Language :: Python :: 3.")] == [
        f"Programming Language :: Python :: {python}" for python in PYTHONS
    ]


def test_the_tests_run_with_the_pinned_versions() -> None:
    other = []
    for pin in PINS:
        if pin.marker is not None and not pin.marker.evaluate():
            continue
        try:
            installed = version(pin.name)
        except PackageNotFoundError:
            installed = "nothing"
        if not pin.specifier.contains(installed):
            other.append(f"{pin.name} {installed}, not {pin.specifier}")
    assert not other, "make constraints.txt anew as its head says, or sync: " + "; ".join(other)
