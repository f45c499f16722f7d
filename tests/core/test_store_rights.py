"""What a program can do with a workspace's file and folder that it may not write to."""

import sqlite3
import tempfile
from pathlib import Path

import pytest

from processes import run_python
from quire import SystemClock
from scripted_target import ALPHA

# Root may write everywhere, so the program gives its rights away before it tries.
READ_ONLY = """
import os, sys
import quire.service.service, quire.simulator
from quire import Workspace
from quire.errors import StoreError
Workspace("memory:").close()
if os.geteuid() == 0:
    os.setegid(65534)
    os.seteuid(65534)
try:
    with Workspace(sys.argv[1], executor="inline") as workspace:
        print("listed:", list(workspace.list_sessions()), flush=True)
        workspace.get_target("ionq.simulator").open_session()
except StoreError as error:
    print("refused:", error.location, error)
"""


def try_without_rights(path):
    return run_python(READ_ONLY, path)


@pytest.fixture
def open_folder():
    """A folder that anybody may enter, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_a_folder_that_is_read_only(open_folder):
    open_folder.chmod(0o555)
    answer = try_without_rights(open_folder / "lab.db")
    assert answer.startswith(f"refused: {open_folder / 'lab.db'} ")
    assert "Permission denied" in answer


def test_a_new_folder_in_one_that_is_read_only(open_folder):
    open_folder.chmod(0o555)
    answer = try_without_rights(open_folder / "new" / "lab.db")
    assert answer.startswith(f"refused: {open_folder / 'new' / 'lab.db'} ")
    assert "Permission denied" in answer


def test_a_file_that_is_read_only_can_be_looked_at(open_workspace, open_folder):
    open_folder.chmod(0o777)
    path = open_folder / "lab.db"
    open_workspace(path).close()
    path.chmod(0o444)
    listed, refused_then = try_without_rights(path).splitlines()
    assert listed == "listed: []"
    assert refused_then.startswith(f"refused: {path} ")
    assert "readonly" in refused_then


def test_a_session_whose_time_is_up_in_a_file_that_is_read_only(open_workspace, open_folder):
    open_folder.chmod(0o777)
    path = open_folder / "lab.db"
    first = open_workspace(path)
    session = first.get_target(ALPHA).open_session()
    first.close()
    path.chmod(0o444)
    listed, _ = try_without_rights(path).splitlines()
    assert listed.startswith("listed: [<Session ")
    assert "Waiting" in listed
    path.chmod(0o644)
    session_now = open_workspace(path, clock=SystemClock()).get_session(session.id)
    assert session_now.status == "TimedOut"


def test_a_file_of_an_older_version_that_is_read_only(open_workspace, open_folder):
    open_folder.chmod(0o777)
    path = open_folder / "lab.db"
    open_workspace(path).close()
    with sqlite3.connect(path) as store:
        store.execute("UPDATE schema_version SET version = version - 1")
    store.close()
    path.chmod(0o444)
    (refused,) = try_without_rights(path).splitlines()
    assert refused.startswith(f"refused: {path} ")
    assert "older quire" in refused
    assert "may write" in refused
