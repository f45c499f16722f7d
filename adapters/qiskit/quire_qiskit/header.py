"""The header of a Qiskit experiment, and how a job's metadata carry it as strings."""

import json
from collections.abc import Mapping
from typing import Any

from qiskit import QuantumCircuit

from quire.errors import InputError
from quire_qiskit.registers import BitGroups

Header = dict[str, Any]


def to_metadata(circuit: QuantumCircuit) -> dict[str, str]:
    """The metadata of a circuit's job.

    The first four entries are those of Microsoft's SDK; the others say how counts are written.

    Raises:
        InputError: The circuit's own metadata have keys that JSON cannot hold, or contain themselves.
    """
    try:
        # Values of foreign types are kept as their text: they are for people, and no result depends on them.
        own = json.dumps(circuit.metadata or {}, default=str)
    except (TypeError, ValueError) as error:
        raise InputError(
            f"the metadata of circuit {circuit.name} cannot be written as JSON: {error}", argument="metadata"
        ) from error
    return {
        "qiskit": "True",
        "name": circuit.name,
        "num_qubits": str(circuit.num_qubits),
        "metadata": own,
        "creg_sizes": json.dumps(BitGroups.of(circuit).creg_sizes),
        "memory_slots": str(circuit.num_clbits),
    }


def from_metadata(metadata: Mapping[str, str]) -> Header:
    """The header of a job's result.

    Args:
        metadata: The job's metadata; of a job that Microsoft's SDK submitted, the last two may be missing.
    """
    header: Header = dict(metadata)
    for key in ("metadata", "creg_sizes"):
        if key in header:
            header[key] = json.loads(header[key])
    for key, name in (("num_qubits", "n_qubits"), ("memory_slots", "memory_slots")):
        if key in metadata:
            header[name] = int(metadata[key])
    return header
