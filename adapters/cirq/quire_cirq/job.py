"""A job as Cirq's users hold it; what it measured comes as Cirq's own result."""

from typing import TYPE_CHECKING

from quire import Job as QuireJob
from quire import JobDetails, JobStatus
from quire.errors import ResultFormatError
from quire_cirq.measurements import from_metadata

if TYPE_CHECKING:
    import cirq


class Job:
    """A circuit that was submitted to a target. Any process can have it by its id."""

    def __init__(self, job: QuireJob) -> None:
        """Takes a job of quire.

        Args:
            job: One that was submitted from Cirq.
        """
        self._job = job
        self._result: cirq.ResultDict | None = None

    @property
    def job(self) -> QuireJob:
        """The job as quire has it."""
        return self._job

    @property
    def details(self) -> JobDetails:
        """The job as last seen."""
        return self._job.details

    @property
    def id(self) -> str:
        """Its id."""
        return self._job.id

    def job_id(self) -> str:
        """Its id."""
        return self._job.id

    def name(self) -> str:
        """Its name."""
        return self._job.name

    def target(self) -> str:
        """The name of its target."""
        return self.details.target

    def status(self) -> JobStatus:
        """Its status now; the members are strings, spelled as the service spells them."""
        return self._job.refresh().status

    def num_qubits(self) -> int:
        """How many qubits its circuit has."""
        return int(self._noted("qubits"))

    def repetitions(self) -> int:
        """How many shots were asked for."""
        shots = self.details.input_params.get("shots")
        return int(self._noted("repetitions") if shots is None else shots)

    def _noted(self, name: str) -> str:
        text = self.details.metadata.get(name)
        if text is None:
            raise ResultFormatError(
                f"job {self.id} has no {name} in its metadata; it was not submitted from Cirq",
                format=self.details.output_data_format,
            )
        return text

    def measurement_dict(self) -> dict[str, tuple[int, ...]]:
        """The indices of the qubits of each key, in the order given to ``cirq.measure``."""
        return {record.key: record.qubits for record in from_metadata(self.details.metadata)}

    def wait_until_completed(self, timeout_seconds: float | None = None) -> None:
        """Waits until it has ended, well or not.

        Args:
            timeout_seconds: The most seconds to wait; None for as long as it takes.

        Raises:
            WaitTimeoutError: It has not ended in that time; it goes on.
        """
        self._job.wait_until_completed(timeout_seconds)

    def results(self, timeout_seconds: float | None = None) -> "cirq.ResultDict":
        """Waits, and gives what it measured; see ``quire_cirq.to_result``.

        Args:
            timeout_seconds: The most seconds to wait; None for as long as it takes.

        Raises:
            JobFailedError: It failed or was cancelled.
            WaitTimeoutError: It has not ended in that time; it goes on.
            ResultFormatError: It was not submitted from Cirq.
        """
        if self._result is None:
            from quire_cirq.results import to_result

            results = self._job.results(timeout_seconds)
            self._result = to_result(self.details, results)
        return self._result

    def cancel(self) -> None:
        """Cancels it; one that has ended stays as it is."""
        self._job.cancel()

    def __repr__(self) -> str:
        return f"quire_cirq.Job({self._job!r})"
