"""Whose handler of SIGINT is called during a session's block, within it, and after it."""

import os
import signal
import sys
import threading

import pytest

import scripted_target
from quire import hookimpl
from quire.interrupts import Uninterrupted


@pytest.fixture(autouse=True)
def the_handler_of_before():
    yield
    signal.signal(signal.SIGINT, signal.default_int_handler)


def strike():
    signal.raise_signal(signal.SIGINT)


def test_a_listener_that_uses_a_session_leaves_ctrl_c_as_it_was(open_workspace):
    class Listener:
        workspace = None

        @hookimpl
        def job_changed(self, job, was):
            if was is None and job.target == scripted_target.ALPHA:
                with self.workspace.get_target(scripted_target.BETA).open_session():
                    pass

    listener = Listener()
    workspace = open_workspace(plugins=[scripted_target, listener])
    listener.workspace = workspace
    target = workspace.get_target(scripted_target.ALPHA)
    with pytest.raises(KeyboardInterrupt), target.open_session():
        target.submit("ok")
        strike()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def chaining(log):
    """A handler that calls the one that it stands before."""
    before = signal.getsignal(signal.SIGINT)

    def handler(number, frame):
        log.append(number)
        before(number, frame)

    return handler


def test_a_handler_that_calls_the_one_before_it(alpha):
    log = []
    with alpha.open_session():
        signal.signal(signal.SIGINT, chaining(log))
    with pytest.raises(KeyboardInterrupt), alpha.open_session():
        strike()
    assert log == [signal.SIGINT]


def test_one_that_was_set_while_ctrl_c_was_put_off():
    log = []
    with Uninterrupted():
        signal.signal(signal.SIGINT, chaining(log))
    with pytest.raises(KeyboardInterrupt):
        strike()
    with pytest.raises(KeyboardInterrupt), Uninterrupted():
        strike()
        log.append("whole")
    assert log == [signal.SIGINT, "whole", signal.SIGINT]


def test_one_that_is_set_and_taken_back_round_a_block(alpha):
    def mine(*_):
        raise AssertionError("it was taken back")

    with pytest.raises(KeyboardInterrupt), alpha.open_session():
        before = signal.signal(signal.SIGINT, mine)
        with alpha.open_session():
            assert signal.getsignal(signal.SIGINT) is not mine
        assert signal.getsignal(signal.SIGINT) is mine
        signal.signal(signal.SIGINT, before)
        strike()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_handler_that_ends_the_program_leaves_the_session_too(alpha):
    signal.signal(signal.SIGINT, lambda *_: sys.exit(130))
    with pytest.raises(SystemExit), alpha.open_session() as session:
        strike()
    assert session.refresh().details.is_closed
    assert alpha.latest_session is None


def test_the_block_is_left_in_a_fork_of_another_thread(alpha):
    """Its own block: those of the program's main thread are none of the fork's."""
    statuses = []

    def fork():
        pid = os.fork()
        if pid == 0:
            from quire import Workspace

            status = 1
            with Workspace("memory:", executor="inline", plugins=[scripted_target]) as workspace:
                target = workspace.get_target(scripted_target.ALPHA)
                try:
                    with target.open_session() as session:
                        Struck() @ signal.SIGINT
                except KeyboardInterrupt:
                    status = int(not session.refresh().details.is_closed)
            os._exit(status)
        statuses.append(os.waitpid(pid, 0)[1])

    with alpha.open_session():
        thread = threading.Thread(target=fork)
        thread.start()
        thread.join()
    assert statuses == [0]


class Struck:
    """An operand whose ``@`` sends SIGINT and does not look for it."""

    def __init__(self):
        import _thread

        type(self).__matmul__ = staticmethod(_thread.interrupt_main)
