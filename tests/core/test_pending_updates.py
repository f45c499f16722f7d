"""A job that is renamed while it waits or runs: whoever hears of it later sees it as it is."""

import pytest

import scripted_target
from quire import hookimpl


class Listener:
    def __init__(self):
        self.heard = []

    @hookimpl
    def job_changed(self, job, was):
        self.heard.append((str(job.status), job.name, job.tags, job.priority))


@pytest.fixture
def listener():
    return Listener()


@pytest.fixture
def listened(open_workspace, held, listener):
    workspace = open_workspace(executor=held, workers=1, plugins=[scripted_target, listener])
    return workspace.get_target(scripted_target.ALPHA)


def test_waiting_and_running_jobs_keep_their_new_names(listened, listener, held):
    running, waiting = listened.submit("ok", name="first"), listened.submit("ok", name="second")
    for job in (running, waiting):
        job.update(name=f"{job.name}, renamed", tags=["new"], priority="High")
    listener.heard.clear()
    held.run(2)
    assert sorted(listener.heard) == [
        ("Executing", "second, renamed", ("new",), "High"),
        ("Succeeded", "first, renamed", ("new",), "High"),
        ("Succeeded", "second, renamed", ("new",), "High"),
    ]


def test_a_waiting_handle_shows_the_new_name(listened, held):
    job = listened.submit("ok", name="before")
    listened.workspace.get_job(job.id).update(name="after")
    held.run()
    job.wait_until_completed(60)
    assert (job.name, job.status) == ("after", "Succeeded")


def test_a_stopped_job_keeps_its_new_name(listened, listener, held):
    job = listened.submit("ok", name="before")
    end = held.start()
    job.update(name="after")
    job.cancel()
    listener.heard.clear()
    end()
    assert [heard[:2] for heard in listener.heard] == [("Cancelled", "after")]
