"""Every filter with every order, whichever way the store finds the items: against a plain model in Python."""

import random

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quire import JobDetails, JobStatus, SessionStatus
from quire.clock import to_datetime
from quire.model import SessionDetails
from quire.query import ItemQuery, ItemType, OrderBy, Place
from quire.service.store import Store, StoredJob, StoredSession, eras, listing, sifting, streams
from scripted_target import ALPHA

NAMES = [
    "",
    "a",
    "ab",
    "abc",
    "a%",
    "b",
    "ä",
    "日本",
    "\ud7ff",
    "\ud7ffx",
    "\ue000",
    "\U0010ffff",
    "\U0010ffffz",
    "a\0",
]
TARGETS = [("one", "one.sim"), ("one", "one.qpu"), ("two", "two.sim"), ("two", "one.sim")]
JOB_STATUSES = [JobStatus.WAITING, JobStatus.EXECUTING, JobStatus.SUCCEEDED, JobStatus.FAILED]
SESSION_STATUSES = [SessionStatus.WAITING, SessionStatus.SUCCEEDED, SessionStatus.FAILED]
SESSIONS = ["s0", "s1"]
MOMENTS = 12

# How items are found where a filter lies across the order: in one of the ways, or in several in turn.
WALKED = {(sifting, "FEW"): 0, (sifting, "FIRST_STEP"): 1, (sifting, "STEP_GROWTH"): 1}
PLANS = {
    "as it is": {},
    "collected": {(sifting, "FEW"): 10**6},
    "walked": {**WALKED, (streams, "Eras"): lambda *_: None},
    "walked, then collected": {
        (sifting, "FEW"): 1,
        (sifting, "FIRST_STEP"): 2,
        (sifting, "STEP_GROWTH"): 2,
        (streams, "Eras"): lambda *_: None,
    },
    "by single eras": {**WALKED, (eras, "STEPS_PER_HEAD"): 0.01},
    "by more and more eras": {
        **WALKED,
        (sifting, "STEP_GROWTH"): 2,
        (eras, "STEPS_PER_ERA"): 1,
        (eras, "STEPS_PER_HEAD"): 1,
    },
}
ERA = 2**11
"""How many numbers jobs of an era have."""


@pytest.fixture(params=PLANS)
def _plan(request):
    with pytest.MonkeyPatch.context() as patch:
        for (where, name), value in PLANS[request.param].items():
            patch.setattr(where, name, value)
        yield


def moment(number):
    return to_datetime(1_000_000 * number)


def skip_to_another_era(db):
    """Has the next job be of a later era than any before it."""
    last = db.select("SELECT max(seq) FROM jobs", ())[0][0] + ERA
    db.select(
        "INSERT INTO deleted_jobs VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET last_seq = excluded.last_seq",
        [last],
    )


def insert_job(db, number, chance, created=None):
    provider, target = chance.choice(TARGETS)
    status = chance.choice(JOB_STATUSES)
    job = JobDetails(
        id=f"job-{number}",
        name=chance.choice(NAMES),
        provider_id=provider,
        target=target,
        session_id=chance.choice([None, *SESSIONS]),
    )
    created = chance.randrange(MOMENTS) if created is None else created
    seq = db.insert_job(job, None, 1_000_000 * created, b"")
    db.move_job(seq, status, None, 0)
    return seq


def in_no_order(_number):
    return None


def in_order(number):
    return number * MOMENTS // 150


def with_a_clock_set_back(number):
    return number * MOMENTS // 75 % MOMENTS


@pytest.fixture(scope="module", params=[in_no_order, in_order, with_a_clock_set_back])
def store(request):
    """Jobs and sessions of all kinds and of several eras, many of them alike in most."""
    chance = random.Random(7)
    store = Store(None)
    with store.transaction() as db:
        for number in range(150):
            insert_job(db, number, chance, request.param(number))
            if number % 13 == 12:
                skip_to_another_era(db)
            if number == 120:
                db.filing.file_all()  # all but those that run
        for number in range(40):
            provider, target = chance.choice(TARGETS)
            details = SessionDetails(
                id=f"s{number}", name=chance.choice(NAMES), provider_id=provider, target=target
            )
            session = StoredSession.new(details, 1_000_000 * chance.randrange(MOMENTS), 1)
            db.insert_session(attrs.evolve(session, status=chance.choice(SESSION_STATUSES)))
    yield store
    store.close()


@pytest.fixture(scope="module")
def items(store):
    """All items as they are read one by one."""
    with store.reading() as db:
        jobs = [db.job(f"job-{number}") for number in range(150)]
        return jobs + [db.session(f"s{number}") for number in range(40)]


PROPERTIES = {
    OrderBy.NAME: lambda details: details.name,
    OrderBy.PROVIDER_ID: lambda details: details.provider_id,
    OrderBy.TARGET: lambda details: details.target,
    OrderBy.STATE: lambda details: details.status.value,
}


def kind_of(item):
    return "Job" if isinstance(item, StoredJob) else "Session"


