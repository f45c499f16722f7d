"""How SQLite finds a page: by indexes made for lists, in their order, for each filter with each order."""

import itertools
import re
from datetime import UTC, datetime

import pytest

from quire.service.store import Statements, sifting, streams
from quire.service.store.overview import jobs_per_session, jobs_per_status

FILTERS = {
    None: {},
    "name": {"name_match": "a"},
    "status": {"status": "Failed"},
    "provider": {"provider": "scripted"},
    "target": {"target": "scripted.alpha"},
    "created": {"created_after": datetime(2024, 1, 1, tzinfo=UTC)},
    "all": {"status": ["Failed", "Succeeded"], "provider": "scripted", "target": "scripted.alpha"},
}
ORDERS = ("CreationTime", "Name", "ProviderId", "Target", "State", "JobType", "ItemType")
_UNFILED = r"(SCAN|SEARCH) jobs USING (COVERING )?INDEX jobs_unfiled"
_OF_ERAS = r"SEARCH jobs USING COVERING INDEX jobs_by_era_and_name \(<expr>=\?"
OF_A_SESSION = (
    rf"SEARCH jobs USING COVERING INDEX jobs_by_session_and_group\w* \(session_id=\?|{_UNFILED}|{_OF_ERAS}"
)
OF_ALL = rf"(SEARCH|SCAN) jobs USING COVERING INDEX jobs_by_(time|group)|{_UNFILED}|{_OF_ERAS}"
WAYS = list(itertools.product(ORDERS, (True, False)))


@pytest.fixture
def plans(monkeypatch):
    """The plans of all statements that lists of jobs run, each with its text."""
    seen = []
    select = Statements.select

    def noted(self, sql, values):
        if "FROM jobs" in sql:
            seen.extend((sql, row[3]) for row in select(self, f"EXPLAIN QUERY PLAN {sql}", values))
        return select(self, sql, values)

    monkeypatch.setattr(Statements, "select", noted)
    return seen


@pytest.fixture(params=["collected", "walked", "by eras"])
def across(request, monkeypatch):
    """That the items which pass are found by the other order, by the list's own, or by their eras."""
    monkeypatch.setattr(sifting, "FEW", 1000 if request.param == "collected" else 0)
    if request.param == "walked":
        monkeypatch.setattr(streams, "Eras", lambda *_: None)
    return request.param


def steps(plans, workspace, lists, by, across):
    """The steps of plans by which jobs are found, for a filter with every order."""
    with workspace.transport._store.transaction() as db:
        db.filing.file_all()
    for order, is_asc in WAYS:
        plans.clear()
        assert len(list(lists(**FILTERS[by], orderby_property=order, is_asc=is_asc))) == 1
        assert plans
        lies_across = (by, order == "Name") in {("name", False), ("created", True)}
        has_eras = any("by_era" in step for _, step in plans)
        assert has_eras == (across == "by eras" and lies_across)
        for sql, step in plans:
            # What lies across the order is sorted when it is little, and so are the few that are not filed.
            may_sort = lies_across and "ORDER BY" in sql and "FROM eras INDEXED BY" not in sql
            may_gather = "jobs_unfiled" in sql and (order == "Name" or "DISTINCT" in sql)
            assert "TEMP B-TREE" not in step or may_sort or may_gather, (order, step)
            if " jobs" in step and "rowid=?" not in step:
                yield step


@pytest.mark.parametrize("by", FILTERS)
def test_jobs_that_stand_alone_are_found_without_the_others(alpha, plans, across, by):
    alpha.submit("fail Code text", name="a")
    for step in steps(plans, alpha.workspace, alpha.workspace.list_top_level_items, by, across):
        assert re.match(OF_A_SESSION, step)


@pytest.mark.parametrize("by", FILTERS)
def test_jobs_of_a_session_are_found_without_the_others(alpha, plans, across, by):
    session = alpha.open_session(job_failure_policy="Continue")
    alpha.submit("fail Code text", name="a")
    for step in steps(plans, alpha.workspace, session.list_jobs, by, across):
        assert re.match(OF_A_SESSION, step)


@pytest.mark.parametrize("by", FILTERS)
def test_jobs_of_all_kinds_are_found_by_an_index(alpha, plans, across, by):
    alpha.submit("fail Code text", name="a")
    for step in steps(plans, alpha.workspace, alpha.workspace.list_jobs, by, across):
        assert re.match(OF_ALL, step)


def test_jobs_are_counted_by_the_indexes_alone(alpha, plans):
    session = alpha.open_session()
    alpha.submit("ok")
    with alpha.workspace.transport._store.reading() as db:
        assert jobs_per_status(db, session.id) == {"Succeeded": 1}
        assert jobs_per_session(db, [session.id]) == {session.id: 1}
    found = [step for _, step in plans if " jobs" in step]
    assert len(found) == 4
    assert all(re.match(OF_A_SESSION, step) for step in found)
