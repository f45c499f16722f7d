"""The reader of ``ionq.circuit.v1``: a JSON list of gates without measurements; all qubits are put out."""

import json
from collections.abc import Mapping
from typing import Any

from quire.model import TargetSpec
from quire.simulator.circuit import MEASURE, Circuit, Operation
from quire.simulator.faults import PayloadError
from quire.simulator.limits import MAX_PAYLOAD_BYTES
from quire.simulator.output import Container, Output
from quire.simulator.readers.ionq.gates import GATE_SETS
from quire.simulator.readers.ionq.instruction import Instruction

_KEYS = {"gateset", "qubits", "circuit"}


def read_ionq(data: bytes, target: TargetSpec) -> Circuit:
    """Reads an IonQ circuit.

    Args:
        data: The payload.
        target: The target it is for.

    Raises:
        PayloadError: It is no such circuit, or is too wide for the target.
    """
    body = _body(data)
    num_qubits = _num_qubits(body, target)
    gates = GATE_SETS.get(body.get("gateset", "qis")) if isinstance(body.get("gateset", "qis"), str) else None
    if gates is None:
        raise PayloadError(f"gateset must be one of {', '.join(GATE_SETS)}, not {body['gateset']!r}")
    steps = body.get("circuit")
    if not isinstance(steps, list):
        raise PayloadError("circuit must be a list of gates")
    operations: list[Operation] = []
    for number, step in enumerate(steps):
        instruction = Instruction(number, step, num_qubits)
        make = gates.get(instruction.gate)
        if make is None:
            raise instruction.fault(f"unknown gate; there are {', '.join(sorted(gates))}")
        operations += make(instruction)
        instruction.refuse_rest()
    operations += ((MEASURE, (qubit, qubit), ()) for qubit in range(num_qubits))
    output = Output((Container(False, num_qubits), *range(num_qubits)))
    # The native gates are turned about Z by bookkeeping alone.
    virtual = frozenset(("rz",)) if body.get("gateset") == "native" else frozenset()
    return Circuit(operations, num_qubits, num_qubits, output, virtual)


def _body(data: bytes) -> Mapping[str, Any]:
    if len(data) > MAX_PAYLOAD_BYTES:
        raise PayloadError(f"the payload has {len(data)} bytes; the simulator takes {MAX_PAYLOAD_BYTES}")
    try:
        body = json.loads(data, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise PayloadError(f"the payload is no JSON: {error}") from None
    if not isinstance(body, dict):
        raise PayloadError("the payload is not a JSON object with qubits and circuit")
    if "circuits" in body:
        raise PayloadError("a payload with several circuits: submit each as a job of its own")
    unknown = sorted(set(body) - _KEYS)
    if unknown:
        raise PayloadError(f"unknown keys {', '.join(unknown)}; there are {', '.join(sorted(_KEYS))}")
    return body


def _refuse_constant(text: str) -> None:
    raise ValueError(f"{text} is no number")


def _num_qubits(body: Mapping[str, Any], target: TargetSpec) -> int:
    number = body.get("qubits")
    if type(number) is not int or number < 1:
        raise PayloadError(f"qubits must be a whole number of at least 1, not {number!r}")
    if number > target.num_qubits:
        raise PayloadError(f"the circuit has {number} qubits, and {target.id} has {target.num_qubits}")
    return number