def expected(items, query):
    """The ids of what a query asks for, by the meaning of its words."""

    def passes(item):
        details = item.details
        return (
            query.lets_through(details.name, details.creation_time)
            and (not query.statuses or details.status.value in query.statuses)
            and (not query.providers or details.provider_id in query.providers)
            and (not query.targets or details.target in query.targets)
            and (not query.item_types or kind_of(item) in query.item_types)
            and (not query.job_types or kind_of(item) == "Job")
        )

    def key(item):
        by = PROPERTIES.get(query.order_by, lambda _: "")(item.details)
        lead = kind_of(item) if query.order_by is OrderBy.ITEM_TYPE else ""
        return lead, by, item.details.creation_time, kind_of(item), item.seq

    return [item.details.id for item in sorted(filter(passes, items), key=key, reverse=query.descending)]


def some(values):
    return st.lists(st.sampled_from(values), max_size=3, unique=True).map(tuple)


queries = st.builds(
    ItemQuery,
    name_prefix=st.sampled_from([None, None, *NAMES[1:], "nothing"]),
    statuses=some(["Waiting", "Executing", "Succeeded", "Failed", "Cancelled"]),
    providers=some(["one", "two", "three"]),
    targets=some(["one.sim", "one.qpu", "two.sim", "no.sim"]),
    item_types=st.sampled_from([(), (), (ItemType.JOB,), (ItemType.SESSION,)]),
    job_types=st.sampled_from([(), (), ("QuantumComputing",)]),
    created_after=st.none() | st.integers(-1, MOMENTS).map(moment),
    created_before=st.none() | st.integers(-1, MOMENTS).map(moment),
    order_by=st.sampled_from(OrderBy),
    descending=st.booleans(),
)


@pytest.mark.usefixtures("_plan")
@settings(max_examples=250, deadline=None, derandomize=True)
@given(query=queries, page=st.sampled_from([1, 3, 200]))
def test_lists_are_what_their_words_mean(store, items, query, page):
    scopes = {
        listing.jobs: [item for item in items if kind_of(item) == "Job"],
        listing.sessions: [item for item in items if kind_of(item) == "Session"],
        listing.top_level_items: [
            item for item in items if kind_of(item) == "Session" or item.details.session_id is None
        ],
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listing, "PAGE", page)
        for lists, among in scopes.items():
            found = [item.details.id for item in lists(store.reading, query)]
            assert found == expected(among, query)
        own = attrs.evolve(query, session_id="s1")
        of_session = [item for item in scopes[listing.jobs] if item.details.session_id == "s1"]
        assert [item.details.id for item in listing.jobs(store.reading, own)] == expected(of_session, query)


@pytest.mark.usefixtures("_plan")
@settings(max_examples=100, deadline=None, derandomize=True)
@given(query=queries, start=st.integers(0, 60))
def test_a_page_may_begin_at_the_place_of_any_item(store, query, start):
    everything = attrs.evolve(ItemQuery(), order_by=query.order_by, descending=query.descending)
    whole = listing.places(store.reading, everything, None, 1000)
    place = whole[start][0]
    later = {item.details.id for _, item in whole[start + 1 :]}
    asked = listing.places(store.reading, query, None, 1000)
    after = [(at, item) for at, item in asked if item.details.id in later]
    assert listing.places(store.reading, query, place, 1000) == after
    assert listing.places(store.reading, query, Place(place.key), 5) == after[:5]


@pytest.mark.parametrize("order", [OrderBy.CREATION_TIME, OrderBy.NAME, OrderBy.TARGET, OrderBy.JOB_TYPE])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("session_id", [None, "s1"])
@pytest.mark.parametrize("prefix", [None, "a"])
def test_what_changes_meanwhile_is_listed_once(monkeypatch, order, descending, session_id, prefix):
    chance = random.Random(11)
    monkeypatch.setattr(listing, "PAGE", 2)
    monkeypatch.setattr(listing, "_GROWTH", 1)
    store = Store(None)
    with store.transaction() as db:
        numbers = [insert_job(db, number, chance) for number in range(60)]
    query = ItemQuery(order_by=order, descending=descending, session_id=session_id, name_prefix=prefix)
    there = [job.seq for job in listing.jobs(store.reading, query)]
    assert len(there) > 4
    found = []
    for count, job in enumerate(listing.jobs(store.reading, query)):
        found.append(job.seq)
        with store.transaction() as db:
            for number in chance.sample(numbers, 15):
                db.move_job(number, chance.choice(JOB_STATUSES), None, 0)
            if count % 2:
                db.filing.file_all()
            insert_job(db, 100 + count, chance)
        if count > 500:
            break
    store.close()
    assert len(found) == len(set(found))
    assert [seq for seq in found if seq in set(there)] == there


def test_a_filter_of_very_many_values(alpha, inline):
    job = alpha.submit("ok")
    session = alpha.open_session()
    names = [f"target-{number}" for number in range(300_000)]
    for order in ("CreationTime", "Target"):
        assert list(inline.list_top_level_items(target=names, orderby_property=order)) == []
        found = inline.list_top_level_items(target=[*names, ALPHA], orderby_property=order)
        assert [item.id for item in found] == [job.id, session.id]
