"""Showing a Qiskit job's progress, as ``qiskit.tools.monitor.job_monitor`` did, but by notification."""

import sys
from typing import TextIO

from qiskit.providers.jobstatus import JOB_FINAL_STATES

from quire_qiskit.job import QuireQiskitJob


def job_monitor(job: QuireQiskitJob, interval: float | None = None, output: TextIO | None = None) -> None:
    """Prints each status of a job until it has ended.

    Args:
        job: The job.
        interval: The most seconds until the job is looked at again; None for when its status changes.
        output: Where to print; None for standard output.
    """
    stream = sys.stdout if output is None else output
    shown = None
    while shown not in JOB_FINAL_STATES:
        status = job.status()
        if status is not shown:
            print(f"Job Status: {status.value}", file=stream, flush=True)
            shown = status
        job.wait_for_change(interval)
