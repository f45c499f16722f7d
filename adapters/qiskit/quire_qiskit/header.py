"""The header of a Qiskit experiment, and how a job's metadata carry it as strings."""

import json
from collections.abc import Mapping
from typing import Any

from qiskit import QuantumCircuit

from quire.errors import InputError, OptionError
from quire_qiskit.registers import BitGroups

Header = dict[str, Any]

MEASURED_QUBITS = "meas_map"
"""The metadata that say which qubit each classical bit shows; the name is that of Microsoft's SDK."""

_FOR_PEOPLE = json.JSONEncoder(default=str)


def to_metadata(circuit: QuantumCircuit) -> dict[str, str]:
    """The metadata of a circuit's job.

    The first four entries are those of Microsoft's SDK; the others say how counts are written.

    Raises:
        InputError: The circuit's own metadata have keys that JSON cannot hold, or contain themselves.
    """
    try:
        # Values of foreign types are kept as their text: they are for people, and no result depends on them.
        own = _FOR_PEOPLE.encode(circuit.metadata or {})
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


def measured_qubits(circuit: QuantumCircuit) -> str:
    """Which qubit each classical bit shows at the end, as JSON: its number, or null for none.

    Args:
        circuit: A circuit whose measurements stand in it openly, not in conditions or composite gates.

    Raises:
        OptionError: They do not.
    """
    found: list[int | None] = [None] * circuit.num_clbits
    for instruction in circuit.data:
        if instruction.name == "measure":
            bit, qubit = instruction.clbits[0], instruction.qubits[0]
            found[circuit.find_bit(bit).index] = circuit.find_bit(qubit).index
        elif instruction.clbits and instruction.name != "barrier":
            raise OptionError(
                f"circuit {circuit.name} has classical bits in {instruction.name}, so probabilities of "
                "qubits do not say what its bits show; run it without output_data_format=",
                argument="output_data_format",
            )
    return json.dumps(found)


def from_metadata(metadata: Mapping[str, str]) -> Header:
    """The header of a job's result.

    Args:
        metadata: The job's metadata; of a job that Microsoft's SDK submitted, the last two may be missing.
    """
    header: Header = dict(metadata)
    for key in ("metadata", "creg_sizes", MEASURED_QUBITS):
        if key in header:
            header[key] = json.loads(header[key])
    for key, name in (("num_qubits", "n_qubits"), ("memory_slots", "memory_slots")):
        if key in metadata:
            header[name] = int(metadata[key])
    return header
