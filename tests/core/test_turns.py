"""Many answers are written down together, and many jobs begun: what is wrong with one harms no other."""

import json
import pickle
from collections import Counter

import pytest

from endings import ended
from quire import SystemClock
from quire.formats import MICROSOFT_RESULTS_V2
from quire.service.pool import WorkerPool
from scripted_target import ALPHA, FORMAT

OK = ("Succeeded", None, 1)


def test_a_fault_whose_text_cannot_be_stored(real):
    jobs = real.submit_all([*["ok"] * 40, "odd", *["ok"] * 40] * 2)
    assert Counter(map(ended, jobs)) == {OK: 160, ("Failed", "Odd", 1): 2}
    assert jobs[40].details.error_data.message == "no file ?"


def test_the_same_where_no_worker_brings_it(alpha):
    job = alpha.submit("odd")
    assert ended(job) == ("Failed", "InternalError", 1)
    assert "cannot be kept" in job.details.error_data.message
    assert ended(alpha.submit("ok")) == OK


def test_a_task_that_cannot_be_sent(real):
    nested = []
    for _ in range(900):
        nested = [nested]
    plain = real.submit_all(["ok"] * 60)
    with real.open_session(job_failure_policy="Continue"):
        deep = real.submit_all(["ok"] * 5, input_params={"nested": nested})
        others = real.submit_all(["ok"] * 60)
        assert [ended(job) for job in (*plain, *others)] == [OK] * 120
        assert {ended(job) for job in deep} == {("Failed", "ExecutorFailed", 1) if too_deep(nested) else OK}


def too_deep(value):
    """Whether this Python cannot pickle a value, as it is nested too deep."""
    try:
        pickle.dumps(value)
    except RecursionError:
        return True
    return False


class Level(int):
    """A number that no worker can import."""


class Word(str):
    """A text that no worker can import."""


Level.__module__ = Word.__module__ = "nowhere"


def test_what_comes_to_the_worker_is_as_it_is_stored(real, alpha):
    for target in (real, alpha):
        params = {Word("level"): Level(3), "name": Word("x"), 7: None}
        formats = {"input_data_format": Word(FORMAT), "output_data_format": Word(MICROSOFT_RESULTS_V2)}
        job = target.submit(input_data=b"params", input_params=params, **formats)
        assert ended(job) == OK
        assert json.loads(job.output()) == {"level": 3, "name": "x", "7": None} == job.details.input_params


@pytest.fixture
def lone(open_workspace):
    """A target with one worker process, for runs of half a second at most."""
    workspace = open_workspace(executor="processes", workers=1, clock=SystemClock(), job_timeout=0.5)
    return workspace.get_target(ALPHA)


def test_what_follows_a_run_that_takes_too_long_does_not_begin_under_abort(lone, gate):
    with lone.open_session() as session:
        first, *others = lone.submit_all([gate.program, *["ok"] * 5])
        gate.next().wait_until_gone()
        session.wait()
    assert ended(first) == ("Failed", "ExecutionTimeout", 1)
    assert [ended(job) for job in others] == [("Cancelled", None, 0)] * 5


def test_long_jobs_after_short_ones_are_not_executing_before_a_worker_has_come_to_them(real, gate):
    for job in real.submit_all(["ok"] * 60):
        assert ended(job) == OK
    jobs = real.submit_all([gate.program] * 12)
    guests = [gate.next(), gate.next()]
    while Counter(str(job.refresh().status) for job in jobs) != {"Executing": 2, "Waiting": 10}:
        pass
    for guest in guests:
        guest.tell("ok")
    for _ in range(10):
        gate.next().tell("ok")
    assert [ended(job) for job in jobs] == [OK] * 12


def test_the_second_run_of_a_lost_job_is_not_given_ahead(real, gate, tmp_path, monkeypatch):
    for job in real.submit_all(["ok"] * 60):
        assert ended(job) == OK
    monkeypatch.setattr(WorkerPool, "is_ready", False)  # as if the other worker had something to do, too
    running, lost, *others = real.submit_all([gate.program, f"crash-once {tmp_path / 'file'}", *["ok"] * 5])
    guest = gate.next()
    assert [ended(job) for job in others] == [OK] * 5
    last = real.submit("ok")
    assert (str(lost.refresh().status), lost.details.attempts) == ("Waiting", 1)
    monkeypatch.undo()
    guest.tell("ok")
    assert [ended(job) for job in (running, lost, last)] == [OK, ("Succeeded", None, 2), OK]
