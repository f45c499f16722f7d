"""Our client when things go wrong or take long: servers that stop and come back, held answers, forks."""

import asyncio
import os
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import quire
import scripted_target
from processes import run_python
from quire import Workspace
from quire.errors import AccessDeniedError, InputError, ServiceUnavailableError, WaitTimeoutError
from quire.server.running import serving
from quire.server.settings import ServerSettings
from quire.transport import remote as remote_transport
from server.switchboard import API_KEY


def remote(url, key=API_KEY):
    return Workspace(url, api_key=key, plugins=[scripted_target])


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


@pytest.fixture
def serve_at(local):
    """Serves the same workspace at a port, as often as the test likes."""
    return lambda port=0, **settings: serving(
        local.transport, ServerSettings(port=port, api_key=API_KEY, **settings)
    )


def test_nobody_is_there():
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(ServiceUnavailableError, match="is the service running") as error:
        remote(url)
    assert (error.value.url, error.value.attempts) == (url, 6)
    assert isinstance(error.value, ConnectionError)


def test_a_wrong_key(serve_at):
    with serve_at() as server, pytest.raises(AccessDeniedError, match="does not know the key") as error:
        remote(server.url, "wrong")
    assert "wrong" not in str(error.value)


def test_uploads_with_a_key_that_may_only_read(serve_at, local):
    local.get_target(scripted_target.ALPHA).submit("ok", job_id="j")
    key = local.transport.keys.create("reader", read_only=True)
    with serve_at() as server, remote(server.url, key) as workspace:
        target, job = workspace.get_target(scripted_target.ALPHA), workspace.get_job("j")
        for change in (lambda: target.submit("x" * 100_000), lambda: job.upload_attachment("notes", b"x")):
            with pytest.raises(AccessDeniedError, match="may only read") as error:
                change()
            assert "does not know" not in error.value.message


def test_no_key(serve_at, monkeypatch):
    monkeypatch.delenv("QUIRE_API_KEY", raising=False)
    with serve_at() as server, pytest.raises(AccessDeniedError, match="none was given: api_key=") as error:
        remote(server.url, None)
    assert error.value.url.startswith(server.url)


def test_the_key_of_the_environment(serve_at, monkeypatch):
    monkeypatch.setenv("QUIRE_API_KEY", API_KEY)
    with serve_at() as server, remote(server.url, None) as workspace:
        assert workspace.get_targets()


def test_native_gates_are_told_over_http(serve_at):
    with serve_at() as server, remote(server.url) as workspace, Workspace("memory:") as here:
        told = {target.name: target.spec.native_gates for target in workspace.get_targets()}
        for target in here.get_targets():
            assert told[target.name] == target.spec.native_gates
        assert told["ionq.simulator"]


def test_a_server_that_comes_back(serve_at):
    port = free_port()
    with serve_at(port) as server:
        workspace = remote(server.url)
        target = workspace.get_target(scripted_target.ALPHA)
        job = target.submit("ok")
    with serve_at(port):
        assert target.submit("ok").get_results() == {"[0, 1]": 1.0}
        assert job.refresh().status == "Succeeded"
        workspace.close()


def test_a_server_that_comes_back_while_the_client_tries(serve_at):
    port = free_port()
    with serve_at(port) as server:
        workspace = remote(server.url)
        job = workspace.get_target(scripted_target.ALPHA).submit("ok")
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(job.refresh)
        with serve_at(port):
            assert asked.result().status == "Succeeded"
            workspace.close()


def test_stopping_lets_go_of_those_who_wait(open_stalled, serve_stalled):
    """The server answers them at once; with a client of ours they ask again, and are told."""
    local = open_stalled()
    with serving(local.transport, ServerSettings(port=0, api_key=API_KEY, stop_seconds=60)) as server:
        workspace = remote(server.url)
        job = workspace.get_target(scripted_target.ALPHA).submit("ok")
        waiter = threading.Thread(target=_wait_until_gone, args=(job,))
        waiter.start()
        assert job.refresh().status == "Executing"
    waiter.join(timeout=30)
    assert not waiter.is_alive()
    workspace.close()


def _wait_until_gone(job):
    with pytest.raises(ServiceUnavailableError):
        job.wait_until_completed()


@pytest.fixture
def open_stalled(held):
    opened = []

    def open_it():
        opened.append(Workspace("memory:", executor=held, workers=2, plugins=[scripted_target]))
        return opened[-1]

    yield open_it
    for workspace in opened:
        workspace.close()


