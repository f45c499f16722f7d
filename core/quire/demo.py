"""What ``quire demo`` does and shows: the example of each SDK in a session on each target."""

import threading

from rich.console import Console
from rich.live import Live
from rich.table import Table

from quire.errors import MissingDependencyError
from quire.example import Example
from quire.job import Job
from quire.model import JobDetails, SessionDetails
from quire.plugins import hookimpl
from quire.session import Session
from quire.status import JobStatus, SessionStatus
from quire.workspace import Workspace

TARGETS = ("ionq.simulator", "quantinuum.sim.h1-1e", "rigetti.sim.qvm")
_BAR_WIDTH = 24
_STYLES = {
    "Succeeded": "green",
    "Completed": "green",
    "Failed": "red",
    "TimedOut": "red",
    "Cancelled": "yellow",
    "Executing": "cyan",
    "Failure(s)": "yellow",
}


class _Progress:
    """A plug-in that keeps a table of the demo's jobs up to date while they change."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._lock = threading.Lock()
        self._jobs: dict[str, JobDetails] = {}
        self._sessions: dict[str, SessionDetails] = {}
        self.waiting_for = ""

    @hookimpl
    def job_changed(self, job: JobDetails, was: JobStatus | None) -> None:  # noqa: ARG002 - the hook's shape
        with self._lock:
            self._jobs[job.id] = job
        self.show()

    @hookimpl
    def session_changed(self, session: SessionDetails, was: SessionStatus | None) -> None:  # noqa: ARG002
        with self._lock:
            self._sessions[session.id] = session
        self.show()

    def show(self) -> None:
        """Draws the table as it is now."""
        table = Table("session", "job", "status", box=None, padding=(0, 2))
        with self._lock:
            jobs, sessions = list(self._jobs.values()), list(self._sessions.values())
        for session in sessions:
            table.add_row(session.name, "", _styled(session.status))
            for job in jobs:
                if job.session_id == session.id:
                    table.add_row("", job.name, _styled(job.status))
        if self.waiting_for:
            table.add_row("", f"[dim]{self.waiting_for}[/dim]", "")
        self._live.update(table)


def _styled(status: object) -> str:
    style = _STYLES.get(str(status), "dim")
    return f"[{style}]{status}[/{style}]"


def run_demo(url: str | None, shots: int, console: Console | None = None) -> None:
    """Runs the demo.

    Args:
        url: The workspace; None for the user's own.
        shots: Shots of each job.
        console: Where to print; None for standard output.

    Raises:
        MissingDependencyError: No SDK is installed.
    """
    console = console or Console()
    with Live(console=console, transient=True, refresh_per_second=12) as live:
        progress = _Progress(live)
        with Workspace(url, plugins=[progress]) as workspace:
            earlier = list(workspace.list_sessions())
            sessions = _run_examples(workspace, shots, progress)
            live.update("")
            live.stop()
            for session in sessions:
                _show_session(console, session)
            _show_missing(console, workspace)
            _show_place(console, workspace, earlier)


def _run_examples(workspace: Workspace, shots: int, progress: _Progress) -> list[Session]:
    examples = [example for example in workspace.plugins.register_examples() if example.can_run]
    if not examples:
        raise MissingDependencyError(
            "no SDK is installed; pip install 'quire[all]', or quire[qsharp], quire[qiskit], quire[cirq]",
            package="qsharp, qiskit or cirq",
            extra="all",
        )
    sessions, jobs = [], []
    for target in TARGETS:
        with workspace.get_target(target).open_session(name=f"Demo on {target}") as session:
            sessions.append(session)
            jobs += [_submit(workspace, example, target, shots, progress) for example in examples]
    progress.waiting_for = ""
    for job in jobs:
        job.wait_until_completed()
    return [session.refresh() for session in sessions]


def _submit(workspace: Workspace, example: Example, target: str, shots: int, progress: _Progress) -> Job:
    progress.waiting_for = f"importing {example.sdk}, translating ..."
    progress.show()
    return example.submit(workspace, target, f"Job from {example.sdk}", shots)


def _show_missing(console: Console, workspace: Workspace) -> None:
    missing = [example.sdk for example in workspace.plugins.register_examples() if not example.can_run]
    if missing:
        console.print(f"[dim]Not installed, and so left out: {', '.join(missing)}.[/dim]")


def _show_session(console: Console, session: Session) -> None:
    details = session.details
    title = f"[bold]{session.name}[/bold]  {_styled(details.status)}  [dim]{session.id}[/dim]"
    console.print(title, soft_wrap=True)
    table = Table(box=None, padding=(0, 2), show_header=False)
    for job in session.list_jobs():
        table.add_row(job.name, _styled(job.status), _histogram(job))
    console.print(table)


def _histogram(job: Job) -> str:
    if job.status != JobStatus.SUCCEEDED:
        fault = job.details.error_data
        return "" if fault is None else f"{fault.code}: {fault.message}"
    shares = job.results().probabilities
    width = max(map(len, shares))
    return "\n".join(
        f"{name:<{width}}".replace("[", r"\[") + f"  {'█' * max(1, round(share * _BAR_WIDTH))} {share:.2f}"
        for name, share in sorted(shares.items())
    )


def _show_place(console: Console, workspace: Workspace, earlier: list[Session]) -> None:
    console.print(f"Workspace: {workspace.location}", soft_wrap=True, highlight=False)
    if not earlier:
        console.print("Run this again: the sessions above stay in the workspace.")
        return
    console.print(f"Sessions of earlier runs in it: {len(earlier)}; the latest:")
    for session in earlier[-3:]:
        opened = session.details.creation_time
        when = "" if opened is None else f"{opened:%Y-%m-%d %H:%M:%S} UTC"
        line = f"  {session.name}  {_styled(session.status)}  {when}  [dim]{session.id}[/dim]"
        console.print(line, soft_wrap=True)
