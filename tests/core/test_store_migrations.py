"""Stores that an older quire wrote: what they become, and that nothing of them is lost."""

import sqlite3

import attrs
import pytest

import scripted_target
from quire import hookimpl
from quire.errors import StoreError
from quire.service.store.fence import SCHEMA_VERSION, admit, fences
from scripted_target import ALPHA
from store_shape import shape

_COLUMNS = ("name", "provider_id", "target", "status")
_IN_1 = {
    f"{table}_by_{column}": f"{table} ({column}, created_at, seq)"
    for table in ("jobs", "sessions")
    for column in _COLUMNS
} | {
    "jobs_by_session": "jobs (session_id, created_at, seq) WHERE session_id IS NOT NULL",
    "jobs_alone": "jobs (created_at, seq) WHERE session_id IS NULL",
}
_ALL_IN_2 = (
    _IN_1
    | {
        f"jobs_by_session_and_{column}": "jobs "
        f"(session_id, {column}, created_at, seq) WHERE session_id IS NOT NULL"
        for column in ("name", "status")
    }
    | {
        f"jobs_alone_by_{column}": f"jobs ({column}, created_at, seq) WHERE session_id IS NULL"
        for column in _COLUMNS
    }
)
_NEW_IN_3 = {
    f"{scope}_group{order}": f"{scope.partition('_')[0]} ({lead}status, target, provider_id, {keys})"
    for scope, lead in (("jobs_by", ""), ("jobs_by_session_and", "session_id, "), ("sessions_by", ""))
    for order, keys in (("", "created_at, seq"), ("_and_name", "name, created_at, seq"))
}
_PENDING_UP_TO_3 = {"jobs_pending": "jobs (session_id, seq) WHERE ended_at IS NULL"}
_IN_4 = {
    name: f"{definition} WHERE status <> 'Executing'" if definition.startswith("jobs") else definition
    for name, definition in _NEW_IN_3.items()
} | {"jobs_pending": "jobs (status, session_id, seq) WHERE ended_at IS NULL"}
_IN_5 = {
    name: f"{definition[:-1]}, is_filed) WHERE is_filed = 1" if definition.startswith("jobs") else definition
    for name, definition in _NEW_IN_3.items()
} | {
    "jobs_pending": _IN_4["jobs_pending"],
    "jobs_unfiled": "jobs (created_at) WHERE is_filed = 0",
}
_IN_6 = _IN_5 | {
    name: _IN_5[name].replace("created_at, seq", "created_at, seq, name")
    for name in _NEW_IN_3
    if name.endswith("group")
}
_BY_TIME = {f"{table}_by_time": f"{table} (created_at, seq)" for table in ("jobs", "sessions")}
_JOBS_UP_TO_6 = (
    "seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, name TEXT NOT NULL, "
    "provider_id TEXT NOT NULL, target TEXT NOT NULL, status TEXT NOT NULL, session_id TEXT, "
    "input_format TEXT NOT NULL, output_format TEXT NOT NULL, input_params TEXT NOT NULL, "
    "metadata TEXT NOT NULL, tags TEXT NOT NULL, priority TEXT, created_at INTEGER NOT NULL, "
    "began_at INTEGER, ended_at INTEGER, cancelled_at INTEGER, modified_at INTEGER NOT NULL, "
    "fault_code TEXT, fault_message TEXT, attempts INTEGER NOT NULL, owner TEXT"
)
_FENCED_FROM = 3
_FILED_FROM = 5
_INDEXES = {
    1: _IN_1 | _PENDING_UP_TO_3,
    2: _ALL_IN_2 | _PENDING_UP_TO_3,
    3: _NEW_IN_3 | _PENDING_UP_TO_3,
    4: _IN_4,
    5: _IN_5,
    6: _IN_6,
}


def back_to(version, store):
    """Makes a store one that an older quire wrote."""
    ours = "SELECT type, name FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
    for kind, name in store.execute(ours).fetchall():
        store.execute(f"DROP {kind} {name}")
    columns = _JOBS_UP_TO_6
    if version >= _FILED_FROM:
        columns += ", is_filed INTEGER DEFAULT 1 NOT NULL"
    kept = ", ".join(column.split()[0] for column in columns.split(", "))
    store.execute("ALTER TABLE jobs RENAME TO jobs_of_today")
    store.execute(f"CREATE TABLE jobs ({columns}, UNIQUE (id))")
    store.execute(f"INSERT INTO jobs ({kept}) SELECT {kept} FROM jobs_of_today")
    store.execute("DROP TABLE jobs_of_today")
    store.execute("DROP TABLE deleted_jobs")
    store.execute("CREATE INDEX sessions_open ON sessions (seq) WHERE ended_at IS NULL")
    for name, definition in (_INDEXES[version] | _BY_TIME).items():
        store.execute(f"CREATE INDEX {name} ON {definition}")
    if version == 1:
        store.execute("ALTER TABLE sessions DROP COLUMN has_costs")
    if version >= _FENCED_FROM:
        admit(store, version)
        for fence in fences(version):
            store.execute(fence)
    store.execute("UPDATE schema_version SET version = ?", (version,))


class Billing:
    """A target of a provider that bills, whose payloads are the scripted ones."""

    @hookimpl
    def register_targets(self, register):
        model = []
        scripted_target.register_targets(model.append)
        register(attrs.evolve(model[0], id="ionq.test", provider_id="ionq"))


@pytest.mark.parametrize("version", _INDEXES)
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
        back_to(SCHEMA_VERSION - 1, store)
        store.execute("DELETE FROM jobs WHERE id = 'b'")
    store.close()
    open_workspace(path).get_target(ALPHA).submit("ok", job_id="c")
    with sqlite3.connect(path) as store:
        assert dict(store.execute("SELECT id, seq FROM jobs")) == {"a": 1, "c": 3}
    store.close()


@pytest.mark.parametrize("version", [3, 4, 5, 6])
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
        for name in _NEW_IN_3:
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
