"""What a page of 100 jobs costs among a thousand and among a million, for every filter and order."""

import itertools
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import attrs
from measurement import Section, main

from quire import JobDetails, JobStatus, Workspace
from quire.clock import to_microseconds
from quire.service.store import Store
from quire.service.store.rows import JOB_COLUMNS, new_job_values

PAGE = 100
REPEATS = 15
AMONG_FEW = "among 1 000 jobs"
START = datetime(2026, 1, 1, tzinfo=UTC)
TARGETS = (("ionq", "ionq.simulator"), ("quantinuum", "quantinuum.sim.h1-1e"), ("rigetti", "rigetti.sim.qvm"))
STATUSES = (JobStatus.SUCCEEDED,) * 97 + (JobStatus.FAILED, JobStatus.FAILED, JobStatus.CANCELLED)


def rows(count: int) -> Iterator[list[object]]:
    """Jobs of many names, targets and statuses, one a second; every tenth belongs to no session."""
    template = JobDetails(id="-", name="-", provider_id="-", target="-")
    for i in range(count):
        provider, target = TARGETS[i % 3]
        job = attrs.evolve(
            template,
            id=f"job-{i}",
            name=f"name-{i * 7919 % count:07d}",
            provider_id=provider,
            target=target,
            status=STATUSES[i % 100],
            session_id=None if i % 10 == 0 else f"session-{i // 500}",
        )
        moment = to_microseconds(START + timedelta(seconds=i))
        values = list(new_job_values(job, None, moment))
        values[14] = moment  # ended_at: nothing is pending
        yield values


def fill(path: Path, count: int) -> None:
    store = Store(path)
    columns = JOB_COLUMNS.removeprefix("seq, ")
    sql = f"INSERT INTO jobs ({columns}) VALUES ({', '.join('?' * (columns.count(',') + 1))})"
    with store.transaction() as db:
        for values in rows(count):
            db.select(sql, values)
    store.close()


def questions(count: int) -> dict[str, dict[str, object]]:
    middle = START + timedelta(seconds=count // 2)
    filters: dict[str, dict[str, object]] = {
        "no filter": {},
        "name prefix": {"name_match": "name-0000"},
        "status, common": {"status": "Succeeded"},
        "status, rare": {"status": ["Failed", "Cancelled"]},
        "provider": {"provider": "ionq"},
        "target": {"target": "rigetti.sim.qvm"},
        "created after": {"created_after": middle},
        "created before": {"created_before": middle},
        "target and status": {"target": "rigetti.sim.qvm", "status": "Failed"},
    }
    orders = ("CreationTime", "Name", "ProviderId", "Target", "State")
    asked = dict(filters)
    for order, is_asc in itertools.product(orders, (True, False)):
        asked[f"by {order} {'asc' if is_asc else 'desc'}"] = {"orderby_property": order, "is_asc": is_asc}
    return asked


def median_seconds(action: Callable[[], object]) -> float:
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def measure(folder: str, count: int) -> dict[str, float]:
    path = Path(folder, f"{count}.db")
    fill(path, count)
    start = time.perf_counter()
    with Workspace(path) as workspace:
        costs = {"open the workspace": time.perf_counter() - start}
        for name, asked in questions(count).items():
            costs[name] = median_seconds(lambda asked=asked: workspace.list_jobs(**asked)[:PAGE])
        costs["top-level items"] = median_seconds(lambda: workspace.list_top_level_items()[:PAGE])
    return costs


def sections(quick: bool) -> Iterator[Section]:
    many = 100_000 if quick else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        few_costs, many_costs = measure(folder, 1000), measure(folder, many)
    for name, few in few_costs.items():
        figures = {AMONG_FEW: few * 1e3, f"among {many:,} jobs".replace(",", " "): many_costs[name] * 1e3}
        what = name if name == "open the workspace" else f"a page of {PAGE}: {name}"
        yield Section(what, "ms", AMONG_FEW, figures)


if __name__ == "__main__":
    main(sections)
