"""What a session costs: 200 two-qubit jobs, each waited for, beside bare calls of the same simulator.

Run it with ``uv run benchmarks/session_loop.py``. Both sides alternate in one run; the table gives medians
and their difference, so the load of the machine falls on both alike.
"""

import statistics
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from quire import Target, Task, Workspace
from quire.plugins import Relay
from quire.qir import GATES, MEASURE, QirFrame

JOBS = 200
SHOTS = 100
WARM_UP = 10


def bell() -> bytes:
    frame = QirFrame(2, 2)
    frame.lines.append(GATES["h"].call % frame.qubits[0])
    frame.lines.append(GATES["cx"].call % (frame.qubits[0], frame.qubits[1]))
    frame.lines += [MEASURE % (frame.qubits[i], frame.results[i]) for i in range(2)]
    return frame.text([("array", 2), ("result", 0), ("result", 1)])


def bare_call(relay: Relay, target: Target, data: bytes) -> float:
    spec = target.spec
    task = Task("bare", spec, data, "qir.v1", spec.output_format, {"shots": SHOTS})
    start = time.perf_counter()
    relay.execute_payload(task)
    return time.perf_counter() - start


def session_job(target: Target, data: bytes) -> float:
    start = time.perf_counter()
    job = target.submit(data, shots=SHOTS)
    job.output()
    return time.perf_counter() - start


def measure(url: str, executor: str) -> tuple[float, float]:
    """Medians in milliseconds: a bare call, a job in a session."""
    data, relay = bell(), Relay()
    with Workspace(url, executor=executor) as workspace:
        target = workspace.get_targets("ionq.simulator")
        with target.open_session(name="benchmark"):
            pairs = [
                (bare_call(relay, target, data), session_job(target, data)) for _ in range(WARM_UP + JOBS)
            ][WARM_UP:]
    bare, ours = (statistics.median(side) * 1000 for side in zip(*pairs, strict=True))
    return bare, ours


def main() -> None:
    table = Table("workspace", "executor", "bare ms", "job ms", "overhead ms", "ratio")
    with tempfile.TemporaryDirectory() as folder:
        for name, url in (("memory", "memory:"), ("file", str(Path(folder, "benchmark.db")))):
            for executor in ("inline", "processes"):
                bare, ours = measure(url, executor)
                table.add_row(
                    name, executor, f"{bare:.3f}", f"{ours:.3f}", f"{ours - bare:.3f}", f"{ours / bare:.2f}"
                )
    Console().print(f"{JOBS} jobs of a Bell pair with {SHOTS} shots, one after another, each waited for")
    Console().print(table)


if __name__ == "__main__":
    main()
