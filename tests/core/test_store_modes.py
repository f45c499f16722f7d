"""Who may read a workspace's file, which has its keys' hashes and what signs the addresses of files."""

import os
import stat
import threading

import pytest

from scripted_target import ALPHA


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def generous():
    """A process that lets everybody read and write what it makes."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("generous")
def test_a_new_file_is_for_its_owner_alone(open_workspace, tmp_path):
    path = tmp_path / "new" / "lab.db"
    workspace = open_workspace(path)
    workspace.get_target(ALPHA).submit("ok")
    beside = {found.name for found in path.parent.iterdir()}
    assert {"lab.db", "lab.db-wal", "lab.db-shm"} <= beside
    assert {mode_of(path.parent / name) for name in beside} == {0o600}


@pytest.mark.usefixtures("generous")
def test_a_file_that_is_there_keeps_its_mode(open_workspace, tmp_path):
    path = tmp_path / "lab.db"
    open_workspace(path).close()
    path.chmod(0o640)
    open_workspace(path).get_target(ALPHA).submit("ok")
    assert mode_of(path) == mode_of(tmp_path / "lab.db-wal") == 0o640


def test_many_threads_open_one_new_file(open_workspace, tmp_path):
    path = tmp_path / "lab.db"
    start = threading.Barrier(8)
    opened = []

    def open_it(number):
        start.wait()
        workspace = open_workspace(path)
        workspace.get_target(ALPHA).submit("ok", job_id=f"j{number}")
        opened.append(workspace)

    threads = [threading.Thread(target=open_it, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 8
    assert {job.id for job in opened[0].list_jobs()} == {f"j{number}" for number in range(8)}
    assert mode_of(path) == 0o600
