"""``quire demo`` as users run it: real processes, a workspace file, a second run that finds the first."""

import io
import subprocess
import sys
from pathlib import Path

import attrs
import pytest
from rich.console import Console

from quire import Workspace
from quire.demo import run_demo
from quire.errors import MissingDependencyError
from quire.plugins import Relay

TARGETS = ["ionq.simulator", "quantinuum.sim.h1-1e", "rigetti.sim.qvm"]


def demo(file: Path) -> str:
    command = [sys.executable, "-c", "from quire.cli import main; main()", "demo", "--workspace", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    assert done.stderr == ""
    return done.stdout


def test_a_second_run_finds_the_sessions_of_the_first(tmp_path: Path) -> None:
    file = tmp_path / "demo.db"
    first, second = demo(file), demo(file)

    assert first.count("Succeeded") == 12
    assert "Job from Q#" in first
    assert "Job from Qiskit" in first
    assert "Job from Cirq" in first
    assert f"Workspace: {file}" in first
    assert "Sessions of earlier runs in it: 3" in second
    with Workspace(file) as workspace:
        sessions = workspace.list_sessions()
        assert [session.target for session in sessions] == TARGETS * 2
        for session in sessions:
            assert session.id in first + second
            assert [job.status for job in session.list_jobs()] == ["Succeeded"] * 3


def installed_are(monkeypatch: pytest.MonkeyPatch, *sdks: str) -> None:
    """Has the examples of the other SDKs name a package that is not there."""
    register = Relay.register_examples

    def registered(self: Relay) -> list[object]:
        found = register(self)
        return [e if e.sdk in sdks else attrs.evolve(e, package="no_such_package") for e in found]

    monkeypatch.setattr(Relay, "register_examples", registered)


def test_sdks_that_are_not_installed_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed_are(monkeypatch, "Qiskit")
    shown = io.StringIO()
    run_demo(str(tmp_path / "demo.db"), 10, Console(file=shown, width=100))
    assert shown.getvalue().count("Job from Qiskit") == 3
    assert "Job from Cirq" not in shown.getvalue()
    assert "left out: Cirq, Q#." in shown.getvalue() or "left out: Q#, Cirq." in shown.getvalue()


def test_without_any_sdk_it_says_how_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed_are(monkeypatch)
    with pytest.raises(MissingDependencyError, match=r"quire\[all\]"):
        run_demo(str(tmp_path / "demo.db"), 10)
