"""How sessions are left: close, cancel, an exception in the block, Ctrl-C."""

import pytest

from quire import Session
from quire.errors import InputError, NotFoundError, SessionClosedError
from scripted_target import Gate


def statuses(session):
    return [str(job.status) for job in session.list_jobs()]


def test_closing_twice_answers_it_unchanged(alpha, clock):
    session = alpha.open_session()
    closed = session.close().details
    clock.advance(5)
    assert session.close().details == closed
    assert alpha.workspace.get_session(session.id).close().details == closed


def test_closing_with_jobs_pending_refuses_more(slow, held):
    session = slow.open_session()
    first = slow.submit("ok")
    session.close()
    assert session.details.is_closed
    assert session.status == "Executing"
    with pytest.raises(SessionClosedError, match="Executing and closed") as refusal:
        slow.submit("ok", session=session)
    assert refusal.value.status == "Executing"
    assert statuses(session) == ["Executing"]
    held.run()
    assert first.refresh().status == "Succeeded"
    assert session.refresh().status == "Succeeded"


def test_closing_before_any_job_has_begun(slow, held):
    lone = slow.submit("ok")
    session = slow.open_session()
    job = slow.submit("ok")
    session.close()
    assert (session.status, job.refresh().status) == ("Waiting", "Waiting")
    held.run()
    assert lone.refresh().status == "Succeeded"
    assert session.refresh().status == "Executing"
    held.run()
    assert session.refresh().status == "Succeeded"


def test_closing_twice_with_jobs_pending(slow, held):
    session = slow.open_session()
    slow.submit("ok")
    session.close()
    assert (session.close().status, session.details.is_closed) == ("Executing", True)
    held.run()
    assert session.refresh().status == "Succeeded"


def test_the_last_pending_job_may_end_by_cancellation(slow):
    session = slow.open_session()
    job = slow.submit("ok")
    session.close()
    job.cancel()
    assert job.refresh().status == "Cancelled"
    assert session.refresh().status == "Succeeded"


def test_cancelling_a_session_cancels_what_is_pending_and_closes(slow, held):
    session = slow.open_session()
    slow.submit("ok")
    held.run()
    slow.submit("ok")
    slow.submit("ok")
    session.cancel()
    assert session.refresh().status == "Succeeded"
    assert statuses(session) == ["Succeeded", "Cancelled", "Cancelled"]
    assert slow.latest_session is None


def test_cancelling_a_session_waits_for_a_run_that_cannot_be_stopped(slow, held):
    session = slow.open_session()
    slow.submit("ok")
    end_it = held.start()
    slow.submit("ok")
    session.cancel()
    assert (session.status, session.details.is_closed) == ("Executing", True)
    assert statuses(session) == ["CancellationRequested", "Cancelled"]
    end_it()
    assert session.refresh().status == "Succeeded"
    assert statuses(session) == ["Cancelled", "Cancelled"]


def test_cancelling_a_session_with_failures(slow, held):
    session = slow.open_session(job_failure_policy="Continue")
    slow.submit("fail X y")
    slow.submit("ok")
    held.run()
    session.cancel()
    assert session.refresh().status == "Failed"


def test_cancelling_twice_and_after_close(alpha, clock):
    session = alpha.open_session()
    ended = session.cancel().details
    clock.advance(9)
    assert session.cancel().details == ended
    assert session.close().details == ended


def test_cancelling_a_session_stops_the_workers(real, gate):
    session = real.open_session()
    job = real.submit(gate.program)
    guest = gate.next()
    session.cancel()
    guest.wait_until_gone()
    job.wait_until_completed(60)
    assert (job.status, session.refresh().status) == ("Cancelled", "Succeeded")
    again = real.submit("ok")
    again.wait_until_completed(60)
    assert again.status == "Succeeded"


def test_the_block_closes_and_detaches(alpha):
    with alpha.open_session() as session:
        assert alpha.latest_session is session
        inside = alpha.submit("ok")
    outside = alpha.submit("ok")
    assert session.status == "Succeeded"
    assert (inside.session_id, outside.session_id) == (session.id, None)


def test_the_block_opens_a_session_that_was_only_defined(inline, alpha):
    session = Session(inline, name="later", target=alpha)
    assert session.status is None
    with session as entered:
        assert entered is session
        assert session.status == "Waiting"
        assert alpha.submit("ok").session_id == session.id
    assert session.status == "Succeeded"


def test_an_exception_in_the_block_cancels_closes_and_goes_on(slow, held):
    problem = RuntimeError("the user's own")
    with pytest.raises(RuntimeError) as caught, slow.open_session() as session:
        slow.submit("ok")
        held.run()
        slow.submit("ok")
        slow.submit("ok")
        raise problem
    assert caught.value is problem
    assert session.refresh().status == "Succeeded"
    assert statuses(session) == ["Succeeded", "Cancelled", "Cancelled"]
    assert slow.latest_session is None


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_is_no_exception_to_python_leaves_no_session_open_either(slow, kind):
    with pytest.raises(kind), slow.open_session() as session:
        slow.submit("ok")
        raise kind
    assert session.refresh().status == "Succeeded"
    assert statuses(session) == ["Cancelled"]


def test_an_exception_after_the_service_ended_the_session(alpha):
    with pytest.raises(SessionClosedError), alpha.open_session() as session:
        alpha.submit("fail X y")
        alpha.submit("ok")
    assert session.status == "Failed"
    assert alpha.latest_session is None


def test_an_exception_stops_the_workers(real):
    with Gate() as gate:
        with pytest.raises(ZeroDivisionError), real.open_session() as session:
            job = real.submit(gate.program)
            guest = gate.next()
            _ = 1 / 0
        guest.wait_until_gone()
        job.wait_until_completed(60)
        assert (job.status, session.refresh().status) == ("Cancelled", "Succeeded")


def test_close_and_get_of_an_unknown_session(inline, alpha):
    session = Session(inline, id="never-opened", target=alpha)
    for ask in (session.close, session.cancel, session.wait, session.results, session.list_jobs):
        with pytest.raises(InputError, match="open"):
            ask()
    with pytest.raises(NotFoundError) as error:
        session.refresh()
    assert (error.value.kind, error.value.name, error.value.http_status) == ("session", "never-opened", 404)
    assert session.status is None
    with pytest.raises(NotFoundError):
        inline.get_session("never-opened")


def test_the_workspace_opens_and_closes_too(inline, alpha):
    session = Session(inline, name="by the workspace", target=alpha.name)
    assert inline.open_session(session) is session
    assert session.status == "Waiting"
    assert alpha.submit("ok").session_id == session.id
    inline.close_session(session)
    assert session.status == "Succeeded"
