"""Ctrl-C at every moment of submitting, opening and leaving: nothing is left half done."""

import _thread
import contextlib
import gc
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections import Counter

import pytest

import scripted_target
from quire import Session, SystemClock, hookimpl
from quire.interrupts import Interruptible, Uninterrupted, uninterrupted


def strike():
    signal.raise_signal(signal.SIGINT)


class Striking:
    """Strikes once, when Python looks for signals for the nth time: in the frame in which it would do so."""

    def __init__(self, nth):
        self.left = nth
        # Nothing of ours comes before this begins; docs/promises.md names that moment.
        self.spared = Session.__enter__.__code__

    def _event(self, frame, event, _argument):
        # Python looks when a function begins and when a call of one in C has ended.
        if event not in ("call", "c_return") or (event == "call" and frame.f_code is self.spared):
            return
        self.left -= 1
        if self.left == 0:
            sys.setprofile(None)
            signal.getsignal(signal.SIGINT)(signal.SIGINT, frame)

    def __enter__(self):
        gc.disable()  # Python swallows what is raised in a finalizer
        sys.setprofile(self._event)
        return self

    def __exit__(self, *_):
        sys.setprofile(None)
        gc.enable()

    @property
    def struck(self):
        return self.left <= 0


def at_every_moment(action):
    """Runs an action again and again, each time struck one moment later; how often it was struck."""
    for nth in range(1, 100_000):
        striking = Striking(nth)
        try:
            with striking:
                action()
        except KeyboardInterrupt:
            assert striking.struck
        if not striking.struck:
            return nth - 1
    raise AssertionError("the action never ends")


