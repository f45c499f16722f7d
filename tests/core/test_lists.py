"""Lists of sessions and jobs: filters to the letter, every order both ways, pages of any number."""

import itertools
from datetime import UTC, datetime, timedelta, timezone

import pytest

from quire import JobStatus, SessionStatus
from quire.errors import InputError, NotFoundError
from quire.service.store import listing
from scripted_target import ALPHA, BETA

NAMES = [
    "a'b",
    "a%",
    "a_",
    "a%b",
    "a\\",
    'a"; DROP TABLE jobs; --',
    "A",
    "ä",
    "日本",
    "日本語",
    "\U0001f600",
    "\U0010ffff",
    "\U0010ffff\U0010ffffz",
    "\ud7ff",
    "\ud7ffx",
    "\ue000",
    "a\x00b",
    " a",
]


@pytest.fixture
def shelf(inline, clock):
    """Jobs of all names on two targets, good and bad, one a second, every third in a session."""
    alpha, beta = inline.get_target(ALPHA), inline.get_target(BETA)
    session = alpha.open_session(name="a session", job_failure_policy="Continue")
    alpha.latest_session = None
    for number, (name, target) in enumerate(itertools.product(NAMES, (alpha, beta))):
        clock.advance(1)
        joins = session if target is alpha and number % 3 == 0 else None
        target.submit("fail X y" if number % 4 == 0 else "ok", name=name, session=joins)
    return inline


def names(items):
    return [item.name for item in items]


@pytest.mark.parametrize("prefix", [*NAMES, "a", "日", "\U0010ffff\U0010ffff", "nothing"])
def test_a_name_prefix_is_taken_to_the_letter(shelf, prefix):
    expected = [name for name in names(shelf.list_jobs()) if name.startswith(prefix)]
    assert names(shelf.list_jobs(name_match=prefix)) == expected


@pytest.mark.parametrize("is_asc", [True, False])
@pytest.mark.parametrize(
    ("order", "key"),
    [
        ("CreationTime", lambda job: job.details.creation_time),
        ("Name", lambda job: (job.name.encode(), job.details.creation_time)),
        ("ProviderId", lambda job: (job.details.provider_id, job.details.creation_time)),
        ("Target", lambda job: (job.details.target, job.details.creation_time)),
        ("State", lambda job: (job.details.status, job.details.creation_time)),
        ("JobType", lambda job: job.details.creation_time),
        ("ItemType", lambda job: job.details.creation_time),
    ],
)
@pytest.mark.parametrize("page", [1, 7, 200])
def test_every_order_both_ways_over_pages_of_any_size(shelf, monkeypatch, order, key, is_asc, page):
    everything = sorted(shelf.list_jobs(), key=key, reverse=not is_asc)
    monkeypatch.setattr(listing, "PAGE", page)
    found = shelf.list_jobs(orderby_property=order, is_asc=is_asc)
    assert [job.id for job in found] == [job.id for job in everything]


def test_filters_are_joined_by_and_and_their_values_by_or(shelf):
    jobs = list(shelf.list_jobs())
    assert len(jobs) == 2 * len(NAMES)
    for statuses, targets in itertools.product(
        (None, "Failed", ["Failed", "Succeeded"], ["Cancelled"]), (None, ALPHA, [ALPHA, BETA], "no.such")
    ):
        wanted = [statuses] if isinstance(statuses, str) else statuses
        places = [targets] if isinstance(targets, str) else targets
        expected = [
            job.id
            for job in jobs
            if (wanted is None or job.status in wanted) and (places is None or job.details.target in places)
        ]
        assert [job.id for job in shelf.list_jobs(status=statuses, target=targets)] == expected


def test_moments_are_real_and_both_ends_belong(shelf):
    jobs = list(shelf.list_jobs())
    first, last = jobs[3].details.creation_time, jobs[9].details.creation_time
    found = shelf.list_jobs(created_after=first, created_before=last)
    assert [job.id for job in found] == [job.id for job in jobs[3:10]]
    elsewhere = first.astimezone(timezone(timedelta(hours=-7)))
    assert shelf.list_jobs(created_after=elsewhere)[0].id == jobs[3].id
    after = first + timedelta(microseconds=1)
    assert shelf.list_jobs(created_after=after)[0].id == jobs[4].id


def test_the_jobs_of_a_session(shelf):
    (session,) = shelf.list_sessions()
    expected = [job.id for job in shelf.list_jobs() if job.session_id == session.id]
    assert expected
    assert [job.id for job in session.list_jobs()] == expected
    assert [job.id for job in session.list_jobs(is_asc=False)] == expected[::-1]
    failed = [job.id for job in session.list_jobs() if job.status == "Failed"]
    assert [job.id for job in shelf.list_session_jobs(session.id, status="Failed")] == failed
    with pytest.raises(NotFoundError):
        shelf.list_session_jobs("no such session")


