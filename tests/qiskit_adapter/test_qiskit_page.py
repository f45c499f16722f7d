"""The examples of docs/qiskit.md run as they stand there, one after another."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "qiskit.md"


def test_the_examples_run(monkeypatch, capsys):
    monkeypatch.setenv("QUIRE_WORKSPACE", "memory:")
    names = {}
    first, primitives, *others = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    exec(first, names)
    *progress, counts, memory, jobs = capsys.readouterr().out.splitlines()
    assert progress[-1] == "Job Status: job has successfully run"
    assert counts.count(": ") == 2
    assert memory.count("00") + memory.count("11") == 100
    assert jobs == "['Job 1', 'Job 2']"
    exec(primitives, names)
    assert capsys.readouterr().out == "[ 1. -1.  1.]\n"
    opened = [names["provider"].workspace]
    assert others
    for other in others:
        exec(other, names)
        opened.append(names["provider"].workspace)
    for workspace in opened:
        workspace.close()
