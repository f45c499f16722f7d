"""What dies and what lives when a worker process is lost, takes too long, or cannot be started."""

import os
import pickle
import signal
import subprocess
import types
from concurrent.futures import ThreadPoolExecutor

import pytest

import scripted_target
from endings import ended
from processes import children_of, python, read_line, tell, wait_until_gone
from quire import SystemClock, Task, hookimpl
from scripted_target import ALPHA


def test_a_job_whose_worker_dies_once_is_run_again(real, tmp_path):
    assert ended(real.submit(f"crash-once {tmp_path / 'crashed'}")) == ("Succeeded", None, 2)


def test_a_job_that_kills_its_worker_each_time_fails(real):
    job = real.submit("crash")
    assert ended(job) == ("Failed", "WorkerDied", 2)
    assert "2 runs" in job.details.error_data.message


def test_other_jobs_and_the_users_process_are_unharmed(real, tmp_path):
    programs = ["crash", "ok", f"crash-once {tmp_path / 'crashed'}", "ok", "crash", "ok"]
    jobs = [real.submit(program) for program in programs]
    assert [ended(job) for job in jobs] == [
        ("Failed", "WorkerDied", 2),
        ("Succeeded", None, 1),
        ("Succeeded", None, 2),
        ("Succeeded", None, 1),
        ("Failed", "WorkerDied", 2),
        ("Succeeded", None, 1),
    ]


def test_a_crash_amid_short_jobs_costs_no_other_job_a_run(real):
    """A worker has some of them at a time; those that it had not begun go to another one."""
    programs = ["ok"] * 40 + [*["ok"] * 9, "crash"] * 5
    jobs = real.submit_all(programs)
    expected = {"ok": ("Succeeded", None, 1), "crash": ("Failed", "WorkerDied", 2)}
    assert [ended(job) for job in jobs] == [expected[program] for program in programs]


def test_a_failure_amid_short_jobs_under_abort(real):
    """What comes after it never succeeds once the session has failed, whichever worker had it."""
    with real.open_session() as session:
        jobs = real.submit_all([*["ok"] * 60, "fail Broken text", *["ok"] * 300])
        session.wait()
    assert session.status == "Failed"
    assert ended(jobs[60]) == ("Failed", "Broken", 1)
    others = [job for job in (*jobs[:60], *jobs[61:]) if ended(job)[0] != "Cancelled"]
    assert {str(job.status) for job in others} <= {"Succeeded"}
    assert len(others) < len(jobs) - 1
    failed_at = jobs[60].details.end_execution_time
    assert all(job.details.end_execution_time <= failed_at for job in others)


def test_a_dead_worker_fails_its_session_under_abort(real):
    session = real.open_session()
    job = real.submit("crash")
    job.wait_until_completed(60)
    assert session.refresh().status == "Failed"
    session.close()


def test_a_dead_worker_under_continue(real):
    with real.open_session(job_failure_policy="Continue") as session:
        jobs = [real.submit(program) for program in ("crash", "ok")]
        assert [ended(job)[0] for job in jobs] == ["Failed", "Succeeded"]
        assert session.refresh().status == "Failure(s)"
    assert session.status == "Failed"


def test_a_worker_killed_from_outside(real, gate):
    job = real.submit(gate.program)
    first = gate.next()
    os.kill(first.pid, signal.SIGKILL)
    second = gate.next()
    assert second.pid != first.pid
    second.tell("ok")
    assert ended(job) == ("Succeeded", None, 2)


def test_an_idle_worker_killed_from_outside(real, gate):
    job = real.submit(gate.program)
    guest = gate.next()
    guest.tell("ok")
    assert ended(job)[0] == "Succeeded"
    os.kill(guest.pid, signal.SIGKILL)
    for _ in range(6):
        assert ended(real.submit("ok"))[0] == "Succeeded"


def test_a_run_that_takes_too_long(open_workspace, gate):
    workspace = open_workspace(executor="processes", workers=1, clock=SystemClock(), job_timeout=0.3)
    target = workspace.get_target(ALPHA)
    job = target.submit(gate.program)
    guest = gate.next()
    guest.wait_until_gone()
    assert ended(job) == ("Failed", "ExecutionTimeout", 1)
    assert "job_timeout" in job.details.error_data.message
    assert ended(target.submit("ok"))[0] == "Succeeded"


