"""A program that uses a workspace from several threads until it is killed, and writes down what it was told.

What a job does is decided by its id alone, so any run of this program can submit the job of an earlier one
again. Each line of the journal is written with one system call after the service has answered; what is in
it, the service has acknowledged.
"""

import functools
import os
import random
import signal
import sys
import threading

import scripted_target
from quire import JobStatus, Workspace
from quire.errors import SessionClosedError
from quire.service import dispatcher, ledger, service
from quire.service.store import connection, statements

THREADS = 4

# Where: the owner and name of what is called, whether before or after it, and at which call.
FAULT_POINTS = {
    "in the making of the file": (connection, "fences", "before", 1),
    "after a session's row": (statements.Statements, "insert_session", "after", 3),
    "before a job's row": (statements.Statements, "insert_job", "before", 3),
    "after a job's row": (statements.Statements, "insert_job", "after", 4),
    "after a job was acknowledged": (dispatcher.Dispatcher, "run", "before", 1),
    "after a job has begun": (statements.Statements, "begin_unchanged_job", "after", 5),
    "before a result": (statements.Statements, "insert_output", "before", 2),
    "between a result and the job's end": (statements.Statements, "insert_output", "after", 3),
    "between a job's end and its session's": (statements.Statements, "end_job", "after", 4),
    "after a session's change": (statements.Statements, "update_session", "after", 6),
    "after a commit, before anybody is told": (service.Service, "_publish", "before", 9),
    "in the middle of an adoption": (statements.Statements, "move_job", "after", 2),
    "between two steps of a close": (ledger.Ledger, "release", "before", 1),
}


def arm(point: str) -> None:
    """Has this process kill itself at a fault point."""
    owner, name, moment, calls = FAULT_POINTS[point]
    original = getattr(owner, name)
    left = [calls]

    @functools.wraps(original)
    def fatal(*args, **kwargs):
        left[0] -= 1
        if moment == "before" and left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = original(*args, **kwargs)
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    setattr(owner, name, fatal)


def policy_of(session_id: str) -> str:
    return random.Random(session_id).choice(("Abort", "Continue"))


def program_of(job_id: str, notes: str) -> str:
    chance = random.Random(job_id)
    programs = (
        "ok",
        f"solo {notes}",
        f"work {chance.randint(1, 30)}",
        f"crash-once {notes}/{job_id}.crashed",
    )
    return chance.choices((*programs, "fail Planned so it was planned"), weights=(3, 4, 3, 1, 1))[0]


def submit(target, job_id: str, notes: str):
    """The job of an id; ids of jobs in sessions begin with the session's."""
    session_id = job_id.rpartition(".")[0] or None
    return target.submit(program_of(job_id, notes), job_id=job_id, name=job_id, session=session_id)


class Client:
    """One run of the program."""

    def __init__(self, workspace: Workspace, notes: str, journal: int, run: str) -> None:
        self._workspace = workspace
        self._target = workspace.get_target(scripted_target.ALPHA)
        self._notes = notes
        self._journal = journal
        self._run = run

    def note(self, *words: object) -> None:
        os.write(self._journal, (" ".join(map(str, words)) + "\n").encode())

    def work(self, thread: int, sessions: int) -> None:
        """Opens sessions, submits to them, cancels, waits, closes, asks again for what was there before."""
        chance = random.Random(f"{self._run}/{thread}")
        earlier = [job.id for job in self._workspace.list_jobs()]
        for number in range(sessions):
            session_id = f"{self._run}-{thread}-{number}"
            session = self._target.open_session(
                id=session_id, name=session_id, job_failure_policy=policy_of(session_id)
            )
            self._target.latest_session = None  # jobs name their session, and some have none
            self.note("session", session_id)
            self._fill(session, chance)
            if chance.random() < 0.8:
                session.close()
                self.note("closed", session_id)
            if earlier:
                self._again(chance.choice(earlier))

    def _fill(self, session, chance: random.Random) -> None:
        jobs = []
        for number in range(chance.randint(1, 6)):
            job_id = f"{session.id}.{number}"
            try:
                jobs.append(submit(self._target, job_id, self._notes))
            except SessionClosedError:
                break
            self.note("job", job_id)
            if chance.random() < 0.15:
                victim = chance.choice(jobs)
                self.note("cancel", victim.id, victim.cancel().status)
        for job in jobs:
            if chance.random() < 0.5:
                job.wait_until_completed(60)
                self.note("seen", job.id, job.status)
                if job.status == JobStatus.SUCCEEDED:
                    assert job.get_results() == {"[0, 1]": 1.0}

    def _again(self, job_id: str) -> None:
        job = submit(self._target, job_id, self._notes)
        if job.status.is_terminal:
            self.note("seen", job_id, job.status)


def main(path: str, notes: str, journal: str, run: str, sessions: str, point: str = "") -> None:
    """Works until it is killed, or until each thread has had its sessions."""
    if point:
        arm(point)
    descriptor = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    with Workspace(path, workers=2, plugins=[scripted_target]) as workspace:
        client = Client(workspace, notes, descriptor, run)
        if not point:
            submit(
                workspace.get_target(scripted_target.ALPHA), f"first-of-{run}", notes
            ).wait_until_completed()
        print("ready", flush=True)
        threads = [
            threading.Thread(target=client.work, args=(number, int(sessions))) for number in range(THREADS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
