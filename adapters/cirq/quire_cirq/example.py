"""The example that ``quire demo`` submits: a Bell pair, each half under a key of its own."""

import cirq

from quire import Job, Workspace
from quire_cirq.service import Service


def submit(workspace: Workspace, target: str, name: str, shots: int) -> Job:
    """Submits the example as a user of Cirq does.

    Args:
        workspace: Where.
        target: The target's name.
        name: The job's name.
        shots: How often to run it.
    """
    first, second = cirq.LineQubit.range(2)
    circuit = cirq.Circuit(
        cirq.H(first),
        cirq.CNOT(first, second),
        cirq.measure(first, key="q0"),
        cirq.measure(second, key="q1"),
    )
    return Service(workspace).create_job(circuit, repetitions=shots, target=target, name=name).job
