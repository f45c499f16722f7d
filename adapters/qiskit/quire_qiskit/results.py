"""What a job measured, as Qiskit's own result: hexadecimal data, and a header that says how to write them."""

import json
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

# What registers hold in these begins with the lowest bit; what records hold, with the highest.
_LOWEST_FIRST = (HONEYWELL_RESULTS, RIGETTI_RESULTS)
_DIGITS = bytes.maketrans(b"\0\1", b"01")
_NO_BIT = 2
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
        data["memory"] = _memory(results, measured.numbers)
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


def exact_shares(job: JobDetails, results: Results) -> dict[str, float]:
    """The exact probability of each number, in hexadecimal, whose bit i is the circuit's classical bit i.

    Raises:
        ResultFormatError: The job gave no probabilities of numbers.
    """
    shares = None if results.num_shots is not None else _shares_of(job, results).shares
    if shares is None:
        raise ResultFormatError(
            f"job {job.id} gave {results.format}, which has shots and no probabilities",
            format=results.format,
        )
    return dict(shares)


def _shots_of(results: Results) -> _Measured:
    ascending = results.format in _LOWEST_FIRST
    counts = results.counts
    numbers = {display: _shown_number(display, ascending) for display in counts}
    if None in numbers.values():
        numbers = {entry.display: _hexadecimal(entry.outcome, ascending) for entry in results.histogram}
    return _Measured(counts, numbers)


def _shares_of(job: JobDetails, results: Results) -> _Measured:
    given = results.probabilities
    _check_probabilities(job, results)
    if results.format == IONQ_RESULTS:
        numbers: dict[str, str | None] = dict(_numbers_of_states(job, given))
    else:
        numbers = {display: _hexadecimal(_symbols(display), False) for display in given}
    shares: dict[str, float] = {}
    for display, number in numbers.items():
        if number is not None:
            shares[number] = shares.get(number, 0.0) + given[display]
    raw = apportioned(given, int(job.input_params.get("shots", 1)), job.id) if given else {}
    return _Measured(raw, {display: numbers[display] for display in raw}, shares)


def _check_probabilities(job: JobDetails, results: Results) -> None:
    """Refuses quasi-probabilities: counts made of them would be wrong, and nobody would see it."""
    shares = results.probabilities.values()
    if any(share < 0 for share in shares) or abs(sum(shares) - 1) > _ROUNDING * max(1, len(shares)):
        raise ResultFormatError(
            f"job {job.id} gave shares that are no probabilities (they are negative, or do not add up to 1), "
            "so there are no counts; job.quire_jobs[...].results().probabilities has them",
            format=results.format,
        )


def _numbers_of_states(job: JobDetails, states: Mapping[str, float]) -> Iterator[tuple[str, str]]:
    """For each basis state of all qubits, the number that the classical bits show."""
    if MEASURED_QUBITS not in job.metadata:
        raise ResultFormatError(
            f"job {job.id} gave probabilities of its qubits' states, and its metadata have no "
            f"{MEASURED_QUBITS!r} that says which qubit each bit shows; submit it with backend.run",
            format=IONQ_RESULTS,
        )
    places = [
        (qubit, bit)
        for bit, qubit in enumerate(json.loads(job.metadata[MEASURED_QUBITS]))
        if qubit is not None
    ]
    are_in_place = all(qubit == bit for qubit, bit in places)
    mask = sum(1 << qubit for qubit, _ in places)
    for display in states:
        state = int(display)
        if are_in_place:
            yield display, hex(state & mask)
        else:
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


def _memory(results: Results, numbers: Mapping[str, str | None]) -> list[str]:
    """The number of each shot, looked up among those of the outcomes, of which there are far fewer."""
    bits = results.bits
    if bits is not None:
        width = len(bits) // (results.num_shots or 1)
        ascending = results.format in _LOWEST_FIRST
        rows = [bits[place : place + width] for place in range(0, len(bits), width)]
        written = {row: _number(row, ascending) for row in set(rows)}
        return [written[row] for row in rows]
    shots = results.shots or ()
    try:
        known = {tuple(entry.outcome): numbers[entry.display] for entry in results.histogram}
        found = [known[tuple(shot)] for shot in shots]
    except (TypeError, LookupError):  # they are no rows of bits; then an outcome's text mostly is its display
        ascending = results.format in _LOWEST_FIRST
        found = [
            numbers[text] if (text := str(shot)) in numbers else _hexadecimal(shot, ascending)
            for shot in shots
        ]
    return [key for key in found if key is not None]


def _hexadecimal(outcome: Any, ascending: bool) -> str | None:
    """The number whose bit i is the circuit's classical bit i; None if the outcome is not made of bits."""
    try:
        row = bytes(outcome if isinstance(outcome, list) else map(_bit, _flat(outcome)))
    except (TypeError, ValueError):  # there are others in it, or lists within lists
        row = bytes(map(_bit, _flat(outcome)))
    return None if row.strip(b"\0\1") else _number(row, ascending)


def _bit(value: Any) -> int:
    """A value if it is a bit, or else another number."""
    return int(value) if value in (0, 1) else _NO_BIT


def _shown_number(display: str, ascending: bool) -> str | None:
    """The same of an outcome by its display, if that is a list of bits: ``[0, 1, 1]``."""
    digits = display[1::3]
    if display != f"[{', '.join(digits)}]" or digits.strip("01"):
        return None
    return hex(int((digits[::-1] if ascending else digits) or "0", 2))


def _number(row: bytes, ascending: bool) -> str:
    """The number in hexadecimal whose bits these are."""
    return hex(int((row[::-1] if ascending else row).translate(_DIGITS) or b"0", 2))


def _flat(outcome: Any) -> Iterator[Any]:
    if isinstance(outcome, list | tuple):
        for item in outcome:
            yield from _flat(item)
    else:
        yield outcome


def _symbols(display: str) -> list[int | str]:
    """What a display such as ``([0, 1], [-])`` is made of."""
    return [int(each) if each in "01" else each for each in display if each not in "[](), "]
