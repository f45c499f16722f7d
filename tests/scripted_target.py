"""A plug-in whose payloads are tiny programs that say how their run goes: well, badly, or not at all.

Targets ``scripted.alpha`` and ``scripted.beta`` take format ``scripted.v1``. Words of a program:

    ok                 one shot after another gives [0, 1]
    params             the output is the job's input parameters
    fail CODE text     the run ends with that fault
    odd                the run ends with a fault whose text is no valid Unicode
    babble             the worker says what it was not asked, then ok
    raise text         the plug-in breaks
    silent             the plug-in does not run it
    no-results TEXT    the output is the text, which is not in its format
    told               the output says whether the plug-in was told of this task before
    ...-when-told      falls, dies or sticks when it is told of it, then ok
    crash              the worker process kills itself
    crash-once FILE    the same, in its first run only
    work MILLISECONDS  keeps the processor busy, then ok
    solo DIRECTORY     notes each of its runs, and notes when two of them overlap; then work 5
    meet PORT          connects to a ``Gate`` of the test, and goes on with the program that it is told there
"""

import fcntl
import gc
import json
import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from quire import Fault, Outcome, TargetSpec, Task, hookimpl
from quire.microsoft_results import write_v1, write_v2
from quire.service.line import Line

FORMAT = "scripted.v1"
ALPHA = "scripted.alpha"
BETA = "scripted.beta"
_PATIENCE = 60.0
_WORKERS_PATIENCE = 300.0  # longer than that of the test, which is to see that a worker stays

_WRITERS = {"microsoft.quantum-results.v2": write_v2, "microsoft.quantum-results.v1": write_v1}


@hookimpl
def register_targets(register: Callable[[TargetSpec], None]) -> None:
    for name in (ALPHA, BETA):
        register(
            TargetSpec(
                id=name,
                provider_id="scripted",
                num_qubits=4,
                input_formats=(FORMAT,),
                default_shots=3,
                max_shots=1000,
            )
        )


_TOLD: list[Task] = []


@hookimpl
def foresee_payload(task: Task) -> None:
    _TOLD[:] = [task]
    action = _WHEN_TOLD.get(task.data.decode(errors="replace"))
    if action is not None:
        action()


class PanicError(BaseException):
    """What engines written in Rust raise."""


def _fall() -> None:
    raise PanicError


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _stick() -> None:
    while True:
        time.sleep(_WORKERS_PATIENCE)


_WHEN_TOLD = {"falls-when-told": _fall, "dies-when-told": _die, "sticks-when-told": _stick}


def _told(_: str, task: Task) -> Outcome:
    """Whether it was told of this very task before."""
    return Outcome(b"told" if _TOLD and _TOLD[0] is task else b"untold")


@hookimpl
def execute_payload(task: Task) -> Outcome | None:
    if task.input_format != FORMAT:
        return None
    return _run(task.data.decode(), task)


def _run(program: str, task: Task) -> Outcome | None:
    word, _, rest = program.partition(" ")
    step = _STEPS.get(word)
    if step is None:
        return Outcome(fault=Fault("NoSuchWord", f"this is no program: {program!r}"))
    return step(rest, task)


def _ok(_: str, task: Task) -> Outcome:
    writer = _WRITERS.get(task.output_format)
    if writer is None:
        fault = Fault("CannotTranslateOutputData", f"cannot translate to {task.output_format!r}")
        return Outcome(fault=fault)
    shots = task.params.get("shots", task.target.default_shots)
    return Outcome(writer([[0, 1]], [0] * int(shots)))


def _params(_: str, task: Task) -> Outcome:
    return Outcome(json.dumps(dict(task.params)).encode())


def _fail(rest: str, _: Task) -> Outcome:
    code, _, message = rest.partition(" ")
    return Outcome(fault=Fault(code, message))


def _odd(_: str, __: Task) -> Outcome:
    return Outcome(fault=Fault("Odd", "no file \udcff"))


def _babble(_: str, task: Task) -> Outcome:
    for line in [found for found in gc.get_objects() if isinstance(found, Line)]:
        line.send(b"\0\0\0\0\0\0\0\1Dnobody asked")
    return _ok("", task)


def _raise(rest: str, _: Task) -> Outcome:
    raise RuntimeError(rest)


def _silent(_: str, __: Task) -> None:
    return None


def _no_results(rest: str, _: Task) -> Outcome:
    return Outcome(rest.encode() or b"these are no results")


def _crash(_: str, __: Task) -> Outcome:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nothing survives SIGKILL")


def _crash_once(file: str, task: Task) -> Outcome:
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return _ok("", task)
    return _crash("", task)


def _work(milliseconds: str, task: Task) -> Outcome:
    end = time.monotonic() + int(milliseconds) / 1000
    while time.monotonic() < end:
        pass
    return _ok("", task)


def _solo(directory: str, task: Task) -> Outcome:
    """The lock ends with the process, so a run that was killed overlaps with nothing."""
    name = Path(directory, task.job_id)
    with name.open("a") as notes:
        try:
            fcntl.flock(notes, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            name.with_suffix(".overlap").touch()
        notes.write(f"{os.getpid()}\n")
        notes.flush()
        return _work("5", task)


def _meet(port: str, task: Task) -> Outcome | None:
    with socket.create_connection(("127.0.0.1", int(port)), timeout=_WORKERS_PATIENCE) as line:
        line.sendall(f"{os.getpid()} {task.job_id}\n".encode())
        told = line.makefile().readline()
    if not told:
        return Outcome(fault=Fault("NobodyThere", "the test went away"))
    return _run(told.rstrip("\n"), task)


_STEPS: dict[str, Callable[[str, Task], Outcome | None]] = {
    "ok": _ok,
    "params": _params,
    "fail": _fail,
    "odd": _odd,
    "babble": _babble,
    "raise": _raise,
    "silent": _silent,
    "no-results": _no_results,
    "crash": _crash,
    "crash-once": _crash_once,
    "work": _work,
    "solo": _solo,
    "meet": _meet,
    "told": _told,
    **dict.fromkeys(_WHEN_TOLD, _ok),
}


class Guest:
    """A run that has come to the gate and waits there.

    Attributes:
        pid: Its worker's process id.
        job_id: Its job.
    """

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        line.settimeout(_PATIENCE)
        with line.makefile() as words:
            pid, self.job_id = words.readline().split()
        self.pid = int(pid)

    def tell(self, program: str) -> None:
        """Lets the run go on with a program."""
        self._line.sendall(f"{program}\n".encode())

    def wait_until_gone(self) -> None:
        """Returns when the run has ended without having been told anything: its worker was stopped."""
        assert self._line.recv(1) == b""

    def close(self) -> None:
        self._line.close()


class Gate:
    """Where runs of ``meet`` stop until the test lets them go on; a context manager.

    Attributes:
        program: The program that comes here.
    """

    def __init__(self) -> None:
        self._door = socket.create_server(("127.0.0.1", 0))
        self._door.settimeout(_PATIENCE)
        self._guests: list[Guest] = []
        self.port = self._door.getsockname()[1]
        self.program = f"meet {self.port}"

    def next(self) -> Guest:
        """The next run that comes."""
        line, _ = self._door.accept()
        self._guests.append(Guest(line))
        return self._guests[-1]

    def close(self) -> None:
        """Sends everybody away who is still there."""
        self._door.close()
        for guest in self._guests:
            guest.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()
