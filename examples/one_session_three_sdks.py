"""One session with jobs from Q#, Qiskit and Cirq: the same circuit in each, and the same answer.

Needs: pip install 'quire[qsharp,qiskit,cirq]'
"""

import cirq
from qdk import code, qsharp
from qiskit import QuantumCircuit

from quire import Workspace
from quire_cirq import Service
from quire_qiskit import Provider

TARGET = "ionq.simulator"
SOURCE = """
operation Skewed() : Result[] {
    use qubits = Qubit[3];
    X(qubits[0]);
    CNOT(qubits[0], qubits[2]);
    MResetEachZ(qubits)
}
"""


def main() -> None:
    """Flips the first and the last of three qubits, so that no bit order looks like another."""
    circuit = QuantumCircuit(3)
    circuit.x(0)
    circuit.cx(0, 2)
    circuit.h(1)
    circuit.h(1)
    circuit.measure_all()

    a, b, c = cirq.LineQubit.range(3)
    flips = cirq.Circuit(cirq.X(a), cirq.CNOT(a, c), cirq.measure(a, b, c, key="m"))

    with Workspace() as workspace:
        qsharp.eval(SOURCE)
        target = workspace.get_target(TARGET)
        with target.open_session(name="Three SDKs") as session:
            job = target.submit(code.Skewed, name="Q#", shots=50)
            print("Q#, qubit 0 first:     ", job.results().counts)
            counts = (
                Provider(workspace).get_backend(TARGET).run(circuit, shots=50, job_name="Qiskit").result()
            )
            print("Qiskit, qubit 0 last:  ", counts.get_counts())
            result = Service(workspace).run(flips, repetitions=50, target=TARGET, name="Cirq")
            print("Cirq, as a number:     ", dict(result.histogram(key="m")))
        names = [job.name for job in session.list_jobs()]
        print(f"session {session.name!r}: {session.status}, jobs {', '.join(names)}")


if __name__ == "__main__":
    main()
