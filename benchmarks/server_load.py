"""What the service costs over HTTP: a job's overhead, requests a second, and many clients at once.

Run it with ``uv run benchmarks/server_load.py [clients] [jobs]``. The server is a process of its own. Served
and embedded jobs alternate in one run, so the load of the machine falls on both alike. Then ``clients``
clients (100), each a thread with a workspace of its own, open a session and submit ``jobs`` jobs (100) there;
nothing may be lost, and the server's memory is read before, in the middle and after.
"""

import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from quire import Target, Workspace
from quire.qir import GATES, MEASURE, QirFrame

ROUNDS = 300
SHOTS = 100
KEY = "benchmark"
QUIRE = Path(sys.executable).with_name("quire")


def bell() -> bytes:
    frame = QirFrame(2, 2)
    frame.lines.append(GATES["h"].call % frame.qubits[0])
    frame.lines.append(GATES["cx"].call % (frame.qubits[0], frame.qubits[1]))
    frame.lines += [MEASURE % (frame.qubits[i], frame.results[i]) for i in range(2)]
    return frame.text([("array", 2), ("result", 0), ("result", 1)])


def timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def run_job(target: Target) -> None:
    target.submit(bell(), shots=SHOTS).results()


def overhead(table: Table, embedded: Target, served: Target) -> None:
    for target in (embedded, served):
        run_job(target)
    pairs = [(timed(lambda: run_job(embedded)), timed(lambda: run_job(served))) for _ in range(ROUNDS)]
    here, there = (statistics.median(side) for side in zip(*pairs, strict=True))
    table.add_row("a job, embedded", f"{here:.2f}", "", "")
    table.add_row("the same job, served", f"{there:.2f}", "", "")
    table.add_row("overhead of HTTP", f"{there - here:.2f}", "", "")


def requests(table: Table, workspace: Workspace, target: Target) -> None:
    job = target.submit(bell(), shots=SHOTS)
    job.wait_until_completed()
    for name, call in (
        ("submit", lambda: target.submit(bell(), shots=SHOTS)),
        ("get", job.refresh),
        ("list, first page", lambda: workspace.list_jobs(is_asc=False)[:200]),
    ):
        times = sorted(timed(call) for _ in range(ROUNDS))
        rate = 1000 * len(times) / sum(times)
        table.add_row(
            name, f"{statistics.median(times):.2f}", f"{times[int(len(times) * 0.99)]:.2f}", f"{rate:,.0f}"
        )


def memory(pid: int) -> float:
    """The resident memory of a process in MiB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def one_client(url: str, jobs: int, lost: list[str]) -> None:
    with Workspace(url, api_key=KEY) as workspace:
        target = workspace.get_target("ionq.simulator")
        with target.open_session() as session:
            submitted = [target.submit(bell(), shots=SHOTS) for _ in range(jobs)]
            lost += [job.id for job in submitted if sum(job.results().counts.values()) != SHOTS]
        if session.refresh().status != "Succeeded" or len(session.list_jobs()) != jobs:
            lost.append(session.id)


def crowd(console: Console, url: str, pid: int, clients: int, jobs: int) -> None:
    lost: list[str] = []
    sizes = [memory(pid)]
    start = time.perf_counter()
    for half in (clients // 2, clients - clients // 2):
        threads = [threading.Thread(target=one_client, args=(url, jobs, lost)) for _ in range(half)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        sizes.append(memory(pid))
    seconds = time.perf_counter() - start
    growth = " -> ".join(f"{size:.0f}" for size in sizes)
    console.print(
        f"{clients} clients with a session of {jobs} jobs each, half of them at a time: {seconds:.1f} s, "
        f"{clients * jobs / seconds:,.0f} jobs/s, lost {len(lost)}, memory of the server {growth} MiB"
    )


def main(clients: int = 100, jobs: int = 100) -> None:
    console = Console()
    with tempfile.TemporaryDirectory() as directory:
        command = [QUIRE, "serve", "--workspace", f"{directory}/served.db", "--port", "0", "--api-key", KEY]
        started = time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            url = re.search(r"http://\S+", server.stdout.readline())[0]  # type: ignore[index]
            try:
                with (
                    Workspace(url, api_key=KEY) as served,
                    Workspace(f"{directory}/embedded.db") as embedded,
                ):
                    console.print(f"The server answered after {time.perf_counter() - started:.2f} s")
                    table = Table("what", "median ms", "p99 ms", "per second", box=None, padding=(0, 2))
                    name = "ionq.simulator"
                    overhead(table, embedded.get_target(name), served.get_target(name))
                    requests(table, served, served.get_target(name))
                    console.print(table)
                crowd(console, url, server.pid, clients, jobs)
            finally:
                server.terminate()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
