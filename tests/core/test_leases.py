"""Who owns a job when processes come, go, or only seem to be gone: told of two programs on one file."""

import os
import socket
import subprocess

import pytest

from quire import Fault, JobDetails, Outcome
from quire.service.housekeeper import LOST_AFTER_LOOKS, Housekeeper, machine
from quire.service.ledger import Ledger
from quire.service.store import Store
from scripted_target import ALPHA, FORMAT


class Program:
    """The part of a program that keeps the store and looks after others; it runs nothing by itself."""

    def __init__(self, path, clock, name):
        self.name = name
        self.store = Store(path)
        self.ledger = Ledger(self.store, clock, name, lambda changes: None, lambda changes: None)
        self.adopted = []
        self.stopped = []
        self.keeper = Housekeeper(
            self.store,
            self.ledger,
            clock,
            name,
            {ALPHA},
            lambda *jobs: self.adopted.extend(jobs),
            lambda job: self.stopped.append(job),
            lambda: None,
        )

    def submit(self, job_id):
        job = JobDetails(id=job_id, name="n", provider_id="scripted", target=ALPHA, input_data_format=FORMAT)
        return self.ledger.accept(job, b"ok", begin=True).begun

    def status(self, job_id):
        with self.store.reading() as reader:
            job = reader.job(job_id)
        return str(job.details.status), job.owner, job.details.attempts

    def pose_as(self, host, pid):
        with self.store.transaction() as db:
            db.delete_process(self.name)
            db.see_process(self.name, host, pid, 0)


@pytest.fixture
def programs(tmp_path, clock):
    opened = []

    def open_one():
        opened.append(Program(tmp_path / "lab.db", clock, f"program {len(opened)}"))
        opened[-1].keeper.announce()
        return opened[-1]

    yield open_one
    for program in opened:
        program.store.close()


def ended_process():
    done = subprocess.Popen(["true"])
    done.wait()
    return done.pid


def test_a_process_that_stirs_keeps_its_jobs(programs):
    first, second = programs(), programs()
    first.submit("job")
    for _ in range(3 * LOST_AFTER_LOOKS):
        first.keeper.announce()
        second.keeper.adopt()
    assert second.adopted == []
    assert first.status("job") == ("Executing", first.name, 1)


@pytest.mark.parametrize("host", ["another machine", machine()])
def test_a_process_that_does_not_stir_loses_them_in_time(programs, host):
    first, second = programs(), programs()
    first.pose_as(host, os.getpid())
    first.submit("job")
    for _ in range(LOST_AFTER_LOOKS):
        second.keeper.adopt()
    assert second.adopted == []
    second.keeper.adopt()
    assert [job.details.id for job in second.adopted] == ["job"]
    assert first.status("job") == ("Waiting", second.name, 1)


def test_a_process_of_this_machine_that_is_gone_loses_them_at_once(programs):
    first, second = programs(), programs()
    first.pose_as(machine(), ended_process())
    first.submit("job")
    second.keeper.adopt()
    assert first.status("job") == ("Waiting", second.name, 1)


def test_a_process_of_another_machine_is_not_judged_by_ours(programs):
    first, second = programs(), programs()
    first.pose_as("another machine", ended_process())
    first.submit("job")
    second.keeper.adopt()
    assert second.adopted == []


def test_a_process_of_another_container_is_not_judged_by_our_process_numbers(programs):
    host, *start_and_container = machine().split(" ", 1)
    assert host == socket.gethostname()
    first, second = programs(), programs()
    for other in (host, f"{host} of another start", f"{host} {start_and_container} and another container"):
        first.pose_as(other, ended_process())
        first.submit(other)
        second.keeper.adopt()
        assert second.adopted == []


def test_a_jumping_clock_makes_nobody_lost(programs, clock):
    first, second = programs(), programs()
    first.submit("job")
    for _ in range(LOST_AFTER_LOOKS):
        clock.advance(86_400)
        second.keeper.adopt()
    for _ in range(3 * LOST_AFTER_LOOKS):
        clock.advance(-86_400)
        first.keeper.announce()
        second.keeper.adopt()
    assert second.adopted == []


def lose(first, second):
    first.pose_as("another machine", 1)
    for _ in range(LOST_AFTER_LOOKS + 2):
        second.keeper.adopt()


@pytest.mark.parametrize("word", ["result", "failure", "lost worker", "stopped"])
def test_the_word_of_one_that_was_taken_for_lost_does_not_count(programs, word):
    """Its job runs elsewhere by now, and has one result: that one's."""
    first, second = programs(), programs()
    begun = first.submit("job")
    lose(first, second)
    again = second.ledger.begin(second.adopted[0])
    if word == "result":
        first.ledger.end(begun, Outcome(b"too late"))
    elif word == "failure":
        first.ledger.end(begun, Outcome(fault=Fault("TooLate", "too late")))
    elif word == "lost worker":
        assert first.ledger.interrupt(begun) is None
    else:
        first.ledger.stopped(begun)
    assert first.status("job") == ("Executing", second.name, 2)
    second.ledger.end(again, Outcome(b"in time"))
    assert first.status("job") == ("Succeeded", None, 2)
    with first.store.reading() as reader:
        assert reader.output("job") == b"in time"


def test_one_that_was_taken_for_lost_and_stirs_again_keeps_what_it_takes_then(programs):
    first, second = programs(), programs()
    first.submit("before")
    lose(first, second)
    first.keeper.announce()
    first.submit("after")
    for _ in range(3 * LOST_AFTER_LOOKS):
        first.keeper.announce()
        second.keeper.adopt()
    assert [job.details.id for job in second.adopted] == ["before"]
    assert first.status("after") == ("Executing", first.name, 1)


def test_only_one_of_two_takes_a_lost_ones_jobs(programs):
    first, second, third = programs(), programs(), programs()
    first.pose_as(machine(), ended_process())
    for number in range(10):
        first.submit(str(number))
    second.keeper.adopt()
    third.keeper.adopt()
    assert (len(second.adopted), len(third.adopted)) == (10, 0)


def test_a_queued_job_that_was_taken_away_is_not_begun(programs):
    first, second = programs(), programs()
    begun = first.submit("job")
    waiting = first.ledger.interrupt(begun)
    lose(first, second)
    assert first.ledger.begin(waiting) is None
    assert second.ledger.begin(second.adopted[0]) is not None


def test_a_cancelled_run_of_a_lost_process_ends_as_cancelled(programs):
    first, second = programs(), programs()
    first.submit("job")
    second.ledger.cancel("job")
    assert first.status("job")[0] == "CancellationRequested"
    lose(first, second)
    assert second.adopted == []
    assert first.status("job") == ("Cancelled", None, 1)
