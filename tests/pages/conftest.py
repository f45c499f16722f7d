"""What tests of the pages share: workspaces with the scripted targets, served, and visitors of them."""

import importlib.util
from contextlib import ExitStack
from pathlib import Path

import pytest

import scripted_target
from pages.visitor import Visitor
from quire import Workspace
from quire.server.running import serving
from quire.server.settings import ServerSettings

KEY = "the-key-of-the-test"

_spec = importlib.util.spec_from_file_location(
    "core_fixtures", Path(__file__).parents[1] / "core" / "conftest.py"
)
_core = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_core)
globals().update({name: vars(_core)[name] for name in ("clock", "held", "open_workspace")})


@pytest.fixture
def local(open_workspace):
    """A workspace whose jobs run as they are submitted."""
    return open_workspace()


@pytest.fixture
def serve():
    """Serves a workspace's pages; gives the server."""
    with ExitStack() as stack:
        yield lambda workspace, **settings: stack.enter_context(
            serving(workspace.transport, ServerSettings(port=0, api_key=KEY, **settings))
        )


@pytest.fixture
def visit():
    """Visits a server; gives a visitor who is signed in unless the key is None."""
    with ExitStack() as stack:

        def begin(server, key=KEY):
            visitor = Visitor(server.url)
            stack.callback(visitor.close)
            if key is not None:
                visitor.sign_in(key)
            return visitor

        yield begin


@pytest.fixture
def visitor(local, serve, visit):
    """Somebody signed in at a server whose jobs run as they are submitted."""
    return visit(serve(local))


@pytest.fixture
def shared(tmp_path):
    """The URL of a workspace that several may open."""
    url = f"sqlite:///{tmp_path / 'shared.db'}"
    with Workspace(url, plugins=[scripted_target]):
        yield url
