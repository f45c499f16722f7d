"""quire's adapter for Q#: operations with Python arguments, compiled for the target that runs them.

Import it before evaluating Q# source, and every operation of ``qsharp.code`` can be submitted to every
target, with arguments in order or by name::

    target.submit(qsharp.code.GenerateRandomBits, args=(2, [0.5, 1.0]), shots=100)
    target.submit(qsharp.code.GenerateRandomBits, args={"n": 2, "angle": angles}, shots=100)
    target.submit(qsharp.compile(f"GenerateRandomBits(2, {to_literal(angles, 'Double[]')})"), shots=100)
"""

import os
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from quire import Example, Options, Outcome, Payload, TargetSpec, Task, hookimpl
from quire.errors import QuireError
from quire.lazy_names import lazy_names
from quire_qsharp.watch import watch

if TYPE_CHECKING:
    from quire import Job, Workspace
    from quire_qsharp.callables import Signature
    from quire_qsharp.entry_point import EntryPoint
    from quire_qsharp.errors import (
        ArgumentError,
        CompilationError,
        ProgramFailedError,
        SourceUnknownError,
    )
    from quire_qsharp.introspection import signature
    from quire_qsharp.literals import to_literal
    from quire_qsharp.primitives import Pauli, Result
    from quire_qsharp.results import from_result
    from quire_qsharp.source import Source
    from quire_qsharp.sweeps import CompiledProgram, compile_each
    from quire_qsharp.types import parse_type, struct_type

__all__ = [
    # programs
    "EntryPoint",
    "Source",
    "compile_each",
    "CompiledProgram",
    # values
    "to_literal",
    "from_result",
    "Result",
    "Pauli",
    # types
    "signature",
    "Signature",
    "parse_type",
    "struct_type",
    # errors
    "ArgumentError",
    "CompilationError",
    "ProgramFailedError",
    "SourceUnknownError",
]

_MODULES = {
    "EntryPoint": "entry_point",
    "Source": "source",
    "compile_each": "sweeps",
    "CompiledProgram": "sweeps",
    "to_literal": "literals",
    "from_result": "results",
    "Result": "primitives",
    "Pauli": "primitives",
    "signature": "introspection",
    "Signature": "callables",
    "parse_type": "types",
    "struct_type": "types",
    "ArgumentError": "errors",
    "CompilationError": "errors",
    "ProgramFailedError": "errors",
    "SourceUnknownError": "errors",
}

_TELEMETRY = ("QDK_PYTHON_TELEMETRY", "QSHARP_PYTHON_TELEMETRY")


__getattr__ = lazy_names(
    __name__, _MODULES, sdk="the QDK", module="qdk", distribution="qsharp", extra="qsharp"
)


def _keep_telemetry_off() -> None:
    """The QDK reports its use to its makers unless told otherwise; its users are asked here.

    Its environment variables speak for the user. Without them it is told not to, whether it will be imported
    by this process or another one, or has been already; what it has noted since then is not sent.
    """
    if any(os.environ.get(variable) for variable in _TELEMETRY):
        return
    os.environ[_TELEMETRY[0]] = "none"
    telemetry: Any = sys.modules.get("qdk.telemetry")
    if telemetry is None:
        return
    telemetry.TELEMETRY_ENABLED = False
    from contextlib import suppress
    from queue import Empty

    # Its thread takes from the same queue.
    with suppress(Empty):
        while True:
            telemetry.telemetry_queue.get_nowait()
    telemetry.pending_metrics.clear()


@hookimpl
def encode_program(program: object, target: TargetSpec, options: Options) -> Payload | None:
    """Takes compiled Q#, Q# callables, entry points and sources; see ``hookspecs.encode_program``."""
    if callable(getattr(program, "_repr_qir_", None)):
        from quire_qsharp.payload import from_representation

        return from_representation(program, target)
    if not _may_be_program(program):
        return None
    from quire_qsharp.submission import encoded

    return encoded(program, target, options)


@hookimpl
def encode_points(
    program: object, target: TargetSpec, points: Iterator[object], ahead: int, options: Options
) -> Iterator[Payload | QuireError] | None:
    """Compiles a Q# operation for many arguments in batches; see ``hookspecs.encode_points``."""
    if not _may_be_program(program):
        return None
    from quire_qsharp.submission import encoded_points

    return encoded_points(program, target, points, ahead, options)


def _may_be_program(program: object) -> bool:
    kind = type(program)
    return (
        hasattr(program, "__global_callable")
        or kind.__module__.startswith("quire_qsharp.")
        or kind.__name__ in ("GlobalCallable", "Closure")
        or isinstance(program, os.PathLike)
    )


@hookimpl
def execute_payload(task: Task) -> Outcome | None:
    """Fails the jobs whose Q# programs failed when they were evaluated; see ``hookspecs.execute_payload``."""
    from quire_qsharp.failing import failure_of

    return failure_of(task)


@hookimpl
def register_examples(register: Callable[[Example], None]) -> None:
    """Adds a Bell pair; see ``hookspecs.register_examples``."""
    register(Example(sdk="Q#", submit=_submit_example, package="qsharp"))


def _submit_example(workspace: "Workspace", target: str, name: str, shots: int) -> "Job":
    from quire_qsharp.example import submit

    return submit(workspace, target, name, shots)


_keep_telemetry_off()
watch()
