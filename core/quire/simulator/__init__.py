"""The simulators behind the built-in targets: the plug-in, which loads no engine until a job needs one."""

import contextlib
import importlib
import os
import sys
from collections.abc import Iterator

from quire.formats import HONEYWELL_OPENQASM, IONQ_CIRCUIT, QIR, RIGETTI_QUIL
from quire.model import Outcome, Task
from quire.plugins import hookimpl

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
_ENGINES = (
    "quire.simulator.run",
    "quire.simulator.engines.statevector",
    "quire.simulator.engines.stabilizer",
    "quire.simulator.engines.branching",
    "quire.simulator.engines.density",
    "quire.simulator.engines.exact",
    "quire.simulator.engines.mps",
    "quire.simulator.engines.qsim",
    "qdk.openqasm.parser",
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
def prepare_worker() -> None:
    """Loads the engines; see ``hookspecs.prepare_worker``."""
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    with _no_notebook():
        for module in _ENGINES:
            # What is not installed is said by the jobs that need it.
            with contextlib.suppress(ImportError):
                importlib.import_module(module)


@contextlib.contextmanager
def _no_notebook() -> Iterator[None]:
    """Keeps the QDK from loading IPython, where that is installed, only to see that this is no notebook."""
    if "IPython" in sys.modules:
        yield
        return
    sys.modules["IPython"] = None  # type: ignore[assignment]  # an import of it finds that it is not there
    try:
        yield
    finally:
        del sys.modules["IPython"]
