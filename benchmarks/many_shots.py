"""A job of many shots, waited for and read: counts, single shots and samples, beside the peers."""

import itertools
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import cirq
import qsimcirq
from batch import circuits
from iteration import INLINE, OURS, TARGET
from measurement import Section, Way, alternate, main, scaled
from qiskit import QuantumCircuit
from qiskit.primitives import BackendSamplerV2, BaseSamplerV2
from qiskit.providers import BackendV2
from qiskit_aer import AerSimulator

from quire import Workspace
from quire_cirq import Service
from quire_qiskit import Provider, SamplerV2

SIZES = ((2, 1, 100_000), (10, 4, 10_000), (10, 4, 100_000), (16, 4, 10_000))
QUICK = ((4, 2, 1_000),)
KEY = "m"
AER = "Aer, bare"
Workspaces = dict[str, Workspace]
Ways = dict[str, Way]


def spread() -> Iterator[float]:
    """Angles with which a circuit has many outcomes."""
    return (0.5 + 0.7 * i % 2 for i in itertools.count())


def cirq_circuit(qubits: int, depth: int) -> cirq.Circuit:
    line, points = cirq.LineQubit.range(qubits), spread()
    circuit = cirq.Circuit()
    for _ in range(depth):
        circuit += [cirq.ry(next(points))(qubit) for qubit in line]
        circuit += [cirq.CNOT(*pair) for pair in itertools.pairwise(line)]
    return circuit + cirq.measure(*line, key=KEY)


def counts(backend: BackendV2, circuit: QuantumCircuit, shots: int) -> object:
    return backend.run(circuit, shots=shots).result().get_counts()


def memory(backend: BackendV2, circuit: QuantumCircuit, shots: int) -> object:
    return backend.run(circuit, shots=shots, memory=True).result().get_memory()


def sampled(sampler: BaseSamplerV2, circuit: QuantumCircuit, shots: int) -> object:
    return sampler.run([circuit], shots=shots).result()[0].data.meas.get_counts()


def measured(run: Way) -> object:
    return run().measurements[KEY]


def qiskit_ways(workspaces: Workspaces, qubits: int, depth: int, shots: int) -> Iterator[tuple[str, Ways]]:
    (circuit,) = circuits(1, qubits, depth, spread())
    asked = circuit, shots
    simulator = AerSimulator()
    backends = {name: Provider(each).get_backend(TARGET) for name, each in workspaces.items()}
    backends[AER] = simulator
    for what, read in (("Qiskit's counts", counts), ("Qiskit's memory", memory)):
        yield what, {name: partial(read, backend, *asked) for name, backend in backends.items()}
    ours, peer = SamplerV2(backends[OURS]), BackendSamplerV2(backend=simulator)
    ways = {OURS: partial(sampled, ours, *asked), "BackendSamplerV2 on Aer": partial(sampled, peer, *asked)}
    yield "counts of Qiskit's SamplerV2", ways


def cirq_ways(workspaces: Workspaces, qubits: int, depth: int, shots: int) -> Iterator[tuple[str, Ways]]:
    circuit = cirq_circuit(qubits, depth)
    runs: Ways = {
        name: partial(Service(each).run, circuit, repetitions=shots, target=TARGET)
        for name, each in workspaces.items()
    }
    runs["qsim, bare"] = partial(qsimcirq.QSimSimulator().run, circuit, repetitions=shots)
    runs["cirq.Simulator, bare"] = partial(cirq.Simulator().run, circuit, repetitions=shots)
    yield "Cirq's measurements", {name: partial(measured, run) for name, run in runs.items()}


def sections(quick: bool) -> Iterator[Section]:
    with (
        tempfile.TemporaryDirectory() as folder,
        Workspace(Path(folder, "shots.db")) as durable,
        Workspace("memory:", executor="inline") as in_memory,
    ):
        workspaces = {OURS: durable, INLINE: in_memory}
        for size in QUICK if quick else SIZES:
            qubits, depth, shots = size
            for what, ways in itertools.chain(qiskit_ways(workspaces, *size), cirq_ways(workspaces, *size)):
                seconds = alternate(ways, 3 if quick else 7)
                title = f"{shots} shots of {qubits} qubits, depth {depth}: {what}"
                yield Section(title, "ms per job", OURS, scaled(seconds, 1e3))


if __name__ == "__main__":
    main(sections)
