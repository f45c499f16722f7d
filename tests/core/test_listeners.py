"""What plug-ins hear of changes: all of them, in the order in which they were made, without doing harm."""

import itertools
import logging
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

import scripted_target
from quire import SystemClock, hookimpl
from quire.service.losses import WorkerLostError
from scripted_target import ALPHA


class Notes:
    """A plug-in that writes down what it hears."""

    def __init__(self):
        self.heard = []

    @hookimpl
    def job_changed(self, job, was):
        self.heard.append((job.name, was and str(was), str(job.status)))

    @hookimpl
    def session_changed(self, session, was):
        self.heard.append((session.name, was and str(was), str(session.status)))


@pytest.fixture
def notes():
    return Notes()


@pytest.fixture
def listened(open_workspace, notes, held):
    workspace = open_workspace(executor=held, workers=1, plugins=[scripted_target, notes])
    return workspace.get_target(ALPHA)


def test_the_life_of_a_session(listened, notes, held):
    with listened.open_session(name="s"):
        listened.submit("ok", name="a")
        listened.submit("ok", name="b")
        held.run(2)
    assert notes.heard == [
        ("s", None, "Waiting"),
        ("a", None, "Waiting"),
        ("a", "Waiting", "Executing"),
        ("s", "Waiting", "Executing"),
        ("b", None, "Waiting"),
        ("b", "Waiting", "Executing"),
        ("a", "Executing", "Succeeded"),
        ("b", "Executing", "Succeeded"),
        ("s", "Executing", "Succeeded"),
    ]


def test_abort(listened, notes, held):
    listened.open_session(name="s")
    listened.submit("fail X y", name="a")
    listened.submit("ok", name="b")
    del notes.heard[:]
    held.run()
    assert notes.heard == [
        ("a", "Executing", "Failed"),
        ("b", "Waiting", "Cancelled"),
        ("s", "Executing", "Failed"),
    ]


def test_a_time_out(listened, notes, clock):
    listened.open_session(name="s")
    clock.advance(600)
    assert notes.heard == [("s", None, "Waiting"), ("s", "Waiting", "TimedOut")]


def test_a_lost_worker(listened, notes, held):
    listened.submit("ok", name="a")
    del notes.heard[:]
    held.start()(WorkerLostError("lost"))
    held.run()
    assert notes.heard == [
        ("a", "Executing", "Waiting"),
        ("a", "Waiting", "Executing"),
        ("a", "Executing", "Succeeded"),
    ]


def test_what_changes_nothing_is_not_told(listened, notes, held):
    session = listened.open_session(name="s")
    job = listened.submit("ok", name="a")
    held.run()
    session.close()
    del notes.heard[:]
    session.close()
    session.cancel()
    job.cancel()
    listened.open_session(name="s", id=session.id)
    with pytest.raises(ValueError, match="shots"):
        listened.submit("ok", shots=0)
    assert notes.heard == []


def test_a_refused_submission_is_not_told(listened, notes):
    session = listened.open_session(name="s")
    session.close()
    del notes.heard[:]
    with pytest.raises(Exception, match="terminal"):
        session.submit("ok")
    assert notes.heard == []


def test_what_is_told_is_durable(open_workspace, tmp_path):
    """Another connection sees a change before the listener is told of it."""
    path = tmp_path / "a.db"
    reader = open_workspace(path)
    seen = []

    class Asking:
        @hookimpl
        def job_changed(self, job, was):
            seen.append((str(job.status), str(reader.get_job(job.id).status)))

    target = open_workspace(path, plugins=[scripted_target, Asking()]).get_target(ALPHA)
    target.submit("ok")
    assert [told for told, _ in seen] == ["Waiting", "Executing", "Succeeded"]
    order = ["Waiting", "Executing", "Succeeded"]
    assert all(order.index(found) >= order.index(told) for told, found in seen)


def test_a_listener_may_use_the_workspace(open_workspace):
    made = []

    class Chain:
        @hookimpl
        def job_changed(self, job, was):
            if job.status == "Succeeded" and len(made) < 300:
                made.append(target.submit("ok", name=f"after {job.name[-3:]}"))

    target = open_workspace(plugins=[scripted_target, Chain()]).get_target(ALPHA)
    target.submit("ok", name="first")
    assert [str(job.refresh().status) for job in made] == ["Succeeded"] * 300


