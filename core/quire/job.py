"""What a user holds of a job: its state as last seen, and the ways to wait, read and cancel."""

from collections.abc import Iterable
from typing import Any, Self

from quire.arguments import content, texts
from quire.deadline import Deadline
from quire.errors import JobFailedError, ResultFormatError, WaitTimeoutError
from quire.formats import MICROSOFT_RESULTS_V1, MICROSOFT_RESULTS_V2
from quire.handle import Handle
from quire.model import Attachment, JobDetails
from quire.results import Results
from quire.service.definition import check_name
from quire.status import SUCCESSFUL_JOB_STATUSES, JobStatus
from quire.threads import in_thread


class Job(Handle[JobDetails]):
    """A job that was submitted to a target."""

    __slots__ = ()

    @property
    def status(self) -> JobStatus:
        """Its status as last seen."""
        return self._details.status

    @property
    def session_id(self) -> str | None:
        """The id of its session; None if it stands alone."""
        return self._details.session_id

    def refresh(self) -> Self:
        """Asks the service how it is now."""
        self._details = self._workspace.transport.get_job(self.id)
        return self

    def has_completed(self) -> bool:
        """Whether it had ended when last seen."""
        return self._details.status.is_terminal

    def wait_until_completed(self, timeout: float | None = None) -> None:
        """Waits until it has ended, well or not.

        Args:
            timeout: The most seconds to wait; None for as long as it takes.

        Raises:
            WaitTimeoutError: It has not ended in that time; it goes on.
        """
        seconds = Deadline.after(timeout).seconds
        if self._details.status.is_terminal:
            return
        self._details = self._workspace.transport.wait_job(self.id, seconds)
        self._check_ended(seconds)

    def _check_ended(self, seconds: float | None) -> None:
        if not self._details.status.is_terminal:
            raise WaitTimeoutError(
                f"job {self.name!r} ({self.id}) is still {self.status} after {seconds} s",
                job_id=self.id,
                seconds=seconds or 0.0,
            )

    wait_for_final_state = wait_until_completed

    def wait_for_change(self, timeout: float | None = None) -> Self:
        """Waits until its status is another than the one last seen, or the time has run out.

        Args:
            timeout: The most seconds to wait; None for as long as it takes.
        """
        seconds, seen = Deadline.after(timeout).seconds, self._details.status
        if not seen.is_terminal:
            self._details = self._workspace.transport.wait_job(self.id, seconds, seen)
        return self

    async def wait_for_change_async(self, timeout: float | None = None) -> Self:
        """Waits like :meth:`wait_for_change`, in asyncio and without a thread."""
        seconds, seen = Deadline.after(timeout).seconds, self._details.status
        if not seen.is_terminal:
            self._details = await self._workspace.transport.wait_job_async(self.id, seconds, seen)
        return self

    async def wait_async(self, timeout: float | None = None) -> Self:
        """Waits like :meth:`wait_until_completed`, in asyncio and without a thread.

        Args:
            timeout: The most seconds to wait; None for as long as it takes.

        Raises:
            WaitTimeoutError: It has not ended in that time; it goes on.
        """
        seconds = Deadline.after(timeout).seconds
        if not self._details.status.is_terminal:
            self._details = await self._workspace.transport.wait_job_async(self.id, seconds)
            self._check_ended(seconds)
        return self

    async def output_async(self, timeout: float | None = None) -> bytes:
        """Waits and reads like :meth:`output`, in asyncio; no thread waits, one of asyncio's pool reads."""
        await self.wait_async(timeout)
        return await in_thread(self.output)

    async def results_async(self, timeout: float | None = None) -> Results:
        """Waits and reads like :meth:`results`, in asyncio; see :meth:`output_async`."""
        await self.wait_async(timeout)
        return await in_thread(self.results)

    async def get_results_async(self, timeout: float | None = None) -> Any:
        """Waits and reads like :meth:`get_results`, in asyncio; see :meth:`output_async`."""
        await self.wait_async(timeout)
        return await in_thread(self.get_results)

    async def get_results_histogram_async(self, timeout: float | None = None) -> dict[str, dict[str, Any]]:
        """Waits and reads like :meth:`get_results_histogram`, in asyncio; see :meth:`output_async`."""
        await self.wait_async(timeout)
        return await in_thread(self.get_results_histogram)

    async def get_results_shots_async(self, timeout: float | None = None) -> list[Any]:
        """Waits and reads like :meth:`get_results_shots`, in asyncio; see :meth:`output_async`."""
        await self.wait_async(timeout)
        return await in_thread(self.get_results_shots)

    def update(
        self, name: str | None = None, priority: str | None = None, tags: Iterable[str] | None = None
    ) -> Self:
        """Changes its name, priority or tags; what is None stays.

        Args:
            name: The new name.
            priority: ``Standard`` or ``High``.
            tags: All of its tags from now on.

        Raises:
            InputError: A value is wrong.
        """
        new_tags = None if tags is None else texts("tags", tags)
        self._details = self._workspace.transport.update_job(self.id, name, priority, new_tags)
        return self

    def delete(self) -> None:
        """Forgets it, with its input, output and attachments; it must have ended.

        Raises:
            ConflictError: It has not ended.
        """
        self._workspace.transport.delete_job(self.id)

    def upload_attachment(self, name: str, data: bytes | str) -> Attachment:
        """Attaches a file to it.

        Args:
            name: The file's name; a job has one file of a name.
            data: The file's content; text is kept as UTF-8.

        Raises:
            ConflictError: It has a file of that name.
            InputError: The name is wrong, or the file too large.
        """
        return self._workspace.transport.upload_attachment(self.id, name, content(data))

    def download_attachment(self, name: str) -> bytes:
        """The content of a file that is attached to it.

        Raises:
            NotFoundError: There is none of that name.
            InputError: Nothing can have that name.
        """
        return self._workspace.transport.download_attachment(self.id, check_name("name", name))

    def list_attachments(self) -> list[Attachment]:
        """What is attached to it, by name."""
        return self._workspace.transport.list_attachments(self.id)

    def input(self) -> bytes:
        """Its payload, as submitted."""
        return self._workspace.transport.get_input(self.id)

    def cancel(self) -> Self:
        """Cancels it: at once if it waits, by stopping its run if it runs; an ended one stays as it is."""
        self._details = self._workspace.transport.cancel_job(self.id)
        return self

    def output(self, timeout: float | None = None) -> bytes:
        """Waits, and gives the output as the service keeps it.

        Args:
            timeout: The most seconds to wait; None for as long as it takes.

        Raises:
            JobFailedError: It failed or was cancelled.
            WaitTimeoutError: It has not ended in that time.
        """
        self.wait_until_completed(timeout)
        details = self._details
        if details.status not in SUCCESSFUL_JOB_STATUSES:
            fault = details.error_data
            why = "" if fault is None else f": {fault.code}: {fault.message}"
            raise JobFailedError(
                f"job {details.name!r} ({details.id}) has no results, it is {details.status}{why}",
                job_id=details.id,
                status=details.status,
                fault=fault,
            )
        return self._workspace.transport.get_output(details.id)

    def results(self, timeout: float | None = None) -> Results:
        """Waits, and gives the results in quire's one form.

        Args:
            timeout: The most seconds to wait; None for as long as it takes.

        Raises:
            JobFailedError: It failed or was cancelled.
            WaitTimeoutError: It has not ended in that time.
            ResultFormatError: No plug-in reads its output.
        """
        data = self.output(timeout)
        return self._workspace.decode(self._details, data)

    def get_results(self, timeout: float | None = None) -> Any:
        """Waits, and gives what Microsoft's SDK gives: the share of each outcome by its display.

        Formats that are not Microsoft's come as their JSON value.

        Raises:
            JobFailedError: It failed or was cancelled.
            WaitTimeoutError: It has not ended in that time.
        """
        data = self.output(timeout)
        if self._details.output_data_format in (MICROSOFT_RESULTS_V1, MICROSOFT_RESULTS_V2):
            return dict(self._workspace.decode(self._details, data).probabilities)
        import json

        try:
            return json.loads(data)
        except ValueError:
            return data.decode(errors="replace")

    def get_results_histogram(self, timeout: float | None = None) -> dict[str, dict[str, Any]]:
        """Waits, and gives ``{display: {"outcome": value, "count": n}}``, as Microsoft's SDK does.

        Raises:
            ResultFormatError: The format has no counts.
        """
        results = self.results(timeout)
        if results.num_shots is None:
            raise self._no_shots(results)
        return {
            entry.display: {"outcome": entry.outcome, "count": entry.count} for entry in results.histogram
        }

    def get_results_shots(self, timeout: float | None = None) -> list[Any]:
        """Waits, and gives the outcome of each shot, as Microsoft's SDK does.

        Raises:
            ResultFormatError: The format has no shots.
        """
        results = self.results(timeout)
        if results.shots is None:
            raise self._no_shots(results)
        return list(results.shots)

    def _no_shots(self, results: Results) -> ResultFormatError:
        return ResultFormatError(
            f"job {self.id} gave {results.format}, which has probabilities and no shots; "
            "use get_results() or results().probabilities",
            format=results.format,
        )

    def _repr_html_(self) -> str:
        from quire.cards import job_card

        return job_card(self._details)

    def __repr__(self) -> str:
        details = self._details
        return f"<Job {details.name!r} on {details.target}: {details.status} ({details.id})>"
