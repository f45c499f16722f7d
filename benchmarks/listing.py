"""What a page of 100 costs among a thousand jobs and among a million: every list, filter and order.

And what it costs a job to be found by all of them: what is written down of it, among so many others.
"""

import itertools
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import attrs
from measurement import Section, main, scaled

from quire import JobDetails, JobStatus, Workspace
from quire.clock import to_microseconds
from quire.service.store import Store
from quire.service.store.rows import NEW_JOB_COLUMNS, new_job_values

PAGE = 100
REPEATS = 7
WRITTEN = 1024
AMONG_FEW = "among 1 000 jobs"
ORDERS = ("CreationTime", "Name", "ProviderId", "Target", "State")
START = datetime(2026, 1, 1, tzinfo=UTC)
TARGETS = (("ionq", "ionq.simulator"), ("quantinuum", "quantinuum.sim.h1-1e"), ("rigetti", "rigetti.sim.qvm"))
FILED_TOGETHER = 1024
COLUMNS = [*NEW_JOB_COLUMNS.split(", "), "ended_at", "is_filed"]
LARGE = "large"
Asked = dict[str, object]
Listed = Callable[..., Sequence[object]]
STATUSES = (JobStatus.SUCCEEDED,) * 97 + (JobStatus.FAILED, JobStatus.FAILED, JobStatus.CANCELLED)


def rows(count: int) -> Iterator[list[object]]:
    """Jobs of many names, targets and statuses, one a second.

    Every tenth belongs to no session, and half of the others to one large session. The names of those from
    the middle of the time, a tenth of all, have a word in common and are the last.
    """
    template = JobDetails(id="-", name="-", provider_id="-", target="-")
    for i in range(count):
        provider, target = TARGETS[i % 3]
        job = attrs.evolve(
            template,
            id=f"job-{i}",
            name=f"name-{'middle-' if abs(i - count // 2) < count // 20 else ''}{i * 7919 % count:07d}",
            provider_id=provider,
            target=target,
            status=STATUSES[i % 100],
            session_id=None if i % 10 == 0 else LARGE if i % 2 else f"session-{i // 500}",
        )
        moment = to_microseconds(START + timedelta(seconds=i))
        yield [*new_job_values(job, None, moment), moment, 0]  # nothing is pending


def fill(path: Path, count: int) -> None:
    store = Store(path)
    sql = f"INSERT INTO jobs ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
    with store.transaction() as db:
        for number, values in enumerate(rows(count), 1):
            db.select(sql, values)
            if number % FILED_TOGETHER == 0 or number == count:
                db.filing.file_all()
    store.close()


