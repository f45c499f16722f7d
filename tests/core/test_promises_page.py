"""The page of promises names tests, and these exist; README and page say the same numbers as the tests."""

import re
from pathlib import Path

import pytest

from faults.client import FAULT_POINTS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "promises.md").read_text()
NAMED = sorted(set(re.findall(r"tests/\w+/\w+\.py", PAGE)))


def test_every_part_names_tests():
    for part in PAGE.split("\n## ")[1:]:
        assert "tests/" in part, part.splitlines()[0]


@pytest.mark.parametrize("name", NAMED)
def test_a_test_that_is_named_exists(name):
    assert "def test_" in (ROOT / name).read_text() or "TestCase" in (ROOT / name).read_text()


def test_the_tests_of_sessions_and_faults_are_all_named():
    elsewhere = {
        "test_bad_input.py",
        "test_current_session.py",
        "test_job_waiting.py",
        "test_manual_clock.py",
        "test_promises_page.py",
    }
    ours = {
        path.name for folder in ("core", "faults") for path in (ROOT / "tests" / folder).glob("test_*.py")
    }
    assert ours - elsewhere == {Path(name).name for name in NAMED}


def test_the_number_of_fault_points():
    assert f"{len(FAULT_POINTS)} points" in PAGE
