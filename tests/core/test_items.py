"""What users change of a job: name, tags, priority, attachments, whether it stays; and the asyncio twins."""

import asyncio

import pytest

from quire.errors import ConflictError, InputError, NotFoundError, WaitTimeoutError
from scripted_target import ALPHA


@pytest.fixture
def job(alpha):
    return alpha.submit("ok", name="before", tags=["a", "b"], priority="High")


def test_an_update_changes_what_it_names_and_no_more(inline, job, clock):
    assert (job.details.tags, job.details.priority) == (("a", "b"), "High")
    clock.advance(5)
    modified = job.refresh().details.last_modified_time
    job.update(name="after")
    seen = inline.get_job(job.id).details
    assert (seen.name, seen.tags, seen.priority, seen.status) == ("after", ("a", "b"), "High", "Succeeded")
    assert seen.last_modified_time > modified
    job.update(tags=[], priority="Standard")
    seen = inline.get_job(job.id).details
    assert (seen.name, seen.tags, seen.priority) == ("after", (), "Standard")


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 1025}, "name"),
        ({"name": "\ud800"}, "name"),
        ({"priority": "Urgent"}, "priority"),
        ({"tags": "one text"}, "tags"),
        ({"tags": [1]}, "tags"),
        ({"tags": ["x" * 257]}, "tags"),
        ({"tags": ["t"] * 101}, "tags"),
    ],
)
def test_a_wrong_update_changes_nothing(inline, job, change, word):
    with pytest.raises(InputError, match=word):
        job.update(**change)
    assert inline.get_job(job.id).details.name == "before"


def test_a_job_that_has_not_ended_is_not_deleted(slow, held):
    job = slow.submit("ok")
    with pytest.raises(ConflictError, match="cancel"):
        job.delete()
    held.run()
    job.wait_until_completed(60)
    job.upload_attachment("notes", "text")
    job.delete()
    for look in (job.refresh, job.input, job.list_attachments, job.delete):
        with pytest.raises(NotFoundError):
            look()
    assert not slow.workspace.list_jobs()


def test_attachments(job):
    job.upload_attachment("z", b"\x00\xff")
    made = job.upload_attachment("ünïcode/name", "täxt")
    assert (made.name, made.size) == ("ünïcode/name", 5)
    assert [(item.name, item.size) for item in job.list_attachments()] == [("z", 2), ("ünïcode/name", 5)]
    assert job.download_attachment("z") == b"\x00\xff"
    assert job.download_attachment("ünïcode/name").decode() == "täxt"
    with pytest.raises(ConflictError):
        job.upload_attachment("z", b"again")
    assert job.download_attachment("z") == b"\x00\xff"
    with pytest.raises(NotFoundError):
        job.download_attachment("y")
    for name in ("inputData", "outputData", "rawOutputData", ""):
        with pytest.raises(InputError):
            job.upload_attachment(name, b"")
    with pytest.raises(InputError, match="67,108,864"):
        job.upload_attachment("large", bytes(64 * 1024 * 1024 + 1))


@pytest.mark.parametrize("wrong", ["\ud800", "", 5, None, b"name", "x" * 1025])
def test_what_can_be_no_name_of_an_attachment(job, wrong):
    for ask in (job.download_attachment, lambda name: job.upload_attachment(name, b"data")):
        with pytest.raises(InputError) as error:
            ask(wrong)
        assert error.value.argument == "name"


def test_a_payload_that_is_too_large(alpha):
    with pytest.raises(InputError, match="67,108,864"):
        alpha.submit(bytes(64 * 1024 * 1024 + 1))


async def ends(slow, held, count):
    async with slow.open_session_async(name="async", job_failure_policy="Continue") as session:
        jobs = [slow.submit("ok" if n else "fail X y", name=str(n)) for n in range(count)]
        assert {job.session_id for job in jobs} == {session.id}
        with pytest.raises(WaitTimeoutError):
            await jobs[0].wait_async(timeout=0.01)
        seen = []
        held.run()
        async for job in session.as_completed():
            seen.append(job.name)
            if len(seen) < count:
                held.run()
        assert sorted(seen) == sorted(job.name for job in jobs)
        results = await jobs[1].results_async()
        assert results.counts
    return session


def test_the_asyncio_twins(slow, held):
    session = asyncio.run(ends(slow, held, 5))
    assert session.status == "Failed"
    assert slow.latest_session is None


def test_an_exception_in_an_async_block_cancels_and_closes(slow):
    async def broken():
        async with slow.open_session_async() as session:
            slow.submit("ok")
            slow.submit("ok")
            raise RuntimeError(session.id)

    with pytest.raises(RuntimeError) as error:
        asyncio.run(broken())
    session = slow.workspace.get_session(str(error.value))
    assert session.details.is_closed
    assert "Cancelled" in {str(job.status) for job in session.list_jobs()}


def test_tasks_do_not_see_each_others_sessions(inline):
    target = inline.get_target(ALPHA)

    async def one(name, everyone_is_in):
        async with target.open_session_async(name=name) as session:
            await everyone_is_in.wait()
            return session.id, target.submit("ok").session_id

    async def both():
        barrier = asyncio.Barrier(2)
        return await asyncio.gather(one("a", barrier), one("b", barrier))

    for own, joined in asyncio.run(both()):
        assert own == joined
