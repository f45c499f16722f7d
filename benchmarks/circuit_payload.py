"""What a Qiskit circuit costs to translate into each payload format, and at many points; beside the peers.

The reference is a bare loop that looks at each instruction's name, qubits and parameters and does nothing.
Before anything is timed, payloads of points are compared with those of bound circuits.
"""

import importlib.util
import json
import random
from collections.abc import Callable, Iterator, Mapping

from measurement import Section, Way, main
from payloads import of_circuits, of_points
from qiskit import QuantumCircuit, qasm2, qasm3
from qiskit.circuit import ParameterVector

from quire import Options, Payload, TargetSpec
from quire.formats import HONEYWELL_OPENQASM, IONQ_CIRCUIT, QIR, RIGETTI_QUIL
from quire_qiskit.payload import encode, payloads

LOOP = "bare loop over the instructions"
BOUND = "assign_parameters and translate each"
SIZES = ((10, 100), (50, 10_000), (100, 100_000))
POINTS = 1000
FORMATS = (QIR, IONQ_CIRCUIT, HONEYWELL_OPENQASM, RIGETTI_QUIL)
TARGET = TargetSpec(id="any", provider_id="any", num_qubits=100, input_formats=FORMATS)
OURS = {
    **{f"quire, {name}": {"input_data_format": name} for name in FORMATS},
    "quire, ionq.circuit.v1 native": {"input_data_format": IONQ_CIRCUIT, "gateset": "native"},
}


def random_circuit(num_qubits: int, num_gates: int) -> QuantumCircuit:
    """Half rotations at random angles, a quarter each of Hadamards and controlled X."""
    rng = random.Random(num_gates)
    circuit = QuantumCircuit(num_qubits, num_qubits)
    for _ in range(num_gates):
        first, second = rng.sample(range(num_qubits), 2)
        kind = rng.choice(("h", "ry", "rz", "cx"))
        if kind == "cx":
            circuit.cx(first, second)
        else:
            angles = () if kind == "h" else (rng.uniform(-3, 3),)
            getattr(circuit, kind)(*angles, first)
    circuit.measure(range(num_qubits), range(num_qubits))
    return circuit


def looked_at(circuit: QuantumCircuit) -> None:
    for instruction in circuit.data:
        instruction.name, instruction.qubits, instruction.params  # noqa: B018


def ours(circuit: QuantumCircuit, options: Mapping[str, object]) -> Way:
    return lambda: encode(circuit, TARGET, Options(options))


def peers(circuit: QuantumCircuit) -> Iterator[tuple[str, Way]]:
    yield "qiskit.qasm2.dumps", lambda: qasm2.dumps(circuit)
    yield "qiskit.qasm3.dumps", lambda: qasm3.dumps(circuit)
    if importlib.util.find_spec("qiskit_ionq"):
        from qiskit_ionq.helpers import qiskit_circ_to_ionq_circ

        yield "qiskit-ionq, to JSON", lambda: json.dumps(qiskit_circ_to_ionq_circ(circuit)[0])


def ansatz(num_qubits: int, layers: int) -> QuantumCircuit:
    """Layers of a rotation of each qubit and a ring of controlled X, a parameter for every rotation."""
    angles = iter(ParameterVector("angle", num_qubits * layers))
    circuit = QuantumCircuit(num_qubits, num_qubits)
    for _ in range(layers):
        for qubit in range(num_qubits):
            circuit.ry(next(angles), qubit)
        for qubit in range(num_qubits):
            circuit.cx(qubit, (qubit + 1) % num_qubits)
    circuit.measure(range(num_qubits), range(num_qubits))
    return circuit


def filled(circuit: QuantumCircuit, points: list[list[float]], name: str) -> Callable[[], list[bytes]]:
    def way() -> list[bytes]:
        found = payloads(circuit, points, TARGET, Options({"input_data_format": name}))
        return [payload.data for payload in found if isinstance(payload, Payload)]

    return way


def bound(circuit: QuantumCircuit, points: list[list[float]], name: str) -> Callable[[], list[bytes]]:
    return lambda: [
        encode(circuit.assign_parameters(point), TARGET, Options({"input_data_format": name})).data
        for point in points
    ]


def sweep(count: int, rounds: int) -> Section:
    circuit, rng = ansatz(20, 5), random.Random(1)
    points = [[rng.uniform(-3, 3) for _ in range(circuit.num_parameters)] for _ in range(count)]
    for name in FORMATS:
        if filled(circuit, points[:20], name)() != bound(circuit, points[:20], name)():
            raise SystemExit(f"{name}: the payloads of points differ from those of bound circuits")
    ways: dict[str, Way] = {
        f"quire, points filled in, {name}": filled(circuit, points, name) for name in FORMATS
    }
    ways[BOUND] = bound(circuit, points, QIR)
    ways["assign_parameters and qiskit.qasm2.dumps"] = lambda: [
        qasm2.dumps(circuit.assign_parameters(point)) for point in points
    ]
    return of_points(count, ways, BOUND, rounds)


def ways_of(num_qubits: int, num_gates: int) -> dict[str, Way]:
    circuit = random_circuit(num_qubits, num_gates)
    ways: dict[str, Way] = {LOOP: lambda: looked_at(circuit)}
    ways |= {name: ours(circuit, options) for name, options in OURS.items()}
    return ways | dict(peers(circuit))


def sections(quick: bool) -> Iterator[Section]:
    rounds = 1 if quick else 5
    yield from of_circuits(SIZES[:2] if quick else SIZES, ways_of, LOOP, rounds)
    yield sweep(POINTS // 20 if quick else POINTS, rounds)


if __name__ == "__main__":
    main(sections)
