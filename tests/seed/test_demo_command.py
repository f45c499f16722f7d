"""``quire demo`` as users run it: real processes, a workspace file, a second run that finds the first."""

import subprocess
import sys
from pathlib import Path

from quire import Workspace

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