def test_the_limit_on_a_run_does_not_count_the_time_in_the_queue(open_workspace, gate):
    workspace = open_workspace(executor="processes", workers=1, clock=SystemClock(), job_timeout=1)
    target = workspace.get_target(ALPHA)
    jobs = [target.submit("work 300") for _ in range(6)]
    assert [ended(job)[0] for job in jobs] == ["Succeeded"] * 6


def test_a_plugin_that_breaks_in_a_worker(real):
    job = real.submit("raise no such gate")
    assert ended(job) == ("Failed", "PluginFailed", 1)
    assert "no such gate" in job.details.error_data.message
    assert "scripted_target" in job.details.error_data.message


def test_a_payload_that_no_plugin_runs(real):
    job = real.submit("silent")
    assert ended(job) == ("Failed", "InvalidInputData", 1)
    assert "scripted.v1" in job.details.error_data.message


def test_a_plugin_that_cannot_prepare_its_workers(open_workspace):
    """It alone is of no use; jobs of other plug-ins run."""
    import broken_worker

    workspace = open_workspace(
        executor="processes", workers=1, clock=SystemClock(), plugins=[scripted_target, broken_worker]
    )
    assert ended(workspace.get_target(ALPHA).submit("ok")) == ("Succeeded", None, 1)


def test_a_plugin_that_workers_cannot_import(open_workspace):
    nowhere = types.ModuleType("a_module_that_workers_cannot_import")
    nowhere.execute_payload = hookimpl(lambda task: None)
    workspace = open_workspace(
        executor="processes", workers=1, clock=SystemClock(), plugins=[scripted_target, nowhere]
    )
    assert ended(workspace.get_target(ALPHA).submit("ok")) == ("Succeeded", None, 1)


def test_workers_that_cannot_be_started(open_workspace):
    """Nothing hangs: what cannot be run fails, a whole queue of it and also what is submitted later."""
    import exiting_worker

    workspace = open_workspace(
        executor="processes", workers=2, clock=SystemClock(), plugins=[scripted_target, exiting_worker]
    )
    target = workspace.get_target(ALPHA)
    jobs = [target.submit("ok") for _ in range(300)]
    assert {ended(job) for job in jobs} == {("Failed", "ExecutorFailed", 1)}
    assert "cannot be started" in jobs[0].details.error_data.message
    assert ended(target.submit("ok")) == ("Failed", "ExecutorFailed", 1)


def test_no_worker_outlives_the_workspace(other_children, open_workspace, gate):
    workspace = open_workspace(executor="processes", workers=2, clock=SystemClock())
    target = workspace.get_target(ALPHA)
    for _ in range(2):
        target.submit(gate.program)
    pids = {gate.next().pid for _ in range(2)} | set(children_of(os.getpid())) - other_children
    workspace.close()
    for pid in pids:
        wait_until_gone(pid)


