"""Sessions and jobs driven at random, step by step against a model: on one store, from two processes that may
be closed, lost, wrongly taken for lost, and opened again.

``QUIRE_LONG_TESTS=1`` makes it run many times as long.
"""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.session_model import Model, Refused
from quire import Fault, JobDetails, Outcome, SessionDetails, SessionJobFailurePolicy
from quire.clock import to_microseconds
from quire.errors import ConflictError, InputError, NotFoundError, SessionClosedError
from quire.service.ledger import Ledger
from quire.service.store import Store
from quire.testing import ManualClock
from scripted_target import ALPHA, BETA, FORMAT

LONG = bool(os.environ.get("QUIRE_LONG_TESTS"))
LIMITS = (5_000_000, 60_000_000)
TARGETS = (ALPHA, BETA)

sides = st.sampled_from((0, 1))
picks = st.integers(0, 4)


def newest(items, pick):
    """One of the newest: what is old has ended, and nothing happens to it."""
    items = list(items)
    return items[-1 - pick % len(items)]


def _empty_store():
    """The bytes of a new store; making the tables anew for each example would take most of the time."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "empty.db")
        Store(path).close()
        return path.read_bytes()


class Process:
    """One program on the store, as the ledger sees it."""

    def __init__(self, path, clock, name, tell):
        self.name = name
        self.store = Store(path)
        self.ledger = Ledger(self.store, clock, name, lambda changes: None, tell)
        self.held = {}  # the jobs as this process last had them in hand, also after they were taken from it
        with self.store.transaction() as db:
            db.see_process(name, "host", 1, clock.now())


class Sessions(RuleBasedStateMachine):
    empty = None

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name, "lab.db")
        if Sessions.empty is None:
            Sessions.empty = _empty_store()
        self.path.write_bytes(Sessions.empty)
        self.clock = ManualClock()
        self.model = Model(self.clock.now())
        self.started = 0
        self.told = {}
        self.sides = []
        self.ghosts = []

    def teardown(self):
        for process in (*self.sides, *self.ghosts):
            process.store.close()
        self.folder.cleanup()

    @initialize()
    def start(self):
        self.sides = [self._process(), self._process()]

    def _process(self):
        self.started += 1
        name = f"process {self.started}"
        self.model.announced.add(name)
        return Process(self.path, self.clock, name, self._hear)

    def _hear(self, changes):
        """Listeners hear each change once, and each begins where the one before has ended."""
        for kind, news in (("job", changes.jobs), ("session", changes.sessions)):
            for item, was in news:
                assert self.told.get((kind, item.id)) == was
                assert item.status != was
                self.told[kind, item.id] = item.status

    def _any_job(self, pick):
        return newest(self.model.jobs.values(), pick)

    def _any_session(self, pick):
        return newest(self.model.sessions.values(), pick)

    def _held(self, side, pick):
        """A job that the process has, or had, in hand; with the process."""
        process = self.sides[side]
        if not process.held:
            return process, None, None
        job_id = newest(process.held, pick)
        return process, process.held[job_id], self.model.jobs[job_id]

    # Sessions

    @rule(side=sides, policy=st.sampled_from(("Abort", "Continue")), limit=st.sampled_from(LIMITS))
    def open_session(self, side, policy, limit):
        session_id = f"s{len(self.model.sessions)}"
        self.model.open(session_id, policy, limit)
        opened = self.sides[side].ledger.open(self._session(session_id, policy), limit)
        assert opened.status == "Waiting"

    @precondition(lambda self: self.model.sessions)
    @rule(side=sides, pick=picks)
    def open_session_again(self, side, pick):
        session = self._any_session(pick)
        again = self.sides[side].ledger.open(self._session(session.id, session.policy), 1)
        assert (again.status, again.timeout_seconds) == (session.status, session.limit / 1e6)
        other = {"Abort": "Continue", "Continue": "Abort"}[session.policy]
        with pytest.raises(ConflictError):
            self.sides[side].ledger.open(self._session(session.id, other), 1)

    def _session(self, session_id, policy):
        return SessionDetails(
            id=session_id,
            name="n",
            provider_id="scripted",
            target=TARGETS[int(session_id[1:]) % 2],
            job_failure_policy=SessionJobFailurePolicy(policy),
        )

    @precondition(lambda self: self.model.sessions)
    @rule(side=sides, pick=picks, cancel=st.booleans())
    def close_session(self, side, pick, cancel):
        session = self._any_session(pick)
        self.model.close(session, cancel=cancel)
        closed = self.sides[side].ledger.close(session.id, cancel=cancel)
        assert closed.status == session.status

    @rule(side=sides)
    def close_an_unknown_session(self, side):
        self.model.sweep()
        with pytest.raises(NotFoundError):
            self.sides[side].ledger.close("nobody", cancel=False)

    @rule(side=sides, seconds=st.sampled_from((0.000001, 1, 4.999999, 5, 60)), look=st.booleans())
    def advance(self, side, seconds, look):
        self.clock.advance(seconds)
        self.model.now = self.clock.now()
        if look:
            self.model.sweep()
            self.sides[side].ledger.sweep()

    # Jobs

    def _job(self, job_id, session_id, target):
        return JobDetails(
            id=job_id,
            name="n",
            provider_id="scripted",
            target=target,
            session_id=session_id,
            input_data_format=FORMAT,
        )

    @rule(side=sides, begins=st.booleans())
    def submit_alone(self, side, begins):
        self._submit(side, None, begins)

    @precondition(lambda self: self.model.sessions)
    @rule(side=sides, pick=picks, begins=st.booleans())
    def submit_to_a_session(self, side, pick, begins):
        self._submit(side, self._any_session(pick), begins)

    @precondition(lambda self: self.model.sessions)
    @rule(side=sides, pick=picks, begins=st.booleans())
    def submit_after_the_limit(self, side, pick, begins):
        """Nobody has looked at the session in the meantime; unless a job is pending, it has timed out."""
        session = self._any_session(pick)
        self.clock.advance(session.limit / 1_000_000)
        self.model.now = self.clock.now()
        self._submit(side, session, begins)

    def _submit(self, side, session, begins):
        process, job_id = self.sides[side], f"j{len(self.model.jobs)}"
        target = ALPHA if session is None else TARGETS[int(session.id[1:]) % 2]
        job = self._job(job_id, session and session.id, target)
        try:
            self.model.submit(job_id, session, process.name, begins=begins)
        except Refused:
            with pytest.raises(SessionClosedError) as refusal:
                process.ledger.accept(job, b"in", begin=begins)
            assert refusal.value.status == session.status
            return
        acceptance = process.ledger.accept(job, b"in", begin=begins)
        assert acceptance.is_new
        assert acceptance.job.details.status == "Waiting"
        assert (acceptance.begun is not None) == begins
        process.held[job_id] = acceptance.begun or acceptance.job

    @precondition(lambda self: self.model.jobs)
    @rule(side=sides, pick=picks)
    def submit_again(self, side, pick):
        """A repeated request changes nothing, whatever has become of the job and its session."""
        job = self._any_job(pick)
        target = ALPHA if job.session is None else TARGETS[int(job.session.id[1:]) % 2]
        definition = self._job(job.id, job.session and job.session.id, target)
        ledger = self.sides[side].ledger
        again = ledger.accept(definition, b"in", begin=True)
        assert (again.is_new, again.begun, again.job.details.status) == (False, None, job.status)
        with pytest.raises(ConflictError):
            ledger.accept(definition, b"other", begin=True)

    @precondition(lambda self: self.model.sessions)
    @rule(side=sides, pick=picks)
    def submit_for_another_target(self, side, pick):
        session = self._any_session(pick)
        other = TARGETS[1 - int(session.id[1:]) % 2]
        with pytest.raises(InputError):
            self.sides[side].ledger.accept(self._job("stray", session.id, other), b"in", begin=True)

    @rule(side=sides)
    def submit_to_an_unknown_session(self, side):
        with pytest.raises(NotFoundError):
            self.sides[side].ledger.accept(self._job("stray", "nobody", ALPHA), b"in", begin=False)

    @rule(side=sides, pick=picks)
    def begin(self, side, pick):
        process, stored, job = self._held(side, pick)
        if job is not None:
            self._begin(process, stored, job)

    def _begin(self, process, stored, job):
        begun = process.ledger.begin(stored)
        assert (begun is not None) == self.model.begin(job, process.name)
        if begun is not None:
            process.held[job.id] = begun

    @rule(side=sides, pick=picks, how=st.sampled_from(("succeed", "succeed", "fail", "stopped", "lose")))
    def end(self, side, pick, how):
        process, stored, job = self._held(side, pick)
        if job is not None:
            self._end(process, stored, job, how)

    def _end(self, process, stored, job, how):
        if how == "succeed":
            output = f"{job.id} by {process.name}".encode()
            self.model.succeed(job, process.name, output)
            process.ledger.end(stored, Outcome(output))
        elif how == "fail":
            self.model.fail(job, process.name, "Bad")
            process.ledger.end(stored, Outcome(fault=Fault("Bad", "as the test wants it")))
        elif how == "stopped":
            self.model.stopped(job, process.name)
            process.ledger.stopped(stored)
        else:
            self.model.lose(job, process.name)
            again = process.ledger.interrupt(stored)
            if again is not None:
                process.held[job.id] = again

    @precondition(lambda self: self.model.jobs)
    @rule(side=sides, pick=picks)
    def cancel(self, side, pick):
        job = self._any_job(pick)
        self.model.cancel(job)
        assert self.sides[side].ledger.cancel(job.id).status == job.status

    # Processes

    @rule(side=sides)
    def close_in_good_order(self, side):
        process = self.sides[side]
        self.model.release(process.name)
        process.ledger.release()
        process.store.close()
        self.sides[side] = self._process()

    @rule(side=sides)
    def lose_a_process(self, side):
        """It is only taken for lost: as a ghost it may still come back with a word of its jobs."""
        self.ghosts.append(self.sides[side])
        self.sides[side] = self._process()
        self._adopt(side, [self.ghosts[-1].name])

    @rule(side=sides)
    def adopt(self, side):
        self._adopt(side, [])

    def _adopt(self, side, lost):
        process = self.sides[side]
        expected = self.model.adopt(process.name, lost)
        adopted = process.ledger.adopt(lost, TARGETS)
        assert [job.details.id for job in adopted] == expected
        process.held.update((job.details.id, job) for job in adopted)

    @precondition(lambda self: any(ghost.held for ghost in self.ghosts))
    @rule(ghost=picks, pick=picks, how=st.sampled_from(("begin", "succeed", "fail", "stopped", "lose")))
    def a_ghost_speaks(self, ghost, pick, how):
        """Nothing that it says of jobs that were taken from it counts."""
        talking = [ghost for ghost in self.ghosts if ghost.held]
        process = newest(talking, ghost)
        job_id = newest(process.held, pick)
        stored, job = process.held[job_id], self.model.jobs[job_id]
        if how == "begin":
            assert process.ledger.begin(stored) is None
        else:
            self._end(process, stored, job, how)

    # What must hold after each step

    @invariant()
    def all_is_as_the_model_says(self):
        if not self.sides:
            return
        with self.sides[0].store.reading() as reader:
            for session in self.model.sessions.values():
                self._check_session(reader, session)
            for job in self.model.jobs.values():
                self._check_job(reader, job)

    def _check_session(self, reader, session):
        details = reader.session(session.id).details
        ended = details.end_execution_time
        assert details.status == session.status, session
        assert details.is_closed == session.closed
        assert (None if ended is None else to_microseconds(ended)) == session.ended_at
        assert self.told["session", session.id] == session.status

    def _check_job(self, reader, job):
        stored = reader.job(job.id)
        details = stored.details
        ended = details.end_execution_time
        assert (details.status, stored.owner, details.attempts) == (job.status, job.owner, job.attempts), job
        assert (None if ended is None else to_microseconds(ended)) == job.ended_at
        assert (details.error_data and details.error_data.code) == job.fault
        assert (details.cancellation_time is not None) == (job.status == "Cancelled")
        assert reader.output(job.id) == job.output
        assert (job.output is not None) == (job.status == "Succeeded")
        assert self.told["job", job.id] == job.status


Sessions.TestCase.settings = settings(
    max_examples=5000 if LONG else 200,
    stateful_step_count=120 if LONG else 80,
    derandomize=True,
    deadline=None,
    database=None,
)
TestSessions = Sessions.TestCase
