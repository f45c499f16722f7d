"""Which submissions are taken, and what the same or another submission under a known id means."""

import json

import numpy
import pytest

from quire import JobDetails, JobStatus, Payload, Session
from quire.errors import ConflictError, InputError, NotFoundError, SessionClosedError
from scripted_target import ALPHA, FORMAT


def test_to_a_session_by_handle_by_id_and_by_its_own_method(alpha):
    session = alpha.open_session()
    session.close()
    other = alpha.open_session(name="other")
    session = alpha.open_session(name="third")
    jobs = [
        alpha.submit("ok", session=other),
        alpha.submit("ok", session=other.id),
        other.submit("ok"),
    ]
    assert [job.session_id for job in jobs] == [other.id] * 3
    assert list(session.list_jobs()) == []


@pytest.mark.parametrize("policy", ["Abort", "Continue"])
def test_to_a_closed_session(alpha, policy):
    session = alpha.open_session(job_failure_policy=policy)
    session.close()
    with pytest.raises(SessionClosedError, match=r"is Succeeded;") as refusal:
        alpha.submit("ok", session=session)
    assert refusal.value.status == "Succeeded"
    with pytest.raises(SessionClosedError):
        session.submit("ok")


def test_to_an_unknown_session(alpha, inline):
    with pytest.raises(NotFoundError) as error:
        alpha.submit("ok", session="no-such-session")
    assert (error.value.kind, error.value.name) == ("session", "no-such-session")
    assert list(inline.list_jobs()) == []


def test_to_a_session_of_another_target(alpha, beta, inline):
    session = alpha.open_session(name="on alpha")
    with pytest.raises(InputError) as error:
        beta.submit("ok", session=session)
    assert error.value.argument == "session"
    assert "scripted.beta" in error.value.message
    assert "scripted.alpha" in error.value.message
    assert list(inline.list_jobs()) == []
    assert session.refresh().status == "Waiting"


def test_to_a_session_that_was_never_opened(alpha, inline):
    session = Session(inline, name="only defined", target=alpha)
    with pytest.raises(InputError, match=r"open\(\)") as error:
        alpha.submit("ok", session=session)
    assert error.value.argument == "session"


@pytest.mark.parametrize("wrong", [5, object(), b"id", ["id"]])
def test_to_what_is_no_session(alpha, wrong):
    with pytest.raises(InputError) as error:
        alpha.submit("ok", session=wrong)
    assert error.value.argument == "session"


def test_the_same_job_again_is_answered_as_it_is(alpha, inline):
    first = alpha.submit("ok", job_id="mine", shots=5, tags=["a", "b"], metadata={"k": "v"})
    again = alpha.submit("ok", job_id="mine", shots=5, tags=["a", "b"], metadata={"k": "v"})
    assert again.details == first.refresh().details
    assert again.status == "Succeeded"
    assert len(list(inline.list_jobs())) == 1
    assert again.details.attempts == 1


def test_the_same_job_again_whose_parameters_json_knows_by_another_type(alpha):
    params = {"items": ({"entryPoint": "main", "arguments": (1, 2.5, None)},), 7: "seven"}
    first = alpha.submit("ok", job_id="mine", input_params=params)
    assert alpha.submit("ok", job_id="mine", input_params=params).id == first.id


def test_the_same_job_again_after_its_session_has_ended(alpha):
    """A retried request must not be told another truth than the first."""
    session = alpha.open_session(job_failure_policy="Abort")
    alpha.submit("fail X y", job_id="mine", session=session)
    again = alpha.submit("fail X y", job_id="mine", session=session)
    assert again.status == "Failed"


