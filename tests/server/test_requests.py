"""How many requests and connections it takes: one for a job in a loop; and which routes there are."""

import asyncio
import logging
import logging.handlers
import queue
import threading

import pytest

import scripted_target
from quire import Workspace
from quire.errors import NotFoundError
from quire.server.running import RunningServer
from quire.server.settings import ServerSettings
from quire.transport.connection import MAX_ASYNC_CONNECTIONS
from quire.transport.habits import KeptOutputs
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


def test_jobs_are_waited_for_in_their_order(target):
    """Since each answer to a wait brings the next jobs along."""
    jobs = target.submit_all(["ok"] * 3)
    assert list(target.workspace.in_waiting_order(jobs)) == jobs


def test_a_batch_is_answered_at_once_and_then_waited_for(target, requests):
    jobs = [target.submit("ok") for _ in range(3)]
    assert [job.get_results() for job in jobs] == [{"[0, 1]": 1.0}] * 3
    assert requests.seen(6) == ["PUT"] * 3 + ["GET"] * 3


@pytest.fixture
def stalled_target(stalled, switchboard, requests):
    """A target over HTTP whose jobs end when the test has them run."""
    with (
        switchboard.serving(stalled.transport) as (url, _),
        Workspace(url, api_key=API_KEY, plugins=[scripted_target]) as workspace,
    ):
        yield workspace.get_target(scripted_target.ALPHA)


def test_who_waits_for_one_job_hears_of_those_that_ended_with_it(stalled_target, held, requests):
    jobs = [stalled_target.submit("ok" if number != 1 else "fail Bad it broke") for number in range(40)]
    held.run(40)
    for job in jobs:
        job.wait_until_completed()
    assert [job.status for job in jobs] == ["Succeeded", "Failed", *["Succeeded"] * 38]
    # The last ends after all others have, and each answer brings up to 16 more.
    assert requests.seen(44) == ["GET", *["PUT"] * 40, *["GET"] * 3]
    assert [job.get_results() for job in jobs[2:]] == [{"[0, 1]": 1.0}] * 38
    assert jobs[0].get_results() == {"[0, 1]": 1.0}
    assert requests._lines.empty()


def test_who_waits_hears_of_the_others_in_asyncio(stalled_target, held, requests):
    jobs = [stalled_target.submit("ok") for _ in range(10)]
    held.run(10)

    async def watch():
        return [(await job.wait_async()).status for job in jobs]

    assert asyncio.run(watch()) == ["Succeeded"] * 10
    assert requests.seen(12) == ["GET", *["PUT"] * 10, "GET"]


def test_those_who_wait_at_once_ask_for_their_own_jobs(stalled_target, held, requests):
    jobs = [stalled_target.submit("ok") for _ in range(10)]

    async def watch():
        waiting = [asyncio.ensure_future(job.wait_async()) for job in jobs]
        await asyncio.get_running_loop().run_in_executor(None, held.run, 10)
        return [(await each).status for each in waiting]

    assert asyncio.run(watch()) == ["Succeeded"] * 10
    assert requests.seen(21) == ["GET", *["PUT"] * 10, *["GET"] * 10]


def test_kept_outputs_make_room_for_new_ones():
    kept = KeptOutputs()
    for number in range(40):
        kept.keep(str(number), b"x" * 1024 * 1024)
    assert [number for number in range(40) if kept.take(str(number)) is not None] == list(range(24, 40))
    kept.keep("again", b"x" * 20 * 1024 * 1024)
    assert kept.take("again") is not None
    assert kept.take("again") is None


def test_what_was_told_of_a_job_is_forgotten_when_it_is_changed(stalled_target, held):
    first, second, third = [stalled_target.submit("ok") for _ in range(3)]
    held.run(3)
    first.wait_until_completed()
    second.update(name="another")
    second.wait_until_completed()
    assert (second.status, second.details.name) == ("Succeeded", "another")
    third.delete()
    with pytest.raises(NotFoundError):
        third.wait_until_completed()


def test_only_jobs_that_have_ended_come_along(serve, stalled, held):
    plain = serve(stalled)
    for name in ("a", "b", "c"):
        plain.submit(name, inputParams={"shots": 3})
    held.run(2)
    found = plain.good("GET", "jobs/a?output=inline&also=nonsense&also=b&also=c&also=a")
    assert [job["id"] for job in found["quire"]["also"]] == ["b"]
    assert "Count" in found["quire"]["also"][0]["quire"]["outputText"]
    assert "also" not in plain.good("GET", "jobs/c?output=inline&also=a", prefer="wait=0")["quire"]


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