@pytest.fixture
def serve_stalled(serve, open_stalled):
    return lambda **settings: serve(open_stalled(), **settings)


def test_a_look_is_held_back_until_the_job_has_ended(serve_stalled, held):
    plain = serve_stalled(hold_seconds=30)
    plain.submit("j")
    with ThreadPoolExecutor(1) as pool:
        looked = pool.submit(plain.good, "GET", "jobs/j")
        held.run()
        assert looked.result()["status"] == "Succeeded"


def test_who_prefers_not_to_wait_does_not(serve_stalled):
    plain = serve_stalled(hold_seconds=30)
    plain.submit("j")
    status, headers, job = plain.ask("GET", "jobs/j", prefer="respond-async, wait=0")
    assert (status, headers["preference-applied"], job["status"]) == (200, "wait=0", "Executing")
    assert plain.good("GET", "jobs/j?seen=Waiting")["status"] == "Executing"
    assert plain.ask("GET", "jobs/j?seen=Nonsense")[0] == 400


def test_a_look_is_held_back_no_longer_than_allowed(serve_stalled):
    plain = serve_stalled(hold_seconds=0, max_wait_seconds=0.01)
    plain.submit("j")
    assert plain.good("GET", "jobs/j")["status"] == "Executing"
    assert plain.good("GET", "jobs/j", prefer="wait=10")["status"] == "Executing"


def test_waiting_in_asyncio_loop_after_loop(serve_at):
    with serve_at() as server, remote(server.url) as workspace:
        job = workspace.get_target(scripted_target.ALPHA).submit("ok")
        for _ in range(2):
            # As if it had not been seen ended yet.
            job._details = quire.JobDetails(id=job.id, name="", provider_id="", target=scripted_target.ALPHA)
            assert asyncio.run(_twice(job)) == "Succeeded"


async def _twice(job):
    await job.wait_async()
    return (await job.wait_async()).status


def test_ids_that_cannot_be_in_a_path(serve_at):
    with serve_at() as server, remote(server.url) as workspace:
        for name in ("", "a/b"):
            with pytest.raises(InputError):
                workspace.get_job(name)
        target = workspace.get_target(scripted_target.ALPHA)
        for call in (lambda: target.submit("ok", job_id="a/b"), lambda: target.open_session(id="s/2")):
            with pytest.raises(InputError, match="slash"):
                call()
        job = workspace.get_target(scripted_target.ALPHA).submit("ok", job_id="ünï?c#o%d:e")
        assert workspace.get_job("ünï?c#o%d:e").id == job.id


def test_a_fork_has_connections_of_its_own(serve_at):
    with serve_at() as server, remote(server.url) as workspace:
        job = workspace.get_target(scripted_target.ALPHA).submit("ok")
        child = os.fork()
        if child == 0:
            code = 1
            try:
                code = 0 if job.refresh().status == "Succeeded" else 2
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert job.refresh().status == "Succeeded"


def test_an_answer_that_comes_after_the_time_is_the_last_one(open_workspace, held, monkeypatch):
    job = open_workspace(executor=held).get_target(scripted_target.ALPHA).submit("ok")
    looks, moments = [], iter([0.0, 0.99, 2.0])  # when the wait begins, looks, and has its answer
    connection = job.workspace.transport._connection
    ask = connection.ask
    monkeypatch.setattr(connection, "ask", lambda request: looks.append(request) or ask(request))
    monkeypatch.setattr(remote_transport, "monotonic", lambda: next(moments))
    with pytest.raises(WaitTimeoutError):
        job.wait_until_completed(1)
    assert len(looks) == 1


ELSEWHERE = """
import sys
import scripted_target
import other_system
from quire import Workspace

with Workspace(sys.argv[1], api_key=sys.argv[2], plugins=[scripted_target]) as workspace:
    target = workspace.get_target(scripted_target.ALPHA)
    with target.open_session() as session:
        target.submit("ok").wait_until_completed()
        (later,) = target.submit_all(["ok"])
        later.wait_until_completed()
    print(session.status, *(job.status.value for job in workspace.list_jobs()))
"""


def test_a_client_on_a_system_that_is_not_posix(serve_at):
    with serve_at() as server:
        assert run_python(ELSEWHERE, server.url, API_KEY) == "Succeeded Succeeded Succeeded\n"
