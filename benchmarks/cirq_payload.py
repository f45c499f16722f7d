"""What a Cirq circuit costs to translate into each payload format, and at many points; beside the peers.

The reference is a bare loop that looks at each operation's gate and qubits and does nothing. Before anything
is timed, payloads of points are compared with those of resolved circuits.
"""

import importlib.util
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import cirq
import sympy
from measurement import Section, Way, main
from payloads import of_circuits, of_points

from quire import Options, Payload, TargetSpec
from quire.formats import HONEYWELL_OPENQASM, IONQ_CIRCUIT, QIR, RIGETTI_QUIL
from quire_cirq.payload import encode
from quire_cirq.points import encode_points

LOOP = "bare loop over the operations"
RESOLVED = "cirq.resolve_parameters and translate each"
SIZES = ((10, 100), (50, 10_000), (100, 100_000))
POINTS = 1000
FORMATS = (QIR, IONQ_CIRCUIT, HONEYWELL_OPENQASM, RIGETTI_QUIL)
TARGET = TargetSpec(id="any", provider_id="any", num_qubits=100, input_formats=FORMATS)
OURS = {
    **{f"quire, {name}": {"input_data_format": name} for name in FORMATS},
    "quire, ionq.circuit.v1 native": {"input_data_format": IONQ_CIRCUIT, "gateset": "native"},
}
Point = Mapping[str, float]


def random_circuit(num_qubits: int, num_gates: int) -> cirq.Circuit:
    """Half rotations at random angles, a quarter each of Hadamards and controlled X."""
    rng = random.Random(num_gates)
    qubits = cirq.LineQubit.range(num_qubits)
    operations = []
    for _ in range(num_gates):
        first, second = rng.sample(qubits, 2)
        kind = rng.choice(("h", "ry", "rz", "cx"))
        if kind == "cx":
            operations.append(cirq.CNOT(first, second))
        elif kind == "h":
            operations.append(cirq.H(first))
        else:
            turn = cirq.ry if kind == "ry" else cirq.rz
            operations.append(turn(rng.uniform(-3, 3))(first))
    return cirq.Circuit(operations) + cirq.measure(*qubits, key="m")


def looked_at(circuit: cirq.Circuit) -> None:
    for operation in circuit.all_operations():
        operation.gate, operation.qubits  # noqa: B018


def ours(circuit: cirq.Circuit, options: Mapping[str, object]) -> Way:
    return lambda: encode(circuit, TARGET, Options(options))


def ionq_serializer() -> Callable[[cirq.Circuit], Any] | None:
    """cirq-ionq's translation to JSON, if it is installed."""
    if not importlib.util.find_spec("cirq_ionq"):
        return None
    from cirq_ionq import Serializer

    return Serializer().serialize_single_circuit


def peers(circuit: cirq.Circuit) -> Iterator[tuple[str, Way]]:
    yield "cirq.to_qasm (OpenQASM 2)", lambda: circuit.to_qasm()
    yield "cirq.to_qasm (OpenQASM 3)", lambda: circuit.to_qasm(version="3.0")
    yield "cirq.to_json", lambda: cirq.to_json(circuit)
    if (serialize := ionq_serializer()) is not None:
        yield "cirq-ionq, to JSON", lambda: serialize(circuit)


def ansatz(num_qubits: int, layers: int) -> tuple[cirq.Circuit, list[str]]:
    """Layers of a rotation of each qubit and a ring of controlled X, and its parameters: one a rotation."""
    qubits = cirq.LineQubit.range(num_qubits)
    names = [f"angle_{i}" for i in range(num_qubits * layers)]
    angles = iter(sympy.symbols(names))
    circuit = cirq.Circuit()
    for _ in range(layers):
        circuit += [cirq.ry(next(angles))(qubit) for qubit in qubits]
        circuit += [cirq.CNOT(qubits[i], qubits[(i + 1) % num_qubits]) for i in range(num_qubits)]
    return circuit + cirq.measure(*qubits, key="m"), names


def filled(circuit: cirq.Circuit, points: list[Point], name: str) -> Callable[[], list[bytes]]:
    def way() -> list[bytes]:
        found = encode_points(circuit, TARGET, points, Options({"input_data_format": name}))
        return [payload.data for payload in found if isinstance(payload, Payload)]

    return way


def resolved(circuit: cirq.Circuit, points: list[Point], name: str) -> Callable[[], list[bytes]]:
    return lambda: [
        encode(cirq.resolve_parameters(circuit, point), TARGET, Options({"input_data_format": name})).data
        for point in points
    ]


def sweep(count: int, rounds: int) -> Section:
    (circuit, names), rng = ansatz(20, 5), random.Random(1)
    points: list[Point] = [{name: rng.uniform(-3, 3) for name in names} for _ in range(count)]
    for name in FORMATS:
        if filled(circuit, points[:20], name)() != resolved(circuit, points[:20], name)():
            raise SystemExit(f"{name}: the payloads of points differ from those of resolved circuits")
    ways: dict[str, Way] = {
        f"quire, points filled in, {name}": filled(circuit, points, name) for name in FORMATS
    }
    ways[RESOLVED] = resolved(circuit, points, QIR)
    ways["cirq.resolve_parameters and cirq.to_qasm"] = lambda: [
        cirq.resolve_parameters(circuit, point).to_qasm() for point in points
    ]
    if (serialize := ionq_serializer()) is not None:
        ways["cirq.resolve_parameters and cirq-ionq"] = lambda: [
            serialize(cirq.resolve_parameters(circuit, point)) for point in points
        ]
    return of_points(count, ways, RESOLVED, rounds)


def ways_of(num_qubits: int, num_gates: int) -> dict[str, Way]:
    circuit = random_circuit(num_qubits, num_gates)
    ways: dict[str, Way] = {LOOP: lambda: looked_at(circuit)}
    ways |= {name: ours(circuit, options) for name, options in OURS.items()}
    return ways | dict(peers(circuit))


def sections(quick: bool) -> Iterator[Section]:
    rounds = 1 if quick else 3
    yield from of_circuits(SIZES[:2] if quick else SIZES, ways_of, LOOP, rounds)
    yield sweep(POINTS // 20 if quick else POINTS, rounds)


if __name__ == "__main__":
    main(sections)
