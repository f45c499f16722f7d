"""What a run in another process takes that is written down before and after, without a session."""

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
from session_loop import BARE, SHOTS, bell

from quire import Task, Workspace
from quire.plugins import Relay

ASLEEP = "in another process, two commits, asleep while waiting"
AWAKE = "in another process, two commits, awake for a millisecond"
NOTE = "A socket, and a row in SQLite; one at a time. Of quire there is the simulator alone."
_MOST = 1 << 16


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
    """What the machine takes; no more than one run may be under way."""
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
    title = f"A ready Bell pair, {SHOTS} shots: without a session"
    return Section(title, "ms", BARE, scaled(seconds, 1e3), NOTE)


def sections(quick: bool) -> Iterator[Section]:
    with tempfile.TemporaryDirectory() as folder:
        yield floor(folder, 2 if quick else 20, bell())


if __name__ == "__main__":
    main(sections)
