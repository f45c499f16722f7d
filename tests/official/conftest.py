"""Microsoft's SDK, unmodified, in front of servers of quire; see requirements.txt for the environment."""

from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

import quire
import scripted_target
from quire.azure import workspace as official_workspace
from quire.server.running import serving
from quire.server.settings import ServerSettings
from quire.testing import ManualClock

API_KEY = "the-key-of-the-test"

# The SDK and what it needs warn of their own use of what will go away; that is not ours to judge.
_SDK_WARNINGS = ("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning", "ignore::FutureWarning",
                 "ignore::SyntaxWarning")  # fmt: skip


def pytest_collection_modifyitems(items):
    for item in items:
        for warning in _SDK_WARNINGS:
            item.add_marker(pytest.mark.filterwarnings(warning))


@pytest.fixture(scope="session")
def url():
    """A server with the built-in targets, run by worker processes."""
    with (
        quire.Workspace("memory:", workers=2) as local,
        serving(local.transport, ServerSettings(port=0, api_key=API_KEY)) as server,
    ):
        yield server.url


@pytest.fixture
def workspace(url):
    return official_workspace(url, API_KEY)


@pytest.fixture
def clock():
    # Signed addresses expire by this clock, and the SDK compares them with the machine's.
    return ManualClock(datetime.now(UTC))


@pytest.fixture
def serve_scripted(clock):
    """Serves workspaces with the scripted targets; gives the official workspace and ours."""
    with ExitStack() as stack:

        def serve(**settings):
            given = {"executor": "inline", "plugins": [scripted_target], "clock": clock, **settings}
            local = stack.enter_context(quire.Workspace("memory:", **given))
            server_settings = ServerSettings(port=0, api_key=API_KEY)
            server = stack.enter_context(serving(local.transport, server_settings))
            return official_workspace(server.url, API_KEY), local

        yield serve


@pytest.fixture
def scripted(serve_scripted):
    """A target whose jobs run as they are submitted; see scripted_target."""
    return serve_scripted()[0].get_targets(scripted_target.ALPHA)
