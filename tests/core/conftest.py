"""What tests of sessions and jobs share: workspaces with the scripted targets, and an executor in hand."""

import os
from concurrent.futures import Executor, Future
from queue import SimpleQueue

import pytest

import scripted_target
from processes import children_of
from quire import Workspace
from quire.service import head_start, pool
from quire.service.line import Line
from quire.testing import ManualClock


class HeldRuns(Executor):
    """An executor whose runs happen when the test says so, on the test's thread."""

    def __init__(self):
        self._held = SimpleQueue()  # which Ctrl-C cannot leave locked

    @property
    def count(self):
        """How many tasks are held."""
        return self._held.qsize()

    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        self._held.put((future, fn, args))
        return future

    def _next(self):
        while True:
            future, fn, args = self._held.get(timeout=60)  # the housekeeper may be about to bring it
            if future.set_running_or_notify_cancel():
                return future, fn, args

    def run(self, count=1):
        """Runs the oldest held tasks that were not cancelled."""
        for _ in range(count):
            future, fn, args = self._next()
            future.set_result(fn(*args))

    def start(self):
        """Begins the oldest one, which then cannot be cancelled.

        Returns:
            What ends it: by itself, or with the error given to it.
        """
        future, fn, args = self._next()

        def end(error=None):
            if error is None:
                future.set_result(fn(*args))
            else:
                future.set_exception(error)

        return end


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def held():
    return HeldRuns()


@pytest.fixture
def open_workspace(clock):
    """Opens workspaces with the scripted targets, and closes them after the test."""
    opened = []

    def open_one(url="memory:", **settings):
        defaults = {"executor": "inline", "plugins": [scripted_target], "clock": clock}
        opened.append(Workspace(url, **{**defaults, **settings}))
        return opened[-1]

    yield open_one
    for workspace in opened:
        workspace.close()


@pytest.fixture
def inline(open_workspace):
    """A workspace in memory that runs each job before ``submit`` returns."""
    return open_workspace()


@pytest.fixture
def alpha(inline):
    return inline.get_target(scripted_target.ALPHA)


@pytest.fixture
def beta(inline):
    return inline.get_target(scripted_target.BETA)


@pytest.fixture
def slow(open_workspace, held):
    """A target with one worker, whose runs the test holds in its hand: see ``held``."""
    return open_workspace(executor=held, workers=1).get_target(scripted_target.ALPHA)


@pytest.fixture
def wide(open_workspace, held):
    """The same with three workers."""
    return open_workspace(executor=held, workers=3).get_target(scripted_target.ALPHA)


@pytest.fixture
def real(open_workspace):
    """A target with two worker processes and the machine's clock."""
    from quire import SystemClock

    workspace = open_workspace(executor="processes", workers=2, clock=SystemClock())
    return workspace.get_target(scripted_target.ALPHA)


@pytest.fixture
def other_children():
    """The processes of workspaces that other tests hold open in this one."""
    head_start.end()  # which a workspace of this test could take
    return set(children_of(os.getpid()))


@pytest.fixture
def gate():
    with scripted_target.Gate() as opened:
        yield opened


@pytest.fixture
def two_processors(monkeypatch):
    monkeypatch.setattr(pool, "is_worthwhile", lambda: True)


@pytest.fixture
def watching(monkeypatch, two_processors):
    """What is done as threads begin to watch for an answer, one by one; they watch until one comes."""
    watch, actions = Line.watch, []

    def watch_on(line, _seconds):
        if actions:
            actions.pop(0)()
        return watch(line, 60.0)

    monkeypatch.setattr(Line, "watch", watch_on)
    return actions
