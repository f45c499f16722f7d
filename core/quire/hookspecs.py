"""Every hook of quire: the public seam for adapters, targets, simulators and transports.

A plug-in is a module or object with functions of these names, marked with ``quire.hookimpl``, that an
entry point of group ``quire`` names (or that is given to ``Workspace(plugins=[...])``). It must not import
its SDK when it is imported, only inside functions.
"""

from collections.abc import Callable, Iterator

import pluggy

from quire.errors import QuireError
from quire.example import Example
from quire.model import JobDetails, Outcome, Payload, SessionDetails, TargetSpec, Task
from quire.options import Options
from quire.results import Results
from quire.status import JobStatus, SessionStatus
from quire.transport.base import Transport, TransportOptions

hookspec = pluggy.HookspecMarker("quire")


@hookspec
def register_targets(register: Callable[[TargetSpec], None]) -> None:
    """Adds targets to the embedded service.

    Args:
        register: To be called with each target. Of one id, the target counts that the workspace's own
            plug-ins give, else that of an installed plug-in, else quire's.
    """


@hookspec(firstresult=True)
def encode_program(program: object, target: TargetSpec, options: Options) -> Payload | None:
    """Translates a program into a payload that the target takes.

    Recognise the program by its type's module or by duck type; do not import the SDK to find out.

    Args:
        program: What the user submitted.
        target: Where it is to run.
        options: The submission's own options; take those you know.

    Returns:
        The payload, or None if the program is not of your kind.

    Raises:
        TranslationError: It is of your kind, and cannot be expressed for the target.
    """


@hookspec(firstresult=True)
def encode_points(
    program: object, target: TargetSpec, points: Iterator[object], ahead: int, options: Options
) -> Iterator[Payload | QuireError] | None:
    """Translates a program at many points, where that costs less than translating it point by point.

    Without an answer, :func:`encode_program` is asked for each point, with the point as option ``args``;
    the payloads here must be the same as those.

    Args:
        program: What the user submitted.
        target: Where it is to run.
        points: For each payload what ``args`` takes; take them as payloads are asked for.
        ahead: The most points to take before the payloads of earlier ones are asked for.
        options: The submission's own options, without ``args``; take those you know before you answer.

    Returns:
        The payloads in the order of the points, with an error in the place of a point at which the
        program cannot be translated; or None, with no point taken, if the program is not of your kind or
        this way gains nothing.

    Raises:
        TranslationError: It is of your kind, and cannot be expressed for the target at any point.
    """


@hookspec
def foresee_payload(task: Task) -> None:
    """Reads a task that may be run here in a moment, and keeps what it has read; it runs nothing.

    Called in a worker process with nothing to do, while a short job is being written down. If it is
    accepted, :func:`execute_payload` mostly gets this very object next; but another worker may get the job,
    or nobody, as it may be refused. What this raises is not told: the run comes to it again.

    Args:
        task: The payload with its formats and parameters.
    """


@hookspec(firstresult=True)
def execute_payload(task: Task) -> Outcome | None:
    """Runs a task. Called in a worker process, never in the process that holds the store.

    Args:
        task: The payload with its formats and parameters.

    Returns:
        The outcome (bad payloads are faults, not exceptions), or None if you do not run this format.
    """


@hookspec(firstresult=True)
def decode_output(format: str, data: bytes, job: JobDetails) -> Results | None:
    """Reads a job's output.

    Args:
        format: The result format's id.
        data: The output as stored.
        job: The job, with the parameters and metadata that reading may need.

    Returns:
        The results, or None if you do not read this format.

    Raises:
        ResultFormatError: The data are not in the format.
    """


@hookspec
def prepare_worker() -> None:
    """Imports what :func:`execute_payload` needs, once, before workers are forked; it runs no thread."""


@hookspec
def complete_worker() -> None:
    """Imports what only some payloads need, once all plug-ins have prepared; it runs no thread either.

    Where a job waits already, its worker is forked before that, and imports when they are needed what
    other workers have from here.
    """


@hookspec
def job_changed(job: JobDetails, was: JobStatus | None) -> None:
    """Hears that a job of this process's workspace has a new status.

    Called after the change is durable, outside of its transaction, on whichever thread made it; be quick.

    Args:
        job: The job as it is now.
        was: Its status before; None if it is new.
    """


@hookspec
def session_changed(session: SessionDetails, was: SessionStatus | None) -> None:
    """Hears that a session of this process's workspace has a new status.

    Called like :func:`job_changed`.

    Args:
        session: The session as it is now.
        was: Its status before; None if it is new.
    """


@hookspec(firstresult=True)
def open_transport(url: str, options: TransportOptions) -> Transport | None:
    """Opens the way to the service behind a workspace's URL.

    Args:
        url: The workspace's URL, such as ``sqlite:///lab.db``.
        options: The workspace's settings.

    Returns:
        A transport, or None if the URL is not of your kind.
    """


@hookspec
def register_examples(register: Callable[[Example], None]) -> None:
    """Adds example programs, which ``quire demo`` submits.

    Args:
        register: To be called with each example.
    """
