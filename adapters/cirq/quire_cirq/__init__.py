"""quire's adapter for Cirq: circuits as programs of any target, and Cirq's service, target, job and sampler.

Importing it does not import Cirq; the names below do, when they are used.
"""

import importlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeGuard

from quire import Example, Options, Payload, TargetSpec, hookimpl
from quire.errors import MissingDependencyError, QuireError

if TYPE_CHECKING:
    import cirq

    from quire_cirq.job import Job
    from quire_cirq.results import to_result
    from quire_cirq.sampler import Sampler
    from quire_cirq.service import Service
    from quire_cirq.target import Target

__all__ = ["Service", "Target", "Job", "Sampler", "to_result"]

_HOMES = {
    "Service": "service",
    "Target": "target",
    "Job": "job",
    "Sampler": "sampler",
    "to_result": "results",
}


def __getattr__(name: str) -> Any:
    # No __dir__ goes with it: some versions of pluggy look up all that dir() lists when they register it.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    except ModuleNotFoundError as error:
        if error.name != "cirq":
            raise
        raise MissingDependencyError(
            f"{__name__}.{name} needs Cirq; pip install 'quire[cirq]'", package="cirq-core", extra="cirq"
        ) from error


@hookimpl
def encode_program(program: object, target: TargetSpec, options: Options) -> Payload | None:
    """Takes a ``cirq.Circuit`` or ``cirq.FrozenCircuit``; see ``hookspecs.encode_program``."""
    if not _is_circuit(program):
        return None
    from quire_cirq.payload import encode

    return encode(program, target, options)


@hookimpl
def encode_points(
    program: object, target: TargetSpec, points: Iterator[object], options: Options
) -> Iterator[Payload | QuireError] | None:
    """Takes the same circuits, and translates each once for all points; see ``hookspecs.encode_points``."""
    if not _is_circuit(program):
        return None
    from quire_cirq.points import encode_points as encoded

    return encoded(program, target, points, options)


def _is_circuit(program: object) -> "TypeGuard[cirq.AbstractCircuit]":
    return any(
        kind.__name__ == "AbstractCircuit" and kind.__module__.partition(".")[0] == "cirq"
        for kind in type(program).__mro__
    )


@hookimpl
def register_examples(register: Callable[[Example], None]) -> None:
    """Adds a Bell pair, measured key by key; see ``hookspecs.register_examples``."""
    register(Example(sdk="Cirq", submit=_submit_example, package="cirq"))


def _submit_example(workspace: Any, target: str, name: str, shots: int) -> Any:
    from quire_cirq.example import submit

    return submit(workspace, target, name, shots)
