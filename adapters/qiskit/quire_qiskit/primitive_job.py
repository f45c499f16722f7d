"""A job of a primitive and the Qiskit jobs behind it; nothing about what is made of their results."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs
from qiskit import QuantumCircuit
from qiskit.primitives import BasePrimitiveJob, PrimitiveResult
from qiskit.providers import JobStatus

from quire import Deadline, Session, SessionStatus
from quire.errors import InputError, QuireError
from quire_qiskit.backend import QuireBackend
from quire_qiskit.job import ID_SEPARATOR, QuireQiskitJob

# What several jobs have come to: the first of these that one of them has.
_WORST_FIRST = (JobStatus.RUNNING, JobStatus.ERROR, JobStatus.CANCELLED)


@attrs.frozen
class Run:
    """What one pub has the backend run.

    Attributes:
        circuits: The circuits; none if there is nothing to measure.
        values: For each circuit an array of shape (points, parameters).
        options: The options of ``backend.run``, but for the seed.
    """

    circuits: Sequence[QuantumCircuit]
    values: Sequence[Any]
    options: Mapping[str, Any]


def checked(backend: object) -> QuireBackend:
    """The backend that a primitive is made for.

    Raises:
        InputError: It is another provider's.
    """
    if not isinstance(backend, QuireBackend):
        raise InputError(
            f"the primitive runs on backends of quire, not on {backend!r}; BackendSamplerV2 and "
            "BackendEstimatorV2 of qiskit.primitives run on any",
            argument="backend",
        )
    return backend


def session_of(backend: QuireBackend, made_in: Session | None) -> Session | None:
    """The session for what a primitive runs here and now.

    Algorithms call primitives on threads of their own, where no session is current. So a primitive belongs to
    the session that it was made in, until that is closed.

    Args:
        backend: Where it runs.
        made_in: The session that was current where the primitive was made.
    """
    current = backend.latest_session
    if current is not None or made_in is None:
        return current
    ended = made_in.details.is_closed or made_in.status is SessionStatus.SUCCEEDED
    return None if ended else made_in


def submit_all(
    backend: QuireBackend, runs: Sequence[Run], seed: int | None, session: Session | None
) -> list[QuireQiskitJob | None]:
    """Submits what all pubs need, before anything is waited for; if one is refused, the others are cancelled.

    Args:
        backend: Where.
        runs: What each pub needs.
        seed: Makes the shots repeatable: the points get this number and those that follow it.
        session: The session to join, unless a run's options have another.

    Returns:
        The job of each pub, with the points of its circuits in order; None if it needs none.
    """
    jobs: list[QuireQiskitJob | None] = []
    try:
        for run in runs:
            if not run.circuits:
                jobs.append(None)
                continue
            settings = {"session": session, **run.options}
            if seed is not None:
                settings["seed_simulator"] = seed
                seed += sum(map(len, run.values))
            jobs.append(backend.run(list(run.circuits), parameter_values=list(run.values), **settings))
    except QuireError:
        for job in jobs:
            if job is not None:
                job.cancel()
        raise
    return jobs


class QuirePrimitiveJob(BasePrimitiveJob[PrimitiveResult, JobStatus]):
    """What ``run`` of a primitive gives.

    Attributes:
        qiskit_jobs: The jobs of the backend, all of them submitted.
    """

    def __init__(
        self, jobs: Sequence[QuireQiskitJob], collect: Callable[[float | None], PrimitiveResult]
    ) -> None:
        """Takes jobs that were submitted.

        Args:
            jobs: The jobs.
            collect: Makes the result of what they measured; takes the most seconds to wait.
        """
        super().__init__(ID_SEPARATOR.join(job.job_id() for job in jobs))
        self.qiskit_jobs = tuple(jobs)
        self._collect = collect
        self._result: PrimitiveResult | None = None

    def result(self, timeout: float | None = None) -> PrimitiveResult:
        """Waits, and gives the results of the pubs in order.

        Args:
            timeout: The most seconds to wait; None for as long as it takes.

        Raises:
            JobFailedError: A circuit's run failed or was cancelled.
            JobWaitTimeoutError: It has not ended in that time; it goes on.
        """
        if self._result is None:
            deadline = Deadline.after(timeout)
            for job in self.qiskit_jobs:
                job.wait_for_final_state(deadline.left())
            self._result = self._collect(deadline.left())
        return self._result

    def status(self) -> JobStatus:
        """Its status now: final only when all circuits have ended."""
        seen = {job.status() for job in self.qiskit_jobs}
        if JobStatus.QUEUED in seen:
            return JobStatus.QUEUED if seen == {JobStatus.QUEUED} else JobStatus.RUNNING
        return next((status for status in _WORST_FIRST if status in seen), JobStatus.DONE)

    def done(self) -> bool:
        """Whether all circuits have run well."""
        return self.status() is JobStatus.DONE

    def running(self) -> bool:
        """Whether it has begun and not ended."""
        return self.status() is JobStatus.RUNNING

    def cancelled(self) -> bool:
        """Whether it was cancelled."""
        return self.status() is JobStatus.CANCELLED

    def in_final_state(self) -> bool:
        """Whether all circuits have ended."""
        return all(job.in_final_state() for job in self.qiskit_jobs)

    def cancel(self) -> bool:
        """Cancels what has not ended.

        Returns:
            Whether anything was cancelled, or is being so.
        """
        stopped = [job.cancel() for job in self.qiskit_jobs]
        return any(stopped)

    def __repr__(self) -> str:
        return f"<QuirePrimitiveJob {self.job_id()}: {self.status().name}>"