# Where tests run in the background, programs are started with the signal ignored, which Python then keeps.
SCRIPT = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
import scripted_target
from quire import Workspace
workspace = Workspace(sys.argv[1], workers=2, plugins=[scripted_target])
target = workspace.get_target("scripted.alpha")
session = target.open_session(id="s", name="s")
jobs = [target.submit("meet " + sys.argv[2], job_id=str(n)) for n in range(3)]
print("submitted", flush=True)
sys.stdin.readline()
{rest}
"""
ENDINGS = {
    "its last line": "",
    "sys.exit": "sys.exit(3)",
    "an exception": "raise RuntimeError",
    "waiting for a signal": "print('waiting', flush=True); jobs[0].wait_until_completed()",
    "a block waiting for a signal": (
        "with session: print('waiting', flush=True); jobs[0].wait_until_completed()"
    ),
}


def run_script(path, gate, ending):
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(python(SCRIPT.format(rest=ENDINGS[ending]), path, gate.port), text=True, **pipes)


def go_on(script, gate):
    """Lets the script do its last thing, now that two of its three jobs run."""
    assert read_line(script) == "submitted\n"
    guests = [gate.next(), gate.next()]
    tell(script)
    return guests


def finish(open_workspace, path, gate):
    """What another process finds, and that it brings the jobs to their end."""
    workspace = open_workspace(path, executor="processes", workers=2, clock=SystemClock())
    found = [str(workspace.get_job(str(n)).status) for n in range(3)], str(workspace.get_session("s").status)
    workspace.get_target(ALPHA)
    with ThreadPoolExecutor(1) as pool:
        pending = [job for job in workspace.list_jobs() if not job.has_completed()]
        guests = pool.submit(lambda: [gate.next().tell("ok") for _ in pending])
        for job in pending:
            job.wait_until_completed(60)
        guests.result(60)
    return found, [str(workspace.get_job(str(n)).status) for n in range(3)]


@pytest.mark.parametrize("ending", ["its last line", "sys.exit", "an exception"])
def test_a_program_that_ends_without_closing_anything(open_workspace, tmp_path, gate, ending):
    """Its workers end with it; its jobs wait for the next program, and run there; its session stays open."""
    path = tmp_path / "a.db"
    with run_script(path, gate, ending) as script:
        guests = go_on(script, gate)
        script.communicate(timeout=60)
    for guest in guests:
        guest.wait_until_gone()
        wait_until_gone(guest.pid)
    found, at_last = finish(open_workspace, path, gate)
    assert found == (["Waiting", "Waiting", "Waiting"], "Executing")
    assert at_last == ["Succeeded"] * 3


@pytest.mark.parametrize("deadly", [signal.SIGKILL, signal.SIGTERM])
def test_a_program_that_is_killed(open_workspace, tmp_path, gate, deadly):
    """No worker outlives it either; the jobs that were running are run again."""
    path = tmp_path / "a.db"
    with run_script(path, gate, "waiting for a signal") as script:
        guests = go_on(script, gate)
        assert read_line(script) == "waiting\n"
        script.send_signal(deadly)
        script.communicate(timeout=60)
    for guest in guests:
        wait_until_gone(guest.pid)
    found, at_last = finish(open_workspace, path, gate)
    assert found == (["Executing", "Executing", "Waiting"], "Executing")
    assert at_last == ["Succeeded"] * 3


@pytest.mark.parametrize(
    ("ending", "jobs", "session"),
    [
        ("waiting for a signal", "Waiting", "Executing"),
        ("a block waiting for a signal", "Cancelled", "Succeeded"),
    ],
)
def test_control_c(open_workspace, tmp_path, gate, ending, jobs, session):
    """In a block it leaves no session open; nowhere does it leave a worker behind."""
    path = tmp_path / "a.db"
    with run_script(path, gate, ending) as script:
        guests = go_on(script, gate)
        assert read_line(script) == "waiting\n"
        script.send_signal(signal.SIGINT)
        _, errors = script.communicate(timeout=60)
        assert script.returncode != 0
        assert errors.rstrip().endswith("KeyboardInterrupt")
    for guest in guests:
        wait_until_gone(guest.pid)
    found, at_last = finish(open_workspace, path, gate)
    assert found == ([jobs] * 3, session)
    assert set(at_last) == {"Cancelled" if jobs == "Cancelled" else "Succeeded"}


def test_an_interrupted_run_in_the_submitting_thread(inline, alpha, monkeypatch):
    """Ctrl-C while ``executor="inline"`` runs a job: the job is cancelled and the session can be closed."""

    def interrupted(_, __):
        raise KeyboardInterrupt

    monkeypatch.setitem(scripted_target._STEPS, "work", interrupted)
    with pytest.raises(KeyboardInterrupt), alpha.open_session() as session:
        alpha.submit("work 1")
    assert [str(job.status) for job in session.list_jobs()] == ["Cancelled"]
    assert session.refresh().status == "Succeeded"


def test_a_task_arrives_with_the_target_that_it_left_with(inline):
    for target in inline.get_targets():
        spec = inline.target_spec(target.name)
        task = Task("id", spec, b"data", spec.input_formats[0], spec.output_format, {"shots": 5})
        first, second = (pickle.loads(pickle.dumps(task)) for _ in range(2))
        assert first == task
        assert first.target is second.target
