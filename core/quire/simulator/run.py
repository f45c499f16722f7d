"""From a task to its outcome: parameters, reader, engine, result writer."""

from quire.errors import MissingDependencyError
from quire.model import Fault, Outcome, Task
from quire.simulator.answers import answer, require_format
from quire.simulator.faults import INSUFFICIENT_RESOURCES, PayloadError
from quire.simulator.parameters import RunParameters, read_parameters
from quire.simulator.payloads import read_payload
from quire.simulator.reading import Reading


def run_task(task: Task) -> Outcome:
    """Runs a task; whatever its payload and parameters hold, it ends in an outcome.

    Args:
        task: A task with a payload of a format that the simulator reads.
    """
    try:
        return Outcome(data=_run(task))
    except PayloadError as error:
        return Outcome(fault=error.fault)
    except ImportError as error:
        return Outcome(fault=_missing(error))
    except MemoryError:
        return Outcome(fault=Fault(INSUFFICIENT_RESOURCES, "the simulation ran out of memory"))
    except Exception as error:  # noqa: BLE001 - a fault of the simulator must not take the worker with it
        return Outcome(fault=Fault("InternalError", f"the simulator failed: {error!r}"))


_Read = tuple[RunParameters, Reading]
_AHEAD: list[tuple[Task, _Read]] = []
"""What was read last of a task that has not been run."""


def read_ahead(task: Task) -> None:
    """Reads a task that may be run next.

    Args:
        task: A task as for :func:`run_task`.

    What is wrong with it is raised here, and made a fault by :func:`run_task`.
    """
    _AHEAD.clear()
    _AHEAD.append((task, _read(task)))


def _read(task: Task) -> _Read:
    require_format(task)
    parameters = read_parameters(task)
    return parameters, read_payload(task, parameters)


def _run(task: Task) -> bytes:
    known = next((read for other, read in _AHEAD if other is task), None)
    _AHEAD.clear()
    parameters, reading = known or _read(task)
    import numpy

    return answer(task, reading, parameters, numpy.random.default_rng(parameters.seed))


def _missing(error: ImportError) -> Fault:
    missing = MissingDependencyError(
        f"the local simulator needs {error.name}: pip install 'quire[local]'",
        package=error.name or "",
        extra="local",
    )
    return Fault(missing.code, missing.message)
