"""Which session a submission joins: nesting, threads, tasks, several handles, several workspaces."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from quire.errors import InputError, SessionClosedError
from scripted_target import ALPHA


def joined(target):
    return target.submit("ok").session_id


def test_none_at_first(alpha):
    assert alpha.latest_session is None
    assert joined(alpha) is None


def test_every_handle_of_the_target_sees_it(alpha, inline):
    session = alpha.open_session()
    other = inline.get_targets(ALPHA)
    assert other is not alpha
    assert other.latest_session is session
    assert joined(other) == session.id
    assert inline.submit("ok", target=ALPHA).session_id == session.id


def test_other_targets_do_not_join(alpha, beta):
    alpha.open_session()
    assert beta.latest_session is None
    assert joined(beta) is None


def test_other_workspaces_do_not_join(alpha, open_workspace):
    alpha.open_session()
    assert joined(open_workspace().get_target(ALPHA)) is None


def test_sessions_nest(alpha):
    with alpha.open_session(name="outer") as outer:
        with alpha.open_session(name="inner") as inner:
            assert joined(alpha) == inner.id
        assert joined(alpha) == outer.id
    assert joined(alpha) is None


def test_sessions_on_two_targets_nest_apart(alpha, beta):
    with alpha.open_session() as on_alpha, beta.open_session() as on_beta:
        assert (joined(alpha), joined(beta)) == (on_alpha.id, on_beta.id)
    assert (joined(alpha), joined(beta)) == (None, None)


def test_the_outer_one_may_be_closed_first(alpha):
    outer = alpha.open_session(name="outer")
    inner = alpha.open_session(name="inner")
    outer.close()
    assert joined(alpha) == inner.id
    inner.close()
    assert joined(alpha) is None


def test_opening_one_twice_needs_one_close(alpha):
    session = alpha.open_session()
    session.open()
    with session:
        assert joined(alpha) == session.id
    assert joined(alpha) is None


def test_without_a_block(alpha):
    session = alpha.open_session()
    assert joined(alpha) == session.id
    session.close()
    assert alpha.latest_session is None
    assert joined(alpha) is None


def test_closing_through_another_handle_detaches_too(alpha, inline):
    session = alpha.open_session()
    inline.get_session(session.id).close()
    assert alpha.latest_session is None
    assert joined(alpha) is None
    assert session.refresh().status == "Succeeded"


def test_opening_through_another_handle_does_not_nest(alpha):
    alpha.open_session(id="mine", name="n")
    alpha.open_session(id="mine", name="n").close()
    assert joined(alpha) is None


def test_a_session_that_the_service_ended_stays_attached(alpha):
    session = alpha.open_session()
    alpha.submit("fail X y")
    with pytest.raises(SessionClosedError) as refusal:
        alpha.submit("ok")
    assert (refusal.value.session_id, refusal.value.status) == (session.id, "Failed")
    assert alpha.latest_session is session
    session.close()
    assert joined(alpha) is None


def test_latest_session_can_be_set(alpha, inline):
    session = alpha.open_session()
    alpha.latest_session = None
    assert alpha.latest_session is None
    assert joined(alpha) is None
    again = inline.get_session(session.id)
    assert joined(alpha) is None
    alpha.latest_session = again
    assert alpha.latest_session is again
    assert joined(alpha) == session.id


def test_setting_it_to_none_leaves_no_outer_one_either(alpha):
    with alpha.open_session(name="outer"), alpha.open_session(name="inner"):
        alpha.latest_session = None
        assert joined(alpha) is None


def test_setting_it_to_a_session_of_another_target_is_refused(alpha, beta):
    session = alpha.open_session()
    with pytest.raises(InputError) as error:
        beta.latest_session = session
    assert error.value.argument == "latest_session"
    assert beta.latest_session is None


@pytest.mark.parametrize("wrong", ["some-id", 5])
def test_setting_it_to_no_session_is_refused(alpha, wrong):
    with pytest.raises(InputError) as error:
        alpha.latest_session = wrong
    assert error.value.argument == "latest_session"


def test_submitting_explicitly_does_not_change_it(alpha):
    named = alpha.open_session(name="named")
    alpha.latest_session = None
    named.submit("ok")
    assert alpha.latest_session is None


def test_getting_a_session_does_not_attach_it(alpha, inline):
    session = alpha.open_session()
    alpha.latest_session = None
    inline.get_session(session.id)
    assert len(list(inline.list_sessions())) == 1
    assert joined(alpha) is None


def test_a_session_got_by_id_can_be_entered(alpha, inline):
    session = alpha.open_session()
    alpha.latest_session = None
    with inline.get_session(session.id) as again:
        assert joined(alpha) == session.id
    assert again.status == "Succeeded"
    assert joined(alpha) is None


def test_threads_do_not_see_each_others(alpha):
    both_open = threading.Barrier(2, timeout=60)
    both_done = threading.Barrier(2, timeout=60)

    def work(name):
        assert alpha.latest_session is None
        with alpha.open_session(name=name) as session:
            both_open.wait()
            job = alpha.submit("ok")
            both_done.wait()
            return session.id, job.session_id, [found.id for found in session.list_jobs()], job.id

    outer = alpha.open_session(name="of the main thread")
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(work, ["one", "two"]))
    for session_id, joined_id, listed, job_id in answers:
        assert joined_id == session_id
        assert listed == [job_id]
    assert len({answer[0] for answer in answers} | {outer.id}) == 3
    assert alpha.latest_session is outer


def test_tasks_do_not_see_each_others(alpha):
    async def work(name, mine, other):
        session = alpha.open_session(name=name)
        mine.set()
        await other.wait()
        job = alpha.submit("ok")
        return session.id, job.session_id

    async def main():
        first, second = asyncio.Event(), asyncio.Event()
        return await asyncio.gather(work("one", first, second), work("two", second, first))

    answers = asyncio.run(main())
    assert all(opened == found for opened, found in answers)
    assert len({opened for opened, _ in answers}) == 2
    assert alpha.latest_session is None


def test_a_task_inherits_the_session_it_was_made_under(alpha):
    async def main():
        session = alpha.open_session()
        job = await asyncio.create_task(asyncio.to_thread(alpha.submit, "ok"))
        session.close()
        return session.id, job.session_id

    opened, found = asyncio.run(main())
    assert opened == found


def test_a_session_shared_by_threads_is_given_explicitly(alpha):
    session = alpha.open_session()
    with ThreadPoolExecutor(4) as pool:
        jobs = list(pool.map(lambda _: session.submit("ok"), range(20)))
    assert {job.session_id for job in jobs} == {session.id}
    assert len(list(session.list_jobs())) == 20
