"""Processes of tests: starting them, talking to them, whose child is whose, waiting for the end of any."""

import contextlib
import os
import select
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path


def children_of(pid: int) -> list[int]:
    """The living children of a process."""
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if _parent(entry) == pid]


def _parent(entry: Path) -> int | None:
    """Whose child a process is; None if it has ended."""
    try:
        state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if state == "Z" else int(parent)


def wait_until_gone(pid: int, seconds: float = 60.0) -> None:
    """Returns when a process has ended; one that has ended already is no error."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        ended, _, _ = select.select([descriptor], [], [], seconds)
    finally:
        os.close(descriptor)
    assert ended, f"process {pid} lives on"


def python(code: str, *arguments: object) -> list[str]:
    """The command that runs a program which imports what this one imports."""
    path = f"import sys; sys.path[:] = {sys.path!r}\n"
    return [sys.executable, "-c", path + code, *map(str, arguments)]


@contextlib.contextmanager
def crowd(commands: Iterable[list[str]]) -> Iterator[list["subprocess.Popen[str]"]]:
    """Programs that talk through their standard streams; all have said ``ready`` when the block begins."""
    with contextlib.ExitStack() as stack:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        programs = [stack.enter_context(subprocess.Popen(line, text=True, **pipes)) for line in commands]
        for program in programs:
            assert read_line(program) == "ready\n", program.communicate(timeout=60)[1]
        yield programs


def read_line(program: "subprocess.Popen[str]") -> str:
    """The next line that a program prints."""
    assert program.stdout is not None
    return program.stdout.readline()


def tell(program: "subprocess.Popen[str]", line: str = "") -> None:
    """Sends a line to a program."""
    assert program.stdin is not None
    program.stdin.write(f"{line}\n")
    program.stdin.flush()


def run_python(code: str, *arguments: object) -> str:
    """What a program prints; it must not fail or complain."""
    done = subprocess.run(python(code, *arguments), capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout
