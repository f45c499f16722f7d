"""A server whose workspace another process writes to: what waits does so on threads, the rest is answered."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import scripted_target
from other_writer import other_connection
from quire import SystemClock, Workspace
from quire.server.backend import Backend
from quire.server.settings import ServerSettings
from server.plain import Plain
from server.switchboard import API_KEY


@pytest.fixture
def local(tmp_path, held):
    url = f"sqlite:///{tmp_path}/locked.db"
    with Workspace(url, executor=held, workers=2, plugins=[scripted_target]) as workspace:
        yield workspace


@pytest.fixture
def other(tmp_path, local):
    with other_connection(tmp_path / "locked.db") as connection:
        yield connection


@pytest.fixture
def threads():
    with ThreadPoolExecutor(16) as pool:
        yield pool


def test_looks_are_answered_while_submissions_wait(serve, local, other, threads):
    plain = serve(local, runs_elsewhere=True)
    plain.submit("first")
    uploads = plain.good("POST", "storage/sasUri", {"containerName": "elsewhere"})["sasUri"]
    path, signature = uploads.split("?")
    other.execute("BEGIN IMMEDIATE")
    waiting = [threads.submit(plain.submit, f"job-{number}") for number in range(8)]
    uploaded = threads.submit(plain.raw, "PUT", f"{path}/payload?{signature}", b"ok")
    for _ in range(20):
        assert plain.raw("GET", f"{plain.url}/health")[0] == 200
        assert plain.good("GET", "jobs/first?seen=Queued")["id"] == "first"
        assert [job["id"] for job in plain.good("GET", "jobs")["value"]] == ["first"]
        assert plain.good("GET", "jobs/first/input") is not None
    assert not any(answer.done() for answer in [*waiting, uploaded])
    other.execute("COMMIT")
    assert {answer.result()["id"] for answer in waiting} == {f"job-{number}" for number in range(8)}
    assert uploaded.result()[0] == 201
    assert len(local.list_jobs()) == 9


@pytest.fixture
def backend(local):
    parts = Backend(local.transport, ServerSettings(runs_elsewhere=True))
    yield parts
    parts.close()


def test_what_finds_the_store_busy_is_done_once_and_on_a_thread(backend, other):
    used = []

    def keep(name):
        used.append(threading.get_ident())
        backend.service.blobs.put("container", name, b"data", replace=False)

    async def calls():
        await backend.write_brief(keep, "one")
        other.execute("BEGIN IMMEDIATE")
        second = asyncio.create_task(backend.write_brief(keep, "two"))
        await asyncio.sleep(0)
        assert backend.service.blobs.get("container", "one").data == b"data"
        other.execute("COMMIT")
        await second

    asyncio.run(calls())
    here = threading.get_ident()
    assert [thread == here for thread in used] == [True, True, False]
    assert [file.name for file in backend.service.blobs.entries("container")] == ["one", "two"]


def test_a_run_begins_whether_or_not_its_submission_had_to_wait(switchboard, local, other, threads, held):
    with switchboard.serving(local.transport, runs_elsewhere=True) as (url, _):
        plain = Plain(url, API_KEY)
        other.execute("BEGIN IMMEDIATE")
        waiting = threads.submit(plain.submit, "late")
        assert plain.raw("GET", f"{url}/health")[0] == 200
        other.execute("COMMIT")
        waiting.result()
        plain.submit("soon")
        held.run(2)
        for name in ("late", "soon"):
            assert plain.good("GET", f"jobs/{name}", prefer="wait=30")["status"] == "Succeeded"
        plain.close()


class Stopped(SystemClock):
    """A clock that keeps whoever asks on a thread of the pool: in a transaction, with the store in hand."""

    def __init__(self):
        self.is_asked, self.goes_on = threading.Event(), threading.Event()

    def now(self):
        if threading.current_thread().name.startswith("quire-writer"):
            self.is_asked.set()
            self.goes_on.wait()
        return super().now()


def test_a_look_does_not_wait_for_another_thread(held):
    clock = Stopped()
    settings = {"executor": held, "workers": 2, "plugins": [scripted_target], "clock": clock}

    async def look(backend):
        writing = asyncio.create_task(backend.write(backend.service.blobs.put, "container", "file", b""))
        await backend.call(clock.is_asked.wait)
        looking = asyncio.create_task(backend.job_soon("a", 0.0, None))
        await asyncio.sleep(0)
        clock.goes_on.set()
        await writing
        return await looking

    with Workspace("memory:", **settings) as workspace:
        workspace.get_target(scripted_target.ALPHA).submit("ok", job_id="a")
        backend = Backend(workspace.transport, ServerSettings(runs_elsewhere=True))
        assert asyncio.run(look(backend)).id == "a"
        backend.close()
