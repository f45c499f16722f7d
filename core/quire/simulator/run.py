"""From a task to its outcome: parameters, reader, engine, result writer."""

from quire.errors import MissingDependencyError
from quire.model import Fault, Outcome, Task
from quire.simulator.answers import answer, require_format
from quire.simulator.faults import INSUFFICIENT_RESOURCES, PayloadError
from quire.simulator.parameters import read_parameters
from quire.simulator.payloads import read_payload


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


def _run(task: Task) -> bytes:
    require_format(task)
    parameters = read_parameters(task)
    reading = read_payload(task, parameters)
    import numpy

    return answer(task, reading, parameters, numpy.random.default_rng(parameters.seed))


def _missing(error: ImportError) -> Fault:
    missing = MissingDependencyError(
        f"the local simulator needs {error.name}: pip install 'quire[local]'",
        package=error.name or "",
        extra="local",
    )
    return Fault(missing.code, missing.message)
