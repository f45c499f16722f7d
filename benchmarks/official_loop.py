"""A hybrid loop of small jobs through Microsoft's SDK: ``quire serve`` beside a stub that takes no time.

It needs Microsoft's SDK: the environment of tests/official, or
``uv run --group bench --with 'azure-quantum[qiskit]==3.13.0' benchmarks/official_loop.py``. The jobs have two
qubits, and each is submitted when the results of the one before are there. Rounds on the server and on the
stub alternate, so the load of the machine falls on both.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from measurement import HERE, Section, alternate, main, scaled
from serving import KEY, running, served

from quire.azure import workspace

SHOTS = 100


class Loop:
    """Jobs one after the other through the SDK, the angle of each from its number."""

    def __init__(self, url: str, jobs: int) -> None:
        self._target = workspace(url, KEY).get_targets("ionq.simulator")
        self._jobs = jobs

    def __call__(self) -> None:
        """Runs them."""
        for number in range(self._jobs):
            turn = {"gate": "ry", "target": 0, "rotation": number / self._jobs}
            circuit = [turn, {"gate": "cnot", "control": 0, "target": 1}]
            job = self._target.submit({"qubits": 2, "circuit": circuit}, "job", shots=SHOTS)
            assert "histogram" in job.get_results(timeout_secs=60)


def sections(quick: bool) -> Iterator[Section]:
    """What an iteration costs; nothing but a word about it where the SDK is not installed."""
    try:
        import azure.quantum  # noqa: F401
    except ImportError:
        print("azure-quantum is not installed; docs/benchmarks.md says how to add it", file=sys.stderr)
        return
    jobs = 20 if quick else 100
    with (
        tempfile.TemporaryDirectory() as directory,
        served(Path(directory, "lab.db")) as server,
        running(sys.executable, str(HERE / "instant_stub.py")) as stub,
    ):
        ways = {"instant stub": Loop(stub.url, jobs), "quire serve": Loop(server.url, jobs)}
        seconds = alternate(ways, rounds=3 if quick else 7)
    yield Section(
        f"{jobs} two-qubit jobs in a loop through Microsoft's SDK",
        "ms per job",
        "instant stub",
        scaled(seconds, 1000 / jobs),
    )


if __name__ == "__main__":
    main(sections)
