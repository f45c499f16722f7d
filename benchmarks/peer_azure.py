"""Microsoft's SDK as a peer: jobs on a stub of the service that takes no time, so that its own cost remains.

It is no part of the group ``bench``, as it forbids other packages their newer versions; give it on top:
``uv run --group bench --with 'azure-quantum[qiskit]==3.13.0' benchmarks/run.py``.
"""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from measurement import HERE, Way
from serving import KEY, running

from quire.azure import workspace

NAME = "ionq.simulator"


class OnStub:
    """Its workspace, in front of the stub."""

    def __init__(self, stack: ExitStack) -> None:
        """Starts the stub.

        Raises:
            ImportError: Microsoft's SDK is not installed.
        """
        import azure.quantum  # noqa: F401 - before anything is started

        stub = stack.enter_context(running(sys.executable, str(HERE / "instant_stub.py")))
        self._workspace = workspace(stub.url, KEY)

    def ready(self, angles: Iterator[float], shots: int) -> Way:
        """A circuit in IonQ's own form, submitted as it is."""
        target = self._workspace.get_targets(NAME)

        def run() -> object:
            turn = {"gate": "ry", "target": 0, "rotation": next(angles)}
            circuit = [turn, {"gate": "cnot", "control": 0, "target": 1}]
            job = target.submit({"qubits": 2, "circuit": circuit}, "job", shots=shots)
            return job.get_results(timeout_secs=60)

        return run

    def qiskit(self, circuits: Iterator[Any], shots: int) -> Way:
        """A Qiskit circuit, with all that its backend does to one unless told otherwise."""
        from azure.quantum.qiskit import AzureQuantumProvider

        backend = AzureQuantumProvider(self._workspace).get_backend(NAME)
        return lambda: backend.run(next(circuits), shots=shots).result().get_counts()
