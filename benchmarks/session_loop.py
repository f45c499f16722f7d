"""What a session costs: two-qubit jobs, each waited for, beside bare calls of the same simulator.

And what it takes at least to have them run in another process and written down, without a session or quire.
"""

import os
import signal
import socket
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from measurement import LOOP, Section, Way, alternate, main, scaled

from quire import Target, Task, Workspace
from quire.plugins import Relay
from quire.qir import GATES, MEASURE, QirFrame

SHOTS = 100
BARE = "the same simulator, bare"
ASLEEP = "in another process, two commits, asleep while waiting"
AWAKE = "in another process, two commits, awake for a millisecond"
NOTE = "A socket, and a row in SQLite: what a job in a worker costs at least. One at a time, and no session."
_MOST = 1 << 16


def bell() -> bytes:
    frame = QirFrame(2, 2)
    frame.lines.append(GATES["h"].call % frame.qubits[0])
    frame.lines.append(GATES["cx"].call % (frame.qubits[0], frame.qubits[1]))
    frame.lines += [MEASURE % (frame.qubits[i], frame.results[i]) for i in range(2)]
    return frame.text([("array", 2), ("result", 0), ("result", 1)])


def ways(target: Target, data: bytes) -> dict[str, Way]:
    relay, spec = Relay(), target.spec
    task = Task("bare", spec, data, "qir.v1", spec.output_format, {"shots": SHOTS})
    return {
        BARE: lambda: relay.execute_payload(task),
        "a job": lambda: target.submit(data, shots=SHOTS).output(),
    }


def received(end: socket.socket, awake_seconds: float) -> bytes:
    """The next message, which is small and so comes whole."""
    give_up_at = time.perf_counter() + awake_seconds
    while time.perf_counter() < give_up_at:
        try:
            return end.recv(_MOST, socket.MSG_DONTWAIT)
        except BlockingIOError:
            continue
    return end.recv(_MOST)


@contextmanager
def elsewhere(run: Callable[[], bytes], awake_seconds: float) -> Iterator[Callable[[bytes], bytes]]:
    """A process that runs something for each message that it gets; both ends stay awake for so long."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        try:
            ours.close()
            while received(theirs, awake_seconds):
                theirs.sendall(run())
        finally:
            os._exit(0)
    theirs.close()

    def ask(message: bytes) -> bytes:
        ours.sendall(message)
        return received(ours, awake_seconds)

    try:
        yield ask
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        ours.close()


def written_down(file: sqlite3.Connection, message: bytes, ask: Callable[[bytes], bytes]) -> None:
    """A row for what is asked, committed before, and its answer, committed after."""
    with file:
        row = file.execute("INSERT INTO asked (message) VALUES (?)", (message,)).lastrowid
    answer = ask(message)
    with file:
        file.execute("UPDATE asked SET answer = ? WHERE id = ?", (answer, row))


def floor(folder: str, rounds: int, data: bytes) -> Section:
    """What the machine alone takes; no more than one run may be under way."""
    with Workspace("memory:", executor="inline") as workspace:
        spec = workspace.get_target("ionq.simulator").spec
    relay, task = Relay(), Task("bare", spec, data, "qir.v1", spec.output_format, {"shots": SHOTS})

    def run() -> bytes:
        outcome = relay.execute_payload(task)
        assert outcome is not None
        return outcome.data

    run()  # what it loads is not loaded in each process
    with (
        closing(sqlite3.connect(Path(folder, "floor.db"))) as file,
        elsewhere(run, 0.0) as asleep,
        elsewhere(run, 0.001) as awake,
    ):
        for statement in (
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = NORMAL",
            "CREATE TABLE asked (id INTEGER PRIMARY KEY, message BLOB, answer BLOB)",
        ):
            file.execute(statement)
        ways: dict[str, Way] = {
            BARE: run,
            ASLEEP: lambda: written_down(file, data, asleep),
            AWAKE: lambda: written_down(file, data, awake),
        }
        seconds = alternate(ways, rounds, in_a_row=LOOP)
    return Section(f"A ready Bell pair, {SHOTS} shots: without quire", "ms", BARE, scaled(seconds, 1e3), NOTE)


def sections(quick: bool) -> Iterator[Section]:
    rounds, data = (2 if quick else 20), bell()
    with tempfile.TemporaryDirectory() as folder:
        yield floor(folder, rounds, data)
        for place, url in (("memory", "memory:"), ("a file", str(Path(folder, "benchmark.db")))):
            for executor in ("inline", "processes"):
                with Workspace(url, executor=executor) as workspace:
                    target = workspace.get_targets("ionq.simulator")
                    with target.open_session(name="benchmark"):
                        seconds = alternate(ways(target, data), rounds, in_a_row=LOOP)
                title = f"A ready Bell pair, {SHOTS} shots: workspace in {place}, {executor}"
                yield Section(title, "ms", BARE, scaled(seconds, 1e3))


if __name__ == "__main__":
    main(sections)
