"""Whatever waits has a twin in asyncio, which does the same, and keeps no thread while it waits."""

import asyncio
import inspect
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from quire import Job, Session, Target
from quire.errors import InputError, WaitTimeoutError

TWINS = {
    Job: [
        "wait_for_change",
        "output",
        "results",
        "get_results",
        "get_results_histogram",
        "get_results_shots",
    ],
    Session: ["open", "wait", "results", "map"],
    Target: ["open_session", "submit_many"],
}


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in TWINS.items() for name in names])
def test_a_twin_takes_what_the_other_takes(kind, name):
    twin, other = (inspect.signature(getattr(kind, each)) for each in (f"{name}_async", name))
    missing = other.parameters.keys() - twin.parameters.keys()
    assert missing <= {"progress"}
    assert {n: p.default for n, p in twin.parameters.items()} == {
        n: p.default for n, p in other.parameters.items() if n not in missing
    }


def test_jobs(alpha):
    async def main():
        job = alpha.submit("ok", shots=4)
        return [
            await job.output_async(5),
            (await job.results_async(5)).shots,
            await job.get_results_async(5),
            await job.get_results_histogram_async(5),
            await job.get_results_shots_async(5),
            (await job.wait_for_change_async(5)).status,
        ]

    job = alpha.submit("ok", shots=4)
    assert asyncio.run(main()) == [
        job.output(),
        job.results().shots,
        job.get_results(),
        job.get_results_histogram(),
        job.get_results_shots(),
        "Succeeded",
    ]


def test_a_change_is_awaited(slow, held):
    async def main():
        job = slow.submit("ok")
        seen = [str((await job.wait_for_change_async(60)).status)]
        waiting = asyncio.create_task(job.wait_for_change_async(60))
        await asyncio.sleep(0)
        await asyncio.to_thread(held.run)
        return [*seen, str((await waiting).status)]

    assert asyncio.run(main()) == ["Executing", "Succeeded"]


def test_a_session_that_is_opened_used_and_left(alpha):
    async def main():
        async with alpha.open_session_async(name="async") as session:
            assert alpha.latest_session is session
            for program in ("ok", "ok"):
                alpha.submit(program)
            await session.wait_async(5)
            results = await session.results_async(5)
        assert alpha.latest_session is None
        return session, results

    session, results = asyncio.run(main())
    assert (session.status, session.name, len(results)) == ("Succeeded", "async", 2)
    assert [result.shots for result in results] == [job.results().shots for job in session.list_jobs()]


def test_a_session_is_opened_by_await_too(alpha):
    async def main():
        session = await alpha.open_session_async()
        assert alpha.latest_session is session
        return session.close()

    assert asyncio.run(main()).status == "Succeeded"


def test_an_error_in_the_block_cancels(slow):
    async def main():
        with pytest.raises(ZeroDivisionError):
            async with slow.open_session_async() as session:
                slow.submit("ok")
                slow.submit("ok")
                _ = 1 / 0
        return session

    session = asyncio.run(main())
    assert session.refresh().details.is_closed
    assert "Waiting" not in {str(job.status) for job in session.list_jobs()}


def test_a_task_that_is_cancelled_while_it_opens_leaves_nothing_open(alpha):
    async def main():
        opening = asyncio.create_task(alpha._session(None, None, "Abort", (), None).open_async())
        await asyncio.sleep(0)
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening

    asyncio.run(main())
    assert all(session.is_in_terminal_state() for session in alpha.workspace.list_sessions())


class BusyPool(ThreadPoolExecutor):
    """A pool of one thread, which does what it is given only when it is told to."""

    def __init__(self):
        super().__init__(1)
        self._may_go = threading.Event()
        self.submit(self._may_go.wait, 60)

    def go(self):
        self._may_go.set()


async def cancelled_meanwhile(coroutine, pool):
    """Awaits something that is cancelled twice while asyncio's threads are busy, and that ends later."""
    asyncio.get_running_loop().set_default_executor(pool)
    task = asyncio.ensure_future(coroutine)
    for _ in range(2):
        for _ in range(5):
            await asyncio.sleep(0)
        task.cancel()
    pool.go()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_leaving_goes_on_to_its_end_even_if_cancelled(alpha):
    async def block():
        async with session:
            pass

    session = alpha.open_session()
    asyncio.run(cancelled_meanwhile(block(), BusyPool()))
    assert session.refresh().details.is_closed


def test_a_session_of_others_stays_open_if_opening_it_again_is_cancelled(alpha):
    shared = alpha.open_session(id="shared")
    asyncio.run(cancelled_meanwhile(alpha.open_session_async(id="shared"), BusyPool()))
    assert not shared.refresh().details.is_closed


def test_a_session_of_ones_own_does_not(alpha):
    asyncio.run(cancelled_meanwhile(alpha.open_session_async(), BusyPool()))
    (session,) = alpha.workspace.list_sessions()
    assert session.details.is_closed


@pytest.mark.parametrize("ask", ["wait_async", "results_async"])
def test_the_limit_of_a_session(slow, ask):
    async def main():
        session = slow.open_session()
        slow.submit("ok")
        with pytest.raises(WaitTimeoutError) as error:
            await getattr(session, ask)(0.01)
        assert error.value.seconds == 0.01

    asyncio.run(main())


def test_waiting_takes_no_threads(slow, held):
    """What grows is asyncio's own pool, and that of a server in this process; neither with the jobs.

    There are more jobs than a client keeps connections, so that over HTTP they take turns.
    """

    async def main():
        jobs = [slow.submit("ok") for _ in range(300)]
        before = threading.active_count()
        waits = [asyncio.create_task(job.wait_async(60)) for job in jobs]
        waits.append(asyncio.create_task(jobs[-1].wait_for_change_async(60)))
        await asyncio.sleep(0)
        grown = [threading.active_count() - before]
        await asyncio.to_thread(held.run)
        await waits[0]
        grown.append(threading.active_count() - before)
        await asyncio.to_thread(held.run, len(jobs) - 1)
        await asyncio.gather(*waits)
        grown.append(threading.active_count() - before)
        return {str(job.status) for job in jobs}, max(grown)

    statuses, grown = asyncio.run(main())
    assert statuses == {"Succeeded"}
    assert grown <= 64, "more threads than any pool of this process has"


def test_wrong_limits_are_refused(alpha):
    async def main():
        job = alpha.submit("ok")
        for ask in (job.wait_async, job.results_async, job.wait_for_change_async):
            with pytest.raises(InputError):
                await ask("5")

    asyncio.run(main())
