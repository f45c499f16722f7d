"""What a program remembers of jobs and sessions never hides what another program has made of them since."""

import sqlite3

import attrs
import pytest

from quire import Fault, JobDetails, Outcome, SessionDetails
from quire.errors import SessionClosedError, StoreError
from quire.service.items import Items
from quire.service.ledger import Ledger
from quire.service.store import Store
from scripted_target import ALPHA, FORMAT

TIMEOUT_US = 600_000_000
SESSION = SessionDetails(id="s", name="Session", provider_id="scripted", target=ALPHA)


class Program:
    """The part of a program that changes sessions and jobs, on a connection of its own."""

    def __init__(self, path, clock, name):
        self.store = Store(path)
        self.ledger = Ledger(self.store, clock, name, lambda changes: None, self.heard_of)
        self.items = Items(self.store, clock)
        self.heard = []

    def heard_of(self, changes):
        self.heard += [(str(job.status), job.name, job.tags) for job, _ in changes.jobs]

    def submit(self, job_id, begin=True):
        job = JobDetails(
            id=job_id,
            name="before",
            provider_id="scripted",
            target=ALPHA,
            session_id="s",
            input_data_format=FORMAT,
        )
        return self.ledger.accept(job, b"ok", begin=begin).begun

    def job(self, job_id):
        with self.store.reading() as reader:
            return reader.job(job_id).details

    def output(self, job_id):
        with self.store.reading() as reader:
            return reader.output(job_id)

    def session(self):
        with self.store.reading() as reader:
            return reader.session("s")


@pytest.fixture
def programs(tmp_path, clock):
    opened = [Program(tmp_path / "lab.db", clock, name) for name in ("one", "other")]
    opened[0].ledger.open(SESSION, TIMEOUT_US)
    yield opened
    for program in opened:
        program.store.close()


def test_a_session_that_another_program_closed_takes_no_more_jobs(programs):
    one, other = programs
    one.ledger.end(one.submit("a"), Outcome(b"1"))
    other.ledger.close("s", cancel=False)
    with pytest.raises(SessionClosedError):
        one.submit("b")
    assert one.session() == other.session()


def test_a_session_that_failed_elsewhere_while_a_job_ran_stays_failed(programs):
    one, other = programs
    running, failing = one.submit("a"), other.submit("b")
    other.ledger.end(failing, Outcome(fault=Fault("Broken", "it broke")))
    one.ledger.end(running, Outcome(b"1"))
    assert [str(one.job(job_id).status) for job_id in "ab"] == ["Cancelled", "Failed"]
    assert one.output("a") is None
    assert one.session() == other.session()
    assert str(one.session().status) == "Failed"


def test_the_idle_time_out_counts_from_a_jobs_end_in_another_program(programs, clock):
    one, other = programs
    one.ledger.end(one.submit("a"), Outcome(b"1"))
    clock.advance(400)
    other.ledger.end(other.submit("b"), Outcome(b"1"))
    clock.advance(400)
    one.ledger.end(one.submit("c"), Outcome(b"1"))  # 800 s after the last end that it has written itself
    assert str(one.session().status) == "Executing"
    clock.advance(600)
    with pytest.raises(SessionClosedError, match="TimedOut"):
        other.submit("d")


def test_what_is_rolled_back_is_not_remembered(programs):
    one, other = programs
    one.ledger.end(one.submit("a"), Outcome(b"1"))
    before = one.session()
    with pytest.raises(ZeroDivisionError), one.store.transaction() as db:
        db.update_session(attrs.evolve(db.session("s"), active_at=5, has_costs=False))
        assert db.session("s").active_at == 5
        raise ZeroDivisionError
    assert one.session() == before == other.session()


def test_what_sqlite_rolls_back_by_itself_is_not_remembered(programs):
    one, other = programs
    one.ledger.end(one.submit("a"), Outcome(b"1"))
    before = one.session()
    with pytest.raises(StoreError), one.store.transaction() as db:
        db.touch_session(attrs.evolve(db.session("s"), active_at=5))
        one.store.connection.execute("ROLLBACK")
    assert one.session() == before == other.session()


def test_more_sessions_than_are_remembered(programs):
    one, other = programs
    ids = [f"s{number}" for number in range(150)]
    for session_id in ids:
        one.ledger.open(attrs.evolve(SESSION, id=session_id, name=session_id), TIMEOUT_US)
    with one.store.transaction() as db, other.store.reading() as reader:
        for session_id in ids + ids:
            assert db.session(session_id) == reader.session(session_id)
            assert db.session(session_id).details.id == session_id


def test_a_running_job_that_another_program_renames_ends_with_its_new_name(programs):
    one, other = programs
    running = one.submit("a")
    other.items.update("a", "after", None, ("new",))
    one.ledger.end(running, Outcome(b"1"))
    assert one.heard[-1] == ("Succeeded", "after", ("new",))
    ended = other.job("a")
    assert (str(ended.status), ended.name, ended.tags) == ("Succeeded", "after", ("new",))
    assert other.output("a") == b"1"


def test_a_running_job_that_another_program_cancels_does_not_succeed(programs):
    one, other = programs
    running = one.submit("a")
    other.ledger.cancel("a")
    one.ledger.end(running, Outcome(b"1"))
    ended = other.job("a")
    assert str(ended.status) == "Cancelled"
    assert ended.cancellation_time == ended.end_execution_time is not None
    assert other.output("a") is None


def test_a_run_whose_job_was_taken_over_counts_no_more(programs):
    one, other = programs
    running = one.submit("a")
    [adopted] = other.ledger.adopt(["one"], {ALPHA})
    one.heard.clear()
    one.ledger.end(running, Outcome(b"late"))
    assert one.heard == []
    other.ledger.end(other.ledger.begin(adopted), Outcome(b"right"))
    assert one.output("a") == b"right"
    assert one.job("a").attempts == 2


def test_an_end_that_is_told_twice_counts_once(programs):
    one, _ = programs
    running = one.submit("a")
    one.ledger.end(running, Outcome(b"first"))
    told = list(one.heard)
    one.ledger.end(running, Outcome(b"second"))
    assert one.heard == told
    assert one.output("a") == b"first"


def test_what_an_end_writes_is_what_it_tells(programs):
    one, other = programs
    ends = {"a": Outcome(b"1"), "b": Outcome(fault=Fault("Broken", "it broke"))}
    told = {}
    one.ledger = Ledger(
        one.store,
        one.ledger._clock,
        "one",
        lambda changes: told.update({job.id: job for job, _ in changes.jobs}),
        lambda changes: None,
    )
    for job_id, outcome in ends.items():
        one.ledger.end(one.submit(job_id), outcome)
        assert other.job(job_id) == told[job_id]
    with sqlite3.connect(one.store.location) as plain:
        rows = plain.execute("SELECT owner, ended_at IS NULL, fault_code FROM jobs ORDER BY seq").fetchall()
    plain.close()
    assert rows == [(None, 0, None), (None, 0, "Broken")]
