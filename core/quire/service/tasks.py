"""What of a job those see who run it; nothing about who that is."""

from collections.abc import Mapping

from quire.model import JobDetails, TargetSpec, Task
from quire.service.store.rows import unshared


def task_of(job: JobDetails, data: bytes, targets: Mapping[str, TargetSpec]) -> Task:
    """The task that a job is.

    Args:
        job: The job's definition, as submitted or as stored.
        data: Its payload.
        targets: The service's targets by id.
    """
    return Task(
        # Of no class that a worker could not import.
        job_id=str.__str__(job.id),
        target=targets[job.target],
        data=data,
        input_format=str.__str__(job.input_data_format),
        output_format=str.__str__(job.output_data_format),
        params=unshared(job.input_params),
    )
