"""Workers are killed by handles of their processes, or by the process that forked them, alive or not."""

import os
import signal

import pytest

from endings import ended
from processes import children_of, wait_until_gone
from quire.service import pooled, warm


@pytest.fixture
def no_handles(monkeypatch):
    """As on a system where only the process that forks workers can kill them without mistake."""
    monkeypatch.setattr(pooled, "HAS_HANDLES", False)
    monkeypatch.setattr(warm, "HAS_HANDLES", False)


@pytest.fixture(params=["handles", "no handles"])
def either_way(request):
    if request.param == "no handles":
        request.getfixturevalue("no_handles")


def test_a_run_is_stopped(either_way, real, gate):
    job = real.submit(gate.program)
    guest = gate.next()
    job.cancel()
    guest.wait_until_gone()
    assert ended(job)[0] == "Cancelled"
    assert ended(real.submit("ok"))[0] == "Succeeded"


def test_the_process_that_forks_workers_killed_from_outside(either_way, other_children, real, gate):
    """Workers go on; runs can still be stopped; lost workers are replaced."""
    job = real.submit(gate.program)
    guest = gate.next()
    (zygote,) = set(children_of(os.getpid())) - other_children
    os.kill(zygote, signal.SIGKILL)
    wait_until_gone(zygote)
    job.cancel()
    guest.wait_until_gone()
    assert ended(job)[0] == "Cancelled"
    again = [real.submit(gate.program) for _ in range(2)]
    for guest in [gate.next(), gate.next()]:
        guest.tell("ok")
    assert [ended(job)[0] for job in again] == ["Succeeded", "Succeeded"]


@pytest.fixture
def stuck(other_children, no_handles, real, gate):
    """Two runs that were to be stopped, while the process that is to stop them is held up."""
    jobs = [real.submit(gate.program) for _ in range(2)]
    guests = [gate.next() for _ in jobs]
    (zygote,) = set(children_of(os.getpid())) - other_children
    os.kill(zygote, signal.SIGSTOP)
    for job in jobs:
        assert job.cancel().status == "CancellationRequested"
    yield jobs, guests, zygote
    wait_until_gone(zygote)


def test_the_process_that_forks_workers_dies_before_it_stopped_a_run(stuck, real):
    jobs, guests, zygote = stuck
    os.kill(zygote, signal.SIGKILL)
    for guest in guests:
        guest.wait_until_gone()
    assert [ended(job)[0] for job in jobs] == ["Cancelled"] * 2
    assert [ended(real.submit("ok"))[0] for _ in range(4)] == ["Succeeded"] * 4


def test_runs_that_end_before_they_are_stopped(stuck, real):
    """Their workers are replaced; they were to be killed, and must not be so with another run."""
    jobs, guests, zygote = stuck
    for guest in guests:
        guest.tell("ok")
    assert [ended(job)[0] for job in jobs] == ["Cancelled"] * 2
    os.kill(zygote, signal.SIGKILL)
    assert [ended(real.submit("ok"))[0] for _ in range(4)] == ["Succeeded"] * 4


@pytest.fixture
def old_guest(either_way, other_children, real, gate):
    """A run in a worker whose parent was killed, and has been replaced by another since."""
    job = real.submit(gate.program)
    guest = gate.next()
    second = real.submit(gate.program)
    lost = gate.next()
    (zygote,) = set(children_of(os.getpid())) - other_children
    os.kill(zygote, signal.SIGKILL)
    wait_until_gone(zygote)
    os.kill(lost.pid, signal.SIGKILL)
    gate.next().tell("ok")
    assert ended(second) == ("Succeeded", None, 2)
    return job, guest


def test_a_run_in_a_worker_that_is_older_than_the_process_that_forks_them(old_guest):
    job, guest = old_guest
    job.cancel()
    guest.wait_until_gone()
    wait_until_gone(guest.pid)
    assert ended(job)[0] == "Cancelled"


def test_such_a_worker_does_not_outlive_the_workspace_either(old_guest):
    job, guest = old_guest
    job.workspace.close()
    wait_until_gone(guest.pid)
