"""What a job measured, as Qiskit's own result: hexadecimal data, and a header that says how to write them."""

from collections.abc import Iterator
from typing import Any

from qiskit.result.models import ExperimentResult, ExperimentResultData

from quire import JobDetails, Results
from quire.errors import ResultFormatError
from quire_qiskit.header import from_metadata


def to_experiment(job: JobDetails, results: Results, memory: bool) -> ExperimentResult:
    """The result of one circuit.

    A shot that is not made of bits, because a qubit was lost or its run failed, is in neither counts nor
    memory; if there is one, the data's ``raw_counts`` have all shots as the service shows them.

    Args:
        job: The job that ran it.
        results: What it measured.
        memory: Whether to keep the outcome of each shot, in order.

    Raises:
        ResultFormatError: The single shots are wanted, and the format has none.
    """
    if results.shots is not None:
        raw = results.counts
        known = {entry.display: _hexadecimal(entry.outcome) for entry in results.histogram}
    elif memory:
        raise ResultFormatError(
            f"job {job.id} gave {results.format}, which has no single shots; run it without memory=True",
            format=results.format,
        )
    else:
        shots = int(job.input_params.get("shots", 1))
        raw = {display: round(share * shots) for display, share in results.probabilities.items()}
        known = {display: _hexadecimal(_symbols(display)) for display in raw}
    counts = {key: raw[display] for display, key in known.items() if key is not None}
    data = ExperimentResultData(counts=counts)
    if memory:
        found = (_looked_up(shot, known) for shot in results.shots or ())
        data = ExperimentResultData(counts=counts, memory=[key for key in found if key is not None])
    if len(counts) < len(raw):
        data = ExperimentResultData(**data.to_dict(), raw_counts=raw)
    return ExperimentResult(
        shots=sum(counts.values()),
        success=True,
        data=data,
        status="DONE",
        header=from_metadata(job.metadata),
        seed=job.input_params.get("seed"),
    )


def _looked_up(shot: Any, known: dict[str, str | None]) -> str | None:
    """A shot's number. An outcome's text mostly is its display, and looking that up is quick."""
    text = str(shot)
    return known[text] if text in known else _hexadecimal(shot)


def _hexadecimal(outcome: Any) -> str | None:
    """The number whose bit i is the circuit's classical bit i: records begin with the highest.

    None if the outcome is not made of bits.
    """
    number = 0
    for bit in _flat(outcome):
        if bit not in (0, 1):
            return None
        number = 2 * number + bit
    return hex(number)


def _flat(outcome: Any) -> Iterator[Any]:
    if isinstance(outcome, list | tuple):
        for item in outcome:
            yield from _flat(item)
    else:
        yield outcome


def _symbols(display: str) -> list[int | str]:
    """What a display such as ``([0, 1], [-])`` is made of."""
    return [int(each) if each in "01" else each for each in display if each not in "[](), "]
