"""The simulators behind our targets, beside Aer, qsim and the QDK's on the same circuits."""

import random
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import cirq
import qsimcirq
from measurement import Section, Way, alternate, main, scaled
from qdk.simulation import run_qir
from qiskit import QuantumCircuit
from qiskit_aer import AerSimulator
from qiskit_aer.noise import NoiseModel as AerNoise
from qiskit_aer.noise import depolarizing_error

from quire import TargetSpec
from quire.formats import MICROSOFT_RESULTS_V2, QIR, QirProfile
from quire.model import NoiseModel, Task
from quire.qir import GATES, MEASURE, QirFrame, double
from quire.simulator import execute_payload, prepare_worker
from quire.simulator.engines import choice

Gate = tuple[str, tuple[int, ...], tuple[float, ...]]

OURS = "our target"
WITHOUT_QSIM = "our target, without the extra fast"
AER, AER_DENSITY = "Aer", "Aer, density matrix"
QSIM, QDK = "qsim, through Cirq", "QDK, run_qir"
ONE, TWO = 0.001, 0.01
TARGET = TargetSpec(
    "bench.simulator",
    "bench",
    num_qubits=100,
    profile=QirProfile.ADAPTIVE,
    noise_models=(NoiseModel("noisy", ONE, TWO),),
)
NOTE = (
    "One thread each. Ours starts from QIR text and ends with the bytes of all shots; "
    "the peers start from circuits."
)


def layers(width: int, depth: int, seed: int = 7) -> list[Gate]:
    """Layers of random turns of all qubits and of a line of CNOTs."""
    rng = random.Random(seed)
    gates: list[Gate] = []
    for layer in range(depth):
        gates += (("ry" if layer % 2 else "rx", (qubit,), (rng.uniform(0, 6),)) for qubit in range(width))
        gates += (("cx", (qubit, qubit + 1), ()) for qubit in range(layer % 2, width - 1, 2))
    return gates


def cliffords(width: int, count: int, seed: int = 7) -> list[Gate]:
    """Random Clifford gates."""
    rng = random.Random(seed)
    gates: list[Gate] = []
    for _ in range(count):
        first, second = rng.sample(range(width), 2)
        gates.append(rng.choice([("h", (first,), ()), ("s", (first,), ()), ("cx", (first, second), ())]))
    return gates


def qir(width: int, gates: Sequence[Gate], again: bool = False) -> bytes:
    """The circuit as QIR that measures all qubits; if asked, it turns and measures them again."""
    frame = QirFrame(width, width)
    for name, qubits, angles in gates:
        operands = (*map(double, angles), *(frame.qubits[qubit] for qubit in qubits))
        frame.lines.append(GATES[name].call % operands)
    frame.lines += (MEASURE % pair for pair in zip(frame.qubits, frame.results, strict=True))
    if again:
        turned = (GATES["h"].call % frame.qubits[qubit] for qubit in range(width))
        frame.lines += turned
        frame.lines += (MEASURE % pair for pair in zip(frame.qubits, frame.results, strict=True))
    records = [("array", width), *(("result", index) for index in range(width))]
    return frame.text(records, QirProfile.ADAPTIVE_RI)


def feedback(width: int, rounds: int) -> tuple[bytes, QuantumCircuit]:
    """Rounds of turns, a measurement, and a flip of the next qubit if it gave one: as QIR and for Qiskit."""
    frame, circuit = QirFrame(width, rounds), QuantumCircuit(width, rounds)
    for number in range(rounds):
        measured, flipped = number % width, (number + 1) % width
        for name, qubits, angles in layers(width, 2, seed=number):
            operands = (*map(double, angles), *(frame.qubits[qubit] for qubit in qubits))
            frame.lines.append(GATES[name].call % operands)
            getattr(circuit, name)(*angles, *qubits)
        frame.lines.append(MEASURE % (frame.qubits[measured], frame.results[number]))
        circuit.measure(measured, number)
        frame.branch(frame.results[number], f"flip{number}", f"next{number}", f"flip{number}")
        frame.lines.append(GATES["x"].call % frame.qubits[flipped])
        frame.begin_block(f"next{number}")
        with circuit.if_test((circuit.clbits[number], 1)):
            circuit.x(flipped)
    records = [("array", rounds), *(("result", index) for index in range(rounds))]
    return frame.text(records, QirProfile.ADAPTIVE_RI), circuit


def ours(data: bytes, shots: int, **params: object) -> Way:
    """Our target's run of a payload, as a worker makes it."""
    task = Task("job", TARGET, data, QIR, MICROSOFT_RESULTS_V2, {"shots": shots, "seed": 1, **params})

    def run() -> None:
        outcome = execute_payload(task)
        assert outcome is not None
        assert outcome.fault is None, outcome.fault

    return run