def prefix(count: int, share: int) -> str:
    """What the names of one job in so many begin with."""
    return "name-" + "0" * (8 - len(str(count // share)))


def filters(count: int) -> dict[str, Asked]:
    """The filters by name; all of them let jobs through from all over the others."""
    middle = START + timedelta(seconds=count // 2)
    third = START + timedelta(seconds=count // 3)
    window: Asked = {"created_after": third, "created_before": third + timedelta(seconds=count // 100)}
    return {
        "no filter": {},
        "name prefix, of all": {"name_match": "name"},
        "name prefix, of 1 in 100": {"name_match": prefix(count, 100)},
        "name prefix, of none": {"name_match": "other"},
        "status, common": {"status": "Succeeded"},
        "status, rare": {"status": ["Failed", "Cancelled"]},
        "status, of none": {"status": "Waiting"},
        "provider": {"provider": "ionq"},
        "target": {"target": "rigetti.sim.qvm"},
        "created after the middle": {"created_after": middle},
        "created before the middle": {"created_before": middle},
        "created in 1 % of the time": window,
        "target and status": {"target": "rigetti.sim.qvm", "status": "Failed"},
        "provider and status, of none": {"provider": "ionq", "status": "Waiting"},
        "name prefix and status": {"name_match": prefix(count, 10), "status": "Succeeded"},
    }


def far_apart(count: int) -> dict[str, Asked]:
    """A filter across the order, whose jobs all lie at the order's end."""
    tenth = START + timedelta(seconds=count // 10)
    return {
        "names of the middle tenth, newest first": {"name_match": "name-middle", "is_asc": False},
        "names of the middle tenth, by State, newest first": {
            "name_match": "name-middle",
            "orderby_property": "State",
            "is_asc": False,
        },
        "the oldest tenth, by Name, from the last": {
            "created_before": tenth,
            "orderby_property": "Name",
            "is_asc": False,
        },
    }


def in_all_orders(asked: Asked) -> dict[str, Asked]:
    """A filter with each order, both ways."""
    return {
        f"by {order} {'asc' if is_asc else 'desc'}": {
            **asked,
            "orderby_property": order,
            "is_asc": is_asc,
        }
        for order, is_asc in itertools.product(ORDERS, (True, False))
    }


def median_seconds(action: Callable[[], object]) -> float:
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


@attrs.frozen
class Measured:
    """What was measured among so many jobs, in seconds.

    Attributes:
        opening: Opening the workspace.
        pages: A page of each list, by filter and order.
        far: The same for what is far apart.
        writing: What is written of a job from its submission to its end.
    """

    opening: float
    pages: dict[str, dict[str, dict[str, float]]]
    far: dict[str, dict[str, float]]
    writing: float


def measure(folder: str, count: int) -> Measured:
    path = Path(folder, f"{count}.db")
    with Workspace(path) as workspace:
        workspace.get_target(TARGETS[0][1]).open_session(id=LARGE)
    fill(path, count)
    start = time.perf_counter()
    with Workspace(path) as workspace:
        opening = time.perf_counter() - start
        lists: dict[str, Listed] = {
            "jobs": workspace.list_jobs,
            "jobs of a session": partial(workspace.list_session_jobs, LARGE),
            "top-level items": workspace.list_top_level_items,
        }
        pages = {
            what: {name: pages_of(listed, in_all_orders(asked)) for name, asked in filters(count).items()}
            for what, listed in lists.items()
        }
        far = {what: pages_of(listed, far_apart(count)) for what, listed in lists.items()}
    return Measured(opening, pages, far, seconds_to_write(path, count))


def pages_of(listed: Listed, questions: dict[str, Asked]) -> dict[str, float]:
    return {name: median_seconds(partial(page, listed, asked)) for name, asked in questions.items()}


def page(listed: Listed, asked: Asked) -> Sequence[object]:
    return listed(**asked)[:PAGE]


def seconds_to_write(path: Path, count: int) -> float:
    """The mean of what is written of a job as it begins and as it ends; some of them file others, too."""
    store = Store(path)
    seconds = 0.0
    for i in range(WRITTEN):
        provider, target = TARGETS[0]
        job = JobDetails(
            id=f"written-{i}",
            name=f"name-{i * 7919 % count:07d}",
            provider_id=provider,
            target=target,
            session_id=LARGE,
        )
        moment = to_microseconds(START + timedelta(seconds=count + i))
        start = time.perf_counter()
        with store.transaction() as db:
            seq = db.insert_job(job, None, moment, b"")
        if seq is None:
            raise RuntimeError(f"{path} has a job {job.id} already")
        with store.transaction() as db:
            db.insert_output(seq, b"")
            db.end_job(seq, JobStatus.SUCCEEDED, None, None, moment)
        seconds += time.perf_counter() - start
    store.close()
    return seconds / WRITTEN


def sections(quick: bool) -> Iterator[Section]:
    many = 100_000 if quick else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        among = {
            AMONG_FEW: measure(folder, 1000),
            f"among {many:,} jobs".replace(",", " "): measure(folder, many),
        }
    few, full = among.values()
    opening = {size: found.opening for size, found in among.items()}
    yield Section("open the workspace", "ms", AMONG_FEW, scaled(opening, 1e3))
    writing = {size: found.writing for size, found in among.items()}
    note = f"The mean of {WRITTEN}, as some of them file others, too."
    yield Section("write down a job", "us", AMONG_FEW, scaled(writing, 1e6), note)
    for what, by_filter in full.pages.items():
        figures = {}
        for name, by_order in by_filter.items():
            slowest = max(by_order, key=by_order.__getitem__)
            for size, found in among.items():
                figures[f"{name}, {slowest}, {size}"] = found.pages[what][name][slowest]
        reference = next(iter(figures))
        usual = [statistics.median(by_order.values()) for by_order in by_filter.values()]
        note = (
            f"Each filter in the slowest of its {2 * len(ORDERS)} orders; in the usual one, a filter takes "
            f"{min(usual) * 1e3:.2f} to {max(usual) * 1e3:.2f} ms among {many} jobs. "
            "Among 1 000, some filters let less than a page through."
        )
        yield Section(f"a page of {PAGE}: {what}", "ms", reference, scaled(figures, 1e3), note)
    figures = {
        f"{what}: {name}, {size}": found.far[what][name]
        for what, names in few.far.items()
        for name in names
        for size, found in among.items()
    }
    note = "What is asked for lies at the far end of the order."
    yield Section(
        f"a page of {PAGE} that is far apart", "ms", next(iter(figures)), scaled(figures, 1e3), note
    )


if __name__ == "__main__":
    main(sections)
