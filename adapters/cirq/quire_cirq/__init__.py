"""quire's adapter for Cirq: circuits as programs of any target, and Cirq's service, target, job and sampler.

Importing it does not import Cirq; the names below do, when they are used.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeGuard

from quire import Example, Options, Payload, TargetSpec, hookimpl
from quire.errors import QuireError
from quire.lazy_names import lazy_names

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


__getattr__ = lazy_names(__name__, _HOMES, sdk="Cirq", module="cirq", distribution="cirq-core", extra="cirq")


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
