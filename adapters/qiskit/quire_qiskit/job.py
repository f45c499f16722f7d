"""A job as Qiskit's users hold it: a job of quire for each circuit, behind Qiskit's interface."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from qiskit.providers import JobStatus, JobV1
from qiskit.result import Result

from quire import Deadline, Job, JobDetails
from quire import JobStatus as QuireStatus
from quire.errors import ConflictError, InputError, WaitTimeoutError
from quire_qiskit.errors import JobWaitTimeoutError
from quire_qiskit.results import to_experiment, warn_of_missing

if TYPE_CHECKING:
    from quire_qiskit.backend import QuireBackend

ID_SEPARATOR = ","
"""What stands between the ids of the jobs of quire in the id of a job of several circuits."""

_STATUSES = {
    QuireStatus.QUEUED: JobStatus.QUEUED,
    QuireStatus.WAITING: JobStatus.QUEUED,
    QuireStatus.EXECUTING: JobStatus.RUNNING,
    QuireStatus.FINISHING: JobStatus.RUNNING,
    QuireStatus.CANCELLATION_REQUESTED: JobStatus.RUNNING,
    QuireStatus.CANCELLING: JobStatus.RUNNING,
    QuireStatus.SUCCEEDED: JobStatus.DONE,
    QuireStatus.COMPLETED: JobStatus.DONE,
    QuireStatus.FAILED: JobStatus.ERROR,
    QuireStatus.CANCELLED: JobStatus.CANCELLED,
}
_WAITING = [status for status, theirs in _STATUSES.items() if theirs is JobStatus.QUEUED]
# What a job of several circuits has come to when all have ended: the first of these that one of them has.
_WORST_FIRST = (JobStatus.ERROR, JobStatus.CANCELLED, JobStatus.DONE)

Callback = Callable[[str, JobStatus, "QuireQiskitJob"], object]


class QuireQiskitJob(JobV1):
    """A submitted job.

    Attributes:
        quire_jobs: The jobs of quire, one for each circuit in order.
    """

    def __init__(self, backend: "QuireBackend", jobs: Sequence[Job], memory: bool | None = None) -> None:
        """Takes jobs that were submitted.

        Args:
            backend: Where they run.
            jobs: The jobs of quire, one for each circuit.
            memory: Whether results hold the outcome of each shot; None for where the service gives shots.
        """
        super().__init__(backend, ID_SEPARATOR.join(job.id for job in jobs))
        self.quire_jobs = tuple(jobs)
        self._memory = memory
        self._result: Result | None = None

    @property
    def details(self) -> JobDetails:
        """The job of quire as last seen.

        Raises:
            InputError: The job is of several circuits; ``quire_jobs`` has them all.
        """
        if len(self.quire_jobs) > 1:
            raise InputError(
                f"the job has {len(self.quire_jobs)} circuits; see its quire_jobs for the details of each"
            )
        return self.quire_jobs[0].details

    def id(self) -> str:
        """Its id; the same as ``job_id()``, by the name that Microsoft's SDK has for it."""
        return str(self.job_id())

    def refresh(self) -> None:
        """Looks at it again, so that ``details`` and ``quire_jobs`` are as they are now."""
        for job in self.quire_jobs:
            job.refresh()

    def submit(self) -> NoReturn:
        """Does nothing but refuse: a job is submitted when ``backend.run`` makes it.

        Raises:
            ConflictError: Always.
        """
        raise ConflictError(
            f"job {self.job_id()} is submitted already; backend.run(...) submits a circuit again",
            kind="job",
            name=self.job_id(),
        )

    def status(self) -> JobStatus:
        """Its status now; of several circuits, final only when all of them have ended."""
        for job in self.quire_jobs:
            if not job.has_completed():
                job.refresh()
        return self._seen_status()

    def _seen_status(self) -> JobStatus:
        seen = {_STATUSES[job.status] for job in self.quire_jobs}
        if all(job.has_completed() for job in self.quire_jobs):
            return next(status for status in _WORST_FIRST if status in seen)
        return JobStatus.QUEUED if seen == {JobStatus.QUEUED} else JobStatus.RUNNING

    def queue_position(self) -> int | None:
        """Its place in its target's queue, from 1; of several circuits, that of the first that waits.

        Returns:
            One more than the jobs of the target that were submitted before it and still wait; None if it
            does not wait.
        """
        waiting = {job.id for job in self.quire_jobs if _STATUSES[job.refresh().status] is JobStatus.QUEUED}
        if not waiting:
            return None
        backend = self.backend()
        listed = backend.workspace.list_jobs(status=_WAITING, target=backend.name)
        return next((place for place, job in enumerate(listed, 1) if job.id in waiting), None)

    def cancel(self) -> bool:
        """Cancels what has not ended.

        Returns:
            Whether anything was cancelled, or is being so.
        """
        pending = [job for job in self.quire_jobs if not job.refresh().has_completed()]
        stopped = {QuireStatus.CANCELLED, QuireStatus.CANCELLING, QuireStatus.CANCELLATION_REQUESTED}
        return any(status in stopped for status in [job.cancel().status for job in pending])

    def wait_for_final_state(
        self, timeout: float | None = None, wait: float = 5, callback: Callback | None = None
    ) -> None:
        """Waits until it has ended, well or not, by notification.

        Args:
            timeout: The most seconds to wait; None for as long as it takes.
            wait: The seconds between calls of ``callback``.
            callback: Called with id, status and job until it has ended.

        Raises:
            JobWaitTimeoutError: It has not ended in that time; it goes on.
            InputError: ``timeout`` or ``wait`` is no number.
        """
        deadline = Deadline.after(timeout)
        pause = Deadline.after(wait, "wait").seconds if callback is not None else None
        # Who is told of the status is to hear of the first circuits' ends, too.
        jobs = self.quire_jobs if callback else self.backend().workspace.in_waiting_order(self.quire_jobs)
        while not _ended_within(jobs, _shorter(deadline.left(), pause)):
            if deadline.left() == 0:
                raise JobWaitTimeoutError(
                    f"job {self.job_id()} has not ended after {deadline.seconds} s",
                    job_id=self.job_id(),
                    seconds=deadline.seconds or 0.0,
                )
            if callback is not None:
                callback(self.job_id(), self._seen_status(), self)

    def wait_for_change(self, timeout: float | None = None) -> None:
        """Waits until a part that has not ended has another status than the one last seen.

        Args:
            timeout: The most seconds to wait; None for as long as it takes.
        """
        pending = next((job for job in self.quire_jobs if not job.has_completed()), None)
        if pending is not None:
            pending.wait_for_change(timeout)

    def result(self, timeout: float | None = None) -> Result:
        """Waits, and gives the counts of its circuits in order, and the single shots if they were asked for.

        Args:
            timeout: The most seconds to wait; None for as long as it takes.

        Raises:
            JobFailedError: A circuit's run failed or was cancelled; with the code and message of its fault.
            JobWaitTimeoutError: It has not ended in that time; it goes on.
        """
        if self._result is None:
            self.wait_for_final_state(timeout)
            parts = [(job, job.results()) for job in self.quire_jobs]
            spec = self.backend().quire_target.spec
            experiments = [to_experiment(job.details, results, self._memory, spec) for job, results in parts]
            ends = [job.details.end_execution_time for job, _ in parts]
            self._result = Result(
                backend_name=self.backend().name,
                backend_version=self.backend().backend_version,
                job_id=self.job_id(),
                success=True,
                status="COMPLETED",
                date=max((end for end in ends if end is not None), default=None),
                results=experiments,
            )
            if spec.shot_rule == "exact":
                warn_of_missing([job.details for job, _ in parts], experiments)
        return self._result

    def __repr__(self) -> str:
        return f"<QuireQiskitJob {self.job_id()} on {self.backend().name}: {self._seen_status().name}>"


def ids_in(job_id: object) -> list[Any]:
    """The ids of the jobs of quire in a job's id; what is no text as it is, for the workspace to refuse."""
    return job_id.split(ID_SEPARATOR) if isinstance(job_id, str) else [job_id]


def _ended_within(jobs: Sequence[Job], seconds: float | None) -> bool:
    deadline = Deadline.after(seconds)
    try:
        for job in jobs:
            job.wait_until_completed(deadline.left())
    except WaitTimeoutError:
        return False
    return True


def _shorter(first: float | None, second: float | None) -> float | None:
    """The shorter of two times; None is without end."""
    return min((seconds for seconds in (first, second) if seconds is not None), default=None)
