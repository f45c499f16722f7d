"""One iteration of a hybrid loop: a two-qubit job of 100 shots in a session, waited for, its counts read.

Every way runs the same circuits, with a new angle each time. Bare calls run the circuit and nothing else:
no session, nothing durable, and a crash of the engine is the program's own.
"""

import itertools
import math
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, TypeVar

from measurement import LOOP, Section, Way, alternate, main, scaled

from quire import Session, Target, Task, Workspace
from quire.plugins import Relay
from quire.qir import GATES, MEASURE, QirFrame, double

Run = TypeVar("Run")
SHOTS = 100
TARGET = "rigetti.sim.qvm"
OURS = "quire, durable, own worker process"
INLINE = "quire, in memory, in-thread"
OPERATION = """
operation Pair(angle : Double) : Result[] {
    use q = Qubit[2];
    Ry(angle, q[0]);
    CNOT(q[0], q[1]);
    return MResetEachZ(q);
}
"""


def angles() -> Iterator[float]:
    """A new angle for every iteration."""
    return (math.pi * (i % 1000) / 1000 for i in itertools.count(1))


def qir(angle: float) -> bytes:
    frame = QirFrame(2, 2)
    frame.lines.append(GATES["ry"].call % (double(angle), frame.qubits[0]))
    frame.lines.append(GATES["cx"].call % (frame.qubits[0], frame.qubits[1]))
    frame.lines += [MEASURE % (frame.qubits[i], frame.results[i]) for i in range(2)]
    return frame.text([("array", 2), ("result", 0), ("result", 1)])


class Sessions:
    """Open sessions of both kinds: durable with a worker process, and in memory in-thread."""

    def __init__(self, stack: ExitStack) -> None:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        self._stack = stack
        self.workspaces = {
            OURS: stack.enter_context(Workspace(Path(folder, "loop.db"))),
            INLINE: stack.enter_context(Workspace("memory:", executor="inline")),
        }

    def ways(self, run: Callable[[Workspace, Session], Run], target: str = TARGET) -> dict[str, Run]:
        """A way for each kind of workspace, in a session on a target."""
        found = {}
        for name, workspace in self.workspaces.items():
            session = self._stack.enter_context(workspace.get_target(target).open_session(name=name))
            found[name] = run(workspace, session)
        return found


def payload_ways(sessions: Sessions) -> dict[str, Way]:
    """A ready payload, and the same in a bare call of our own engine."""
    relay, points = Relay(), angles()

    def ours(workspace: Workspace, _session: Session) -> Way:
        target: Target = workspace.get_target(TARGET)
        return lambda: target.submit(qir(next(points)), shots=SHOTS).results().counts

    def bare() -> object:
        spec = sessions.workspaces[INLINE].get_target(TARGET).spec
        task = Task("bare", spec, qir(next(points)), "qir.v1", spec.output_format, {"shots": SHOTS})
        return relay.execute_payload(task)

    return {"the same engine, bare": bare, **sessions.ways(ours)}


def qiskit_circuits() -> Iterator[Any]:
    from qiskit import QuantumCircuit

    for angle in angles():
        circuit = QuantumCircuit(2)
        circuit.ry(angle, 0)
        circuit.cx(0, 1)
        circuit.measure_all()
        yield circuit


def qiskit_ways(sessions: Sessions, stack: ExitStack) -> dict[str, Way]:
    from quire_qiskit import Provider

    endless = qiskit_circuits()

    def ours(workspace: Workspace, _session: Session) -> Way:
        backend = Provider(workspace).get_backend(TARGET)
        return lambda: backend.run(next(endless), shots=SHOTS).result().get_counts()

    ways = sessions.ways(ours)
    with suppress(ImportError):
        ways |= _aer_ways(endless)
    with suppress(ImportError):
        ways |= _ibm_ways(endless, stack)
    with suppress(ImportError):
        ways |= _qbraid_ways(endless)
    return ways


def _aer_ways(circuits: Iterator[Any]) -> dict[str, Way]:
    from qiskit.primitives import BackendSamplerV2
    from qiskit_aer import AerSimulator

    simulator = AerSimulator()
    sampler = BackendSamplerV2(backend=simulator)
    return {
        "Aer, bare": lambda: simulator.run(next(circuits), shots=SHOTS).result().get_counts(),
        "BackendSamplerV2 on Aer": lambda: (
            sampler.run([next(circuits)], shots=SHOTS).result()[0].data.meas.get_counts()
        ),
    }


def _ibm_ways(circuits: Iterator[Any], stack: ExitStack) -> dict[str, Way]:
    from qiskit_aer import AerSimulator
    from qiskit_ibm_runtime import SamplerV2, Session

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        session = stack.enter_context(Session(backend=AerSimulator()))
        sampler = SamplerV2(mode=session)

    def run() -> object:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return sampler.run([next(circuits)], shots=SHOTS).result()[0].data.meas.get_counts()

    return {"qiskit-ibm-runtime, local session on Aer": run}


def slow_qiskit_ways(sessions: Sessions, stack: ExitStack) -> dict[str, Way]:
    """Those that take so much longer that fewer turns must do."""
    from quire_qiskit import Provider

    endless = qiskit_circuits()
    backend = Provider(sessions.workspaces[OURS]).get_backend(TARGET)
    ways: dict[str, Way] = {OURS: lambda: backend.run(next(endless), shots=SHOTS).result().get_counts()}
    with suppress(ImportError):
        ways["qiskit-ibm-runtime, local session on a fake backend"] = _fake_backend(endless, stack)
    with suppress(ImportError):
        from peer_azure import OnStub

        ways["azure-quantum's backend, on an instant stub"] = OnStub(stack).qiskit(endless, SHOTS)
    return ways


