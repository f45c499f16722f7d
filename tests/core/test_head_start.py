"""What a workspace's workers come from is started while it is opened, and does not stay in vain."""

import json
import os
import signal
import sys
import threading

import pytest

import scripted_target
import telling_plugin
from processes import children_of, run_python, wait_until_gone
from quire import SystemClock
from quire.errors import ConfigurationError, InputError, QuireError, StoreError
from quire.service import head_start
from quire.service.warm import WarmProcess

TWO, ONE = {0, 1}, {0}
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"), "1"
)


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


def tell(workspace):
    """What surrounds a job."""
    target = workspace.get_target(telling_plugin.TARGET)
    return json.loads(target.submit(input_data=b"", input_data_format=telling_plugin.FORMAT).output(60))


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


AZURE = {"resource_id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Quantum/Workspaces/w"}


@pytest.mark.parametrize(
    "settings",
    [{"executor": "inline", "workers": None}, {"url": "http://127.0.0.1:9"}, {"url": None, **AZURE}],
)
def test_who_needs_no_workers_starts_nothing(processors, monkeypatch, open_real, settings):
    def begin():
        raise AssertionError("it was started")

    monkeypatch.setattr("quire.service.head_start.begin", begin)
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


def test_a_workspace_that_cannot_be_opened_leaves_it_to_the_next(processors, open_real, started, tmp_path):
    (tmp_path / "lab.db").write_bytes(b"no store " * 1000)
    with pytest.raises(StoreError):
        open_real(url=str(tmp_path / "lab.db"))
    (process,) = started()
    open_real()
    assert started() == {process}


def test_however_many_workspaces_are_only_looked_at_there_is_one(processors, open_real, started):
    for _ in range(5):
        assert list(open_real().list_jobs()) == []
    assert len(started()) == 1


def test_where_no_process_can_be_started_a_workspace_can_be_read(processors, monkeypatch, open_real):
    def start(*_arguments, **_options):
        raise BlockingIOError("no process is free")

    monkeypatch.setattr("subprocess.Popen", start)
    assert list(open_real().list_jobs()) == []


def change_the_environment(monkeypatch, _):
    monkeypatch.setenv("QUIRE_TEST_BEFORE", "other")


def change_the_path(monkeypatch, folder):
    monkeypatch.syspath_prepend(str(folder))


def change_the_directory(monkeypatch, folder):
    monkeypatch.chdir(folder)


def change_nothing(_monkeypatch, _folder):
    pass


@pytest.mark.parametrize(
    ("change", "is_used"),
    [
        (change_nothing, True),
        (change_the_environment, False),
        (change_the_path, False),
        (change_the_directory, False),
    ],
)
def test_workers_inherit_what_they_would_without_it(
    processors, open_real, started, monkeypatch, tmp_path, change, is_used
):
    monkeypatch.setenv("QUIRE_TEST_BEFORE", "before")
    workspace = open_real(plugins=[telling_plugin])
    (process,) = started()
    change(monkeypatch, tmp_path)
    told = tell(workspace)
    assert told["path"] == sys.path
    assert told["directory"] == os.getcwd()
    assert told["environment"].items() >= {**os.environ, **ONE_THREAD}.items()
    assert (started() == {process}) == is_used


def test_what_changes_between_two_workspaces_is_no_part_of_the_plug_ins(processors, open_real, monkeypatch):
    open_real(plugins=[telling_plugin])
    monkeypatch.setenv("QUIRE_TEST_BETWEEN", "changed")
    assert tell(open_real(plugins=[telling_plugin]))["environment"]["QUIRE_TEST_BETWEEN"] == "changed"


LIMITED = """
import json, os, resource
import telling_plugin
from quire import Workspace
from quire.service import head_start
head_start.processors = lambda: 2
workspace = Workspace("memory:", workers=1, plugins=[telling_plugin])
os.umask(0o077)
resource.setrlimit(resource.RLIMIT_NOFILE, (500, 500))
os.nice(1)
target = workspace.get_target(telling_plugin.TARGET)
job = target.submit(input_data=b"", input_data_format=telling_plugin.FORMAT)
told = json.loads(job.output(60))
print(told["umask"], told["descriptors"], told["nice"])
workspace.close()
"""


