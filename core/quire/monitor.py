"""Showing a job's progress on a text stream, by notification and not by polling."""

import sys
from typing import Protocol, TextIO

from quire.status import JobStatus


class Monitored(Protocol):
    """What can be watched: a job of quire, or anything that waits and shows its status alike."""

    @property
    def status(self) -> JobStatus:
        """The status as last seen."""
        ...

    def wait_for_change(self, timeout: float | None = None) -> object:
        """Waits until the status is another than the one last seen."""
        ...


def job_monitor(job: Monitored, output: TextIO | None = None) -> None:
    """Prints each status of a job until it has ended.

    Args:
        job: The job.
        output: Where to print; None for standard output.
    """
    stream = sys.stdout if output is None else output
    while True:
        status = job.status
        print(f"Job Status: {status}", file=stream, flush=True)
        if status.is_terminal:
            return
        job.wait_for_change()