@pytest.mark.parametrize(
    "other",
    [
        {"name": "another name"},
        {"shots": 6},
        {"tags": ["c"]},
        {"metadata": {"k": "w"}},
        {"seed": 1},
        {"output_data_format": "microsoft.quantum-results.v1"},
        {"input_params": {"x": 1}},
        {"priority": "High"},
        {"program": "work 1"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_another_job_under_the_same_id(alpha, inline, other):
    definition = {"program": "ok", "name": "n", "shots": 5, "tags": ["a"], "metadata": {"k": "v"}}
    alpha.submit(job_id="mine", **definition)
    with pytest.raises(ConflictError) as error:
        alpha.submit(job_id="mine", **{**definition, **other})
    assert (error.value.kind, error.value.name, error.value.http_status) == ("job", "mine", 409)
    assert len(list(inline.list_jobs())) == 1


def test_another_job_under_the_same_id_on_another_target_or_in_another_session(alpha, beta):
    alpha.submit("ok", job_id="mine", name="n")
    with pytest.raises(ConflictError):
        beta.submit("ok", job_id="mine", name="n")
    alpha.open_session()
    with pytest.raises(ConflictError):
        alpha.submit("ok", job_id="mine", name="n")


def test_the_same_session_again_is_answered_as_it_is(alpha, inline, clock):
    first = alpha.open_session(id="mine", name="n", tags=["t"])
    alpha.submit("ok")
    clock.advance(10)
    again = alpha.open_session(id="mine", name="n", tags=["t"])
    assert again.details == first.refresh().details
    assert again.status == "Executing"
    assert len(list(inline.list_sessions())) == 1


def test_opening_the_same_handle_twice(alpha):
    """As the seed's Qiskit example does it."""
    session = alpha.open_session(name="twice")
    assert session.open() is session
    assert session.status == "Waiting"


@pytest.mark.parametrize("end", ["close", "fail", "idle"])
def test_opening_an_ended_session_again_does_not_revive_it(alpha, clock, end):
    session = alpha.open_session(id="mine", name="n")
    if end == "close":
        session.close()
    elif end == "fail":
        alpha.submit("fail X y")
    else:
        clock.advance(600)
    ended = session.refresh().details
    again = alpha.open_session(id="mine", name="n")
    assert again.details == ended
    with pytest.raises(SessionClosedError):
        again.submit("ok")


@pytest.mark.parametrize(
    "other",
    [{"name": "m"}, {"job_failure_policy": "Continue"}, {"tags": ["x"]}, {"priority": "High"}],
    ids=lambda other: next(iter(other)),
)
def test_another_session_under_the_same_id(alpha, inline, other):
    alpha.open_session(id="mine", name="n")
    with pytest.raises(ConflictError) as error:
        alpha.open_session(id="mine", **{"name": "n", **other})
    assert (error.value.kind, error.value.name) == ("session", "mine")
    assert len(list(inline.list_sessions())) == 1


def test_another_session_under_the_same_id_on_another_target(alpha, beta):
    alpha.open_session(id="mine", name="n")
    with pytest.raises(ConflictError):
        beta.open_session(id="mine", name="n")


def test_a_job_and_a_session_may_have_the_same_id(alpha):
    session = alpha.open_session(id="mine")
    assert alpha.submit("ok", job_id="mine").session_id == session.id


def test_status_and_times_are_the_services_to_set(inline):
    """What a client claims of a job's life is not believed."""
    claimed = JobDetails(
        id="claimed",
        name="n",
        provider_id="scripted",
        target=ALPHA,
        input_data_format=FORMAT,
        status=JobStatus.SUCCEEDED,
        attempts=7,
    )
    inline.transport.submit_job(claimed, b"ok")
    job = inline.get_job("claimed")
    assert (job.status, job.details.attempts) == ("Succeeded", 1)
    assert job.get_results() == {"[0, 1]": 1.0}


def test_what_is_submitted_can_be_read_back(alpha, inline):
    session = alpha.open_session()
    job = alpha.submit(
        "ok",
        name='It\'s "100 %" _ok_ \N{SNOWMAN}',
        shots=7,
        metadata={"schlüssel": "wert\x00"},
        tags=("x", "%"),
        priority="High",
        input_params={"deep": {"list": [1, None, True, 1.5, "z"]}},
    )
    details = inline.get_job(job.id).details
    assert details.name == 'It\'s "100 %" _ok_ \N{SNOWMAN}'
    assert details.metadata == {"schlüssel": "wert\x00"}
    assert details.tags == ("x", "%")
    assert details.priority == "High"
    assert details.input_params == {"deep": {"list": [1, None, True, 1.5, "z"]}, "shots": 7}
    assert details.session_id == session.id
    assert inline.transport.get_input(job.id) == b"ok"
    assert len(job.get_results_shots()) == 7


def test_numbers_of_numpy_are_numbers(alpha):
    job = alpha.submit("ok", shots=numpy.int64(5), seed=numpy.uint8(3))
    assert job.details.input_params == {"shots": 5, "seed": 3}
    assert {type(value) for value in job.details.input_params.values()} == {int}
    assert len(job.results().shots) == 5


def test_what_was_submitted_does_not_change_with_the_programs_own_lists(slow, held):
    angles = [0.0]
    jobs = []
    for angle in (1.0, 2.0, 3.0):
        angles[0] = angle
        jobs.append(slow.submit("params", input_params={"angles": angles}))
    angles[0] = 4.0
    held.run(3)
    assert [json.loads(job.output(60))["angles"] for job in jobs] == [[1.0], [2.0], [3.0]]


def test_metadata_never_say_something_else_than_the_program_does(alpha):
    program = Payload(b"ok", format=FORMAT, metadata={"num_qubits": "2"})
    job = alpha.submit(program, metadata={"num_qubits": "2", "lab": "north"})
    assert job.details.metadata == {"num_qubits": "2", "lab": "north"}
    with pytest.raises(InputError, match="use another key") as error:
        alpha.submit(program, metadata={"num_qubits": "3"})
    assert error.value.argument == "metadata"


@pytest.mark.parametrize(
    ("argument", "params"), [("shots", {"shots": 5}), ("shots", {"count": 5}), ("seed", {"seed": 5})]
)
def test_arguments_and_input_parameters_never_differ(alpha, argument, params):
    assert alpha.submit("ok", input_params=params, **{argument: 5}).status == "Succeeded"
    with pytest.raises(InputError, match="differ") as error:
        alpha.submit("ok", input_params=params, **{argument: 6})
    assert error.value.argument == argument
