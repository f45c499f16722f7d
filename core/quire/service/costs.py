"""What a job's provider bills for, by its own dimensions; here everything costs nothing."""

from collections.abc import Mapping

from quire.model import JobDetails
from quire.status import SUCCESSFUL_JOB_STATUSES

Event = tuple[str, str, str]
"""A dimension's id, its name, and its unit of measure."""

# As Azure Quantum lists them in its cost estimates.
_EVENTS: Mapping[str, tuple[Event, ...]] = {
    "ionq": (("gs1q", "1Q Gate Shot", "1q gate shot"), ("gs2q", "2Q Gate Shot", "2q gate shot")),
    "quantinuum": (("ehqc", "EHQC", "hqc"),),
    "rigetti": (("qpu_time_centiseconds", "QPU Execution Time", "10ms (rounded up)"),),
    "pasqal": (("compute-time-emu", "Compute Time on HPC-based Emulators", "per hour"),),
}


def billed_events(job: JobDetails) -> tuple[Event, ...] | None:
    """What a job is billed for; None if it did not succeed, or its provider bills nothing."""
    if job.status not in SUCCESSFUL_JOB_STATUSES:
        return None
    return _EVENTS.get(job.provider_id.lower())
