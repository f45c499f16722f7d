"""Which reader reads which payload format; each is imported when a job first needs it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from quire.formats import HONEYWELL_OPENQASM, IONQ_CIRCUIT, QIR, RIGETTI_QUIL
from quire.model import Task
from quire.simulator.parameters import RunParameters
from quire.simulator.reading import Reading


def _qir(task: Task, parameters: RunParameters) -> Reading:
    from quire.simulator.readers.qir import read_qir

    return Reading((read_qir(task.data, parameters.entry_point, task.target),))


def _ionq(task: Task, _parameters: RunParameters) -> Reading:
    from quire.simulator.readers.ionq import read_ionq

    return Reading((read_ionq(task.data, task.target),))


def _openqasm(task: Task, _parameters: RunParameters) -> Reading:
    from quire.simulator.readers.openqasm import read_openqasm

    return read_openqasm(task.data, task.target, task.params)


def _quil(task: Task, _parameters: RunParameters) -> Reading:
    from quire.simulator.readers.quil import read_quil

    return read_quil(task.data, task.target, task.params)


_READERS: Mapping[str, Callable[[Task, RunParameters], Reading]] = MappingProxyType(
    {QIR: _qir, IONQ_CIRCUIT: _ionq, HONEYWELL_OPENQASM: _openqasm, RIGETTI_QUIL: _quil}
)


def read_payload(task: Task, parameters: RunParameters) -> Reading:
    """Reads a task's payload.

    Args:
        task: A task with a payload of a format that the simulator reads.
        parameters: The task's parameters.

    Raises:
        PayloadError: It cannot be read, or is too large for the target.
    """
    return _READERS[task.input_format](task, parameters)
