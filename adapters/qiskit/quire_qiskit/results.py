"""What a job measured, as Qiskit's own result: hexadecimal data, and a header that says how to write them."""

from collections.abc import Iterable, Iterator
from typing import Any

from qiskit.result.models import ExperimentResult, ExperimentResultData

from quire import JobDetails, Results
from quire.errors import ResultFormatError
from quire_qiskit.header import from_metadata


def to_experiment(job: JobDetails, results: Results, memory: bool) -> ExperimentResult:
    """The result of one circuit.

    Args:
        job: The job that ran it.
        results: What it measured.
        memory: Whether to keep the outcome of each shot, in order.

    Raises:
        ResultFormatError: An outcome is not made of bits, or the shots are wanted and the format has none.
    """
    if results.shots is None:
        counts, total = _from_shares(job, results)
        if memory:
            raise ResultFormatError(
                f"job {job.id} gave {results.format}, which has no single shots; run it without memory=True",
                format=results.format,
            )
        data = ExperimentResultData(counts=counts)
    else:
        total = len(results.shots)
        known = {entry.display: _hexadecimal(job, entry.outcome) for entry in results.histogram}
        counts = {known[entry.display]: entry.count for entry in results.histogram}
        shots = list(_memory(job, results.shots, known)) if memory else None
        data = ExperimentResultData(counts=counts, memory=shots)
    return ExperimentResult(
        shots=total,
        success=True,
        data=data,
        status="DONE",
        header=from_metadata(job.metadata),
        seed=job.input_params.get("seed"),
    )


def _memory(job: JobDetails, shots: Iterable[Any], known: dict[str, str]) -> Iterator[str]:
    """The shots' numbers. An outcome's text mostly is its display, and looking that up is quick."""
    for shot in shots:
        yield known.get(str(shot)) or _hexadecimal(job, shot)


def _from_shares(job: JobDetails, results: Results) -> tuple[dict[str, int], int]:
    """Counts from a format that has probabilities only: each share of the shots, rounded."""
    total = int(job.input_params.get("shots", 1))
    counts: dict[str, int] = {}
    for display, share in results.probabilities.items():
        bits = [int(character) for character in display if character.isdigit()]
        counts[_hexadecimal(job, bits)] = round(share * total)
    return counts, total


def _hexadecimal(job: JobDetails, outcome: Any) -> str:
    """The number whose bit i is the circuit's classical bit i: records begin with the highest."""
    number = 0
    for bit in _bits(outcome):
        if bit not in (0, 1):
            raise ResultFormatError(
                f"an outcome of job {job.id} is not made of bits: {outcome!r}; "
                "the job was not submitted from Qiskit, or its target lost a qubit",
                format=job.output_data_format,
            )
        number = 2 * number + bit
    return hex(number)


def _bits(outcome: Any) -> Iterator[Any]:
    if isinstance(outcome, list | tuple):
        for item in outcome:
            yield from _bits(item)
    else:
        yield outcome
