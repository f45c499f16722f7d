"""Of many jobs the last one is waited for first, where a wait brings nothing but news of its own job."""

import asyncio

import pytest


@pytest.fixture
def waited(slow, held, monkeypatch):
    """The ids of the jobs that the service is asked to wait for; all that are held run meanwhile."""
    service = slow.workspace.transport
    wait, asked = service.wait_job, []

    def wait_job(job_id, *limits):
        asked.append(job_id)
        while held.count:
            held.run()
        return wait(job_id, *limits)

    async def wait_job_async(job_id, *limits):
        return wait_job(job_id, *limits)

    monkeypatch.setattr(service, "wait_job", wait_job)
    monkeypatch.setattr(service, "wait_job_async", wait_job_async)
    return asked


@pytest.mark.parametrize("ask", ["wait", "results", "wait_async", "results_async"])
def test_a_session_is_waited_for_by_its_newest_job(slow, waited, ask):
    with slow.open_session() as session:
        jobs = [slow.submit("ok") for _ in range(5)]
    answer = getattr(session, ask)()
    if ask.endswith("async"):
        asyncio.run(answer)
    assert waited == [jobs[-1].id]
    assert session.refresh().status == "Succeeded"


def test_the_newest_that_is_pending_counts(slow, held, waited):
    with slow.open_session(job_failure_policy="Continue") as session:
        first, second, third = (slow.submit("ok") for _ in range(3))
    third.cancel()
    session.wait()
    assert waited == [second.id]
    assert [job.status for job in session.list_jobs()] == ["Succeeded", "Succeeded", "Cancelled"]
    assert first.refresh().has_completed()


def test_the_order_of_waiting(slow):
    jobs = [slow.submit("ok") for _ in range(3)]
    assert list(slow.workspace.in_waiting_order(jobs)) == jobs[::-1]
