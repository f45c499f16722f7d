"""quire: sessions for quantum programs, one way for Q#, Qiskit and Cirq, on this machine or a service.

Start with :class:`Workspace`::

    from quire import Workspace

    workspace = Workspace()
    target = workspace.get_targets("ionq.simulator")
    with target.open_session(name="My session") as session:
        job = target.submit(program, shots=100)
        print(job.get_results())

Each name's module is loaded when the name is first used.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quire.clock import Clock, SystemClock
    from quire.costs import CostEstimate, CostEvent
    from quire.deadline import Deadline
    from quire.example import Example
    from quire.formats import QirProfile
    from quire.job import Job
    from quire.model import Attachment, Fault, JobDetails, Outcome, Payload, SessionDetails, TargetSpec, Task
    from quire.monitor import job_monitor
    from quire.options import Options
    from quire.plugins import hookimpl
    from quire.results import HistogramEntry, Results
    from quire.session import Session
    from quire.status import JobStatus, SessionJobFailurePolicy, SessionStatus
    from quire.target import Target
    from quire.workspace import Workspace

__all__ = [
    # handles
    "Workspace",
    "Target",
    "Session",
    "Job",
    "Results",
    "HistogramEntry",
    "job_monitor",
    # words
    "JobStatus",
    "SessionStatus",
    "SessionJobFailurePolicy",
    "JobDetails",
    "SessionDetails",
    "TargetSpec",
    "QirProfile",
    "Fault",
    "CostEstimate",
    "CostEvent",
    "Attachment",
    # for plug-ins
    "hookimpl",
    "Example",
    "Options",
    "Payload",
    "Task",
    "Outcome",
    # time
    "Clock",
    "SystemClock",
    "Deadline",
]

_HOMES = {
    "Clock": "clock",
    "SystemClock": "clock",
    "CostEstimate": "costs",
    "CostEvent": "costs",
    "Deadline": "deadline",
    "Example": "example",
    "QirProfile": "formats",
    "Job": "job",
    "Attachment": "model",
    "Fault": "model",
    "JobDetails": "model",
    "Outcome": "model",
    "Payload": "model",
    "SessionDetails": "model",
    "TargetSpec": "model",
    "Task": "model",
    "job_monitor": "monitor",
    "Options": "options",
    "hookimpl": "plugins",
    "HistogramEntry": "results",
    "Results": "results",
    "Session": "session",
    "JobStatus": "status",
    "SessionJobFailurePolicy": "status",
    "SessionStatus": "status",
    "Target": "target",
    "Workspace": "workspace",
}


if not TYPE_CHECKING:  # a type checker would take any name for one that exists

    def __getattr__(name):
        if name in _HOMES:
            found = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
        else:
            found = _module(name)
        globals()[name] = found
        return found

    def _module(name):
        """A module of quire; ``import quire`` suffices to use those that its names come from."""
        full_name = f"{__name__}.{name}"
        if not name.startswith("_"):
            try:
                return importlib.import_module(full_name)
            except ModuleNotFoundError as error:
                if error.name != full_name:
                    raise
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
