"""The simulators behind the built-in targets: the plug-in, which loads no engine until a job needs one."""

import contextlib
import importlib
import os
from collections.abc import Iterable

from quire.formats import HONEYWELL_OPENQASM, IONQ_CIRCUIT, QIR, RIGETTI_QUIL
from quire.model import Outcome, Task
from quire.plugins import hookimpl
from quire.simulator.openqasm_parser import PARSER

# A job gets one core: what libraries would start threads for goes to other workers' jobs instead, and
# a process that forks must have one thread only.
_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "QULACS_NUM_THREADS": "1",
    "QDK_PYTHON_TELEMETRY": "none",
    "QSHARP_PYTHON_TELEMETRY": "none",
}
_FORMATS = frozenset((QIR, IONQ_CIRCUIT, HONEYWELL_OPENQASM, RIGETTI_QUIL))
_MOST_USED = ("quire.simulator.run", "quire.simulator.engines.statevector")
_OTHERS = (
    "quire.simulator.readers.qir",
    "quire.simulator.readers.ionq",
    "quire.simulator.readers.openqasm",
    "quire.simulator.readers.quil",
    "quire.simulator.engines.stabilizer",
    "quire.simulator.engines.branching",
    "quire.simulator.engines.density",
    "quire.simulator.engines.exact",
    "quire.simulator.engines.mps",
    "quire.simulator.engines.qsim",
    "quil",
)


@hookimpl(trylast=True)
def execute_payload(task: Task) -> Outcome | None:
    """Runs programs in the formats that it reads; see ``hookspecs.execute_payload``."""
    if task.input_format not in _FORMATS:
        return None
    from quire.simulator.run import run_task

    return run_task(task)


@hookimpl
def foresee_payload(task: Task) -> None:
    """Reads programs in the same formats; see ``hookspecs.foresee_payload``."""
    if task.input_format in _FORMATS:
        from quire.simulator.run import read_ahead

        read_ahead(task)


@hookimpl
def prepare_worker() -> None:
    """Loads what most payloads need; see ``hookspecs.prepare_worker``."""
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    PARSER.is_for_tasks = True
    _load(_MOST_USED)


@hookimpl
def complete_worker() -> None:
    """Loads the other engines and readers; see ``hookspecs.complete_worker``."""
    _load(_OTHERS)
    with contextlib.suppress(ImportError):
        PARSER.load()


def _load(modules: Iterable[str]) -> None:
    for module in modules:
        # What is not installed is said by the jobs that need it.
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
