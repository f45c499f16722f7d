"""What a page of 100 costs among a thousand jobs and among a million, for every list, filter and order."""

import itertools
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import attrs
from measurement import Section, main

from quire import JobDetails, JobStatus, Workspace
from quire.clock import to_microseconds
from quire.query import Listing
from quire.service.store import Store
from quire.service.store.rows import JOB_COLUMNS, new_job_values

PAGE = 100
REPEATS = 15
AMONG_FEW = "among 1 000 jobs"
START = datetime(2026, 1, 1, tzinfo=UTC)
TARGETS = (("ionq", "ionq.simulator"), ("quantinuum", "quantinuum.sim.h1-1e"), ("rigetti", "rigetti.sim.qvm"))
COLUMNS = JOB_COLUMNS.split(", ")[1:]  # the number comes by itself
LARGE = "large"
STATUSES = (JobStatus.SUCCEEDED,) * 97 + (JobStatus.FAILED, JobStatus.FAILED, JobStatus.CANCELLED)


def rows(count: int) -> Iterator[list[object]]:
    """Jobs of many names, targets and statuses, one a second.

    Every tenth belongs to no session, and half of the others to one large session.
    """
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
            session_id=None if i % 10 == 0 else LARGE if i % 2 else f"session-{i // 500}",
        )
        moment = to_microseconds(START + timedelta(seconds=i))
        values = list(new_job_values(job, None, moment))
        values[COLUMNS.index("status")] = job.status.value
        values[COLUMNS.index("ended_at")] = moment  # nothing is pending
        yield values


def fill(path: Path, count: int) -> None:
    store = Store(path)
    sql = f"INSERT INTO jobs ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
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


def measure(folder: str, count: int) -> tuple[float, dict[str, dict[str, float]]]:
    """The seconds to open a workspace of so many jobs, and for a page of each list and question."""
    path = Path(folder, f"{count}.db")
    with Workspace(path) as workspace:
        workspace.get_target(TARGETS[0][1]).open_session(id=LARGE)
    fill(path, count)
    start = time.perf_counter()
    with Workspace(path) as workspace:
        opening = time.perf_counter() - start
        lists = {
            "jobs": workspace.list_jobs,
            "jobs of a session": partial(workspace.list_session_jobs, LARGE),
            "top-level items": workspace.list_top_level_items,
        }
        pages = {
            what: {
                name: median_seconds(partial(page, listed, asked)) for name, asked in questions(count).items()
            }
            for what, listed in lists.items()
        }
    return opening, pages


def page(listed: Callable[..., Listing[object]], asked: dict[str, object]) -> Sequence[object]:
    return listed(**asked)[:PAGE]


def sections(quick: bool) -> Iterator[Section]:
    many = 100_000 if quick else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        (few_opening, few_pages), (many_opening, many_pages) = measure(folder, 1000), measure(folder, many)
    among_many = f"among {many:,} jobs".replace(",", " ")
    opening = {AMONG_FEW: few_opening * 1e3, among_many: many_opening * 1e3}
    yield Section("open the workspace", "ms", AMONG_FEW, opening)
    for what, few in few_pages.items():
        figures = {}
        for name in few:
            figures[f"{name}, {AMONG_FEW}"] = few[name] * 1e3
            figures[f"{name}, {among_many}"] = many_pages[what][name] * 1e3
        yield Section(f"a page of {PAGE}: {what}", "ms", f"no filter, {AMONG_FEW}", figures)


if __name__ == "__main__":
    main(sections)
