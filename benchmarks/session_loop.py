"""What a session costs: two-qubit jobs, each waited for, beside bare calls of the same simulator."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from measurement import LOOP, Section, Way, alternate, main, scaled

from quire import Target, Task, Workspace
from quire.plugins import Relay
from quire.qir import GATES, MEASURE, QirFrame

SHOTS = 100
BARE = "the same simulator, bare"


def bell() -> bytes:
    frame = QirFrame(2, 2)
    frame.lines.append(GATES["h"].call % frame.qubits[0])
    frame.lines.append(GATES["cx"].call % (frame.qubits[0], frame.qubits[1]))
    frame.lines += [MEASURE % (frame.qubits[i], frame.results[i]) for i in range(2)]
    return frame.text([("array", 2), ("result", 0), ("result", 1)])


def ways(target: Target, data: bytes) -> dict[str, Way]:
    relay, spec = Relay(), target.spec
    task = Task("bare", spec, data, "qir.v1", spec.output_format, {"shots": SHOTS})
    return {
        BARE: lambda: relay.execute_payload(task),
        "a job": lambda: target.submit(data, shots=SHOTS).output(),
    }


def sections(quick: bool) -> Iterator[Section]:
    rounds, data = (2 if quick else 20), bell()
    with tempfile.TemporaryDirectory() as folder:
        for place, url in (("memory", "memory:"), ("a file", str(Path(folder, "benchmark.db")))):
            for executor in ("inline", "processes"):
                with Workspace(url, executor=executor) as workspace:
                    target = workspace.get_targets("ionq.simulator")
                    with target.open_session(name="benchmark"):
                        seconds = alternate(ways(target, data), rounds, in_a_row=LOOP)
                title = f"A ready Bell pair, {SHOTS} shots: workspace in {place}, {executor}"
                yield Section(title, "ms", BARE, scaled(seconds, 1e3))


if __name__ == "__main__":
    main(sections)