def test_so_are_limits_and_masks():
    assert run_python(LIMITED) == f"{0o077} 500 {os.nice(0) + 1}\n"


def test_workers_collect_their_garbage_but_not_what_was_there_before(processors, open_real):
    told = tell(open_real(plugins=[telling_plugin]))
    assert told["collects"]
    assert told["old_objects"] < 5000  # of some hundred thousand


def test_it_does_not_wait_for_ever(processors, monkeypatch, open_real, started):
    monkeypatch.setattr("quire.service.head_start.PATIENCE_SECONDS", 0.0)
    workspace = open_real()
    (spare,) = head_start._spares
    wait_until_gone(spare.process._process.pid)
    workspace.get_target(scripted_target.ALPHA).submit("ok").wait_until_completed(60)
    assert len(started()) == 1


PIPED = """
import signal, socket
import scripted_target
from processes import wait_until_gone
from quire import Workspace
from quire.service import head_start
from quire.service.line import Line
head_start.processors = lambda: 2
head_start.PATIENCE_SECONDS = 0.0
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
workspace = Workspace("memory:", workers=1, plugins=[scripted_target])
(spare,) = head_start._spares
wait_until_gone(spare.process._process.pid)
spare.process.load([])
ours, theirs = socket.socketpair()
theirs.close()
try:
    Line(ours).send(b"to a worker")
except OSError:
    print("gone")
job = workspace.get_target(scripted_target.ALPHA).submit("ok")
job.wait_until_completed(60)
print(job.status)
workspace.close()
"""


def test_their_end_is_no_end_of_a_program_whose_output_is_piped():
    assert run_python(PIPED) == "gone\nSucceeded\n"


class Closing:
    """A lock; somebody closes the workspace just before it is taken for the first time."""

    def __init__(self, service):
        self._service, self._lock = service, service._warming

    def __enter__(self):
        self._service._warming = self._lock
        self._service.close()
        self._lock.__enter__()

    def __exit__(self, *error):
        self._lock.__exit__(*error)


def test_a_workspace_that_is_closed_while_its_first_target_is_asked_for(processors, open_real, started):
    workspace = open_real()
    workspace.transport._warming = Closing(workspace.transport)
    with pytest.raises(InputError, match="closed"):
        workspace.get_target(scripted_target.ALPHA)
    assert started() == set()


def test_a_workspace_that_is_closed_while_its_housekeeper_starts(processors, open_real, started, monkeypatch):
    workspace = open_real()

    class Thread(threading.Thread):
        def start(self):
            if self.name == "quire-housekeeper":
                workspace.close()
            super().start()

    monkeypatch.setattr("quire.service.housekeeper.threading.Thread", Thread)
    with pytest.raises(QuireError):
        workspace.get_target(scripted_target.ALPHA)
    assert started() == set()


def test_a_workspace_is_used_as_ever_where_the_process_has_died(processors, open_real, started):
    workspace = open_real()
    (process,) = started()
    os.kill(process, signal.SIGKILL)
    wait_until_gone(process)
    job = workspace.get_target(scripted_target.ALPHA).submit("ok")
    job.wait_until_completed(60)
    assert job.status == "Succeeded"


@pytest.mark.parametrize("act", ["close", "take", "begin"])
def test_a_fork_leaves_it_to_its_parent(processors, open_real, started, act):
    workspace = open_real()
    (process,) = started()
    pid = os.fork()
    if pid == 0:
        if act == "close":
            workspace.close()
        elif act == "take":
            os._exit(head_start.take() is not None)
        else:
            head_start.begin()
            head_start.end()
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
    assert started() == {process}
    taken = head_start.take()
    assert taken is not None
    taken.end()


def test_ctrl_c_meanwhile_loses_no_process(processors, monkeypatch, open_real, started):
    class Struck(WarmProcess):
        def __init__(self, patience):
            super().__init__(patience)
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("quire.service.head_start.WarmProcess", Struck)
    with pytest.raises(KeyboardInterrupt):
        open_real()
    assert len(started()) == 1
    head_start.end()
    assert started() == set()


@pytest.mark.parametrize("executable", [None, "", "/nowhere/python"])
def test_without_an_interpreter_a_workspace_can_be_read(processors, monkeypatch, open_real, executable):
    monkeypatch.setattr(sys, "executable", executable)
    assert list(open_real().list_jobs()) == []
