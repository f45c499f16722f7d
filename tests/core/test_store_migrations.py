"""Stores that an older quire wrote: what they become, and that nothing of them is lost."""

import sqlite3

import attrs
import pytest

import scripted_target
from older_stores import INDEXES, back_to
from quire import hookimpl
from quire.errors import StoreError
from quire.service.store.fence import SCHEMA_VERSION, admit, fences
from scripted_target import ALPHA
from store_shape import shape


class Billing:
    """A target of a provider that bills, whose payloads are the scripted ones."""

    @hookimpl
    def register_targets(self, register):
        model = []
        scripted_target.register_targets(model.append)
        register(attrs.evolve(model[0], id="ionq.test", provider_id="ionq"))


@pytest.mark.parametrize("version", INDEXES)
def test_a_store_of_an_older_version_becomes_one_of_today(open_workspace, tmp_path, version):
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
        back_to(version, store)
    store.close()

    again = open_workspace(path, plugins=plugins)
    handles = again.get_job(job.id), again.get_session(session.id), again.get_session(free.id)
    assert [handle.details for handle in handles] == was
    again.close()
    with sqlite3.connect(path) as migrated, sqlite3.connect(new) as fresh:
        assert migrated.execute("SELECT version FROM schema_version").fetchall() == [(SCHEMA_VERSION,)]
        assert shape(migrated) == shape(fresh)
    migrated.close()
    fresh.close()


def listed(workspace):
    """The jobs by each of the ways in which lists find them."""
    return [
        [job.id for job in workspace.list_jobs(orderby_property=order, **only)]
        for order in ("CreationTime", "Name", "State")
        for only in ({}, {"status": "Executing"}, {"status": ["Executing", "Waiting"]}, {"name_match": "a"})
    ]


def test_the_number_of_a_deleted_job_is_not_used_again(alpha):
    jobs = [alpha.submit("ok") for _ in range(3)]
    jobs[2].delete()
    jobs[0].delete()
    again = alpha.submit("ok")
    numbers = [alpha.workspace.transport.items.job(job.id).seq for job in (jobs[1], again)]
    assert numbers == [2, 4]


def test_numbers_of_deleted_jobs_are_not_used_again_after_a_migration(open_workspace, tmp_path):
    path = tmp_path / "lab.db"
    first = open_workspace(path)
    target = first.get_target(ALPHA)
    for job_id in ("a", "b"):
        target.submit("ok", job_id=job_id)
    first.close()
    with sqlite3.connect(path) as store:
        back_to(6, store)
        store.execute("DELETE FROM jobs WHERE id = 'b'")
    store.close()
    open_workspace(path).get_target(ALPHA).submit("ok", job_id="c")
    with sqlite3.connect(path) as store:
        assert dict(store.execute("SELECT id, seq FROM jobs")) == {"a": 1, "c": 3}
    store.close()


@pytest.mark.parametrize("version", [3, 4, 5, 6, 7])
def test_jobs_that_run_while_an_older_store_is_migrated_stay_in_all_lists(
    open_workspace, tmp_path, held, clock, version
):
    path = tmp_path / "lab.db"
    runs = open_workspace(path, executor=held, workers=2)
    session = runs.get_target(ALPHA).open_session()
    for name in ("b", "ab", "aa", "c"):
        session.submit("ok", name=name)
        clock.advance(1)
    held.run()
    assert sorted(job.status for job in runs.list_jobs()) == [
        "Executing",
        "Executing",
        "Succeeded",
        "Waiting",
    ]
    before = listed(runs)
    assert [len(found) for found in before[:4]] == [4, 2, 3, 2]
    with sqlite3.connect(path) as store:
        back_to(version, store)
    store.close()
    assert listed(open_workspace(path)) == before


def write_with(store, known):
    """Writes jobs and sessions like a quire that knows some versions of the schema."""
    for version in known:
        admit(store, version)
    store.execute("UPDATE jobs SET status = status")
    store.execute("UPDATE sessions SET status = status")