@pytest.mark.parametrize("error", [RuntimeError("mine"), KeyError("mine")])
def test_a_failing_listener_does_no_harm_and_is_logged(open_workspace, notes, caplog, error):
    class Failing:
        @hookimpl
        def job_changed(self, job, was):
            raise error

        @hookimpl
        def session_changed(self, session, was):
            raise error

    others = Notes()
    workspace = open_workspace(plugins=[scripted_target, others, Failing(), notes])
    target = workspace.get_target(ALPHA)
    with caplog.at_level(logging.ERROR, "quire"), target.open_session(name="s") as session:
        job = target.submit("ok", name="a")
        assert job.refresh().status == "Succeeded"
    assert session.status == "Succeeded"
    assert "mine" in caplog.text
    assert "Failing" in caplog.text
    assert len(notes.heard) == 6
    assert others.heard == notes.heard


def test_a_listener_that_raises_an_error_of_quire_does_no_harm_either(open_workspace, caplog):
    class Failing:
        @hookimpl
        def job_changed(self, job, was):
            workspace.get_job("nobody")

    workspace = open_workspace(plugins=[scripted_target, Failing()])
    with caplog.at_level(logging.ERROR, "quire"):
        job = workspace.get_target(ALPHA).submit("ok")
    assert job.refresh().status == "Succeeded"
    assert "nobody" in caplog.text


def test_with_worker_processes_each_job_is_told_in_order(open_workspace, notes):
    workspace = open_workspace(
        executor="processes", workers=2, clock=SystemClock(), plugins=[scripted_target, notes]
    )
    target = workspace.get_target(ALPHA)

    def submit(number):
        job = target.submit("ok", name=str(number))
        job.wait_until_completed(60)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(submit, range(200)))
    workspace.close()
    lives = {}
    for name, was, now in notes.heard:
        lives.setdefault(name, []).append((was, now))
    whole = [(None, "Waiting"), ("Waiting", "Executing"), ("Executing", "Succeeded")]
    assert {name: without_returns(life) for name, life in lives.items()} == {
        str(number): whole for number in range(200)
    }


def without_returns(life):
    """A job's moves without those that took it back from a worker that had not come to it, under load."""
    back = ("Executing", "Waiting")
    return [move for before, move in itertools.pairwise([None, *life]) if back not in (before, move)]


def test_cancelling_is_told_in_order_too(open_workspace):
    """The thread that asks and the one that hears of the run's end tell of the same job."""
    order = []

    class Listener:
        @hookimpl
        def job_changed(self, job, was):
            order.append((job.id, was and str(was), str(job.status)))

    workspace = open_workspace(
        executor="processes", workers=2, clock=SystemClock(), plugins=[scripted_target, Listener()]
    )
    target = workspace.get_target(ALPHA)
    for _ in range(100):
        job = target.submit("work 2")
        job.cancel()
        job.wait_until_completed(60)
    workspace.close()
    lives = {}
    for job_id, was, now in order:
        lives.setdefault(job_id, []).append((was, now))
    assert len(lives) == 100
    for life in lives.values():
        for (_, before), (was, _) in itertools.pairwise(life):
            assert was == before, life


def test_a_worker_that_has_ended_one_job_begins_the_next(open_workspace, notes):
    workspace = open_workspace(
        executor="processes", workers=1, plugins=[scripted_target, notes], clock=SystemClock()
    )
    target = workspace.get_target(ALPHA)
    jobs = [target.submit("ok", name=name) for name in "abcd"]
    for job in jobs:
        job.wait_until_completed(60)
    workspace.close()  # who waits may hear of an end before the plug-in does
    assert [name for name, was, now in notes.heard if now == "Succeeded"] == list("abcd")
    for name in "abcd":
        life = without_returns([(was, now) for mover, was, now in notes.heard if mover == name])
        assert life == [(None, "Waiting"), ("Waiting", "Executing"), ("Executing", "Succeeded")]


class Leaver:
    """A plug-in that wants to end whoever tells it of the first success."""

    has_left = False

    @hookimpl
    def job_changed(self, job, was):
        if job.status == "Succeeded" and not self.has_left:
            self.has_left = True
            sys.exit("a job has ended")


def test_one_that_exits_on_a_thread_of_quires_harms_no_job(open_workspace, caplog):
    workspace = open_workspace(
        executor="processes", workers=1, plugins=[scripted_target, Leaver()], clock=SystemClock()
    )
    target = workspace.get_target(ALPHA)
    jobs = [target.submit("ok") for _ in range(4)]
    for job in jobs:
        job.wait_until_completed(60)
    assert {str(job.status) for job in jobs} == {"Succeeded"}
    assert "wanted to end a thread" in caplog.text


def test_one_that_exits_in_the_submitting_thread_is_heeded_when_the_job_is_safe(open_workspace):
    workspace = open_workspace(plugins=[scripted_target, Leaver()])
    target = workspace.get_target(ALPHA)
    with pytest.raises(SystemExit):
        target.submit("ok")
    assert target.submit("ok").status == "Succeeded"
    assert [str(job.status) for job in workspace.list_jobs()] == ["Succeeded"] * 2