def without_qsim(way: Way) -> Way:
    """A way, as it is where the extra ``fast`` is not installed."""

    def run() -> None:
        usual, choice.MIN_QSIM_QUBITS = choice.MIN_QSIM_QUBITS, 99
        try:
            way()
        finally:
            choice.MIN_QSIM_QUBITS = usual

    return run


def aer(width: int, gates: Sequence[Gate], shots: int, method: str, noise: AerNoise | None = None) -> Way:
    """Aer's run of the circuit that was built before."""
    circuit = QuantumCircuit(width)
    for name, qubits, angles in gates:
        getattr(circuit, name)(*angles, *qubits)
    circuit.measure_all()
    simulator = AerSimulator(method=method, noise_model=noise, max_parallel_threads=1)
    return lambda: simulator.run(circuit, shots=shots, seed_simulator=1).result().get_counts()


def qsim(width: int, gates: Sequence[Gate], shots: int) -> Way:
    """qsim's run of the circuit that was built before."""
    named: dict[str, Callable[..., cirq.Gate]] = {"rx": cirq.rx, "ry": cirq.ry}
    plain = {"h": cirq.H, "cx": cirq.CNOT}
    qubits = cirq.LineQubit.range(width)
    circuit = cirq.Circuit(
        (named[name](*angles) if angles else plain[name]).on(*(qubits[index] for index in indices))
        for name, indices, angles in gates
    )
    circuit.append(cirq.measure(*qubits, key="m"))
    simulator = qsimcirq.QSimSimulator({"t": 1, "f": 3}, seed=1)
    return lambda: simulator.run(circuit, repetitions=shots).histogram(key="m")


def _aer_noise() -> AerNoise:
    noise = AerNoise()
    # Aer's parameter is the share of the most mixed state, of which the identity is a part.
    noise.add_all_qubit_quantum_error(depolarizing_error(ONE * 4 / 3, 1), ["rx", "ry"])
    noise.add_all_qubit_quantum_error(depolarizing_error(TWO * 16 / 15, 2), ["cx"])
    return noise


def _section(title: str, ways: dict[str, Way], rounds: int) -> Section:
    return Section(title, "ms per run", OURS, scaled(alternate(ways, rounds), 1000), NOTE)


def _counts(simulator: AerSimulator, circuit: QuantumCircuit) -> object:
    return simulator.run(circuit, shots=1000, seed_simulator=1).result().get_counts()


def sections(quick: bool) -> Iterator[Section]:
    """Measures."""
    prepare_worker()
    bell: list[Gate] = [("h", (0,), ()), ("cx", (0, 1), ())]
    text = qir(2, bell)
    ways = {
        OURS: ours(text, 100),
        AER: aer(2, bell, 100, "statevector"),
        QSIM: qsim(2, bell, 100),
        QDK: lambda: run_qir(text.decode(), 100, type="cpu"),
    }
    yield _section("Bell, 100 shots", ways, 50)
    for width, depth, rounds in ((12, 50, 10), (20, 20, 3), *([] if quick else [(24, 20, 1)])):
        gates = layers(width, depth)
        plain = ours(qir(width, gates), 1000)
        ways = {
            OURS: plain,
            # One run of 24 qubits would take most of a minute.
            **({WITHOUT_QSIM: without_qsim(plain)} if width < 24 else {}),
            AER: aer(width, gates, 1000, "statevector"),
            QSIM: qsim(width, gates, 1000),
        }
        yield _section(f"{width} qubits, depth {depth}, 1000 shots", ways, rounds)
    gates = cliffords(100, 3000)
    ways = {OURS: ours(qir(100, gates), 1000), AER: aer(100, gates, 1000, "stabilizer")}
    yield _section("100 qubits, 3000 Clifford gates, 1000 shots", ways, 5)
    for width in (10,) if quick else (5, 10):
        gates = layers(width, 20)
        ways = {
            OURS: ours(qir(width, gates), 1000, noise={"model": "noisy"}),
            AER: aer(width, gates, 1000, "statevector", _aer_noise()),
            AER_DENSITY: aer(width, gates, 1000, "density_matrix", _aer_noise()),
        }
        yield _section(f"{width} qubits, depth 20, noisy, 1000 shots", ways, 3)
    gates = layers(4, 5)
    text = qir(4, gates, again=True)
    ways = {OURS: ours(text, 1000), QDK: lambda: run_qir(text.decode(), 1000, type="cpu")}
    yield _section("4 qubits measured, turned and measured again, 1000 shots", ways, 5)
    for width, rounds in ((4, 6),) if quick else ((4, 6), (8, 10)):
        program, circuit = feedback(width, rounds)
        simulator = AerSimulator(method="statevector", max_parallel_threads=1)
        ways = {
            OURS: ours(program, 1000),
            AER: partial(_counts, simulator, circuit),
            QDK: partial(run_qir, program.decode(), 1000, type="cpu"),
        }
        yield _section(f"{width} qubits, {rounds} rounds with feedback, 1000 shots", ways, 3)


if __name__ == "__main__":
    main(sections)