def test_ctrl_c_takes_effect_at_the_end_of_the_block():
    done = []
    with pytest.raises(KeyboardInterrupt), Uninterrupted():
        with Uninterrupted():
            strike()
            done.append("inner")
        done.append("outer")
    assert done == ["inner", "outer"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_ctrl_c_takes_effect_at_once_where_the_block_lets_it():
    done = []
    with pytest.raises(KeyboardInterrupt), Uninterrupted():
        done.append("before")
        with Interruptible():
            strike()
            done.append("never")
    assert done == ["before"]
    with pytest.raises(KeyboardInterrupt), Uninterrupted():
        strike()
        with Interruptible():  # the one that came before
            done.append("never")
    assert done == ["before"]
    with pytest.raises(KeyboardInterrupt), Uninterrupted():
        with Interruptible():
            pass
        strike()
        done.append("after")
    assert done == ["before", "after"]


def test_an_error_in_the_block_is_not_lost_to_ctrl_c():
    with pytest.raises(KeyboardInterrupt) as raised, Uninterrupted():
        strike()
        raise ValueError("first")
    assert isinstance(raised.value.__context__, ValueError)


def test_elsewhere_than_in_the_main_thread_nothing_changes():
    seen = []

    def look():
        with Uninterrupted(), Interruptible():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [signal.default_int_handler]


def test_where_ctrl_c_is_ignored_nothing_changes():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Uninterrupted(), Interruptible():
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
            strike()
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_fork_of_another_thread_hears_ctrl_c():
    statuses = []

    def fork():
        pid = os.fork()
        if pid == 0:
            os._exit(0 if signal.getsignal(signal.SIGINT) is signal.default_int_handler else 1)
        statuses.append(os.waitpid(pid, 0)[1])

    with Uninterrupted():
        thread = threading.Thread(target=fork)
        thread.start()
        thread.join()
    assert statuses == [0]


def test_where_signals_cannot_be_handled_nothing_changes(monkeypatch):
    def refused(*_):
        raise ValueError("signal only works in main thread of the main interpreter")

    monkeypatch.setattr(signal, "signal", refused)
    with Uninterrupted(), Interruptible():
        pass
    with Uninterrupted():  # and nothing is left of it
        pass


def test_a_function_keeps_its_name_and_its_answer():
    @uninterrupted
    def double(number: int) -> int:
        """Doubles."""
        return 2 * number

    assert (double(4), double.__name__, double.__doc__) == (8, "double", "Doubles.")


_WRITER = """
import sqlite3, sys
file = sqlite3.connect(sys.argv[1], isolation_level=None)
file.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
file.execute("COMMIT")
"""


def can_be_written(path):
    """Whether another connection can write, so that no transaction has stayed open."""
    with contextlib.closing(sqlite3.connect(path, timeout=10, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        return other.in_transaction


def test_submitting_struck_at_every_moment_loses_nothing(open_workspace, tmp_path):
    path = tmp_path / "q.db"
    workspace = open_workspace(path, executor="processes", workers=2, clock=SystemClock())
    target = workspace.get_target(scripted_target.ALPHA)
    assert at_every_moment(lambda: target.submit("ok")) > 100
    jobs = [*workspace.list_jobs(), target.submit("ok")]
    assert len(jobs) > 100
    for job in jobs:
        job.wait_until_completed(60)
    assert {str(job.status) for job in jobs} == {"Succeeded"}
    assert can_be_written(path)


def test_submitting_together_struck_at_every_moment_leaves_nothing_running(slow):
    seen, struck = set(), set()

    def new_jobs():
        jobs = [job for job in slow.workspace.list_jobs() if job.id not in seen]
        seen.update(job.id for job in jobs)
        return jobs

    for nth in range(1, 100_000):
        striking, jobs = Striking(nth), None
        try:
            with striking:
                jobs = slow.submit_all(["ok", "ok"])
        except KeyboardInterrupt:
            assert striking.struck
        found = new_jobs()
        if jobs is None:
            assert {str(job.status) for job in found} <= {"Cancelled"}
            struck.add(len(found))
        else:  # they are in the caller's hands
            assert [job.id for job in jobs] == [job.id for job in found]
            for job in jobs:
                job.cancel()
        if not striking.struck:
            break
    assert struck == {0, 2}


def test_a_run_in_the_submitting_thread_is_struck_at_once(open_workspace):
    workspace = open_workspace()
    target = workspace.get_target(scripted_target.ALPHA)
    strikes = at_every_moment(lambda: target.submit("ok"))
    assert strikes > 100
    statuses = Counter(str(job.status) for job in workspace.list_jobs())
    assert set(statuses) == {"Succeeded", "Cancelled"}
    assert target.submit("ok").refresh().status == "Succeeded"


def test_opening_and_leaving_struck_at_every_moment_leaves_no_session_open(alpha):
    def block():
        with alpha.open_session():
            pass

    assert at_every_moment(block) > 100
    assert alpha.latest_session is None
    sessions = list(alpha.workspace.list_sessions())
    assert len(sessions) > 100
    assert all(session.is_in_terminal_state() for session in sessions)


class Strike:
    """An operand whose ``@`` sends SIGINT and, like NumPy's, does not look for it."""

    __matmul__ = staticmethod(_thread.interrupt_main)


def test_ctrl_c_during_the_last_operation_of_the_block_leaves_the_session(alpha):
    for again in range(2):
        with pytest.raises(KeyboardInterrupt), alpha.open_session() as session:
            Strike() @ signal.SIGINT
        assert session.refresh().status == "Succeeded"
        assert session.details.is_closed
        assert alpha.latest_session is None, again
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_nested_blocks_are_left_one_by_one(alpha):
    with pytest.raises(KeyboardInterrupt), alpha.open_session() as outer:
        with alpha.open_session() as inner:
            Strike() @ signal.SIGINT
        raise AssertionError("it takes effect when the inner block has been left")
    assert all(session.refresh().is_in_terminal_state() for session in (inner, outer))
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_handler_that_the_block_sets_stays(alpha):
    def mine(*_):
        raise AssertionError("nobody struck")

    try:
        with alpha.open_session():
            signal.signal(signal.SIGINT, mine)
        assert signal.getsignal(signal.SIGINT) is mine
        with alpha.open_session(), Uninterrupted():
            signal.signal(signal.SIGINT, signal.default_int_handler)
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def test_a_handler_that_the_run_of_a_job_sets_stays():
    def mine(*_):
        raise AssertionError("nobody struck")

    try:
        with Uninterrupted(), Interruptible():
            signal.signal(signal.SIGINT, mine)
        assert signal.getsignal(signal.SIGINT) is mine
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.mark.parametrize("options", [{"executor": "inline"}, {"executor": "processes", "workers": 1}])
def test_a_handler_of_sigint_may_use_quire_at_every_moment(open_workspace, options):
    workspace = open_workspace(**options)
    target = workspace.get_target(scripted_target.ALPHA)
    handled = []

    def handler(*_):
        for job in workspace.list_jobs(status=["Waiting", "Executing"]):
            job.cancel()
        handled.append(target.submit("ok"))

    def action():
        target.submit("ok").wait_until_completed(60)

    signal.signal(signal.SIGINT, handler)
    try:
        strikes = at_every_moment(action)
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    assert strikes == len(handled) > 100
    for job in handled:
        job.wait_until_completed(60)
    assert {str(job.status) for job in workspace.list_jobs()} <= {"Succeeded", "Cancelled"}


def test_a_listener_that_is_struck_does_not_stop_the_job(open_workspace):
    class Listener:
        @hookimpl
        def job_changed(self, job, was):
            if was is None:
                strike()

    workspace = open_workspace(executor="processes", workers=1, plugins=[scripted_target, Listener()])
    with pytest.raises(KeyboardInterrupt):
        workspace.get_target(scripted_target.ALPHA).submit("ok")
    (job,) = workspace.list_jobs()
    job.wait_until_completed(60)
    assert job.status == "Succeeded"


def test_a_submission_struck_while_another_process_writes(open_workspace, tmp_path):
    path = tmp_path / "q.db"
    workspace = open_workspace(path)
    target = workspace.get_target(scripted_target.ALPHA)
    other = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with other:
        other.stdout.readline()  # from here on it holds the file

        def strike_and_let_go():
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
            other.stdin.close()

        timer = threading.Timer(0, strike_and_let_go)
        with pytest.raises(KeyboardInterrupt):
            timer.start()
            target.submit("ok")
            timer.join()
    assert target.submit("ok").refresh().status == "Succeeded"
    assert can_be_written(path)
