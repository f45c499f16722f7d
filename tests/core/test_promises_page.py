"""The page of promises names tests, and these exist; README and page say the same numbers as the tests."""

import re
from pathlib import Path

import pytest

from faults.client import FAULT_POINTS
from quire.service import rota
from quire.service.foresight import MOST_FORESEEN_BYTES
from quire.service.store.filing import MOST_ENDED, MOST_WAITING
from quire.service.vigil import SOON_SECONDS
from quire.service.workload import Pace

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "promises.md").read_text()
NAMED = sorted(set(re.findall(r"tests/\w+/\w+\.py", PAGE)))


def test_every_part_names_tests():
    for part in PAGE.split("\n## ")[1:]:
        assert "tests/" in part, part.splitlines()[0]


@pytest.mark.parametrize("name", NAMED)
def test_a_test_that_is_named_exists(name):
    assert "def test_" in (ROOT / name).read_text() or "TestCase" in (ROOT / name).read_text()


def test_every_fault_test_is_named():
    assert {path.name for path in (ROOT / "tests" / "faults").glob("test_*.py")} <= {
        Path(name).name for name in NAMED
    }


def test_how_many_jobs_a_worker_has():
    page = " ".join(PAGE.split())
    ahead, late, soon = Pace.AHEAD_SECONDS * 1000, Pace.LATE_SECONDS * 1000, Pace.SOON_SECONDS * 1000
    assert f"as many as make {ahead:g} ms of work, up to {Pace.MOST_TASKS}," in page
    assert f"while they take a processor for less than {soon:g} ms even if another worker" in page
    assert f"takes longer than {late:g} ms" in page
    assert f"under {late // 2:g} ms lately" in page


def test_how_long_who_waits_stays_awake():
    page = " ".join(PAGE.split())
    brisk, soon = Pace.BRISK_SECONDS * 1000, SOON_SECONDS * 1000
    assert f"answered within {brisk:g} ms of going" in page
    assert f"without sleeping, for up to {brisk:g} ms," in page
    assert f"its last task within {soon:g} ms looks" in page


def test_how_long_a_payload_may_be_to_be_read_before():
    page = " ".join(PAGE.split())
    assert f"takes less than {MOST_FORESEEN_BYTES // 1024} kB;" in page
    assert rota.MUTE_SECONDS == 0.5
    assert "reading within half a second after" in page


def test_how_many_jobs_the_indexes_do_not_have():
    page = " ".join(PAGE.split())
    assert f"up to {MOST_ENDED} that ended last and {MOST_WAITING} that wait" in page


def test_the_number_of_fault_points():
    assert f"{len(FAULT_POINTS)} points" in PAGE
