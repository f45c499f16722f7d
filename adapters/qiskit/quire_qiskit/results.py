"""What a job measured, as Qiskit's own result: hexadecimal data, and a header that says how to write them."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs
from qiskit.result.models import ExperimentResult, ExperimentResultData

from quire import JobDetails, Results, TargetSpec
from quire.errors import ResultFormatError
from quire.formats import HONEYWELL_RESULTS, IONQ_CIRCUIT, IONQ_RESULTS, RIGETTI_RESULTS
from quire_qiskit.apportionment import apportioned
from quire_qiskit.header import MEASURED_QUBITS, from_metadata
from quire_qiskit.user_warning import warn_user

LOWEST_FIRST = (HONEYWELL_RESULTS, RIGETTI_RESULTS)
"""What registers hold in these begins with the lowest bit; what records hold, with the highest."""
_DIGITS = bytes.maketrans(b"\0\1", b"01")
_MARKS = str.maketrans("", "", "[](), ")
_NO_BITS = re.compile(r"[^01\[\](), ]|[01]{2}")
# A distribution's parts are rounded, each by less than this.
_ROUNDING = 1e-6
# The share of its shots, and the number, that a circuit may lack before the user is told that counts are far
# from samples: a few are missing of any few.
_MOST_MISSING = 0.05
_FEW_MISSING = 10


@attrs.frozen
class _Measured:
    """What was measured, before it is put in Qiskit's form.

    Attributes:
        raw: How many shots each outcome came in, by the service's display.
        numbers: For each display the number, in hexadecimal, whose bit i is the circuit's classical bit i;
            None if the outcome is not made of bits.
        shares: The probability of each number; None if the service gave shots.
    """

    raw: Mapping[str, int]
    numbers: Mapping[str, str | None]
    shares: Mapping[str, float] | None = None


def to_experiment(
    job: JobDetails, results: Results, memory: bool | None, target: TargetSpec
) -> ExperimentResult:
    """The result of one circuit.

    A shot that is not made of bits, because a qubit was lost or its run failed, is in neither counts nor
    memory. A target that takes no chances cuts each outcome's shots off to a whole number; the shots that it
    leaves out are shared among the outcomes, so that there are as many as were asked for. In both cases
    the data's ``raw_counts`` are what the service gave.

    Args:
        job: The job that ran it.
        results: What it measured.
        memory: Whether to keep the outcome of each shot, in order; None for if there are single shots.
        target: Where it ran.

    Raises:
        ResultFormatError: The single shots are wanted, and the format has none; or shares are no
            probabilities.
    """
    if memory is None:
        memory = results.num_shots is not None
    if memory and results.num_shots is None:
        raise ResultFormatError(
            f"job {job.id} gave {results.format}, which has no single shots; run it without memory=True",
            format=results.format,
        )
    measured = _shots_of(results) if results.num_shots is not None else _shares_of(job, results)
    counts = _counts(measured)
    data: dict[str, Any] = {}
    if memory:
        data["memory"] = _memory(results)
    if target.shot_rule == "exact":
        missing = _missing(job, counts)
        counts = {key: counts[key] + missing.get(key, 0) for key in counts}
        if memory:
            data["memory"] += [key for key, count in missing.items() for _ in range(count)]
    if measured.shares is not None:
        data["probabilities"] = dict(measured.shares)
    if sum(counts.values()) != sum(measured.raw.values()) or None in measured.numbers.values():
        data["raw_counts"] = dict(measured.raw)
    return ExperimentResult(
        shots=sum(counts.values()),
        success=True,
        data=ExperimentResultData(counts=counts, **data),
        status="DONE",
        header=from_metadata(job.metadata),
        seed=job.input_params.get("seed"),
    )


def warn_of_missing(jobs: Sequence[JobDetails], experiments: Sequence[ExperimentResult]) -> None:
    """Warns once of results of a target that takes no chances if it left out more than a few shots.

    Args:
        jobs: The jobs.
        experiments: The result of each.
    """
    found = []
    for job, experiment in zip(jobs, experiments, strict=True):
        asked, data = int(job.input_params.get("shots", 1)), experiment.data
        given = sum(getattr(data, "raw_counts", data.counts).values())
        if asked - given > max(_FEW_MISSING, _MOST_MISSING * asked):
            found.append((given / asked, given, asked, job.id))
    if found:
        _, given, asked, job_id = min(found)
        others = f" (the fewest of {len(found)} such jobs)" if len(found) > 1 else ""
        warn_user(
            f"the service gave {given} of {asked} shots of job {job_id}{others}: it cuts each outcome's "
            "exact share off to whole shots. The rest is shared among the outcomes that it gave, and those "
            "with less than a shot are missing, so counts are far from samples. For exact probabilities run "
            f"with input_data_format={IONQ_CIRCUIT!r}, or use EstimatorV2 with the option exact=True"
        )


def _shots_of(results: Results) -> _Measured:
    ascending = results.format in LOWEST_FIRST
    counts = results.counts
    return _Measured(counts, {display: _shown(display, ascending) for display in counts})


def _shares_of(job: JobDetails, results: Results) -> _Measured:
    given = results.probabilities
    check_probabilities(job, results)
    if results.format == IONQ_RESULTS:
        numbers: dict[str, str | None] = dict(_numbers_of_states(job, given))
    else:
        numbers = {display: _shown(display, False) for display in given}
    shares: dict[str, float] = {}
    for display, number in numbers.items():
        if number is not None:
            shares[number] = shares.get(number, 0.0) + given[display]
    raw = apportioned(given, int(job.input_params.get("shots", 1)), job.id) if given else {}
    return _Measured(raw, {display: numbers[display] for display in raw}, shares)


def check_probabilities(job: JobDetails, results: Results) -> None:
    """Refuses quasi-probabilities: counts made of them would be wrong, and nobody would see it.

    Raises:
        ResultFormatError: Shares are negative, or do not add up to 1.
    """
    shares = results.probabilities.values()
    if any(share < 0 for share in shares) or abs(sum(shares) - 1) > _ROUNDING * max(1, len(shares)):
        raise ResultFormatError(
            f"job {job.id} gave shares that are no probabilities (they are negative, or do not add up to 1), "
            "so there are no counts; job.quire_jobs[...].results().probabilities has them",
            format=results.format,
        )


def shown_qubits(job: JobDetails) -> list[int | None]:
    """The qubit that each classical bit shows; None if it shows none.

    Raises:
        ResultFormatError: The job does not say it.
    """
    if MEASURED_QUBITS not in job.metadata:
        raise ResultFormatError(
            f"job {job.id} gave probabilities of its qubits' states, and its metadata have no "
            f"{MEASURED_QUBITS!r} that says which qubit each bit shows; submit it with backend.run",
            format=IONQ_RESULTS,
        )
    return list(json.loads(job.metadata[MEASURED_QUBITS]))


def _numbers_of_states(job: JobDetails, states: Mapping[str, float]) -> Iterator[tuple[str, str]]:
    """For each basis state of all qubits, the number that the classical bits show."""
    places = [(qubit, bit) for bit, qubit in enumerate(shown_qubits(job)) if qubit is not None]
    for display in states:
        state = int(display)
        yield display, hex(sum((state >> qubit & 1) << bit for qubit, bit in places))


def _counts(measured: _Measured) -> dict[str, int]:
    counts: dict[str, int] = {}
    for display, number in measured.numbers.items():
        if number is not None:
            counts[number] = counts.get(number, 0) + measured.raw[display]
    return counts


def _missing(job: JobDetails, counts: Mapping[str, int]) -> dict[str, int]:
    """The shots that the service left out, by the shares of those that it gave."""
    asked, given = int(job.input_params.get("shots", 1)), sum(counts.values())
    if not given or given >= asked:
        return {}
    whole = apportioned(counts, asked, job.id)
    return {key: count - counts[key] for key, count in whole.items() if count > counts[key]}


def _memory(results: Results) -> list[str]:
    """The number of each shot that is made of bits; there are far fewer outcomes than shots."""
    ascending = results.format in LOWEST_FIRST
    bits = results.bits
    numbers: Mapping[str, str | None]
    if bits is None:
        shots = [str(shot) for shot in results.shots or ()]
        numbers = {shot: _shown(shot, ascending) for shot in set(shots)}
    else:
        digits, width = bits.translate(_DIGITS).decode(), len(bits) // (results.num_shots or 1)
        shots = [digits[place : place + width] for place in range(0, len(digits), width)]
        numbers = {shot: _number(shot, ascending) for shot in set(shots)}
    return [number for shot in shots if (number := numbers[shot]) is not None]


def _shown(display: str, ascending: bool) -> str | None:
    """The number of an outcome such as ``([0, 1], [1])``; None if it is not made of bits."""
    return None if _NO_BITS.search(display) else _number(display.translate(_MARKS), ascending)


def _number(digits: str, ascending: bool) -> str:
    """The number in hexadecimal whose bit i is the circuit's classical bit i."""
    return hex(int((digits[::-1] if ascending else digits) or "0", 2))
