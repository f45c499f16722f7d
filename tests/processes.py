"""Looking at processes: who is whose child, and waiting for the end of one that is not our own child."""

import contextlib
import os
import select
import subprocess
import sys


def children_of(pid: int) -> list[int]:
    """The living children of a process, in the order in which they were started."""
    listed = subprocess.run(
        ["ps", "-o", "pid=,stat=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    rows = [line.split() for line in listed.stdout.splitlines()]
    return sorted(int(child) for child, state in rows if not state.startswith("Z") and _is_not_ps(int(child)))


def _is_not_ps(pid: int) -> bool:
    with contextlib.suppress(OSError), open(f"/proc/{pid}/comm") as comm:
        return comm.read().strip() != "ps"
    return False


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


def run_python(code: str, *arguments: object) -> str:
    """What a program prints; it must not fail or complain."""
    done = subprocess.run(python(code, *arguments), capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout
