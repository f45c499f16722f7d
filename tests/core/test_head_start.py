"""What a workspace's workers come from is started while it is opened, and does not stay in vain."""

import json
import os
import sys

import pytest

import scripted_target
import telling_plugin
from processes import children_of, wait_until_gone
from quire import SystemClock, hookimpl
from quire.errors import ConfigurationError, StoreError
from quire.service.service import Service

TWO, ONE = {0, 1}, {0}


@pytest.fixture
def started(other_children):
    """What this test has started and has not ended."""
    return lambda: set(children_of(os.getpid())) - other_children


@pytest.fixture
def processors(monkeypatch):
    """Sets which processors this process may use, as it is told."""

    def use(some):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: some)

    use(TWO)
    return use


@pytest.fixture
def open_real(open_workspace):
    def open_one(**settings):
        return open_workspace(**{"executor": "processes", "workers": 1, "clock": SystemClock(), **settings})

    return open_one


def test_it_is_there_before_a_target_is_asked_for_and_is_the_one_that_is_used(processors, open_real, started):
    workspace = open_real()
    (process,) = started()
    workspace.get_target(scripted_target.ALPHA).submit("ok").wait_until_completed(60)
    assert started() == {process}


def test_who_only_looks_leaves_nothing_behind(processors, open_real, started):
    workspace = open_real()
    (process,) = started()
    assert list(workspace.list_jobs()) == []
    workspace.close()
    assert started() == set()
    wait_until_gone(process)


@pytest.mark.parametrize("settings", [{"executor": "inline", "workers": None}, {"url": "http://127.0.0.1:9"}])
def test_who_needs_no_workers_starts_nothing(processors, monkeypatch, open_real, settings):
    def start(_patience):
        raise AssertionError("it was started")

    monkeypatch.setattr("quire.service.head_start.WarmProcess", start)
    if "url" in settings:
        with pytest.raises(ConfigurationError):
            open_real(**settings)  # the clock and the workers are the server's
    else:
        open_real(**settings)


def test_on_one_processor_it_would_only_be_in_the_way(processors, open_real, started):
    processors(ONE)
    workspace = open_real()
    assert started() == set()
    workspace.get_target(scripted_target.ALPHA).submit("ok").wait_until_completed(60)
    assert len(started()) == 1


def test_a_workspace_that_cannot_be_opened_leaves_nothing_behind(processors, open_real, started, tmp_path):
    (tmp_path / "lab.db").write_bytes(b"no store " * 1000)
    with pytest.raises(StoreError):
        open_real(url=str(tmp_path / "lab.db"))
    assert started() == set()


class OtherTransport:
    """A plug-in that opens the workspace of a path itself."""

    @hookimpl
    def open_transport(self, url, options):
        return Service(None, type(options)(relay=options.relay, clock=options.clock, executor="inline"))


def test_another_transport_needs_nothing(processors, open_real, started):
    workspace = open_real(plugins=[scripted_target, OtherTransport()])
    assert started() == set()
    assert workspace.get_target(scripted_target.ALPHA).submit("ok").status == "Succeeded"


def test_where_no_process_can_be_started_a_workspace_can_be_read(processors, monkeypatch, open_real):
    def start(*_arguments, **_options):
        raise BlockingIOError("no process is free")

    monkeypatch.setattr("subprocess.Popen", start)
    assert list(open_real().list_jobs()) == []


@pytest.mark.parametrize("how", [TWO, ONE])
def test_workers_have_the_surroundings_of_the_first_target(processors, open_real, monkeypatch, tmp_path, how):
    processors(how)
    monkeypatch.setenv("QUIRE_TEST_BEFORE", "before")
    workspace = open_real(plugins=[telling_plugin])
    monkeypatch.delenv("QUIRE_TEST_BEFORE")
    monkeypatch.setenv("QUIRE_TEST_AFTER", "after \udcff")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    target = workspace.get_target(telling_plugin.TARGET)
    told = json.loads(target.submit(input_data=b"", input_data_format=telling_plugin.FORMAT).output(60))
    assert told["path"] == sys.path
    assert told["directory"] == str(tmp_path)
    assert told["environment"]["QUIRE_TEST_AFTER"] == "after \udcff"
    assert "QUIRE_TEST_BEFORE" not in told["environment"]


def test_a_directory_that_is_gone_keeps_no_worker_from_starting(processors, open_real, monkeypatch, tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    workspace = open_real()
    gone.rmdir()
    job = workspace.get_target(scripted_target.ALPHA).submit("ok")
    job.wait_until_completed(60)
    assert job.status == "Succeeded"


def test_workers_collect_their_garbage_but_not_what_was_there_before(processors, open_real):
    target = open_real(plugins=[telling_plugin]).get_target(telling_plugin.TARGET)
    told = json.loads(target.submit(input_data=b"", input_data_format=telling_plugin.FORMAT).output(60))
    assert told["collects"]
    assert told["old_objects"] < 5000  # of some hundred thousand


def test_it_does_not_wait_for_ever(processors, monkeypatch, open_real, started):
    monkeypatch.setattr("quire.service.head_start.PATIENCE_SECONDS", 0.0)
    workspace = open_real()
    for process in started():
        wait_until_gone(process)
    workspace.get_target(scripted_target.ALPHA).submit("ok").wait_until_completed(60)
    assert len(started()) == 1


def test_a_workspace_is_used_as_ever_where_the_process_has_died(processors, open_real, started):
    workspace = open_real()
    (process,) = started()
    os.kill(process, 9)
    wait_until_gone(process)
    job = workspace.get_target(scripted_target.ALPHA).submit("ok")
    job.wait_until_completed(60)
    assert job.status == "Succeeded"


def test_a_fork_that_closes_the_workspace_leaves_it_alone(processors, open_real, started):
    workspace = open_real()
    (process,) = started()
    pid = os.fork()
    if pid == 0:
        workspace.close()
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
    assert started() == {process}
