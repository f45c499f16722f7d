"""Workspaces that are closed and opened again, by the same or another program, with work left in them."""

import os
import signal
import sqlite3

import pytest

import scripted_target
from processes import run_python
from quire import Session, hookimpl
from quire.errors import SessionClosedError
from quire.service.housekeeper import machine
from quire.service.store.fence import admit
from scripted_target import ALPHA


@pytest.fixture
def path(tmp_path):
    return tmp_path / "lab.db"


def statuses(workspace):
    return [str(job.status) for job in workspace.list_jobs()]


def leave(open_workspace, path, held, count=3, **settings):
    """Submits jobs of which one has begun, and closes the workspace before any has ended."""
    workspace = open_workspace(path, executor=held, workers=1, **settings)
    target = workspace.get_target(ALPHA)
    session = target.open_session(id="s", name="s")
    for number in range(count):
        target.submit("ok", job_id=str(number))
    assert statuses(workspace) == ["Executing"] + ["Waiting"] * (count - 1)
    workspace.close()
    return session


def test_what_had_not_ended_waits_for_the_next_one(open_workspace, path, held):
    leave(open_workspace, path, held)
    assert statuses(open_workspace(path)) == ["Waiting"] * 3


def test_a_program_that_only_looks_runs_nobody_elses_jobs(open_workspace, path, held):
    leave(open_workspace, path, held)
    looking = open_workspace(path)
    list(looking.list_sessions())
    looking.get_job("0").refresh()
    looking.get_session("s").list_jobs()
    assert statuses(looking) == ["Waiting"] * 3


def test_a_program_that_uses_a_target_runs_them(open_workspace, path, held):
    leave(open_workspace, path, held)
    again = open_workspace(path)
    again.get_target(ALPHA)
    assert statuses(again) == ["Succeeded"] * 3
    session = again.get_session("s")
    assert session.status == "Executing"
    assert session.close().status == "Succeeded"


def test_a_program_that_waits_for_one_runs_them(open_workspace, path, held):
    leave(open_workspace, path, held)
    again = open_workspace(path)
    assert again.get_job("1").get_results() == {"[0, 1]": 1.0}
    assert statuses(again) == ["Succeeded"] * 3


def test_closing_in_good_order_is_no_attempt(open_workspace, path, held):
    """Only a run that a worker or a program died in counts against its job."""
    for _ in range(5):
        workspace = open_workspace(path, executor=held, workers=1)
        workspace.get_target(ALPHA).submit("ok", job_id="long one")
        assert workspace.get_job("long one").status == "Executing"
        workspace.close()
    again = open_workspace(path)
    again.get_target(ALPHA)
    job = again.get_job("long one")
    assert (job.status, job.details.attempts) == ("Succeeded", 1)


def test_a_job_that_was_to_be_cancelled_is(open_workspace, path, held):
    workspace = open_workspace(path, executor=held, workers=1)
    job = workspace.get_target(ALPHA).submit("ok", job_id="mine")
    held.start()
    assert job.cancel().status == "CancellationRequested"
    workspace.close()
    assert open_workspace(path).get_job("mine").status == "Cancelled"


def test_a_session_that_was_closed_with_jobs_pending_ends_in_the_next_program(open_workspace, path, held):
    workspace = open_workspace(path, executor=held, workers=1)
    target = workspace.get_target(ALPHA)
    with target.open_session(id="s"):
        target.submit("ok")
    workspace.close()
    again = open_workspace(path)
    assert again.get_session("s").status == "Executing"
    again.get_target(ALPHA)
    assert again.get_session("s").status == "Succeeded"


def test_going_on_with_a_session(open_workspace, path):
    first = open_workspace(path)
    first.get_target(ALPHA).open_session(id="s", name="over two programs").submit("ok")
    first.close()
    second = open_workspace(path)
    target = second.get_target(ALPHA)
    with second.get_session("s") as session:
        assert session.name == "over two programs"
        target.submit("ok")
    assert session.status == "Succeeded"
    assert [job.session_id for job in second.list_jobs()] == ["s", "s"]


def test_going_on_by_the_same_definition(open_workspace, path):
    for expected in (1, 2, 3):
        workspace = open_workspace(path)
        target = workspace.get_target(ALPHA)
        session = Session(workspace, id="s", name="n", target=target)
        target.latest_session = workspace.open_session(session)
        target.submit("ok")
        assert len(list(session.list_jobs())) == expected
        workspace.close()


