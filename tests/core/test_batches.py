"""Programs that are submitted together: all of them, or none that runs on."""

import pytest

from quire import JobStatus
from quire.errors import (
    InputError,
    OptionError,
    ServiceUnavailableError,
    SessionClosedError,
    UnsupportedProgramError,
)

_TOO_LONG = "x" * 2000
_MANY = 300  # more than go to the service at a time


def test_jobs_come_in_the_order_of_their_programs(alpha):
    with alpha.open_session() as session:
        jobs = alpha.submit_all(
            iter(["ok", "params", "ok"]),
            names=["a", None, "c"],
            seeds=(5, None, 7),
            shots=4,
            tags=iter(["t"]),
        )
    assert [job.name for job in jobs] == ["a", f"job-{jobs[1].id}", "c"]
    assert [job.input().decode() for job in jobs] == ["ok", "params", "ok"]
    assert [job.details.input_params.get("seed") for job in jobs] == [5, None, 7]
    assert {(job.details.input_params["shots"], job.details.tags) for job in jobs} == {(4, ("t",))}
    assert [job.id for job in session.list_jobs()] == [job.id for job in jobs]
    assert jobs[2].results().counts == {"[0, 1]": 4}
    assert alpha.submit_all([]) == []


def test_more_than_go_at_a_time(real):
    with real.open_session() as session:
        jobs = real.submit_all(["ok"] * _MANY)
        assert [job.results().counts for job in jobs] == [{"[0, 1]": 3}] * _MANY
    assert [job.id for job in session.list_jobs()] == [job.id for job in jobs]


def test_nothing_is_submitted_if_a_program_cannot_be(alpha, inline):
    with pytest.raises(UnsupportedProgramError):
        alpha.submit_all(["ok", object()])
    with pytest.raises(OptionError) as caught:
        alpha.submit_all(["ok"], colour="blue")
    assert caught.value.argument == "colour"
    assert list(inline.list_jobs()) == []


@pytest.mark.parametrize("place", [1, _MANY - 1])
def test_the_others_are_cancelled_if_one_is_refused(slow, place):
    names = [None] * _MANY
    names[place] = _TOO_LONG
    with pytest.raises(InputError) as caught:
        slow.submit_all(["ok"] * _MANY, names=names)
    assert caught.value.argument == "name"
    jobs = list(slow.workspace.list_jobs())
    assert len(jobs) >= place
    assert {job.status for job in jobs} == {JobStatus.CANCELLED}


def test_what_could_not_be_cancelled_is_told(slow, monkeypatch):
    service, cancel = slow.workspace.transport, slow.workspace.transport.cancel_job
    cancelled = []

    def unreachable(job_id):
        if len(cancelled) == 3:
            raise ServiceUnavailableError("nobody answers")
        cancelled.append(job_id)
        return cancel(job_id)

    monkeypatch.setattr(service, "cancel_job", unreachable)
    with pytest.raises(InputError) as caught:
        slow.submit_all(["ok"] * 10, names=[*[None] * 9, _TOO_LONG])
    ended = {job.id for job in slow.workspace.list_jobs() if job.status is JobStatus.CANCELLED}
    assert ended == set(cancelled)
    (note,) = caught.value.__notes__
    assert note.startswith("Jobs 4 to 10 of those")
    assert "nobody answers" in note


def test_to_a_closed_session(alpha):
    session = alpha.open_session()
    session.close()
    with pytest.raises(SessionClosedError):
        alpha.submit_all(["ok", "ok"], session=session)
    assert list(session.list_jobs()) == []


def test_a_failure_ends_the_others_of_its_session(real):
    with real.open_session() as session:
        jobs = real.submit_all(["fail Oops it went wrong", *["ok"] * 50])
    session.wait()
    statuses = [job.refresh().status for job in jobs]
    assert statuses[0] is JobStatus.FAILED
    # Workers take the jobs in order, so those that had ended before come first.
    done = statuses.count(JobStatus.SUCCEEDED)
    assert statuses[1 + done :] == [JobStatus.CANCELLED] * (50 - done)


@pytest.mark.parametrize(
    ("wrong", "argument"),
    [
        ({"programs": "ok"}, "programs"),
        ({"programs": {"qubits": 1}}, "programs"),
        ({"programs": 5}, "programs"),
        ({"names": ["one"]}, "names"),
        ({"seeds": [1, 2, 3]}, "seeds"),
        ({"name": "one"}, "name"),
        ({"seed": 1}, "seed"),
        ({"job_id": "one"}, "job_id"),
        ({"shots": 0}, "shots"),
    ],
)
def test_wrong_arguments(alpha, inline, wrong, argument):
    with pytest.raises(InputError) as caught:
        alpha.submit_all(**{"programs": ["ok", "ok"], **wrong})
    assert caught.value.argument == argument
    assert list(inline.list_jobs()) == []
