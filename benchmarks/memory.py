"""What jobs cost in memory: per job at two sizes that ought to cost the same, and a server in all."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from measurement import Section, main
from serving import KEY, served

from quire import Workspace

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

NAME = "ionq.simulator"
SMALL = json.dumps({"qubits": 1, "circuit": [{"gate": "h", "target": 0}]})


def long_circuit() -> str:
    """A circuit that runs for minutes, so that all others wait."""
    gates: list[dict[str, object]] = []
    for i in range(20_000):
        gates.append({"gate": "rx", "target": i % 24, "rotation": 0.1})
        gates.append({"gate": "cnot", "control": i % 24, "target": (i + 1) % 24})
    return json.dumps({"qubits": 24, "circuit": gates})


def resident(pid: int) -> int:
    """The resident memory of a process in bytes."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def waiting_on_a_server(counts: Sequence[int]) -> Section:
    """What a server takes with so many jobs that wait, one after the other."""
    figures = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder, "memory.db"), "--workers", "1") as server,
        Workspace(server.url, api_key=KEY) as workspace,
    ):
        target = workspace.get_target(NAME)
        running = target.submit(long_circuit(), shots=10)
        submitted = 0
        for count in counts:
            for _ in range(count - submitted):
                last = target.submit(SMALL, shots=10)
            submitted = count
            figures[f"{count} jobs"] = resident(server.pid) / 2**20
        assert not running.refresh().has_completed()
        assert last.refresh().status == "Waiting"
        running.cancel()
    title = "Jobs that wait on a server, resident memory of the server"
    return Section(title, "MiB", f"{counts[0]} jobs", figures)


def bytes_per_job(text: str, count: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", text, str(Path(folder, "memory.db")), str(count)]
        answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return float(json.loads(answer.stdout))


def sections(quick: bool) -> Iterator[Section]:
    few, many, most = (500, 2000, 2000) if quick else (2000, 10_000, 100_000)
    yield waiting_on_a_server((100, few, many))
    for title, text, large in (
        ("Jobs that wait for a worker, resident memory", WAITING, many),
        ("Reading through all jobs of a session, resident memory", LISTED, most),
    ):
        figures = {f"{count} jobs": bytes_per_job(text, count) / 1024 for count in (few, large)}
        # A reading that allocates nothing is zero; a byte keeps the ratio defined.
        figures = {name: max(figure, 1 / 1024) for name, figure in figures.items()}
        yield Section(title, "KiB per job", f"{few} jobs", figures)


if __name__ == "__main__":
    main(sections)
