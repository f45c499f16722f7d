"""When jobs come into the indexes of lists, and that lists are the same before and after."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import scripted_target
from quire.service.store import filing
from quire.service.store.overview import jobs_per_session, jobs_per_status
from scripted_target import ALPHA


@pytest.fixture
def path(tmp_path):
    return tmp_path / "lab.db"


@pytest.fixture
def few(monkeypatch):
    """Has jobs filed three at a time."""
    monkeypatch.setattr(filing, "MOST_ENDED", 3)
    monkeypatch.setattr(filing, "MOST_WAITING", 3)
    monkeypatch.setattr(filing, "COUNTED_AFTER", 1)


def filed(path):
    """The names of the jobs that the indexes have."""
    store = sqlite3.connect(path)
    try:
        return [name for (name,) in store.execute("SELECT name FROM jobs WHERE is_filed = 1 ORDER BY seq")]
    finally:
        store.close()


def lists(workspace, session):
    """The jobs by each of the ways in which lists find them."""
    return [
        [job.name for job in jobs(orderby_property=order, is_asc=is_asc, **only)]
        for jobs in (workspace.list_jobs, session.list_jobs)
        for order in ("CreationTime", "Name", "State", "Target")
        for is_asc in (True, False)
        for only in ({}, {"status": "Succeeded"}, {"status": ["Waiting", "Failed"]}, {"name_match": "a"})
    ]


def test_jobs_that_have_ended_are_filed_together(open_workspace, path, few):
    workspace = open_workspace(path)
    session = workspace.get_target(ALPHA).open_session(job_failure_policy="Continue")
    seen = []
    for name, program in (("a", "ok"), ("b", "fail Code text"), ("ab", "ok"), ("c", "ok")):
        session.submit(program, name=name)
        seen.append(filed(path))
    assert seen == [[], [], ["a", "b", "ab"], ["a", "b", "ab"]]
    assert lists(workspace, session)[:3] == [["a", "b", "ab", "c"], ["a", "ab", "c"], ["b"]]


def test_a_job_that_runs_is_not_filed(open_workspace, path, held, few):
    workspace = open_workspace(path, executor=held, workers=2)
    target = workspace.get_target(ALPHA)
    for name in "abcd":
        target.submit("ok", name=name)
    end = held.start()  # that of a, while b runs to the end of the test
    end()
    held.start()
    held.run(2)
    assert [job.status for job in workspace.list_jobs()] == ["Succeeded", "Executing", *["Succeeded"] * 2]
    assert filed(path) == ["a", "c", "d"]


def test_jobs_that_wait_are_filed_when_they_are_many_and_leave_when_they_begin(
    open_workspace, path, held, few
):
    workspace = open_workspace(path, executor=held, workers=1)
    session = workspace.get_target(ALPHA).open_session()
    seen, listed = [], []
    for name in ("runs", "a", "b", "ab"):
        session.submit("ok", name=name)
        seen.append(filed(path))
    assert seen == [[], [], [], ["a", "b", "ab"]]
    listed.append(lists(workspace, session))
    held.run()
    assert filed(path) == ["b", "ab"]
    listed.append(lists(workspace, session))
    assert [found[2] for found in listed] == [["a", "b", "ab"], ["b", "ab"]]
    session.cancel()
    assert [job.status for job in session.list_jobs()] == ["Succeeded", *["Cancelled"] * 3]
    assert lists(workspace, session)[2] == []


def test_many_at_once_are_filed_at_once(open_workspace, path, held, few):
    target = open_workspace(path, executor=held, workers=1).get_target(ALPHA)
    target.submit("ok", name="runs")
    target.submit_all(["ok"] * 5)
    assert len(filed(path)) == 5


def test_those_that_wait_are_counted_anew_when_many_have_waited(open_workspace, path, held, few):
    """However many of those that were filed have begun."""
    session = open_workspace(path, executor=held, workers=1).get_target(ALPHA).open_session()
    for number in range(5):
        session.submit("ok", name=f"first-{number}")
    assert filed(path) == ["first-1", "first-2", "first-3"]
    for number in range(20):
        held.run()  # so that another one begins
        session.submit("ok", name=f"later-{number}")
        waiting = [job.name for job in session.list_jobs(status="Waiting")]
        assert len(waiting) == 4
        assert len(set(waiting) - set(filed(path))) < filing.MOST_WAITING


def test_those_that_wait_are_not_counted_for_each_that_comes(open_workspace, path, held, monkeypatch):
    monkeypatch.setattr(filing, "MOST_WAITING", 40)
    workspace = open_workspace(path, executor=held, workers=1)
    session = workspace.get_target(ALPHA).open_session()
    counts = []
    workspace.transport._store.connection.set_trace_callback(
        lambda sql: counts.append(sql) if "count(*)" in sql else None
    )
    for _ in range(1 + 40 - filing.COUNTED_AFTER):
        session.submit("ok")
    assert not counts
    for _ in range(3 * filing.COUNTED_AFTER):  # from now on as many wait all the time
        held.run()
        session.submit("ok")
    assert len(counts) == 3
    assert filed(path) == []


def test_jobs_that_come_and_begin_are_not_filed_while_they_are_few(open_workspace, path, held, few):
    session = open_workspace(path, executor=held, workers=1).get_target(ALPHA).open_session()
    session.submit("ok", name="0")
    for number in range(1, 10):
        session.submit("ok", name=f"{number}")
        session.submit("ok", name=f"{number}b")
        assert not {f"{number}", f"{number}b"} & set(filed(path))
        held.run(2)


def test_those_that_wait_are_not_filed_with_those_that_have_ended(open_workspace, path, held, monkeypatch):
    monkeypatch.setattr(filing, "MOST_ENDED", 3)
    target = open_workspace(path, executor=held, workers=1).get_target(ALPHA)
    for name in "abcdef":
        target.submit("ok", name=name)
    held.run(3)
    assert filed(path) == ["a", "b", "c"]


def test_a_filed_job_that_is_cancelled_stays_filed(open_workspace, path, held, few):
    workspace = open_workspace(path, executor=held, workers=1)
    session = workspace.get_target(ALPHA).open_session()
    jobs = [session.submit("ok", name=name) for name in ("runs", "a", "b", "c")]
    jobs[2].cancel()
    assert filed(path) == ["a", "b", "c"]
    assert [job.name for job in session.list_jobs(status="Cancelled")] == ["b"]
    assert [job.name for job in session.list_jobs(status="Waiting", orderby_property="Name")] == ["a", "c"]


def test_what_a_killed_program_leaves_is_filed_by_the_next_that_runs_jobs(open_workspace, path):
    program = (
        "import os, sys, scripted_target\n"
        "from quire import Workspace\n"
        "workspace = Workspace(sys.argv[1], executor='inline', plugins=[scripted_target])\n"
        f"workspace.get_target({ALPHA!r}).submit('ok', name='left')\n"
        "os._exit(0)"
    )
    tests = Path(scripted_target.__file__).parent
    subprocess.run([sys.executable, "-c", program, str(path)], check=True, timeout=60, cwd=tests)
    assert filed(path) == []
    open_workspace(path).get_target(ALPHA).submit("ok", name="new")
    assert filed(path) == ["left"]


def test_what_cannot_be_filed_undoes_nothing(open_workspace, path, few):
    workspace = open_workspace(path)
    target = workspace.get_target(ALPHA)
    store = workspace.transport._store
    connection = store.connection
    full = "CREATE TEMP TRIGGER full BEFORE UPDATE OF is_filed ON main.jobs WHEN new.is_filed > old.is_filed "
    connection.execute(f"{full} BEGIN SELECT raise(ABORT, 'disk full'); END")
    for name in "abcde":
        assert target.submit("ok", name=name).status == "Succeeded"
    assert filed(path) == []
    connection.execute("DROP TRIGGER full")
    target.submit("ok", name="f")
    assert filed(path) == list("abcdef")


def test_what_is_left_is_filed_by_who_closes(open_workspace, path):
    first, second = open_workspace(path), open_workspace(path)
    for workspace, name in ((first, "a"), (second, "b"), (first, "c")):
        workspace.get_target(ALPHA).submit("ok", name=name)
    looks = open_workspace(path)
    assert [job.name for job in looks.list_jobs()] == ["a", "b", "c"]
    looks.close()
    assert filed(path) == []
    second.close()
    assert filed(path) == ["a", "b", "c"]


def test_what_is_filed_in_a_transaction_that_fails_is_filed_later(open_workspace, path, few):
    workspace = open_workspace(path)
    target = workspace.get_target(ALPHA)
    for name in "ab":
        target.submit("ok", name=name)
    with pytest.raises(ZeroDivisionError), workspace.transport._store.transaction() as db:
        db.filing.file_all()
        raise ZeroDivisionError
    assert filed(path) == []
    for name in "cde":
        target.submit("ok", name=name)
    assert filed(path) == list("abcde")


@pytest.mark.parametrize("many", [False, True])
def test_lists_are_the_same_however_jobs_are_filed(open_workspace, path, monkeypatch, many):
    """Against the same jobs none of which is filed."""
    found = []
    for most in (10**6, 3):
        monkeypatch.setattr(filing, "MOST_ENDED", most)
        file = path.with_name(f"{most}-{many}.db")
        workspace = open_workspace(file)
        session = workspace.get_target(ALPHA).open_session(job_failure_policy="Continue")
        for number in range(40 if many else 5):
            name = "abc"[number % 3] * (1 + number % 4)
            session.submit("fail Code text" if number % 7 == 0 else "ok", name=name)
        found.append(lists(workspace, session))
        assert bool(filed(file)) == (most == 3)
    assert found[0] == found[1]


def test_overviews_count_all(open_workspace, path, few):
    workspace = open_workspace(path)
    session = workspace.get_target(ALPHA).open_session(job_failure_policy="Continue")
    for number in range(5):
        session.submit("fail Code text" if number == 4 else "ok")
    assert len(filed(path)) == 3
    with workspace.transport._store.reading() as db:
        assert jobs_per_status(db, session.id) == {"Succeeded": 4, "Failed": 1}
        assert jobs_per_session(db, [session.id]) == {session.id: 5}