def test_only_who_knows_the_schema_writes(open_workspace, tmp_path):
    path = tmp_path / "lab.db"
    workspace = open_workspace(path)
    with workspace.get_target(ALPHA).open_session() as session:
        session.submit("ok")
    with sqlite3.connect(path) as older, sqlite3.connect(path) as newer:
        with pytest.raises(sqlite3.OperationalError, match=f"version_{SCHEMA_VERSION}"):
            write_with(older, range(1, SCHEMA_VERSION))
        older.rollback()
        assert older.execute("SELECT status FROM jobs").fetchall() == [("Succeeded",)]
        write_with(newer, [SCHEMA_VERSION])
    older.close()
    newer.close()


def migrate_to(version, path):
    """What a quire of another version does to a store at the least."""
    with sqlite3.connect(path, isolation_level=None) as store:
        store.execute("BEGIN IMMEDIATE")
        for statement in fences(version):
            store.execute(statement)
        store.execute("UPDATE schema_version SET version = ?", (version,))
        store.execute("COMMIT")
    store.close()


def test_a_program_that_stays_open_while_another_migrates_writes_nothing_any_more(open_workspace, tmp_path):
    path = tmp_path / "lab.db"
    stays = open_workspace(path)
    target = stays.get_target(ALPHA)
    session = target.open_session()
    job = session.submit("ok", job_id="before")
    newer = SCHEMA_VERSION + 1
    migrate_to(newer, path)
    for refused in (
        lambda: session.submit("ok"),
        lambda: target.open_session(),
        lambda: job.update(name="other"),
        job.delete,
        lambda: job.upload_attachment("a", b"b"),
        lambda: stays.transport.keys.create("mine"),
        lambda: stays.transport.blobs.put_block("files", "a", "1", b"b"),
        lambda: stays.transport.blobs.delete_container("files"),
        session.close,
    ):
        with pytest.raises(StoreError, match=f"version {newer} while it was open") as refusal:
            refused()
        assert refusal.value.location == str(path)
        assert f"knows version {SCHEMA_VERSION}:" in refusal.value.message
    assert [found.id for found in stays.list_jobs()] == ["before"]
    assert job.refresh().status == "Succeeded"
    migrate_to(SCHEMA_VERSION, path)
    session.close()
    assert session.status == "Succeeded"


def test_an_end_that_comes_after_a_migration_is_not_written_in_part(open_workspace, tmp_path, held):
    path = tmp_path / "lab.db"
    stays = open_workspace(path, executor=held, plugins=[scripted_target, Billing()])
    job = stays.get_target("ionq.test").open_session().submit("ok")
    migrate_to(SCHEMA_VERSION + 1, path)
    held.run()
    with sqlite3.connect(path) as store:
        found = store.execute(
            "SELECT jobs.status, has_costs FROM jobs JOIN sessions ON session_id = sessions.id"
        )
        assert found.fetchall() == [("Executing", 0)]
        assert store.execute("SELECT * FROM outputs").fetchall() == []
    store.close()
    migrate_to(SCHEMA_VERSION, path)
    assert job.refresh().status == "Executing"


def test_a_list_whose_indexes_a_newer_program_replaced(open_workspace, tmp_path):
    path = tmp_path / "lab.db"
    stays = open_workspace(path)
    stays.get_target(ALPHA).submit("ok")
    with sqlite3.connect(path) as store:
        lists = "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE '%group%'"
        for (name,) in store.execute(lists).fetchall():
            store.execute(f"DROP INDEX {name}")
        store.execute("UPDATE schema_version SET version = version + 1")
    for _ in range(2):
        with pytest.raises(StoreError, match="while it was open here"):
            list(stays.list_jobs(status="Failed"))
    with sqlite3.connect(path) as store:
        store.execute("UPDATE schema_version SET version = version - 1")
    store.close()
    with pytest.raises(StoreError, match="no such index"):
        list(stays.list_jobs(status="Failed"))
