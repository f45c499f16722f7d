"""How many requests and connections it takes: one for a job in a loop; and which routes there are."""

import asyncio
import logging
import logging.handlers
import queue
import threading

import pytest

import scripted_target
from quire import Workspace
from quire.server.running import RunningServer
from quire.server.settings import ServerSettings
from quire.transport.connection import MAX_ASYNC_CONNECTIONS
from server.switchboard import API_KEY

WAITERS = 500


class Requests:
    """The requests of a test as the server's log has them, one line each once the answer is out."""

    def __init__(self, lines):
        self._lines = lines

    def seen(self, count):
        records = [self._lines.get(timeout=30) for _ in range(count)]
        assert self._lines.empty()
        return [record.method for record in records]


@pytest.fixture
def requests(caplog):
    caplog.set_level(logging.INFO, "quire.server")
    lines = queue.SimpleQueue()
    handler = logging.handlers.QueueHandler(lines)
    logging.getLogger("quire.server").addHandler(handler)
    yield Requests(lines)
    logging.getLogger("quire.server").removeHandler(handler)


@pytest.fixture
def target(open_workspace, requests):
    """A target over HTTP whose jobs have ended when they are answered, its requests so far left out."""
    found = open_workspace().get_target(scripted_target.ALPHA)
    assert requests.seen(1) == ["GET"]
    return found


def test_a_job_in_a_loop_is_one_request(target, requests):
    for _ in range(5):
        assert target.submit("ok").get_results() == {"[0, 1]": 1.0}
    # The first one is also asked for its output: nobody knows yet that it will be wanted.
    assert requests.seen(6) == ["PUT", "GET", *["PUT"] * 4]


def test_a_batch_is_answered_at_once_and_then_waited_for(target, requests):
    jobs = [target.submit("ok") for _ in range(3)]
    assert [job.get_results() for job in jobs] == [{"[0, 1]": 1.0}] * 3
    assert requests.seen(6) == ["PUT"] * 3 + ["GET"] * 3


def test_a_failed_job_in_a_loop(target):
    for _ in range(3):
        job = target.submit("fail BadThing it broke")
        job.wait_until_completed()
        assert (job.status, job.details.error_data.code) == ("Failed", "BadThing")


@pytest.fixture
def stalled(held):
    with Workspace("memory:", executor=held, workers=2, plugins=[scripted_target]) as workspace:
        yield workspace


def test_a_submission_is_held_back_as_long_as_its_client_asks(serve, stalled, held):
    plain = serve(stalled)
    body = {"name": "job", "target": scripted_target.ALPHA, "quire": {"inputText": "ok"}}
    status, headers, job = plain.ask("PUT", "jobs/a", body, prefer="wait=0.02")
    assert (status, job["status"], headers["preference-applied"]) == (200, "Executing", "wait=0.02")
    assert "preference-applied" not in plain.ask("PUT", "jobs/a", body)[1]

    def run():
        held.run()  # the first job
        held.run()

    running = threading.Thread(target=run)
    running.start()
    status, _, job = plain.ask("PUT", "jobs/b?output=inline", body, prefer="wait=60")
    running.join()
    assert (status, job["status"]) == (200, "Succeeded")
    assert '"Count"' in job["quire"]["outputText"]


def test_many_wait_over_few_connections_and_no_threads(stalled, held):
    server = RunningServer(stalled.transport, ServerSettings(port=0, api_key=API_KEY))
    thread = threading.Thread(target=server.run)
    thread.start()
    with Workspace(server.url, api_key=API_KEY, plugins=[scripted_target]) as workspace:
        target = workspace.get_target(scripted_target.ALPHA)
        jobs = [target.submit("ok") for _ in range(WAITERS)]
        before = threading.active_count()
        connections, threads = [], []

        async def watch():
            # All jobs wait for the executor, so every waiter is held back until they are run.
            waiting = [asyncio.ensure_future(job.wait_async()) for job in jobs]
            while len(connections) < 50 or max(connections) < MAX_ASYNC_CONNECTIONS:
                await asyncio.sleep(0)
                connections.append(len(server._server.server_state.connections))
                threads.append(threading.active_count())
            runs = asyncio.get_running_loop().run_in_executor(None, held.run, WAITERS)
            done = await asyncio.gather(*waiting)
            await runs
            connections.append(len(server._server.server_state.connections))
            return done

        done = asyncio.run(watch())
        assert {job.status for job in done} == {"Succeeded"}
        assert max(connections) <= MAX_ASYNC_CONNECTIONS + 1
        # The server in this process has a fixed number of its own.
        assert max(threads) - before <= 8
    server.stop()
    thread.join()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "jobs/j/", 404),
        ("GET", "jobs/", 404),
        ("GET", "jobs/j/input/x", 404),
        ("POST", "jobs/j:open", 404),
        ("POST", "jobs/:cancel", 404),
        ("GET", "jobs/nobody:cancel", 404),
        ("GET", "STORAGE/SASURI", 405),
        ("GET", "suiteOffers/ionq/providerStatus", 404),
        ("POST", "jobs/j", 405),
        ("DELETE", "sessions/s:close", 405),
    ],
)
def test_routes(plain, method, path, status):
    plain.submit("j")
    found, headers, _ = plain.ask(method, path)
    assert found == status
    assert ("allow" in headers) is (status == 405)
