"""quire's adapter for Qiskit: circuits as programs of any target; Qiskit's backend, job and primitives.

Importing it does not import Qiskit; the names below do, when they are first asked for.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from quire import Example, Options, Payload, TargetSpec, hookimpl
from quire.errors import QuireError
from quire.lazy_names import lazy_names

if TYPE_CHECKING:
    from quire_qiskit.backend import QuireBackend
    from quire_qiskit.errors import BackendNotFoundError, JobWaitTimeoutError
    from quire_qiskit.estimator import EstimatorV2
    from quire_qiskit.job import QuireQiskitJob
    from quire_qiskit.monitor import job_monitor
    from quire_qiskit.primitive_job import QuirePrimitiveJob
    from quire_qiskit.provider import Provider
    from quire_qiskit.sampler import SamplerV2

__all__ = [
    "Provider",
    "QuireBackend",
    "QuireQiskitJob",
    "SamplerV2",
    "EstimatorV2",
    "QuirePrimitiveJob",
    "job_monitor",
    "BackendNotFoundError",
    "JobWaitTimeoutError",
]

_HOMES = {
    "Provider": "provider",
    "QuireBackend": "backend",
    "QuireQiskitJob": "job",
    "SamplerV2": "sampler",
    "EstimatorV2": "estimator",
    "QuirePrimitiveJob": "primitive_job",
    "job_monitor": "monitor",
    "BackendNotFoundError": "errors",
    "JobWaitTimeoutError": "errors",
}


__getattr__ = lazy_names(
    __name__, _HOMES, sdk="Qiskit", module="qiskit", distribution="qiskit", extra="qiskit"
)


@hookimpl
def encode_program(program: object, target: TargetSpec, options: Options) -> Payload | None:
    """Takes a ``qiskit.QuantumCircuit``; see ``hookspecs.encode_program``."""
    if not _is_circuit(program):
        return None
    from quire_qiskit.payload import encode

    return encode(program, target, options)


@hookimpl
def encode_points(
    program: object, target: TargetSpec, points: Iterator[object], options: Options
) -> Iterator[Payload | QuireError] | None:
    """Translates a circuit once and fills its points in; see ``hookspecs.encode_points``."""
    if not _is_circuit(program):
        return None
    from quire_qiskit.payload import payloads

    return payloads(program, points, target, options)


def _is_circuit(program: object) -> bool:
    return any(
        kind.__name__ == "QuantumCircuit" and kind.__module__.partition(".")[0] == "qiskit"
        for kind in type(program).__mro__
    )


@hookimpl
def register_examples(register: Callable[[Example], None]) -> None:
    """Adds a Bell pair in one register; see ``hookspecs.register_examples``."""
    register(Example(sdk="Qiskit", submit=_submit_example, package="qiskit"))


def _submit_example(workspace: Any, target: str, name: str, shots: int) -> Any:
    from quire_qiskit.example import submit

    return submit(workspace, target, name, shots)
