"""Stores that an older quire wrote: what they become, and that nothing of them is lost."""

import sqlite3

import attrs

import scripted_target
from quire import hookimpl

_NEW_IN_2 = (
    "jobs_by_session_and_name",
    "jobs_by_session_and_status",
    "jobs_alone_by_name",
    "jobs_alone_by_provider_id",
    "jobs_alone_by_target",
    "jobs_alone_by_status",
)


def back_to_version_1(store):
    for index in _NEW_IN_2:
        store.execute(f"DROP INDEX {index}")
    store.execute("ALTER TABLE sessions DROP COLUMN has_costs")
    store.execute("UPDATE schema_version SET version = 1")


def shape(store):
    """The columns of each table, and the indexes."""
    tables = [
        row[0] for row in store.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")
    ]
    columns = {table: set(store.execute(f"SELECT * FROM pragma_table_info('{table}')")) for table in tables}
    indexes = set(store.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index'"))
    return columns, indexes


class Billing:
    """A target of a provider that bills, whose payloads are the scripted ones."""

    @hookimpl
    def register_targets(self, register):
        model = []
        scripted_target.register_targets(model.append)
        register(attrs.evolve(model[0], id="ionq.test", provider_id="ionq"))


def test_a_store_of_version_1_becomes_one_of_today(open_workspace, tmp_path):
    path, new = tmp_path / "lab.db", tmp_path / "new.db"
    plugins = [scripted_target, Billing()]
    first = open_workspace(path, plugins=plugins)
    with first.get_target("ionq.test").open_session() as free:
        free.submit("fail Code text")
    with first.get_target("ionq.test").open_session() as session:
        job = session.submit("ok")
    was = [handle.refresh().details for handle in (job, session, free)]
    assert [details.cost_estimate is None for details in was] == [False, False, True]
    first.close()
    open_workspace(new).close()
    with sqlite3.connect(path) as store:
        back_to_version_1(store)
    store.close()

    again = open_workspace(path, plugins=plugins)
    handles = again.get_job(job.id), again.get_session(session.id), again.get_session(free.id)
    assert [handle.details for handle in handles] == was
    again.close()
    with sqlite3.connect(path) as migrated, sqlite3.connect(new) as fresh:
        assert migrated.execute("SELECT version FROM schema_version").fetchall() == [(2,)]
        assert shape(migrated) == shape(fresh)
    migrated.close()
    fresh.close()
