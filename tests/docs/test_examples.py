"""The example programs run as a reader would run them, and find what they are to find."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("QUIRE_WORKSPACE", str(folder / "examples.db"))
    program = [sys.executable, "-W", "error", "-W", "ignore:The 'qsharp' package:DeprecationWarning"]
    done = subprocess.run(
        [*program, str(ROOT / "examples" / name)], capture_output=True, text=True, timeout=300, cwd=folder
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_hydrogen_in_qsharp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    printed = run("vqe_hydrogen_qsharp.py", tmp_path, monkeypatch)
    found = re.search(r"energy (-[\d.]+) hartree at angle ([\d.]+)", printed)
    assert found is not None
    # Six terms of standard deviation at most 0.57 / sqrt(2000), so about 0.02 together; five times that.
    assert abs(float(found[1]) + 1.1456) < 0.1
    assert abs(float(found[2]) - 3.37) < 0.3
    assert "Succeeded, 36 jobs" in printed


def test_hydrogen_in_cirq(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    printed = run("variational_cirq.py", tmp_path, monkeypatch)
    found = re.search(r"energy (-[\d.]+) hartree at angle ([\d.]+); exact -1.1456", printed)
    assert found is not None
    # As above.
    assert abs(float(found[1]) + 1.1456) < 0.1
    assert abs(float(found[2]) - 3.37) < 0.3
    assert "Succeeded" in printed


def test_a_calibration_sweep_that_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = run("calibration_sweep.py", tmp_path, monkeypatch).splitlines()
    assert len(lines) == 10
    assert lines[0].startswith("0.00  0.00")
    assert lines[4] == "1.57  failed: InvalidInputData"
    assert lines[8].startswith("3.14  1.00")
    assert lines[9] == "session 'Rabi scan': Failed, since a job of it failed"


def test_one_session_from_three_sdks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    printed = run("one_session_three_sdks.py", tmp_path, monkeypatch)
    assert "{'[1, 0, 1]': 50}" in printed
    assert "{'101': 50}" in printed
    assert "{5: 50}" in printed
    assert "Succeeded, jobs Q#, Qiskit, Cirq" in printed


def test_the_gallery_shows_every_example() -> None:
    page = (ROOT / "docs" / "examples.md").read_text()
    shown = set(re.findall(r"\.\./examples/(\w+\.py)", page))
    assert shown == {path.name for path in (ROOT / "examples").glob("*.py")}
