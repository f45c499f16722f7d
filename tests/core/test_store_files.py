"""Workspace files that cannot be used, and those that can: each with a clear error, none harmed."""

import os
import signal
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import scripted_target
from quire import SystemClock, Workspace
from quire.errors import ConfigurationError, InputError, QuireError, StoreError
from quire.service.store import Store
from quire.service.store.connection import SCHEMA_VERSION
from scripted_target import ALPHA


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("memory", "'memory:'"),
        (":memory:", "'memory:'"),
        ("sqlite:///:memory:", "'memory:'"),
        ("memory://", "memory:"),
        ("sqlite:lab.db", "sqlite:///"),
        ("sqlite://lab.db", "sqlite:///"),
    ],
)
def test_what_others_write_for_a_workspace_is_refused_with_our_word(tmp_path, monkeypatch, url, told):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError) as error:
        Workspace(url)
    assert error.value.setting == "url"
    assert told in error.value.message
    assert list(tmp_path.iterdir()) == []


def test_memory_leaves_no_file_and_is_each_time_another(open_workspace, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first = open_workspace("memory:")
    first.get_target(ALPHA).submit("ok")
    assert list(open_workspace("memory:").list_jobs()) == []
    assert first.location == "memory:"
    assert list(tmp_path.iterdir()) == []


def test_pages_in_memory_are_larger_than_those_of_a_file(tmp_path):
    sizes = []
    for path in (None, tmp_path / "lab.db"):
        store = Store(path)
        sizes += store.connection.execute("PRAGMA page_size").fetchone()
        store.close()
    assert sizes == [8192, 4096]


@pytest.mark.parametrize("form", ["{}/lab.db", "sqlite:///{}/lab.db"])
def test_paths_and_urls(open_workspace, tmp_path, form):
    workspace = open_workspace(form.format(tmp_path))
    assert workspace.location == str(tmp_path / "lab.db")
    assert (tmp_path / "lab.db").exists()


def test_path_objects_relative_paths_and_new_folders(open_workspace, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert open_workspace(tmp_path / "a" / "b" / "lab.db").location == str(tmp_path / "a" / "b" / "lab.db")
    assert open_workspace("sqlite:///rel.db").location == str(tmp_path / "rel.db")


@pytest.mark.parametrize("name", ["it's a lab.db", "läb ☃.db", "100%.db", "a?mode=ro.db", "#.db", ";drop.db"])
def test_names_with_characters_that_mean_something_elsewhere(open_workspace, tmp_path, name):
    open_workspace(tmp_path / name).get_target(ALPHA).submit("ok", job_id="mine")
    assert (tmp_path / name).exists()
    assert open_workspace(tmp_path / name).get_job("mine").status == "Succeeded"


def test_the_environment_variable(open_workspace, tmp_path, monkeypatch):
    monkeypatch.setenv("QUIRE_WORKSPACE", str(tmp_path / "mine.db"))
    assert open_workspace(None).location == str(tmp_path / "mine.db")


def test_the_users_data_folder(open_workspace, tmp_path, monkeypatch):
    monkeypatch.delenv("QUIRE_WORKSPACE", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert open_workspace(None).location == str(tmp_path / "quire" / "workspace.db")


def refused(path, *words):
    with pytest.raises(StoreError) as error:
        Workspace(path)
    assert error.value.location == str(path)
    assert error.value.code == "StoreUnavailable"
    for word in (str(path), *words):
        assert word in error.value.message
    return error.value


def test_a_file_that_is_no_database(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("Dear diary, " * 500)
    refused(path, "not a database")
    assert path.read_text() == "Dear diary, " * 500


def test_a_database_of_somebody_else(tmp_path):
    path = tmp_path / "theirs.db"
    with sqlite3.connect(path) as theirs:
        theirs.execute("CREATE TABLE bookmarks (url)")
        theirs.execute("CREATE TABLE schema_version (major, minor)")
        theirs.execute("INSERT INTO schema_version VALUES (3, 4)")
    theirs.close()
    before = path.read_bytes()
    refused(path, "another program")
    assert path.read_bytes() == before


def test_a_database_of_somebody_else_without_a_version(tmp_path):
    path = tmp_path / "theirs.db"
    with sqlite3.connect(path) as theirs:
        theirs.execute("CREATE TABLE jobs (id)")
    theirs.close()
    before = path.read_bytes()
    refused(path, "another program")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content", ["DELETE FROM schema_version", "UPDATE schema_version SET version = 'one'"]
)
def test_a_database_that_does_not_say_its_version(open_workspace, tmp_path, content):
    path = tmp_path / "lab.db"
    open_workspace(path).close()
    with sqlite3.connect(path) as store:
        store.execute("PRAGMA ignore_check_constraints = 1")
        store.execute(content)
    store.close()
    refused(path, "which version")


def test_a_folder(tmp_path):
    refused(tmp_path, "unable to open")


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "file").write_text("x")
    refused(tmp_path / "file" / "lab.db")


def test_an_empty_file_becomes_a_workspace(open_workspace, tmp_path):
    path = tmp_path / "empty.db"
    path.touch()
    assert open_workspace(path).get_target(ALPHA).submit("ok").refresh().status == "Succeeded"


def test_a_newer_schema(open_workspace, tmp_path):
    path = tmp_path / "lab.db"
    open_workspace(path).close()
    with sqlite3.connect(path) as store:
        assert store.execute("SELECT version FROM schema_version").fetchall() == [(SCHEMA_VERSION,)]
        store.execute("UPDATE schema_version SET version = version + 1")
    store.close()
    refused(path, f"version {SCHEMA_VERSION + 1}", f"up to {SCHEMA_VERSION}")
    with sqlite3.connect(path) as store:
        assert store.execute("SELECT version FROM schema_version").fetchall() == [(SCHEMA_VERSION + 1,)]
    store.close()


def test_a_file_that_is_damaged_while_it_is_closed(open_workspace, tmp_path):
    path = tmp_path / "lab.db"
    workspace = open_workspace(path)
    workspace.get_target(ALPHA).submit("ok", job_id="mine")
    workspace.close()
    content = bytearray(path.read_bytes())
    content[100:] = b"\xff" * (len(content) - 100)
    path.write_bytes(content)
    refused(path, "malformed")


def in_fork(function):
    """What a function gives in a forked child, or the error that it raises, as text."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            signal.alarm(60)  # whatever happens, the child must not go on as a second test run
            try:
                answer = str(function())
            except StoreError as error:
                answer = "told" if "fork" in error.message else repr(error)
            except BaseException as error:
                answer = repr(error)
            os.write(write_end, answer.encode())
        finally:
            os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end) as answers:
        answer = answers.read()
    os.waitpid(child, 0)
    return answer


def test_a_workspace_in_a_fork(inline, alpha):
    """A child that uses its parent's workspace by mistake is told so, and does the parent no harm."""
    job = alpha.submit("ok", job_id="mine")
    for ask in (
        lambda: alpha.submit("ok"),
        lambda: inline.get_job("mine"),
        lambda: list(inline.list_jobs()),
        alpha.open_session,
        job.refresh,
        job.cancel,
    ):
        assert in_fork(ask) == "told"
    assert in_fork(inline.close) == "None"
    assert alpha.submit("ok").refresh().status == "Succeeded"


def test_closing_in_a_fork_does_the_parents_workers_no_harm(real, gate):
    job = real.submit(gate.program)
    guest = gate.next()
    assert in_fork(real.workspace.close) == "None"
    guest.tell("ok")
    job.wait_until_completed(60)
    assert (job.status, job.details.attempts) == ("Succeeded", 1)


def test_a_fork_of_a_busy_program_can_open_its_own(open_workspace, tmp_path):
    """As ``multiprocessing`` with fork does it; another thread is in the middle of something."""
    path = tmp_path / "lab.db"
    target = open_workspace(path).get_target(ALPHA)
    stop = threading.Event()

    def busy():
        while not stop.is_set():
            target.submit("ok")

    def submit():
        with Workspace(path, executor="inline", plugins=[scripted_target]) as mine:
            return mine.get_target(ALPHA).submit("ok").refresh().status

    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(busy)
        try:
            assert [in_fork(submit) for _ in range(3)] == ["Succeeded"] * 3
        finally:
            stop.set()
        work.result(60)


@pytest.mark.parametrize("executor", ["inline", "processes"])
def test_a_closed_workspace(open_workspace, executor):
    from quire import SystemClock

    workspace = open_workspace(executor=executor, clock=SystemClock())
    target = workspace.get_target(ALPHA)
    session = target.open_session()
    job = target.submit("ok")
    job.wait_until_completed(60)
    workspace.close()
    workspace.close()
    for ask in (
        lambda: target.submit("ok", session=None),
        session.refresh,
        job.refresh,
        lambda: list(workspace.list_jobs()),
        lambda: workspace.get_target(ALPHA),
        target.open_session,
    ):
        with pytest.raises(QuireError, match="closed"):
            ask()
    job.wait_until_completed()
    assert job.status == "Succeeded"


def test_a_closed_workspace_is_not_blamed_on_the_file(inline, alpha):
    inline.close()
    with pytest.raises(InputError, match="closed; open another"):
        alpha.submit("ok")


def test_closing_while_others_submit(open_workspace, tmp_path):
    """Each submission is either taken, and then listed, or refused."""
    path = tmp_path / "lab.db"
    workspace = open_workspace(path)
    target = workspace.get_target(ALPHA)
    begun = threading.Barrier(5, timeout=60)

    def submit(worker):
        taken = []
        begun.wait()
        try:
            for number in range(10_000):
                taken.append(target.submit("ok", job_id=f"{worker}-{number}").id)
        except QuireError:
            return taken
        raise AssertionError("never refused")

    with ThreadPoolExecutor(4) as pool:
        work = [pool.submit(submit, worker) for worker in range(4)]
        begun.wait()
        workspace.close()
        taken = [job_id for future in work for job_id in future.result(60)]
    listed = {job.id for job in open_workspace(path).list_jobs()}
    assert set(taken) <= listed


class Stopped(SystemClock):
    """A clock that once has no time."""

    is_stopped = False

    def now(self):
        if self.is_stopped:
            self.is_stopped = False
            raise OSError("no time")
        return super().now()


def test_a_change_that_cannot_begin_leaves_no_transaction_open(open_workspace, tmp_path):
    clock = Stopped()
    target = open_workspace(tmp_path / "q.db", clock=clock).get_target(ALPHA)
    target.submit("ok")
    clock.is_stopped = True
    with pytest.raises(StoreError):
        target.submit("ok")
    assert target.submit("ok").refresh().status == "Succeeded"
