"""One workspace used from many threads at once: nothing is lost, mixed up, or done twice."""

import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from quire import SystemClock
from quire.errors import SessionClosedError
from scripted_target import ALPHA, BETA

THREADS = 8


@pytest.fixture(params=["inline", "processes"])
def workspace(request, open_workspace, tmp_path):
    return open_workspace(tmp_path / "lab.db", executor=request.param, clock=SystemClock())


def in_threads(work):
    """Runs ``work(number)`` in each of the threads, which begin together; what they gave."""
    begin = threading.Barrier(THREADS, timeout=60)

    def run(number):
        begin.wait()
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return [future.result(120) for future in [pool.submit(run, number) for number in range(THREADS)]]


def test_a_session_in_each_thread(workspace):
    def work(number):
        target = workspace.get_target((ALPHA, BETA)[number % 2])
        with target.open_session(name=f"of {number}") as session:
            jobs = [target.submit("ok", name=f"{number}.{n}", shots=n + 1) for n in range(25)]
            for n, job in enumerate(jobs):
                assert len(job.get_results_shots()) == n + 1
        return session.id, [job.id for job in jobs]

    answers = in_threads(work)
    assert Counter(str(session.status) for session in workspace.list_sessions()) == {"Succeeded": THREADS}
    for session_id, job_ids in answers:
        assert [job.id for job in workspace.list_session_jobs(session_id)] == job_ids
    every = list(workspace.list_jobs())
    assert len({job.id for job in every}) == len(every) == THREADS * 25
    assert {job.details.attempts for job in every} == {1}


def test_one_session_shared_by_all(workspace):
    session = workspace.get_target(ALPHA).open_session(job_failure_policy="Continue")

    def work(number):
        jobs = [session.submit("fail X y" if n == number else "ok") for n in range(20)]
        for job in jobs:
            job.wait_until_completed(60)
        return Counter(str(job.status) for job in jobs)

    assert sum(in_threads(work), Counter()) == {"Succeeded": 19 * THREADS, "Failed": THREADS}
    assert session.refresh().status == "Failure(s)"
    assert session.close().status == "Failed"
    assert len(list(session.list_jobs())) == 20 * THREADS


def test_the_same_job_from_all(workspace):
    """However many send the same request, it is one job, run once."""
    target = workspace.get_target(ALPHA)

    def work(_):
        job = target.submit("ok", job_id="the one", name="n")
        job.wait_until_completed(60)
        return job.details.id, str(job.status)

    assert set(in_threads(work)) == {("the one", "Succeeded")}
    (job,) = workspace.list_jobs()
    assert job.details.attempts == 1


def test_the_same_session_from_all(workspace):
    target = workspace.get_target(ALPHA)

    def work(_):
        session = target.open_session(id="the one", name="n")
        job = session.submit("ok")
        job.wait_until_completed(60)
        return str(job.status)

    assert set(in_threads(work)) == {"Succeeded"}
    assert [session.id for session in workspace.list_sessions()] == ["the one"]
    assert len(list(workspace.list_jobs())) == THREADS


def test_closing_and_submitting_race(workspace):
    """Who is taken before the close is in the session; who comes later is refused; nobody is in between."""
    target = workspace.get_target(ALPHA)
    for _ in range(10):
        session = target.open_session()
        target.latest_session = None

        def work(number, session=session):
            if number == 0:
                session.submit("ok")
                session.close()
                return []
            taken = []
            try:
                for _ in range(10):
                    taken.append(session.submit("ok"))
            except SessionClosedError:
                pass
            return taken

        taken = [job for jobs in in_threads(work) for job in jobs]
        for job in taken:
            job.wait_until_completed(60)
        listed = {job.id for job in session.list_jobs()}
        assert {job.id for job in taken} < listed
        assert len(listed) == len(taken) + 1
        for job in session.list_jobs():
            job.wait_until_completed(60)
        assert session.refresh().status == "Succeeded"


def test_cancelling_at_random(workspace):
    target = workspace.get_target(ALPHA)

    def work(number):
        chance = random.Random(number)
        jobs = []
        for _ in range(30):
            jobs.append(target.submit("ok"))
            chance.choice(jobs).cancel()
        for job in jobs:
            job.wait_until_completed(60)
        return jobs

    for jobs in in_threads(work):
        for job in jobs:
            job.refresh()
            assert job.status in ("Succeeded", "Cancelled")
            if job.status == "Succeeded":
                assert job.get_results() == {"[0, 1]": 1.0}
