"""Jobs that are submitted together begin as they are accepted, as far as there is room."""

import os
import signal

import pytest

from quire import JobStatus
from quire.errors import ConflictError, StoreError
from quire.service.ledger import Ledger


@pytest.fixture
def beginnings(monkeypatch):
    """The jobs that begin in transactions of their own."""
    begin, begun = Ledger.begin, []

    def noted(ledger, job):
        begun.append(job.details.id)
        return begin(ledger, job)

    monkeypatch.setattr(Ledger, "begin", noted)
    return begun


def test_those_for_which_there_is_room_begin_with_their_acceptance(real, gate, beginnings):
    jobs = real.submit_all([gate.program, gate.program, "ok"])
    guests = [gate.next(), gate.next()]
    assert [job.refresh().status for job in jobs] == [
        JobStatus.EXECUTING,
        JobStatus.EXECUTING,
        JobStatus.WAITING,
    ]
    assert beginnings == []
    assert [job.details.attempts for job in jobs] == [1, 1, 0]
    for guest in guests:
        guest.tell("ok")
    assert [job.results().counts for job in jobs] == [{"[0, 1]": 3}] * 3
    assert [job.details.attempts for job in jobs] == [1, 1, 1]


def test_those_behind_others_wait_their_turn(real, gate):
    first = real.submit_all([gate.program] * 3)
    guests = [gate.next(), gate.next()]
    later = real.submit_all(["ok"] * 2)
    assert {job.refresh().status for job in (first[2], *later)} == {JobStatus.WAITING}
    for guest in guests:
        guest.tell("ok")
    gate.next().tell("ok")
    for job in (*first, *later):
        assert job.results().counts == {"[0, 1]": 3}


def test_the_room_of_one_that_is_refused_is_free_again(real, gate):
    taken = real.submit("ok", job_id="taken")
    taken.wait_until_completed(60)
    details = [taken.details, real.submit("ok").details]
    jobs = [(details[0], b"fail Code text"), (details[1], b"ok")]
    refusal, again = real.workspace.transport.submit_jobs(jobs)
    assert isinstance(refusal, ConflictError)
    assert again.id == details[1].id  # the same job once more is no new one
    held = real.submit_all([gate.program] * 2)
    for guest in [gate.next(), gate.next()]:
        guest.tell("ok")
    assert [job.results().counts for job in held] == [{"[0, 1]": 3}] * 2


def test_the_room_is_free_again_if_the_store_refuses(real, gate, monkeypatch):
    def refuse(*_args, **_settings):
        raise StoreError("the disk is full", location="here")

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "accept_all", refuse)
        with pytest.raises(StoreError):
            real.submit_all(["ok"] * 3)
    assert list(real.workspace.list_jobs()) == []
    held = real.submit_all([gate.program] * 2)
    for guest in [gate.next(), gate.next()]:
        guest.tell("ok")
    assert [job.results().counts for job in held] == [{"[0, 1]": 3}] * 2


def test_an_executor_of_others_begins_them_one_by_one(wide, held, beginnings):
    """Ctrl-C may cut it off between two of them."""
    jobs = wide.submit_all(["ok"] * 4)
    assert beginnings == [job.id for job in jobs[:3]]
    held.run(4)
    assert [job.refresh().status for job in jobs] == [JobStatus.SUCCEEDED] * 4


def test_the_second_run_of_a_job_follows_no_other(real, gate):
    """If the program ended while it waited there, the job would fail without the run that counts for it."""
    jobs = real.submit_all([gate.program] * 2)
    guests = {guest.job_id: guest for guest in (gate.next(), gate.next())}
    pace = real.workspace.transport.warm()._pool._pace
    pace.late_seconds = pace.brisk_seconds = pace.soon_seconds = pace._ahead_seconds = 60.0
    pace.note(0.0)
    assert pace.depth > 1
    os.kill(guests[jobs[0].id].pid, signal.SIGKILL)
    again = gate.next()
    assert again.job_id == jobs[0].id
    for guest in (again, guests[jobs[1].id]):
        guest.tell("ok")
    assert [job.results().counts for job in jobs] == [{"[0, 1]": 3}] * 2
    assert [job.refresh().details.attempts for job in jobs] == [2, 1]
