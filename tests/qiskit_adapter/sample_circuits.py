"""Circuits, and a job that fails, for several test files."""

from qiskit import QuantumCircuit

from quire import Payload


def bell():
    circuit = QuantumCircuit(2, 2, name="bell")
    circuit.h(0)
    circuit.cx(0, 1)
    circuit.measure([0, 1], [0, 1])
    return circuit


def written(value, width, name=None):
    """A circuit whose counts are the given number."""
    circuit = QuantumCircuit(width, width, name=name)
    for qubit in range(width):
        if value >> qubit & 1:
            circuit.x(qubit)
    circuit.measure(range(width), range(width))
    return circuit


def failed(backend):
    """A job from Qiskit whose run fails."""
    wrong = Payload(b"this is no program", metadata={"qiskit": "True", "name": "wrong", "num_qubits": "1"})
    return backend.retrieve_job(backend.quire_target.submit(wrong, shots=1).id)
