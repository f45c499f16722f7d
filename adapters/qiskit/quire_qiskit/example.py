"""The example that ``quire demo`` submits: a Bell pair, measured into one register."""

from qiskit import QuantumCircuit

from quire import Job, Workspace
from quire_qiskit.provider import Provider


def submit(workspace: Workspace, target: str, name: str, shots: int) -> Job:
    """Submits the example as a user of Qiskit does.

    Args:
        workspace: Where.
        target: The target's name.
        name: The job's name.
        shots: How often to run it.
    """
    circuit = QuantumCircuit(2, 2)
    circuit.h(0)
    circuit.cx(0, 1)
    circuit.measure([0, 1], [0, 1])
    backend = Provider(workspace).get_backend(target)
    return backend.run(circuit, shots=shots, job_name=name).quire_jobs[0]