GO_ON = """
import sys
import scripted_target
from quire import Workspace
with Workspace(sys.argv[1], executor="inline", plugins=[scripted_target]) as workspace:
    target = workspace.get_target("scripted.alpha")
    session = workspace.get_session("s")
    print(session.status, len(list(session.list_jobs())))
    with session:
        print(target.submit("ok").session_id)
    print(session.status)
"""


def test_going_on_in_another_process(open_workspace, path):
    from quire import SystemClock

    here = open_workspace(path, clock=SystemClock())
    target = here.get_target(ALPHA)
    session = target.open_session(id="s")
    target.submit("ok")
    assert run_python(GO_ON, path).split("\n") == ["Executing 1", "s", "Succeeded", ""]
    with pytest.raises(SessionClosedError) as refusal:
        target.submit("ok")
    assert refusal.value.status == "Succeeded"
    assert len(list(session.list_jobs())) == 2


def announce(path, process_id, host, pid, seen_at):
    """Writes into the store what a process leaves there that was killed."""
    with sqlite3.connect(path) as store:
        admit(store)
        store.execute("INSERT INTO processes VALUES (?, ?, ?, ?)", (process_id, host, pid, seen_at))
        store.execute(
            "UPDATE jobs SET owner = ?, status = 'Executing', attempts = 1 WHERE id = '0'", (process_id,)
        )
    store.close()


def ended_process():
    import subprocess

    done = subprocess.Popen(["true"])
    done.wait()
    return done.pid


def test_the_jobs_of_a_process_of_this_machine_that_is_gone(open_workspace, path, held, clock):
    leave(open_workspace, path, held, count=1)
    announce(path, "gone", machine(), ended_process(), clock.now())
    again = open_workspace(path)
    again.get_target(ALPHA)
    job = again.get_job("0")
    assert (job.status, job.details.attempts) == ("Succeeded", 2)


def test_the_jobs_of_a_process_of_this_machine_that_lives(open_workspace, path, held, clock):
    """Even if its clock, or ours, has jumped: it is there, so nobody takes its jobs at once."""
    leave(open_workspace, path, held, count=1)
    announce(path, "alive", machine(), os.getpid(), clock.now() - 3_600_000_000)
    again = open_workspace(path)
    again.get_target(ALPHA)
    assert again.get_job("0").status == "Executing"


def test_a_clock_that_jumps_makes_nobody_lost(open_workspace, path, held, clock):
    first = open_workspace(path, executor=held, workers=1)
    first.get_target(ALPHA).submit("ok", job_id="0")
    clock.advance(86_400)
    second = open_workspace(path)
    second.get_target(ALPHA)
    assert second.get_job("0").status == "Executing"
    held.run()
    assert second.get_job("0").details.attempts == 1
    assert second.get_job("0").status == "Succeeded"


def test_results_survive(open_workspace, path):
    first = open_workspace(path)
    job = first.get_target(ALPHA).submit("ok", shots=9)
    details = job.refresh().details
    first.close()
    again = open_workspace(path).get_job(job.id)
    assert again.details == details
    assert again.get_results_histogram() == {"[0, 1]": {"outcome": [0, 1], "count": 9}}


def test_a_job_for_a_target_that_is_not_installed_here_is_left_to_others(open_workspace, path, held):
    """A program without the plug-in does not take the jobs of one that has it."""
    leave(open_workspace, path, held)
    without = open_workspace(path, plugins=[])
    without.get_target("ionq.simulator")
    assert statuses(without) == ["Waiting"] * 3
    again = open_workspace(path)
    again.get_target(ALPHA)
    assert statuses(again) == ["Succeeded"] * 3


class StruckOnce:
    """A plug-in whose first run is struck by Ctrl-C."""

    is_struck = False

    @hookimpl(tryfirst=True)
    def execute_payload(self, task):
        if not self.is_struck:
            self.is_struck = True
            signal.raise_signal(signal.SIGINT)


def test_ctrl_c_in_the_first_of_the_adopted_jobs_strands_none(open_workspace, path, held):
    first = open_workspace(path, executor=held, workers=1)
    jobs = [first.get_target(ALPHA).submit("ok") for _ in range(4)]
    first.close()
    workspace = open_workspace(path, plugins=[scripted_target, StruckOnce()])
    with pytest.raises(KeyboardInterrupt):
        workspace.get_target(ALPHA).submit("ok")
    workspace.get_target(ALPHA).submit("ok")
    statuses = []
    for job in jobs:
        adopted = workspace.get_job(job.id)
        adopted.wait_until_completed(60)
        statuses.append(str(adopted.status))
    assert statuses == ["Cancelled"] + ["Succeeded"] * 3
