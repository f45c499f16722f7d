"""What the tests of the Cirq adapter share: translation, and a payload's exact results in Cirq's form."""

import cirq
import numpy as np

from cirq_adapter.qir_reading import outputs_of, unitary_of
from quire import JobDetails, Options, Payload, QirProfile, Results, TargetSpec
from quire.microsoft_results import decode_output, write_v2
from quire_cirq.payload import encode
from quire_cirq.results import to_result

BASE = TargetSpec(id="base.target", provider_id="test", num_qubits=50)
ADAPTIVE = TargetSpec(
    id="adaptive.target", provider_id="test", num_qubits=50, profile=QirProfile.ADAPTIVE_RIF
)


def translate(circuit: cirq.AbstractCircuit, target: TargetSpec = BASE, **options: object) -> Payload:
    taken = Options(options)
    payload = encode(circuit, target, taken)
    taken.refuse_rest("the test")
    return payload


def plain(value):
    """An output as quire's results have it: arrays as lists, tuples as tuples."""
    if isinstance(value, int):
        return value
    return tuple(map(plain, value)) if type(value) is tuple else list(map(plain, value))


def cirq_result(payload: Payload, shots: list) -> cirq.ResultDict:
    """The way back: shots written as the service writes them, read, and turned into Cirq's result."""
    data = write_v2(shots, range(len(shots)))
    job = JobDetails(id="j", name="j", provider_id="test", target="base.target", metadata=payload.metadata)
    results = decode_output("microsoft.quantum-results.v2", data, job)
    assert isinstance(results, Results)
    return to_result(job, results)


def exact(circuit: cirq.AbstractCircuit, target: TargetSpec = BASE, **options: object) -> dict:
    """The exact probability of each outcome; an outcome is a tuple of (key, times measured, bits)."""
    payload = translate(circuit, target, **options)
    outputs = outputs_of(payload.data)
    result = cirq_result(payload, [plain(output) for output in outputs])
    chances: dict = {}
    for outcome, probability in zip(outcomes(result), outputs.values(), strict=True):
        chances[outcome] = chances.get(outcome, 0.0) + probability
    return chances


def outcomes(result: cirq.Result) -> list:
    """Each shot as a tuple of (key, bits as nested tuples), keys in the result's order."""
    keys = list(result.records)
    columns = [[tuple(map(tuple, shot)) for shot in result.records[key].tolist()] for key in keys]
    return [tuple(zip(keys, shot, strict=True)) for shot in zip(*columns, strict=True)]


def assert_same_unitary(circuit: cirq.AbstractCircuit, tolerance: float = 1e-8) -> None:
    """Fails unless the translated gates are the circuit's matrix, up to one global phase."""
    qubits = sorted(circuit.all_qubits())
    wanted = circuit.unitary(qubit_order=qubits, qubits_that_should_be_present=qubits)
    seen = unitary_of(translate(circuit + cirq.measure(*qubits, key="m")).data)
    largest = np.unravel_index(np.argmax(np.abs(wanted)), wanted.shape)
    phase = seen[largest] / wanted[largest]
    assert abs(abs(phase) - 1) < tolerance, circuit
    assert np.abs(seen - phase * wanted).max() < tolerance, circuit
