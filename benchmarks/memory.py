"""What jobs cost in memory, per job, at two sizes that ought to cost the same."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from measurement import Section, main

# Each case is a process of its own, so that nothing of an earlier one is counted.
WAITING = """
import json, resource, sys
from concurrent.futures import Executor, Future
from quire import Workspace

class Never(Executor):
    def submit(self, fn, /, *args, **kwargs):
        return Future()

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()

path, count = sys.argv[1], int(sys.argv[2])
with Workspace(path, executor=Never()) as workspace:
    target = workspace.get_target("rigetti.sim.qvm")
    program = "DECLARE ro BIT[1]\\nH 0\\nMEASURE 0 ro[0]"
    for _ in range(100):
        target.submit(program, shots=10)
    before = resident()
    for _ in range(count):
        target.submit(program, shots=10)
    print(json.dumps((resident() - before) / count))
"""
LISTED = """
import json, resource, sys
from quire import Workspace

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()

path, count = sys.argv[1], int(sys.argv[2])
with Workspace(path, executor="inline") as workspace:
    target = workspace.get_target("rigetti.sim.qvm")
    with target.open_session() as session:
        for _ in range(count + 100):
            target.submit("DECLARE ro BIT[1]\\nH 0\\nMEASURE 0 ro[0]", shots=10)
    seen = sum(1 for _, job in zip(range(100), session.list_jobs()))
    before = resident()
    seen += sum(job.has_completed() for job in session.list_jobs())
    assert seen == count + 200
    print(json.dumps((resident() - before) / count))
"""


def bytes_per_job(text: str, count: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", text, str(Path(folder, "memory.db")), str(count)]
        answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return float(json.loads(answer.stdout))


def sections(quick: bool) -> Iterator[Section]:
    few, many = (500, 2000) if quick else (2000, 10_000)
    for title, text in (
        ("Jobs that wait for a worker, resident memory", WAITING),
        ("Reading through all jobs of a session, resident memory", LISTED),
    ):
        figures = {f"{count} jobs": bytes_per_job(text, count) / 1024 for count in (few, many)}
        # A reading that allocates nothing is zero; a byte keeps the ratio defined.
        figures = {name: max(figure, 1 / 1024) for name, figure in figures.items()}
        yield Section(title, "KiB per job", f"{few} jobs", figures)


if __name__ == "__main__":
    main(sections)
