"""What a circuit's measurement keys recorded and where it is found again: the job's metadata, both ways."""

import json
from collections.abc import Mapping, Sequence

import attrs

_RECORDS = "cirq_records"
_MEASUREMENT_DICT = "measurement_dict"
_COMPACT = json.JSONEncoder(separators=(",", ":"))


@attrs.define
class KeyRecord:
    """Everything measured under one key.

    Attributes:
        key: The measurement key.
        qubits: The indices of its qubits, in the order given to ``cirq.measure``, when first measured.
        invert_masks: For each time the key was measured, which of its bits Cirq inverts (0 or 1 each).
            The target records the bits as measured; the inversion is done when results are read.
        places: For each time, where a shot has the bits, if it is one row of all the program's results;
            none if it has an array per key.
    """

    key: str
    qubits: tuple[int, ...]
    invert_masks: list[tuple[int, ...]] = attrs.field(factory=list)
    places: list[tuple[int, ...]] = attrs.field(factory=list)


def to_metadata(records: Sequence[KeyRecord]) -> dict[str, str]:
    """The job metadata that describes records.

    ``measurement_dict`` is what Microsoft's client writes; ``cirq_records`` has what it leaves out: the
    order of the keys, repeated keys, inversion and places.
    """
    rows = [
        [record.key, record.qubits, record.invert_masks, *([record.places] if record.places else [])]
        for record in records
    ]
    return {
        _MEASUREMENT_DICT: json.dumps({record.key: record.qubits for record in records}),
        _RECORDS: _COMPACT.encode(rows),
    }


def from_metadata(metadata: Mapping[str, str]) -> tuple[KeyRecord, ...]:
    """The records that a job's metadata describe, in the order of the job's output.

    Args:
        metadata: That of a job submitted through this adapter, or through Microsoft's for Cirq.

    Returns:
        The records; none if the job was not submitted from Cirq.
    """
    if _RECORDS in metadata:
        rows = json.loads(metadata[_RECORDS])
    else:
        qubits_by_key = json.loads(metadata.get(_MEASUREMENT_DICT, "{}"))
        rows = [[key, qubits, [[0] * len(qubits)]] for key, qubits in qubits_by_key.items()]
    return tuple(
        KeyRecord(key, tuple(qubits), [tuple(mask) for mask in masks], [tuple(row) for row in rows])
        for key, qubits, masks, *places in rows
        for rows in (places[0] if places else (),)
    )
