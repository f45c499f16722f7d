"""A store that others write to: who waits, who reads meanwhile, and who does not wait."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from other_writer import other_connection
from quire.errors import InputError
from quire.haste import Hasty, StoreBusyError, delays
from quire.service.store import Store
from scripted_target import ALPHA


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path / "busy.db")
    yield opened
    opened.close()


@pytest.fixture
def other(tmp_path, store):
    """A connection like another process's."""
    with other_connection(tmp_path / "busy.db") as connection:
        yield connection


@pytest.fixture
def pool():
    with ThreadPoolExecutor(4) as threads:
        yield threads


@contextmanager
def writing(connection):
    connection.execute("BEGIN IMMEDIATE")
    yield
    connection.execute("COMMIT")


def write(store, process="p"):
    with store.transaction() as db:
        db.see_process(process, "host", 1, 1)


def read(store):
    with store.reading() as db:
        return [row[0] for row in db.processes()]


def test_others_read_while_a_thread_waits_to_write(store, other, pool):
    begun = threading.Barrier(2)

    def write_soon():
        begun.wait()
        write(store)

    with writing(other):
        waiting = pool.submit(write_soon)
        begun.wait()
        for _ in range(200):
            assert read(store) == []
        assert not waiting.done()
    waiting.result()
    assert read(store) == ["p"]


def test_who_is_in_haste_does_not_wait_for_another_process(store, other):
    with writing(other), Hasty():
        with pytest.raises(StoreBusyError, match="somebody else has the workspace") as raised:
            write(store)
        assert raised.value.location == store.location
        assert read(store) == []
    with Hasty():
        write(store)
    assert read(store) == ["p"]


@pytest.mark.parametrize("use", [read, write])
def test_who_is_in_haste_does_not_wait_for_another_thread(store, pool, use):
    has_it, go_on = threading.Event(), threading.Event()

    def keep():
        with store.transaction():
            has_it.set()
            go_on.wait()

    kept = pool.submit(keep)
    has_it.wait()
    with Hasty(), pytest.raises(StoreBusyError):
        use(store)
    go_on.set()
    kept.result()
    use(store)


def test_haste_is_a_threads_own_and_ends_with_its_block(store, other, pool):
    with writing(other), Hasty():
        with Hasty():
            pass
        waiting = pool.submit(write, store)
        with pytest.raises(StoreBusyError):
            write(store)
    waiting.result()
    with writing(other):
        again = pool.submit(write, store, "q")
    again.result()
    assert read(store) == ["p", "q"]


def test_a_store_that_is_closed_while_somebody_waits(tmp_path, pool):
    store = Store(tmp_path / "closing.db")
    first = sqlite3.connect(tmp_path / "closing.db", isolation_level=None)
    with writing(first):
        waiting = pool.submit(write, store)
        store.close()
        with pytest.raises(InputError, match="is closed"):
            waiting.result()
    first.close()


def test_tries_come_soon_at_first_and_then_seldom():
    tries = delays(3600)
    found = [next(tries) for _ in range(10)]
    assert (found[0], found[-1]) == (0.0005, 0.02)
    assert found == sorted(found)
    assert list(delays(0)) == [0.0005]


def test_an_end_in_an_own_executor_that_a_hasty_thread_cannot_write_down_is_not_lost(
    open_workspace, held, tmp_path
):
    path = tmp_path / "busy.db"
    target = open_workspace(path, executor=held, workers=1).get_target(ALPHA)
    job = target.submit("ok")
    with other_connection(path) as other, Hasty():
        other.execute("BEGIN IMMEDIATE")
        held.run()
        other.execute("ROLLBACK")
    assert target.workspace.get_job(job.id).status == "Executing"
    target.workspace.transport._dispatcher.retry()  # as the housekeeper does
    assert target.workspace.get_job(job.id).status == "Succeeded"
