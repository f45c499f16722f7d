"""How SQLite finds a page: by an index made for the list, in its order, whatever else the store holds."""

import itertools
from datetime import UTC, datetime

import pytest

from quire.service.store import Statements

FILTERS = {
    None: {},
    "name": {"name_match": "a"},
    "status": {"status": "Failed"},
    "provider_id": {"provider": "scripted"},
    "target": {"target": "scripted.alpha"},
    "created_at": {"created_after": datetime(2026, 1, 1, tzinfo=UTC)},
}
ORDERS = {
    None: {},
    "name": {"orderby_property": "Name"},
    "status": {"orderby_property": "State"},
    "provider_id": {"orderby_property": "ProviderId", "is_asc": False},
    "target": {"orderby_property": "Target"},
    "created_at": {"orderby_property": "CreationTime", "is_asc": False},
}
COMBINATIONS = list(itertools.product(FILTERS, ORDERS))


@pytest.fixture
def plans(monkeypatch):
    """The plans of all statements that lists of jobs run."""
    seen = []
    select = Statements.select

    def noted(self, sql, values):
        if "FROM jobs" in sql:
            seen.extend(row[3] for row in select(self, f"EXPLAIN QUERY PLAN {sql}", values))
        return select(self, sql, values)

    monkeypatch.setattr(Statements, "select", noted)
    return seen


@pytest.mark.parametrize(("by", "order"), COMBINATIONS)
def test_jobs_that_stand_alone_are_found_without_the_others(alpha, plans, by, order):
    list(alpha.workspace.list_top_level_items(**FILTERS[by], **ORDERS[order]))
    assert plans
    for line in plans:
        assert "jobs_alone" in line or "TEMP B-TREE" in line
    sorts = any("TEMP B-TREE" in line for line in plans)
    assert not sorts or (by == "name" and order in (None, "created_at"))


@pytest.mark.parametrize(("by", "order"), COMBINATIONS)
def test_jobs_of_a_session_are_found_without_the_others(alpha, plans, by, order):
    session = alpha.open_session()
    list(session.list_jobs(**FILTERS[by], **ORDERS[order]))
    assert plans
    for line in plans:
        assert "SEARCH jobs USING INDEX jobs_by_session" in line or "TEMP B-TREE" in line
    sorts = any("TEMP B-TREE" in line for line in plans)
    assert not sorts or by in ("name", "status", "created_at")


@pytest.mark.parametrize(("by", "order"), COMBINATIONS)
def test_jobs_of_all_kinds_are_found_by_an_index(alpha, plans, by, order):
    list(alpha.workspace.list_jobs(**FILTERS[by], **ORDERS[order]))
    assert plans
    for line in plans:
        assert "USING INDEX jobs_by_" in line or "TEMP B-TREE" in line
