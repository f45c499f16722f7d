"""Whether a job of a loop costs more when there are many: the mean, as a few of them pay for others."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from measurement import Section, Way, main
from session_loop import SHOTS, bell

from quire import Workspace

IN_A_ROW = 100


def seconds_each(way: Way, times: int) -> float:
    start = time.perf_counter()
    for _ in range(times):
        way()
    return (time.perf_counter() - start) / times


def loop(stack: ExitStack, url: str, jobs: int) -> Way:
    """The way of a job in a session, after so many others."""
    workspace = stack.enter_context(Workspace(url, executor="inline"))
    target, data = workspace.get_target("ionq.simulator"), bell()
    stack.enter_context(target.open_session(name="long"))

    def way() -> object:
        return target.submit(data, shots=SHOTS).output()

    seconds_each(way, jobs)
    return way


def means(urls: list[str], sizes: tuple[int, ...], turns: int) -> dict[str, float]:
    """The mean of a job among so many; each size has a workspace of its own, and they take turns."""
    with ExitStack() as stack:
        ways = {size: loop(stack, url, size) for url, size in zip(urls, sizes, strict=True)}
        times: dict[int, list[float]] = {size: [] for size in sizes}
        for _ in range(turns):
            for size, way in ways.items():
                times[size].append(seconds_each(way, IN_A_ROW))
    return {
        f"among {size:,} jobs".replace(",", " "): statistics.fmean(taken) for size, taken in times.items()
    }


def sections(quick: bool) -> Iterator[Section]:
    sizes, turns = ((100, 1000), 2) if quick else ((1000, 20_000), 20)
    with tempfile.TemporaryDirectory() as folder:
        files = [str(Path(folder, f"{size}.db")) for size in sizes]
        for place, urls in (("memory", ["memory:"] * len(sizes)), ("a file", files)):
            figures = {name: each * 1e3 for name, each in means(urls, sizes, turns).items()}
            title = f"A ready Bell pair, {SHOTS} shots: the mean of many, workspace in {place}, inline"
            note = "Each way begins with so many."
            yield Section(title, "ms per job", next(iter(figures)), figures, note)


if __name__ == "__main__":
    main(sections)
