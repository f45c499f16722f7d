"""A server whose jobs run elsewhere: what is small needs no thread. And answers that are sent at once."""

import asyncio
import socket
import threading
from contextlib import contextmanager

import pytest
import uvicorn

import scripted_target
from quire import Workspace
from quire.clock import monotonic
from quire.server.backend import MAX_SMALL_BYTES, Backend
from quire.server.joined import JoinedProtocol
from quire.server.settings import ServerSettings
from server.switchboard import API_KEY


@pytest.fixture
def elsewhere(held):
    with Workspace("memory:", executor=held, workers=2, plugins=[scripted_target]) as workspace:
        yield workspace


@pytest.fixture
def backend(elsewhere):
    parts = Backend(elsewhere.transport, ServerSettings(runs_elsewhere=True))
    yield parts
    parts.close()


async def thread_of(backend):
    return await backend.call_brief(threading.get_ident)


def test_a_brief_call_needs_no_thread(backend):
    assert asyncio.run(thread_of(backend)) == threading.get_ident()


def test_where_jobs_run_in_the_server_itself_every_call_is_on_a_thread(elsewhere):
    parts = Backend(elsewhere.transport, ServerSettings())
    assert asyncio.run(thread_of(parts)) != threading.get_ident()
    parts.close()


def test_after_a_call_that_was_not_brief_the_next_ones_are_on_threads(backend):
    def long():
        end = monotonic() + 0.06
        while monotonic() < end:
            pass

    async def calls():
        await backend.call_brief(long)
        return await thread_of(backend)

    assert asyncio.run(calls()) != threading.get_ident()


def test_an_error_of_a_brief_call_is_raised(backend):
    with pytest.raises(ZeroDivisionError):
        asyncio.run(backend.call_brief(lambda: 1 // 0))


def test_jobs_that_run_elsewhere(serve, elsewhere, held):
    plain = serve(elsewhere, runs_elsewhere=True)
    assert plain.submit("a")["status"] in ("Waiting", "Executing")
    held.run()
    assert plain.good("GET", "jobs/a?output=inline", prefer="wait=30")["status"] == "Succeeded"
    assert b"Results" in plain.good("GET", "jobs/a/output")


@pytest.mark.parametrize("size", [2, MAX_SMALL_BYTES, MAX_SMALL_BYTES + 1])
def test_payloads_that_are_uploaded_first(switchboard, elsewhere, held, size):
    """By the way of Microsoft's SDK, small and large."""
    data = b"ok" + b" " * (size - 2)
    with (
        switchboard.serving(elsewhere.transport, runs_elsewhere=True, max_inline_bytes=1) as (url, _),
        Workspace(url, api_key=API_KEY, plugins=[scripted_target]) as workspace,
    ):
        job = workspace.get_target(scripted_target.ALPHA).submit(data)
        held.run()
        assert job.get_results() == {"[0, 1]": 1.0}
        assert workspace.transport.get_input(job.id) == data


# Answers sent at once


@contextmanager
def answering(app):
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, http=JoinedProtocol, lifespan="off", log_config=None, interface="asgi3")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    with socket.create_connection(listening.getsockname()) as client:
        yield client
    server.should_exit = True
    thread.join()
    listening.close()


def read_until(client, end):
    data = b""
    while not data.endswith(end):
        data += client.recv(65536)
    return data


def application(*parts, then=None):
    async def app(scope, receive, send):
        length = sum(map(len, parts))
        headers = [(b"content-length", str(length).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        if then is not None:
            await then()
        for number, part in enumerate(parts, 1):
            await send({"type": "http.response.body", "body": part, "more_body": number < len(parts)})

    return app


REQUEST = b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n"


def test_head_and_body_come_together():
    with answering(application(b"all of it")) as client:
        for _ in range(3):
            client.sendall(REQUEST)
            assert client.recv(65536).endswith(b"\r\n\r\nall of it")


@pytest.mark.parametrize(
    "parts", [(b"x" * 200_000 + b"end",), (b"HTTP/1.1 ", b"is what it says", b"end"), (b"", b"end")]
)
def test_bodies_of_any_kind_come_whole(parts):
    with answering(application(*parts)) as client:
        client.sendall(REQUEST)
        assert read_until(client, b"end").partition(b"\r\n\r\n")[2] == b"".join(parts)


def test_a_head_does_not_wait_for_a_body_that_comes_later():
    seen = threading.Event()

    async def until_seen():
        await asyncio.get_running_loop().run_in_executor(None, seen.wait)

    with answering(application(b"end", then=until_seen)) as client:
        client.sendall(REQUEST)
        assert read_until(client, b"\r\n\r\n").startswith(b"HTTP/1.1 200 OK\r\n")
        seen.set()
        assert read_until(client, b"end") == b"end"


def test_an_answer_without_a_body():
    with answering(application(b"")) as client:
        client.sendall(REQUEST)
        assert b"content-length: 0" in read_until(client, b"\r\n\r\n")