@pytest.mark.parametrize("is_asc", [True, False])
def test_top_level_items_are_sessions_and_jobs_without_one(shelf, clock, is_asc):
    clock.advance(1)
    shelf.get_target(BETA).open_session(name="a later session")
    jobs = [job for job in shelf.list_jobs() if job.session_id is None]
    everything = [*shelf.list_sessions(), *jobs]
    everything.sort(key=lambda item: item.details.creation_time, reverse=not is_asc)
    found = shelf.list_top_level_items(is_asc=is_asc)
    assert [item.id for item in found] == [item.id for item in everything]
    assert names(shelf.list_top_level_items(item_type="Session")) == ["a session", "a later session"]
    assert [item.id for item in shelf.list_top_level_items(item_type="Job")] == [job.id for job in jobs]
    assert names(shelf.list_top_level_items(name_match="a session")) == ["a session"]
    assert len(shelf.list_top_level_items(job_type="QuantumComputing")) == len(jobs)
    kinds = [type(item).__name__ for item in shelf.list_top_level_items(orderby_property="ItemType")]
    assert kinds == ["Job"] * len(jobs) + ["Session"] * 2


def test_sessions_by_filter(shelf):
    (session,) = shelf.list_sessions(status="Failure(s)", target=ALPHA)
    assert session.name == "a session"
    assert not shelf.list_sessions(status="Waiting")
    assert not shelf.list_sessions(name_match="b")
    session.close()
    assert len(shelf.list_sessions(status=["Failed", "TimedOut"])) == 1


def test_a_list_fetches_only_as_far_as_it_is_read(shelf, monkeypatch):
    monkeypatch.setattr(listing, "PAGE", 2)
    found = shelf.list_jobs()
    first = found[0]
    first_name = first.name
    for job in list(shelf.list_jobs())[10:]:
        job.delete()
    assert found[0] is first
    assert found[0].name == first_name
    assert len(found) == 10
    assert found[-1].id == list(shelf.list_jobs())[-1].id
    assert found[2:4] == list(found)[2:4]


@pytest.mark.parametrize(
    ("filters", "word"),
    [
        ({"name_match": 5}, "name_match"),
        ({"name_match": "\ud800"}, "name_match"),
        ({"provider": ["\ud800"]}, "provider"),
        ({"target": "\ud800"}, "target"),
        ({"job_type": "\ud800"}, "job_type"),
        ({"status": [1]}, "status"),
        ({"created_after": datetime(2026, 1, 1)}, "created_after"),
        ({"created_before": "2026-01-01"}, "created_before"),
        ({"orderby_property": "Colour"}, "orderby_property"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_filter_is_named(inline, filters, word):
    with pytest.raises(InputError, match=word) as error:
        inline.list_jobs(**filters)
    assert error.value.argument == word


def test_a_query_of_a_moment_in_the_far_past(shelf):
    long_ago = datetime(1, 1, 2, tzinfo=UTC)
    assert not shelf.list_jobs(created_before=long_ago)
    assert len(shelf.list_jobs(created_after=long_ago)) == 2 * len(NAMES)


@pytest.mark.parametrize(
    ("name", "wrong", "known"),
    [
        ("status", "succeded", "Succeeded"),
        ("status", "bogus", "Failure"),
        ("status", 5, "texts"),
        ("status", [None], "texts"),
        ("item_type", "jobs", "Job, Session"),
        ("target", 5, "texts"),
        ("provider", object(), "texts"),
        ("job_type", 1.5, "texts"),
        ("is_asc", "no", "True or False"),
        ("is_asc", 1, "True or False"),
    ],
)
def test_a_filter_that_can_match_nothing_is_refused(inline, name, wrong, known):
    for asked in (inline.list_jobs, inline.list_sessions, inline.list_top_level_items):
        with pytest.raises(InputError, match=known) as error:
            asked(**{name: wrong})
        assert error.value.argument == name


def test_a_handle_stands_for_its_target(alpha, beta, inline):
    job = alpha.submit("ok")
    other = beta.submit("ok")
    assert [found.id for found in inline.list_jobs(target=alpha)] == [job.id]
    assert [found.id for found in inline.list_jobs(target=[alpha, beta.name])] == [job.id, other.id]


def test_the_handle_of_something_else_is_no_target(alpha, inline):
    with alpha.open_session(name=alpha.name) as session:
        job = alpha.submit("ok", name=alpha.name)
    for wrong in (session, [job]):
        with pytest.raises(InputError) as error:
            inline.list_jobs(target=wrong)
        assert error.value.argument == "target"
    with pytest.raises(InputError) as error:
        inline.submit("ok", target=session)
    assert error.value.argument == "target"


def test_the_case_of_a_status_does_not_matter(inline, alpha):
    job = alpha.submit("ok")
    assert [found.id for found in inline.list_jobs(status=["succeeded", "Succeeded"], item_type="JOB")] == [
        job.id
    ]
    assert not inline.list_jobs(status="failed")


def test_every_status_may_be_asked_for(inline, alpha):
    alpha.submit("ok")
    for status in (*JobStatus, *SessionStatus):
        found = list(inline.list_jobs(status=[status]))
        assert len(found) == (status == "Succeeded")
