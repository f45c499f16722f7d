"""What the fault tests share: a workspace file, programs that work on it and are killed, and the recovery."""

import os
import random
import signal
import subprocess
from collections import Counter

import pytest

import scripted_target
from faults.checks import Inspector
from faults.client import submit
from processes import children_of, python
from quire import Workspace

CLIENT = "from faults import client; client.main(*sys.argv[1:])"
SMALLEST, LARGEST = 0.05, 0.5


class Ward:
    """A workspace file under treatment.

    Attributes:
        kills: How many processes were killed, by what they were.
    """

    def __init__(self, folder, seed):
        self.path = folder / "lab.db"
        self.notes = folder / "notes"
        self.notes.mkdir()
        self.journal = folder / "journal"
        self.inspector = Inspector(self.path, self.journal)
        self.chance = random.Random(seed)
        self.kills = Counter()

    def client(self, run, sessions, *fault):
        """A program at work; it says ``ready`` when its workspace is open."""
        return subprocess.Popen(
            python(CLIENT, self.path, self.notes, self.journal, run, sessions, *fault),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def let_it_work(self, client):
        """A random while; whether the program still runs then."""
        try:
            client.wait(self.chance.uniform(SMALLEST, LARGEST))
        except subprocess.TimeoutExpired:
            return True
        return False

    def kill_one_of_its_processes(self, client):
        """Kills a worker, or now and then the process that forks them; whether there was one to kill."""
        for zygote in children_of(client.pid):
            workers = children_of(zygote)
            if workers and self.chance.random() < 0.1:
                return self._kill("zygote", zygote, client.pid)
            if workers:
                return self._kill("worker", self.chance.choice(workers), zygote)
        return False

    def _kill(self, kind, pid, parent):
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            return False
        try:
            # Still the child of ours that was listed, so the descriptor is of no stranger.
            if pid not in children_of(parent):
                return False
            signal.pidfd_send_signal(descriptor, signal.SIGKILL)
        except ProcessLookupError:
            return False
        finally:
            os.close(descriptor)
        self.kills[kind] += 1
        return True

    def kill(self, client):
        client.kill()
        _, errors = client.communicate(timeout=60)
        self.kills["program"] += 1
        return errors

    def recover(self):
        """Lets a program that nobody kills bring everything to its end; nothing is lost or left over."""
        self.inspector.look()
        with Workspace(self.path, workers=2, plugins=[scripted_target]) as workspace:
            target = workspace.get_target(scripted_target.ALPHA)
            for job in workspace.list_jobs():
                job.wait_until_completed(60)
            for session in workspace.list_sessions():
                session.close()
            jobs, sessions = self.inspector.look()
            assert all(job["ended_at"] is not None for job in jobs.values())
            assert all(session["ended_at"] is not None for session in sessions.values())
            for job in list(workspace.list_jobs())[::7]:
                assert submit(target, job.id, str(self.notes)).details == job.details
                if job.status == "Succeeded":
                    assert job.get_results() == {"[0, 1]": 1.0}
        assert self.inspector.look()[0].keys() == jobs.keys()
        assert not list(self.notes.glob("*.overlap"))
        return jobs, sessions


@pytest.fixture
def ward(tmp_path, request):
    return Ward(tmp_path, request.node.name)
