"""Workers begin with what their jobs need: plug-ins that run jobs, and what one needs that waits already."""

import subprocess
import sys
import types

import pytest

import careless_worker
import loading_plugin
import scripted_target
from processes import python
from quire import JobStatus, SystemClock
from quire.plugins import Relay
from scripted_target import ALPHA


@pytest.fixture
def brake():
    with loading_plugin.brake() as opened:
        yield opened


@pytest.fixture
def loading(open_workspace, brake):
    workspace = open_workspace(
        executor="processes", workers=2, clock=SystemClock(), plugins=[scripted_target, loading_plugin]
    )
    return workspace.get_target(loading_plugin.TARGET)


def loaded(target):
    return target.submit(input_data=b"", input_data_format=loading_plugin.FORMAT)


def output(job):
    job.wait_until_completed(60)
    return job.output()


def test_a_job_does_not_wait_until_everything_is_loaded(loading, brake):
    job = loaded(loading)
    assert output(job) == b"first"
    brake.release()


def test_other_workers_have_everything(loading, brake, gate):
    assert output(loaded(loading)) == b"first"
    brake.release()
    alpha = loading.workspace.get_target(ALPHA)
    alpha.submit_all([gate.program] * 2)
    one, other = gate.next(), gate.next()
    one.tell("ok")
    outputs = {output(loaded(loading))}
    alpha.submit(gate.program)
    assert gate.next().pid == one.pid
    other.tell("ok")
    outputs.add(output(loaded(loading)))
    assert outputs == {b"first", b"first second"}


def test_without_a_job_that_waits_all_workers_have_everything(loading, brake):
    brake.release()
    pool = loading.workspace.transport._dispatcher._pool
    while not pool.is_ready:
        pass
    assert {output(loaded(loading)) for _ in range(10)} == {b"first second"}


def test_a_workspace_can_be_closed_meanwhile(loading, brake):
    with brake.wait() as line:
        loading.workspace.close()
        assert line.recv(1) == b""


def test_a_job_that_may_take_little_time_waits_for_everything(open_workspace, brake):
    workspace = open_workspace(
        executor="processes", workers=1, clock=SystemClock(), plugins=[loading_plugin], job_timeout=0.9
    )
    job = loaded(workspace.get_target(loading_plugin.TARGET))
    brake.release()
    assert output(job) == b"first second"


def test_a_fork_that_fails_and_children_that_are_reaped_by_others(open_workspace, tmp_path, monkeypatch):
    monkeypatch.setenv(careless_worker.FILE_VARIABLE, str(tmp_path / "forked"))
    workspace = open_workspace(
        executor="processes", workers=2, clock=SystemClock(), plugins=[scripted_target, careless_worker]
    )
    target = workspace.get_target(ALPHA)
    jobs = [target.submit(f"crash-once {tmp_path / str(number)}") for number in range(4)]
    for job in jobs:
        job.wait_until_completed(60)
    assert {(str(job.status), job.details.attempts) for job in jobs} == {("Succeeded", 2)}


def test_a_job_can_be_stopped_meanwhile(loading, brake, gate):
    job = loading.workspace.get_target(ALPHA).submit(gate.program)
    guest = gate.next()
    with brake.wait():
        job.cancel()
        guest.wait_until_gone()
        job.wait_until_completed(60)
    assert job.status is JobStatus.CANCELLED


KILLED = """
import loading_plugin, scripted_target
from quire import Workspace
workspace = Workspace("memory:", workers=2, plugins=[scripted_target, loading_plugin])
workspace.get_target("scripted.alpha").submit(sys.argv[1]).wait_until_completed()
"""


def test_a_worker_ends_with_its_program_meanwhile(brake, gate):
    with subprocess.Popen(python(KILLED, gate.program)) as program, brake.wait():
        guest = gate.next()
        program.kill()
        guest.wait_until_gone()


def test_workers_load_the_plug_ins_that_run_jobs_and_no_others():
    silent = types.ModuleType("a_module_without_hooks_of_workers")
    assert Relay([scripted_target, silent]).worker_plugins() == (
        ("quire.simulator", "quire.simulator"),
        ("qsharp", "quire_qsharp:"),
        ("scripted_target", "scripted_target"),
    )
    code = """
from quire.plugins import Relay
Relay.for_worker([("quire.simulator", "quire.simulator")])
print([name for name in sys.modules if name.startswith(("quire_", "quire.transport.local", "numpy"))])
"""
    answer = subprocess.run(python(code), capture_output=True, text=True, check=True)
    assert answer.stdout == "[]\n"


def test_a_plug_in_is_found_by_its_attributes(monkeypatch):
    module = types.ModuleType("somewhere")
    module.inside = types.SimpleNamespace(plugin=scripted_target)
    monkeypatch.setitem(sys.modules, "somewhere", module)
    relay = Relay.for_worker([("other name", "somewhere:inside.plugin")])
    assert relay.names("execute_payload") == ("other name",)
