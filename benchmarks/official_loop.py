"""A hybrid loop of small jobs through Microsoft's SDK: ``quire serve`` beside a stub that takes no time.

It needs the environment of tests/official (see the requirements file there): ``python
benchmarks/official_loop.py``. The jobs have two qubits, and each is submitted when the results of the one
before are there. Rounds on the server and on the stub alternate, so the load of the machine falls on both.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from measurement import HERE, Section, alternate, main, scaled

from quire.azure import workspace

KEY = "benchmark"
SHOTS = 100


@contextmanager
def running(*command: str) -> Iterator[str]:
    """A server in a process of its own; its URL."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://[\w.:]+", process.stdout.readline())
            assert found is not None
            yield found[0]
        finally:
            process.terminate()


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
    """What an iteration costs."""
    jobs = 20 if quick else 100
    with tempfile.TemporaryDirectory() as directory:
        serve = [
            str(Path(sys.executable).with_name("quire")), "serve", "--port", "0", "--api-key", KEY,
            "--workspace", f"{directory}/lab.db",
        ]  # fmt: skip
        with running(*serve) as url, running(sys.executable, str(HERE / "instant_stub.py")) as stub:
            ways = {"instant stub": Loop(stub, jobs), "quire serve": Loop(url, jobs)}
            seconds = alternate(ways, rounds=3 if quick else 7)
    yield Section(
        f"{jobs} two-qubit jobs in a loop through Microsoft's SDK",
        "ms per job",
        "instant stub",
        scaled(seconds, 1000 / jobs),
    )


if __name__ == "__main__":
    main(sections)
