"""The disk is full while a program works: it is told so, loses nothing, goes on when there is room again."""

import shutil
import sqlite3
import subprocess
import tempfile

import pytest

import scripted_target
from older_stores import back_to
from processes import python
from quire import Workspace
from scripted_target import ALPHA

PROGRAM = """
import logging
import os
import resource
import threading
from collections import Counter
import scripted_target
from scripted_target import Gate
from quire import Workspace
from quire.errors import StoreError

kind, folder = sys.argv[1:]
path = os.path.join(folder, "lab.db")
filler = os.path.join(folder, "filler")

def fill_the_disk():
    if kind == "limit":
        used = max(os.path.getsize(path), os.path.getsize(path + "-wal"))
        resource.setrlimit(resource.RLIMIT_FSIZE, (used, resource.RLIM_INFINITY))
        return
    with open(filler, "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass

def free_the_disk():
    if kind == "limit":
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    else:
        os.unlink(filler)

class Complaints(logging.Handler):
    heard = threading.Semaphore(0)

    def emit(self, record):
        if "could not be recorded" in record.getMessage():
            self.heard.release()

logging.getLogger("quire").addHandler(Complaints())

def refused(ask):
    try:
        ask()
    except StoreError as error:
        assert error.location == path
        return str(error)
    return "taken"

workspace = Workspace(path, workers=2, plugins=[scripted_target])
target = workspace.get_target("scripted.alpha")
with Gate() as gate:
    session = target.open_session(id="s", job_failure_policy="Continue")
    taken = [target.submit(gate.program, job_id=str(number)) for number in range(4)]
    guests = [gate.next(), gate.next()]
    fill_the_disk()
    print(refused(lambda: target.submit("ok" * 5000)))
    print(refused(lambda: target.submit("ok" * 5000)))
    print(refused(lambda: target.open_session(name="x" * 1000, tags=["y" * 250] * 50)))
    print(Counter(str(job.status) for job in workspace.list_jobs()))
    for guest in guests:
        guest.tell("ok")
        assert Complaints.heard.acquire(timeout=60)
    print(Counter(str(job.status) for job in workspace.list_jobs()))
    free_the_disk()
    for _ in range(2):
        gate.next().tell("ok")
    for job in taken:
        job.wait_until_completed(60)
        print(job.status, job.details.attempts, job.get_results())
    print(target.submit("ok").get_results())
    session.close()
    print(session.status)
workspace.close()
"""

MIGRATES = """
import os
import resource
from quire import Workspace
from quire.errors import StoreError

path = sys.argv[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (os.path.getsize(path) // 2, resource.RLIM_INFINITY))
try:
    Workspace(path)
except StoreError as error:
    print(error)
"""


def can_mount():
    if shutil.which("unshare") is None:
        return False
    tried = subprocess.run(
        ["unshare", "-rm", "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", tempfile.gettempdir()],
        capture_output=True,
        check=False,
    )
    return tried.returncode == 0


def why(told, path):
    """What comes behind the part of an error that is always the same."""
    lead = f"the workspace {path} cannot be used: "
    assert told.startswith(lead)
    return told.removeprefix(lead)


@pytest.mark.parametrize("kind", ["limit", "small disk"] if can_mount() else ["limit"])
def test_the_disk_is_full(tmp_path, kind):
    command = python(PROGRAM, kind, tmp_path)
    if kind == "small disk":
        mount = 'mount -t tmpfs -o size=2m tmpfs "$1" && shift && exec "$@"'
        command = ["unshare", "-rm", "sh", "-c", mount, "sh", str(tmp_path), *command]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    job, again, session, counted, later, *rest = done.stdout.splitlines()
    for told in (job, again, session):
        assert why(told, tmp_path / "lab.db").startswith(("disk", "database or disk"))
    assert counted == later == "Counter({'Executing': 2, 'Waiting': 2})"
    assert rest == ["Succeeded 1 {'[0, 1]': 1.0}"] * 4 + ["{'[0, 1]': 1.0}", "Succeeded"]


def test_the_disk_is_full_while_an_older_store_is_migrated(tmp_path):
    path = tmp_path / "lab.db"
    with Workspace(path, executor="inline", plugins=[scripted_target]) as first:
        jobs = [first.get_target(ALPHA).submit("ok" * 500).id for _ in range(100)]
    older = 6  # the newest one of which all jobs are copied, for which half of the room is too little
    with sqlite3.connect(path) as store:
        back_to(older, store)
    store.close()

    done = subprocess.run(python(MIGRATES, path), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert why(done.stdout, path).startswith("disk")
    with sqlite3.connect(path) as store:
        assert store.execute("SELECT version FROM schema_version").fetchall() == [(older,)]
    store.close()
    with Workspace(path) as again:
        assert [job.id for job in again.list_jobs()] == jobs
