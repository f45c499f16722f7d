"""quire's adapter for Qiskit: circuits as programs of any target, and Qiskit's provider, backend and job.

Importing it does not import Qiskit; the names below do, when they are first asked for.
"""

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from quire import Example, Options, Payload, TargetSpec, hookimpl

if TYPE_CHECKING:
    from quire_qiskit.backend import QuireBackend
    from quire_qiskit.errors import BackendNotFoundError, JobWaitTimeoutError
    from quire_qiskit.job import QuireQiskitJob
    from quire_qiskit.monitor import job_monitor
    from quire_qiskit.provider import Provider

__all__ = [
    "Provider",
    "QuireBackend",
    "QuireQiskitJob",
    "job_monitor",
    "BackendNotFoundError",
    "JobWaitTimeoutError",
]

_HOMES = {
    "Provider": "provider",
    "QuireBackend": "backend",
    "QuireQiskitJob": "job",
    "job_monitor": "monitor",
    "BackendNotFoundError": "errors",
    "JobWaitTimeoutError": "errors",
}


def __getattr__(name: str) -> Any:
    # No __dir__ goes with it: some versions of pluggy look up all that dir() lists when they register it.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


@hookimpl
def encode_program(program: object, target: TargetSpec, options: Options) -> Payload | None:
    """Takes a ``qiskit.QuantumCircuit``; see ``hookspecs.encode_program``."""
    for kind in type(program).__mro__:
        if kind.__name__ == "QuantumCircuit" and kind.__module__.partition(".")[0] == "qiskit":
            from quire_qiskit.payload import encode

            return encode(program, target, options)
    return None


@hookimpl
def register_examples(register: Callable[[Example], None]) -> None:
    """Adds a Bell pair in one register; see ``hookspecs.register_examples``."""
    register(Example(sdk="Qiskit", submit=_submit_example))


def _submit_example(workspace: Any, target: str, name: str, shots: int) -> Any:
    from quire_qiskit.example import submit

    return submit(workspace, target, name, shots)
