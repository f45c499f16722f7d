"""The README's programs run as they stand there, one after another, in a workspace file of their own."""

import re
from pathlib import Path

import pytest

README = Path(__file__).parents[2] / "README.md"


def test_the_programs_of_the_readme(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QUIRE_WORKSPACE", str(tmp_path / "readme.db"))
    programs = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    assert len(programs) == 4
    names: dict[str, object] = {}
    try:
        for program in programs:
            exec(compile(program, str(README), "exec"), names)
        sessions = names["workspace"].list_sessions()
        assert [session.name for session in sessions] == ["Q# session", "Qiskit session", "Cirq session"]
        assert {session.status for session in sessions} == {"Succeeded"}
    finally:
        names["workspace"].close()
    printed = capsys.readouterr().out
    assert "'[0, 0]'" in printed
    assert "'00'" in printed
    assert "m=" in printed


def test_the_commands_of_the_readme_are_near_its_top() -> None:
    lines = README.read_text().splitlines()
    assert lines.index("$ uv run quire demo") < 20
    assert lines.index("$ uv run pytest -n auto") < 60
