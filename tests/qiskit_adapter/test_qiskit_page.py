"""The example of docs/qiskit.md runs as it stands there."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "qiskit.md"


def test_the_example_runs(monkeypatch, capsys):
    monkeypatch.setenv("QUIRE_WORKSPACE", "memory:")
    names = {}
    exec(re.search(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)[1], names)
    names["provider"].workspace.close()
    *progress, counts, memory, jobs = capsys.readouterr().out.splitlines()
    assert progress[-1] == "Job Status: job has successfully run"
    assert counts.count(": ") == 2
    assert memory.count("00") + memory.count("11") == 100
    assert jobs == "['Job 1', 'Job 2']"
