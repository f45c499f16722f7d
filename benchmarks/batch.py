"""A thousand jobs of one session, all submitted, then collected, beside the peers' batches."""

import tempfile
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from iteration import OURS, SHOTS, TARGET, angles
from measurement import Section, Way, alternate, main, scaled
from qiskit import QuantumCircuit

from quire import Options, Outcome, Task, Workspace
from quire.plugins import Relay
from quire.service.processors import processors

BARE = "the same engine, bare, on all cores"
NOTE = (
    "Bare: translated and read by the program, run by as many processes as there are cores, which get many "
    "tasks at a time; no session, nothing written down. Aer's ways use one core."
)


def circuits(
    count: int, qubits: int, depth: int, points: Iterator[float] | None = None
) -> list[QuantumCircuit]:
    """Circuits that differ in their angles, of which None takes the usual ones."""
    points = points or angles()
    found = []
    for _ in range(count):
        circuit = QuantumCircuit(qubits)
        for _ in range(depth):
            for qubit in range(qubits):
                circuit.ry(next(points), qubit)
            for qubit in range(qubits - 1):
                circuit.cx(qubit, qubit + 1)
        circuit.measure_all()
        found.append(circuit)
    return found


def ours(workspace: Workspace, batch: list[QuantumCircuit], *, together: bool) -> Way:
    target = workspace.get_target(TARGET)

    def run() -> None:
        with target.open_session() as session:
            if together:
                target.submit_all(batch, shots=SHOTS)
            else:
                for circuit in batch:
                    target.submit(circuit, shots=SHOTS)
        assert len([results.counts for results in session.results()]) == len(batch)

    return run


@cache
def relay() -> Relay:
    return Relay()


def execute(task: Task) -> Outcome | None:
    return relay().execute_payload(task)


def bare(workspace: Workspace, batch: list[QuantumCircuit], pool: ProcessPoolExecutor) -> Way:
    """Translated here, run by the same simulators in processes that get many at a time, and read here."""
    spec = workspace.get_target(TARGET).spec
    job = next(iter(workspace.list_jobs())).details  # whose output it is matters for errors only

    def task(circuit: QuantumCircuit) -> Task:
        payload = workspace.plugins.encode_program(circuit, spec, Options({}))
        assert payload is not None
        params = {**payload.params, "shots": SHOTS}
        return Task("bare", spec, payload.data, payload.format, spec.output_format, params)

    def run() -> None:
        chunk = len(batch) // (8 * processors()) + 1
        outcomes = pool.map(execute, map(task, batch), chunksize=chunk)
        read = [
            workspace.plugins.decode_output(spec.output_format, outcome.data, job)
            for outcome in outcomes
            if outcome is not None
        ]
        assert len([results.counts for results in read if results is not None]) == len(batch)

    return run


def peers(batch: list[QuantumCircuit]) -> dict[str, Way]:
    from qiskit.primitives import BackendSamplerV2
    from qiskit_aer import AerSimulator

    simulator = AerSimulator()
    sampler = BackendSamplerV2(backend=simulator)
    ways: dict[str, Way] = {
        "Aer, one run of a list": lambda: simulator.run(batch, shots=SHOTS).result().get_counts(),
        "Aer, one run per circuit": lambda: [
            simulator.run(each, shots=SHOTS).result().get_counts() for each in batch
        ],
        "BackendSamplerV2 on Aer": lambda: [
            each.data.meas.get_counts() for each in sampler.run(batch, shots=SHOTS).result()
        ],
    }
    with suppress(ImportError):
        ways["qiskit-ibm-runtime, local session on Aer"] = _ibm(batch)
    return ways


def _ibm(batch: list[QuantumCircuit]) -> Callable[[], object]:
    from qiskit_aer import AerSimulator
    from qiskit_ibm_runtime import SamplerV2, Session

    def run() -> object:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Session(backend=AerSimulator()) as session:
                return [
                    each.data.meas.get_counts()
                    for each in SamplerV2(mode=session).run(batch, shots=SHOTS).result()
                ]

    return run


def sections(quick: bool) -> Iterator[Section]:
    count = 100 if quick else 1000
    for qubits, depth in ((2, 1), (10, 20)):
        batch = circuits(count if qubits == 2 else count // 5, qubits, depth)
        with (
            tempfile.TemporaryDirectory() as folder,
            Workspace(Path(folder, "batch.db")) as workspace,
            ProcessPoolExecutor(processors(), mp_context=get_context("forkserver")) as pool,
        ):
            target = workspace.get_target(TARGET)
            target.submit(batch[0]).wait_until_completed()
            ways = {
                OURS: ours(workspace, batch, together=True),
                f"{OURS}, submitted one by one": ours(workspace, batch, together=False),
                BARE: bare(workspace, batch, pool),
                **peers(batch),
            }
            seconds = alternate(ways, 3 if quick else 5, 1)
        title = f"{len(batch)} jobs of {qubits} qubits, depth {depth}, {SHOTS} shots"
        yield Section(title, "ms per job", BARE, scaled(seconds, 1e3 / len(batch)), NOTE)


if __name__ == "__main__":
    main(sections)
