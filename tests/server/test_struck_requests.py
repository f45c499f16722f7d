"""Ctrl-C at every moment of a request: the connection can be used on, and none is left open."""

import os
import signal
import warnings

import pytest

import scripted_target
from core.test_interrupts import at_every_moment
from quire import Workspace
from quire.server.running import serving
from quire.server.settings import ServerSettings
from server.switchboard import API_KEY


@pytest.fixture
def remote(local):
    with (
        serving(local.transport, ServerSettings(port=0, api_key=API_KEY)) as server,
        Workspace(server.url, api_key=API_KEY, plugins=[scripted_target]) as workspace,
    ):
        yield workspace


def open_files():
    return len(os.listdir("/proc/self/fd"))


def test_a_struck_request_leaves_the_workspace_usable(remote):
    target = remote.get_target(scripted_target.ALPHA)
    target.submit("ok").results()
    before = open_files()
    with warnings.catch_warnings():
        # Of a socket that was struck while it was made, and that Python closes.
        warnings.simplefilter("ignore", ResourceWarning)
        assert at_every_moment(lambda: target.submit("ok")) > 300
    assert sum(target.submit("ok", shots=7).results().counts.values()) == 7
    # Both ends of the one connection are in this process; the server's may not have seen its end yet.
    assert open_files() < before + 20


def test_a_struck_wait_leaves_the_workspace_usable(remote):
    job = remote.get_target(scripted_target.ALPHA).submit("ok")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        assert at_every_moment(job.refresh) > 100
    assert job.refresh().status == "Succeeded"


def test_a_handler_of_sigint_may_ask_at_every_moment(remote):
    target = remote.get_target(scripted_target.ALPHA)
    jobs = []
    before = signal.signal(signal.SIGINT, lambda *_: jobs.append(target.submit("ok")))
    try:
        strikes = at_every_moment(lambda: jobs.append(target.submit("ok")))
    finally:
        signal.signal(signal.SIGINT, before)
    assert strikes > 300
    assert len(jobs) == 2 * strikes + 1
    assert len({job.id for job in jobs}) == len(jobs)
    assert len(remote.list_jobs()[: len(jobs) + 1]) == len(jobs)
