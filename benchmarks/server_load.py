"""What a server bears: how long its requests take, how many it answers a second, and a crowd of sessions.

The server is a process of its own. In the crowd each client is a thread with a workspace and connections of
its own; it opens a session, submits jobs, reads their results, and looks whether the service lists them all.
All of the crowd is there at once, half of it in one process and half in another. Then a second crowd comes,
and the server's memory is read before, between and after.
"""

import multiprocessing
import os
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from pathlib import Path

from measurement import Section, Way, main
from serving import KEY, Server, served
from session_loop import SHOTS, bell

from quire import Workspace

NAME = "ionq.simulator"
PROCESSES = 2
"""Over how many the clients of a crowd are spread: the threads of one would mostly wait for each other."""


def verbs(workspace: Workspace) -> dict[str, Way]:
    """The requests that are measured; the list is of the newest 100 jobs, which is one page."""
    target, data = workspace.get_target(NAME), bell()
    job = target.submit(data, shots=SHOTS)
    for _ in range(100):
        target.submit(data, shots=SHOTS).output()
    return {
        "submit": lambda: target.submit(data, shots=SHOTS),
        "get": job.refresh,
        "list": lambda: workspace.list_jobs(is_asc=False)[:100],
    }


def settled(workspace: Workspace) -> None:
    """Waits for the jobs that were submitted so far: who is submitted last is run last."""
    workspace.get_target(NAME).submit(bell(), shots=SHOTS).output()


def durations(call: Way, rounds: int) -> list[float]:
    """How long a request takes, sorted."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return sorted(times)


def one_at_a_time(workspace: Workspace, ways: Mapping[str, Way], rounds: int) -> Section:
    """Requests of one client that waits for each answer."""
    figures = {}
    for name, call in ways.items():
        settled(workspace)
        times = durations(call, rounds)
        figures[f"{name}, median"] = times[len(times) // 2] * 1e3
        figures[f"{name}, p99"] = times[int(len(times) * 0.99)] * 1e3
    return Section("Requests of one client, one at a time", "ms", "get, median", figures)


def at_once(workspace: Workspace, ways: Mapping[str, Way], rounds: int, threads: int) -> Section:
    """Requests of several threads of one client."""
    figures = {}
    for name, call in ways.items():
        settled(workspace)
        start = time.perf_counter()
        in_threads([lambda call=call: durations(call, rounds)] * threads)
        figures[name] = rounds * threads / (time.perf_counter() - start)
    return Section(f"Requests of {threads} threads of one client", "requests a second", "get", figures)


def in_threads(ways: list[Way]) -> None:
    """Calls each on a thread of its own, until all are done."""
    threads = [threading.Thread(target=way) for way in ways]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def memory(pid: int) -> float:
    """The resident memory of a process in MiB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def one_client(url: str, jobs: int, whole: list[str]) -> None:
    """A client of the crowd; says at last that nothing of its own was lost."""
    with Workspace(url, api_key=KEY) as workspace:
        target = workspace.get_target(NAME)
        with target.open_session() as session:
            submitted = [target.submit(bell(), shots=SHOTS) for _ in range(jobs)]
            read = [job.id for job in submitted if sum(job.results().counts.values()) == SHOTS]
        listed = {job.id for job in session.list_jobs()}
        if session.refresh().status == "Succeeded" and len(listed) == jobs and listed == set(read):
            whole.append(session.id)


def part_of_crowd(url: str, clients: int, jobs: int, begin: Barrier, counts: "SimpleQueue[int]") -> None:
    """A process with some of the crowd's clients; says at last how many of them lost nothing."""
    whole: list[str] = []
    begin.wait()
    in_threads([lambda: one_client(url, jobs, whole)] * clients)
    counts.put(len(whole))


def at_the_same_time(url: str, clients: int, jobs: int) -> tuple[float, int]:
    """How long a crowd takes, in seconds, and how many of its clients lost nothing."""
    context = multiprocessing.get_context("spawn")
    begin, counts = context.Barrier(PROCESSES + 1), context.SimpleQueue()
    given = (url, clients // PROCESSES, jobs, begin, counts)
    processes = [context.Process(target=part_of_crowd, args=given) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    begin.wait()
    start = time.perf_counter()
    for process in processes:
        process.join()
    return time.perf_counter() - start, sum(counts.get() for _ in processes)


def crowd(server: Server, clients: int, jobs: int) -> Section:
    """Many clients with a session each, and then as many again."""
    sizes, rates, whole = [memory(server.pid)], [], []
    for _ in range(2):
        seconds, kept = at_the_same_time(server.url, clients, jobs)
        rates.append(clients * jobs / seconds)
        whole.append(kept)
        sizes.append(memory(server.pid))
    note = (
        f"Sessions that kept all of their jobs and results: {whole[0]} and {whole[1]} of {clients}. "
        "The server's memory before, between the crowds, and after: "
        f"{' -> '.join(f'{size:.0f}' for size in sizes)} MiB."
    )
    title = f"{clients} clients at once with a session of {jobs} jobs each, all through their results"
    figures = {"first crowd": rates[0], "second crowd": rates[1]}
    return Section(title, "jobs a second", "first crowd", figures, note)


def sections(quick: bool) -> Iterator[Section]:
    """What a server bears."""
    clients, jobs, rounds = (10, 10, 50) if quick else (100, 100, 500)
    with tempfile.TemporaryDirectory() as folder, served(Path(folder, "served.db")) as server:
        with Workspace(server.url, api_key=KEY) as workspace:
            ways = verbs(workspace)
            yield one_at_a_time(workspace, ways, rounds)
            yield at_once(workspace, ways, rounds // 4, 8)
            settled(workspace)
        yield crowd(server, clients, jobs)


if __name__ == "__main__":
    main(sections)