def _fake_backend(circuits: Iterator[Any], stack: ExitStack) -> Way:
    from qiskit.transpiler import generate_preset_pass_manager
    from qiskit_ibm_runtime import SamplerV2, Session
    from qiskit_ibm_runtime.fake_provider import FakeManilaV2

    backend = FakeManilaV2()
    passes = generate_preset_pass_manager(1, backend=backend)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sampler = SamplerV2(mode=stack.enter_context(Session(backend=backend)))

    def run() -> object:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            circuit = passes.run(next(circuits))  # it takes a machine's own gates only
            return sampler.run([circuit], shots=SHOTS).result()[0].data.meas.get_counts()

    return run


def _qbraid_ways(circuits: Iterator[Any]) -> dict[str, Way]:
    from peer_qbraid import AerDevice

    aer = AerDevice()
    return {
        "qBraid, a device of its own on Aer": lambda: (
            aer.run(next(circuits), shots=SHOTS).result().data.get_counts()
        )
    }


def cirq_ways(sessions: Sessions) -> dict[str, Way]:
    import cirq

    from quire_cirq import Service

    a, b = cirq.LineQubit.range(2)
    endless = (cirq.Circuit(cirq.ry(x)(a), cirq.CNOT(a, b), cirq.measure(a, b, key="m")) for x in angles())

    def ours(workspace: Workspace, _session: Session) -> Way:
        service = Service(workspace, default_target=TARGET)
        return lambda: service.run(next(endless), repetitions=SHOTS).histogram(key="m")

    ways = sessions.ways(ours)
    simulator = cirq.Simulator()
    ways["cirq.Simulator, bare"] = lambda: simulator.run(next(endless), repetitions=SHOTS).histogram(key="m")
    with suppress(ImportError):
        import qsimcirq

        qsim = qsimcirq.QSimSimulator()
        ways["qsim, bare"] = lambda: qsim.run(next(endless), repetitions=SHOTS).histogram(key="m")
    return ways


def qsharp_ways(sessions: Sessions) -> dict[str, Way]:
    from qdk import code, qsharp

    import quire_qsharp  # noqa: F401 - notes what is evaluated from here on

    qsharp.init(target_profile=qsharp.TargetProfile.Base)
    qsharp.eval(OPERATION)
    points = angles()

    def ours(workspace: Workspace, _session: Session) -> Way:
        target = workspace.get_target(TARGET)
        return lambda: target.submit(code.Pair, args=(next(points),), shots=SHOTS).get_results_histogram()

    return {
        **sessions.ways(ours),
        "qsharp.compile, nothing run": lambda: str(qsharp.compile(f"Pair({next(points)!r})")),
        "qsharp.run, bare, nothing compiled to QIR": lambda: qsharp.run(f"Pair({next(points)!r})", SHOTS),
    }


def braket_ways() -> dict[str, Way]:
    from braket.circuits import Circuit
    from braket.devices import LocalSimulator

    device, points = LocalSimulator(), angles()
    return {
        "Braket LocalSimulator": lambda: (
            device.run(Circuit().ry(0, next(points)).cnot(0, 1), shots=SHOTS).result().measurement_counts
        )
    }


def sections(quick: bool) -> Iterator[Section]:
    rounds = 2 if quick else 20
    unit = "ms per iteration"
    with ExitStack() as stack:
        sessions = Sessions(stack)
        ways = payload_ways(sessions)
        yield Section(
            "A ready payload",
            unit,
            "the same engine, bare",
            scaled(alternate(ways, rounds, in_a_row=LOOP), 1e3),
        )
        with suppress(ImportError):
            from peer_azure import OnStub

            ways = {
                OURS: ways[OURS],
                "azure-quantum, on an instant stub": OnStub(stack).ready(angles(), SHOTS),
            }
            yield Section(
                "A ready payload, Microsoft's SDK",
                unit,
                OURS,
                scaled(alternate(ways, min(rounds, 5), in_a_row=LOOP), 1e3),
                "The stub runs nothing at all.",
            )
        ways = qiskit_ways(sessions, stack)
        with suppress(ImportError):
            ways |= braket_ways()
        note = "Braket's circuit is its own; the others run the same Qiskit circuits."
        yield Section("Qiskit", unit, OURS, scaled(alternate(ways, rounds, in_a_row=LOOP), 1e3), note)
        ways = slow_qiskit_ways(sessions, stack)
        figures = scaled(alternate(ways, 2 if quick else 15), 1e3)
        note = "The fake backend's simulator has the noise of a machine; the stub runs nothing at all."
        yield Section("Qiskit, peers that take long", unit, OURS, figures, note)
        figures = scaled(alternate(cirq_ways(sessions), rounds, in_a_row=LOOP), 1e3)
        yield Section("Cirq", unit, OURS, figures)
        figures = scaled(alternate(qsharp_ways(sessions), 3 if quick else 60, 2), 1e3)
        yield Section(
            "Q#, a new argument each time", unit, OURS, figures, "The Q# compiler is what costs here."
        )


if __name__ == "__main__":
    main(sections)
