"""quire: sessions for quantum programs, one way for Q#, Qiskit and Cirq, on this machine or a service.

Start with :class:`Workspace`::

    from quire import Workspace

    workspace = Workspace()
    target = workspace.get_targets("ionq.simulator")
    with target.open_session(name="My session") as session:
        job = target.submit(program, shots=100)
        print(job.get_results())
"""

from quire.clock import Clock, SystemClock
from quire.costs import CostEstimate, CostEvent
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
]
