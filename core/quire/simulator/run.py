"""From a task to its outcome: parameters, reader, engine, result writer."""

from collections.abc import Callable, Sequence

from quire.errors import MissingDependencyError
from quire.formats import MICROSOFT_RESULTS_V1, MICROSOFT_RESULTS_V2
from quire.microsoft_results import write_v1, write_v2
from quire.model import Fault, Outcome, Task
from quire.results import Value
from quire.simulator.engines import choice
from quire.simulator.faults import CANNOT_TRANSLATE_OUTPUT_DATA, INSUFFICIENT_RESOURCES, PayloadError
from quire.simulator.parameters import read_parameters
from quire.simulator.readers.qir import read_qir

Writer = Callable[[Sequence[Value], Sequence[int]], bytes]

_WRITERS: dict[str, Writer] = {MICROSOFT_RESULTS_V1: write_v1, MICROSOFT_RESULTS_V2: write_v2}


def run_task(task: Task) -> Outcome:
    """Runs a task; whatever its payload and parameters hold, it ends in an outcome.

    Args:
        task: A task with a QIR program.
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
    writer = _writer(task)
    parameters = read_parameters(task)
    program = read_qir(task.data, parameters.entry_point, task.target)
    import numpy

    rng = numpy.random.default_rng(parameters.seed)
    shots = choice.run(program, task.target.profile, parameters.shots, rng)
    return writer(shots.values, shots.order)


def _writer(task: Task) -> Writer:
    writer = _WRITERS.get(task.output_format)
    if writer is None:
        # The service's own words.
        raise PayloadError(
            f"The output returned by '{task.target.provider_id}' cannot be translated as specified by "
            "'outputDataFormat'. Please ensure that 'outputDataFormat' is correct.",
            CANNOT_TRANSLATE_OUTPUT_DATA,
        )
    return writer


def _missing(error: ImportError) -> Fault:
    missing = MissingDependencyError(
        f"the local simulator needs {error.name}: pip install 'quire[local]'",
        package=error.name or "",
        extra="local",
    )
    return Fault(missing.code, missing.message)
