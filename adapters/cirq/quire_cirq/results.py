"""A job's results as Cirq's own: one array of bits per measurement key."""

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Any

import cirq
import numpy as np

from quire import JobDetails, Results
from quire.errors import ResultFormatError
from quire_cirq.counted import ResultDict
from quire_cirq.measurements import KeyRecord, from_metadata
from quire_cirq.payload import PARAMS

_ARRAY = re.compile(r"\[([^\[\]]+)\]")
_Arrays = dict[str, "np.ndarray[Any, Any]"]


def to_result(job: JobDetails, results: Results) -> cirq.ResultDict:
    """The results of a job that was submitted from Cirq, in whichever process.

    Shots in which a qubit was lost, or not read as 0 or 1, are left out: Cirq has no mark for them.

    Args:
        job: The job; its metadata say which bits belong to which key.
        results: What it measured.

    Returns:
        For each key an array of 0 and 1 in ``records``, shape (shots, times measured, qubits), qubits in
        the order given to ``cirq.measure``, ``invert_mask`` applied; ``measurements`` has the keys that
        were measured once. ``params`` are those of the submission.

    Raises:
        ResultFormatError: The job is not from Cirq, or its output does not have the bits of its keys.
    """
    records = from_metadata(job.metadata)
    if not records:
        raise _mismatch(job, "its metadata name no measurement keys; it was not submitted from Cirq")
    arrays = _from_rows(job, records, results) if records[0].places else _from_keys(job, records, results)
    params = job.metadata.get(PARAMS)
    return ResultDict(
        params=cirq.ParamResolver() if params is None else cirq.read_json(json_text=params), records=arrays
    )


def _from_keys(job: JobDetails, records: Sequence[KeyRecord], results: Results) -> _Arrays:
    if results.num_shots is None:
        raise _mismatch(job, f"{results.format} has probabilities and no shots")
    # A program of one key puts out its array alone, one of several a tuple of arrays.
    shown = _ARRAY.findall(next(iter(results.counts), ""))
    are_fitting = [len(array.split(",")) for array in shown] == [_width(record) for record in records]
    bits = results.bits if are_fitting else None
    if bits is not None:
        return _split(records, np.frombuffer(bits, dtype=np.uint8).reshape(results.num_shots, -1))
    shots = _readable(results)
    return {record.key: _array(job, records, i, shots) for i, record in enumerate(records)}


def _width(record: KeyRecord) -> int:
    return len(record.invert_masks) * len(record.qubits)


def _split(records: Sequence[KeyRecord], rows: "np.ndarray[Any, Any]") -> _Arrays:
    """The arrays of keys whose bits lie side by side in the rows."""
    arrays: _Arrays = {}
    for record, end in zip(records, itertools.accumulate(map(_width, records)), strict=True):
        bits = rows[:, end - _width(record) : end]
        masks = np.array(record.invert_masks, dtype=np.uint8)
        arrays[record.key] = bits.reshape(len(rows), *masks.shape) ^ masks
    return arrays


def _from_rows(job: JobDetails, records: Sequence[KeyRecord], results: Results) -> _Arrays:
    """The arrays of a program whose shots are rows of bits, from which each key picks its own."""
    width = 1 + max(place for record in records for time in record.places for place in time)
    has_shots = results.num_shots is not None
    rows = _rows(job, results, width) if has_shots else _rows_of_probabilities(job, results)
    return {
        record.key: rows[:, np.array(record.places)] ^ np.array(record.invert_masks, dtype=np.uint8)
        for record in records
    }


def _rows(job: JobDetails, results: Results, width: int) -> "np.ndarray[Any, Any]":
    """The bits of each shot."""
    bits = results.bits
    if bits is not None and len(bits) == width * (results.num_shots or 0):
        return np.frombuffer(bits, dtype=np.uint8).reshape(-1, width)
    shots = [tuple(_leaves(shot)) for shot in _readable(results)]
    if any(len(shot) != width for shot in shots):
        raise _mismatch(job, f"a shot should have {width} bits")
    return np.array(shots, dtype=np.uint8).reshape(len(shots), width)


def _rows_of_probabilities(job: JobDetails, results: Results) -> "np.ndarray[Any, Any]":
    """As many shots as were asked for, in the shares of the basis states; bit i of a state is qubit i.

    Each share is rounded down, and what is missing goes to the largest remainders.
    """
    try:
        asked = job.input_params.get("shots")
        shots = int(job.metadata["repetitions"] if asked is None else asked)
        num_qubits = int(job.metadata["qubits"])
        states = np.array([int(state) for state in results.probabilities], dtype=np.int64)
    except (KeyError, ValueError, OverflowError) as error:
        raise _mismatch(job, f"{error!r} in what is known of its shots and qubits") from error
    shares = np.array(list(results.probabilities.values()))
    if not shares.sum() > 0 or shares.min() < 0 or states.min() < 0 or states.max() >> num_qubits:
        raise _mismatch(job, f"its probabilities are not those of {num_qubits} qubits")
    order = np.argsort(states)
    states, quotas = states[order], shares[order] * shots / shares.sum()
    # Nothing depends on a remainder being smaller than the rounding of the shares.
    quotas = quotas.round(9)
    counts = np.floor(quotas).astype(int)
    largest = np.argsort(counts - quotas, kind="stable")[: shots - counts.sum()]
    counts[largest] += 1
    bits = (states[:, None] >> np.arange(num_qubits)) & 1
    return np.repeat(bits.astype(np.uint8), counts, axis=0)


def _readable(results: Results) -> Sequence[Any]:
    """The shots that hold nothing but bits."""
    shots = results.shots or ()
    # There are far fewer outcomes than shots.
    if results.histogram and all(_is_binary(entry.outcome) for entry in results.histogram):
        return shots
    return [shot for shot in shots if _is_binary(shot)]


def _is_binary(outcome: Any) -> bool:
    return all(bit in (0, 1) for bit in _leaves(outcome))


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, list | tuple):
        return itertools.chain.from_iterable(map(_leaves, value))
    return iter((value,))


def _array(
    job: JobDetails, records: Sequence[KeyRecord], place: int, shots: Sequence[Any]
) -> "np.ndarray[Any, Any]":
    record = records[place]
    shape = (len(shots), len(record.invert_masks), len(record.qubits))
    try:
        column = shots if len(records) == 1 else [shot[place] for shot in shots]
        bits = np.array(column, dtype=np.uint8).reshape(shape)
    except (ValueError, TypeError, LookupError) as error:
        raise _mismatch(job, f"key {record.key!r} should have {shape[1]} x {shape[2]} bits a shot") from error
    return bits ^ np.array(record.invert_masks, dtype=np.uint8)


def _mismatch(job: JobDetails, reason: str) -> ResultFormatError:
    return ResultFormatError(
        f"job {job.id} has no results in Cirq's form: {reason}", format=job.output_data_format
    )
