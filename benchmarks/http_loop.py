"""What HTTP adds: two-qubit jobs one after the other, served beside embedded, bare, and Microsoft's SDK.

Every way runs the same circuits. Our client, Microsoft's SDK and the batch all talk to one ``quire serve``, a
process of its own. Where ``azure-quantum`` is not installed, its row is missing.
"""

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from measurement import LOOP, Section, Way, alternate, main, scaled
from serving import KEY, served
from session_loop import BARE, SHOTS, bell

from quire import Target, Task, Workspace
from quire.plugins import Relay

NAME = "ionq.simulator"
EMBEDDED = "quire, embedded"
SERVED = "quire, served"


def one(target: Target, data: bytes) -> Way:
    """A job that is submitted and waited for."""
    return lambda: target.submit(data, shots=SHOTS).output()


def official(url: str, data: bytes) -> dict[str, Way]:
    """The same job through Microsoft's SDK, if there is one."""
    with suppress(ImportError):
        from azure.quantum.target import Target as OfficialTarget

        from quire.azure import workspace

        target = OfficialTarget(
            workspace(url, KEY), NAME, "qir.v1", "microsoft.quantum-results.v2", provider_id="ionq",
            content_type="qir.v1",
        )  # fmt: skip
        entry = {"entryPoint": "ENTRYPOINT__main", "arguments": []}

        def run() -> object:
            return target.submit(data, "job", shots=SHOTS, input_params=dict(entry)).get_results()

        return {"Microsoft's SDK, served by quire": run}
    return {}


def batch(target: Target, data: bytes, jobs: int) -> Way:
    """Jobs that are all submitted before the first one is waited for."""

    def run() -> None:
        for job in [target.submit(data, shots=SHOTS) for _ in range(jobs)]:
            job.output()

    return run


def together(target: Target, data: bytes, jobs: int) -> Way:
    """The same, submitted by one call."""

    def run() -> None:
        for job in target.submit_all([data] * jobs, shots=SHOTS):
            job.output()

    return run


def sections(quick: bool) -> Iterator[Section]:
    """What a job costs in a loop and in a batch."""
    rounds, data = (2 if quick else 20), bell()
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder, "served.db")) as server,
        Workspace(server.url, api_key=KEY) as workspace,
        Workspace(Path(folder, "embedded.db")) as embedded,
    ):
        here, there = embedded.get_target(NAME), workspace.get_target(NAME)
        relay, spec = Relay(), here.spec
        task = Task("bare", spec, data, "qir.v1", spec.output_format, {"shots": SHOTS})
        ways: dict[str, Way] = {
            BARE: lambda: relay.execute_payload(task),
            EMBEDDED: one(here, data),
            SERVED: one(there, data),
            **official(server.url, data),
        }
        seconds = alternate(ways, rounds, in_a_row=LOOP)
        yield Section(
            f"A ready Bell pair, {SHOTS} shots, waited for", "ms per job", BARE, scaled(seconds, 1e3)
        )
        jobs = 50 if quick else 500
        ways = {
            EMBEDDED: batch(here, data, jobs),
            f"{EMBEDDED}, submit_all": together(here, data, jobs),
            SERVED: batch(there, data, jobs),
            f"{SERVED}, submit_all": together(there, data, jobs),
        }
        seconds = alternate(ways, 3 if quick else 7)
        yield Section(
            f"{jobs} of them from one thread, all submitted before the first is waited for",
            "ms per job",
            EMBEDDED,
            scaled(seconds, 1e3 / jobs),
        )


if __name__ == "__main__":
    main(sections)
