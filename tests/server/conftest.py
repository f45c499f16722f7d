"""The fixtures of tests/core, with each workspace served over HTTP and opened through its URL."""

import importlib.util
from contextlib import ExitStack
from pathlib import Path

import pytest

import scripted_target
from quire import Workspace
from server.plain import Plain
from server.switchboard import API_KEY, ServedWorkspaces, Switchboard

_spec = importlib.util.spec_from_file_location(
    "core_fixtures", Path(__file__).parents[1] / "core" / "conftest.py"
)
_core = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_core)
globals().update({name: fixture for name, fixture in vars(_core).items() if not name.startswith("_")})


@pytest.fixture(scope="session")
def switchboard():
    board = Switchboard()
    yield board
    board.close()


@pytest.fixture
def open_workspace(switchboard, clock):
    """Like the fixture of tests/core, over HTTP."""
    with ExitStack() as stack:
        served = ServedWorkspaces(switchboard, stack)
        defaults = {"executor": "inline", "clock": clock, "plugins": [scripted_target]}
        yield lambda url="memory:", **settings: served.open(url=url, **{**defaults, **settings})


@pytest.fixture
def local(clock):
    """A workspace of this process, to be served by the test itself."""
    with Workspace("memory:", executor="inline", plugins=[scripted_target], clock=clock) as workspace:
        yield workspace


@pytest.fixture
def serve(switchboard):
    """Serves a workspace; gives a plain client of it."""
    with ExitStack() as stack:

        def serve_it(workspace, **settings):
            url, _ = stack.enter_context(switchboard.serving(workspace.transport, **settings))
            client = Plain(url, API_KEY)
            stack.callback(client.close)
            return client

        yield serve_it


@pytest.fixture
def plain(serve, local):
    """A plain client of a workspace whose jobs run as they are submitted."""
    return serve(local)
