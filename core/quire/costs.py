"""What jobs and sessions cost: the record, and what each provider bills for; here everything is free.

The dimensions are those that Azure Quantum lists in its cost estimates.
"""

import functools
from collections.abc import Mapping

import attrs

from quire.status import SUCCESSFUL_JOB_STATUSES, JobStatus


@attrs.frozen
class CostEvent:
    """One thing that is billed for.

    Attributes:
        dimension_id: What it is, for programs, such as ``gs1q``.
        dimension_name: What it is, for people.
        measure_unit: What its amounts count.
        amount_billed: How much of it is billed.
        amount_consumed: How much of it was used; the embedded service, whose simulators cost nothing,
            does not count it.
        unit_price: The price of one unit.
    """

    dimension_id: str
    dimension_name: str
    measure_unit: str
    amount_billed: float = 0.0
    amount_consumed: float = 0.0
    unit_price: float = 0.0


@attrs.frozen
class CostEstimate:
    """What a job or a session costs.

    Attributes:
        currency_code: The currency, by ISO 4217.
        events: What is billed for; empty for a session.
        estimated_total: The sum.
    """

    currency_code: str = "USD"
    events: tuple[CostEvent, ...] = ()
    estimated_total: float = 0.0


_BILLED: Mapping[str, tuple[CostEvent, ...]] = {
    "ionq": (
        CostEvent("gs1q", "1Q Gate Shot", "1q gate shot"),
        CostEvent("gs2q", "2Q Gate Shot", "2q gate shot"),
    ),
    "quantinuum": (CostEvent("ehqc", "EHQC", "hqc"),),
    "rigetti": (CostEvent("qpu_time_centiseconds", "QPU Execution Time", "10ms (rounded up)"),),
    "pasqal": (
        CostEvent("compute-time-emu", "Compute Time on HPC-based Emulators", "per hour"),
        CostEvent("compute-time-qpu", "Compute Time on QPU", "per hour"),
    ),
}
_CHECKER = (CostEvent("hqc", "HQC", "hqc"),)
_SESSION = CostEstimate()


@functools.lru_cache(maxsize=1000)
def _estimate(provider_id: str, target: str) -> CostEstimate | None:
    events = _BILLED.get(provider_id.lower())
    if events is None:
        return None
    # Quantinuum's syntax checkers are billed in another unit than its emulators.
    is_checker = provider_id.lower() == "quantinuum" and target.endswith("sc")
    return CostEstimate(events=_CHECKER if is_checker else events)


def job_cost(provider_id: str, target: str, status: JobStatus) -> CostEstimate | None:
    """The cost of a job of the embedded service; None if it did not succeed, or its provider bills nothing.

    Args:
        provider_id: The provider of its target.
        target: Its target.
        status: Its status.
    """
    return _estimate(provider_id, target) if status in SUCCESSFUL_JOB_STATUSES else None


def session_cost(provider_id: str, target: str, *, has_costs: bool) -> CostEstimate | None:
    """The cost of a session of the embedded service; None before any of its jobs has a cost.

    Args:
        provider_id: The provider of its target.
        target: Its target.
        has_costs: Whether one of its jobs succeeded.
    """
    return _SESSION if has_costs and _estimate(provider_id, target) is not None else None
