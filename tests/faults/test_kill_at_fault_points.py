"""A program kills itself at each point where a promise could break; no promise is broken."""

import signal
import subprocess

import pytest

from faults.client import FAULT_POINTS
from processes import python

LEAVE = """
import os
import signal
from concurrent.futures import Executor, Future
import scripted_target
from faults.client import submit
from quire import Workspace

class Never(Executor):
    def submit(self, fn, /, *args, **kwargs):
        return Future()

workspace = Workspace(sys.argv[1], executor=Never(), workers=2, plugins=[scripted_target])
for number in range(4):
    submit(workspace.get_target(scripted_target.ALPHA), f"left-{number}", sys.argv[2])
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("point", FAULT_POINTS)
def test_kill_at(ward, point):
    if point == "in the middle of an adoption":
        leave_work_behind(ward)
    sessions = 1 if point == "between two steps of a close" else 50
    with ward.client("faulty", sessions, point) as client:
        _, errors = client.communicate(timeout=60)
        assert client.returncode == -signal.SIGKILL, errors
    ward.inspector.look()
    ward.recover()


def leave_work_behind(ward):
    """A program is killed before any of its four jobs has ended."""
    done = subprocess.run(python(LEAVE, ward.path, ward.notes), timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    jobs, _ = ward.inspector.look()
    assert [job["status"] for job in jobs.values()] == ["Executing", "Executing", "Waiting", "Waiting"]
