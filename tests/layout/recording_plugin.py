"""A plug-in module that implements every hook and writes down which one was called in which process."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from quire import (
    Example,
    HistogramEntry,
    JobDetails,
    JobStatus,
    Options,
    Outcome,
    Payload,
    Results,
    SessionDetails,
    SessionStatus,
    TargetSpec,
    Task,
    hookimpl,
)
from quire.errors import QuireError
from quire.transport.base import Transport, TransportOptions

FILE_VARIABLE = "QUIRE_TEST_RECORDING"
TARGET = "recording.target"
PAYLOAD_FORMAT = "recording.payload"
RESULT_FORMAT = "recording.results"


class Program:
    """A program that only this plug-in knows."""


def _record(hook: str) -> None:
    with Path(os.environ[FILE_VARIABLE]).open("a") as file:
        file.write(f"{hook} {os.getpid()}\n")


def recorded() -> dict[str, set[int]]:
    """The ids of the processes in which each hook was called so far."""
    found: dict[str, set[int]] = {}
    for line in Path(os.environ[FILE_VARIABLE]).read_text().splitlines():
        hook, pid = line.split()
        found.setdefault(hook, set()).add(int(pid))
    return found


@hookimpl
def register_targets(register: Callable[[TargetSpec], None]) -> None:
    _record("register_targets")
    spec = TargetSpec(
        id=TARGET,
        provider_id="recording",
        num_qubits=1,
        input_formats=(PAYLOAD_FORMAT,),
        output_format=RESULT_FORMAT,
    )
    register(spec)


@hookimpl
def encode_program(program: object, target: TargetSpec, options: Options) -> Payload | None:
    _record("encode_program")
    return Payload(b"program", format=PAYLOAD_FORMAT) if isinstance(program, Program) else None


@hookimpl
def encode_points(
    program: object, target: TargetSpec, points: Iterator[object], ahead: int, options: Options
) -> Iterator[Payload | QuireError] | None:
    _record("encode_points")
    if not isinstance(program, Program):
        return None
    return (Payload(b"program", format=PAYLOAD_FORMAT, name=str(point)) for point in points)


@hookimpl
def foresee_payload() -> None:
    _record("foresee_payload")


@hookimpl
def execute_payload(task: Task) -> Outcome | None:
    _record("execute_payload")
    return Outcome(b"ran " + task.data) if task.input_format == PAYLOAD_FORMAT else None


@hookimpl
def decode_output(format: str, data: bytes, job: JobDetails) -> Results | None:
    _record("decode_output")
    if format != RESULT_FORMAT:
        return None
    return Results(format, data, (HistogramEntry(1, data.decode(), 1),), [1], {data.decode(): 1.0})


@hookimpl
def prepare_worker() -> None:
    _record("prepare_worker")


@hookimpl
def complete_worker() -> None:
    _record("complete_worker")


@hookimpl
def job_changed(job: JobDetails, was: JobStatus | None) -> None:
    _record("job_changed")


@hookimpl
def session_changed(session: SessionDetails, was: SessionStatus | None) -> None:
    _record("session_changed")


@hookimpl
def open_transport(url: str, options: TransportOptions) -> Transport | None:
    _record("open_transport")
    return None


@hookimpl
def register_examples(register: Callable[[Example], None]) -> None:
    _record("register_examples")
    register(Example(sdk="recording", submit=lambda workspace, target, name, shots: None))
