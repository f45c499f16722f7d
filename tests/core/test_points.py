"""One program at many points: order, jobs in flight, points read ahead, failures as values, whose fault."""

from collections.abc import Iterator
from threading import Thread

import pytest

import scripted_target
from quire import Job, Payload, Workspace, hookimpl
from quire.errors import InputError, JobFailedError, OptionError, PluginError, TooManyQubitsError
from scripted_target import ALPHA, FORMAT


class Family:
    """A program that one of the plug-ins below translates at many points."""


class Pointwise:
    """Translates a family point by point only."""

    @hookimpl
    def encode_program(self, program, target, options):
        if not isinstance(program, Family):
            return None
        point = options.take("args", str, "ok")
        if point == "wrong":
            raise InputError("this point is wrong", argument="args")
        return Payload(point.encode(), format=FORMAT, name="family")


class Together:
    """Translates a family at many points, and keeps what it was asked.

    Attributes:
        taken: The points taken so far.
        ahead: What it was told about reading ahead.
        color: An option that it knows.
    """

    def __init__(self):
        self.taken = []
        self.ahead = None
        self.color = None

    @hookimpl
    def encode_points(self, program, target, points, ahead, options):
        if not isinstance(program, Family):
            return None
        self.ahead = ahead
        self.color = options.take("color", str, "none")
        return self._payloads(points)

    def _payloads(self, points: Iterator[str]):
        for point in points:
            self.taken.append(point)
            if point == "wrong":
                yield InputError("this point is wrong", argument="args")
            elif point == "wide":
                yield Payload(b"ok", format=FORMAT, num_qubits=1000)
            elif point == "bug":
                raise RuntimeError("a bug of the plug-in")
            else:
                yield Payload(point.encode(), format=FORMAT, name="family")


@pytest.fixture
def together():
    return Together()


@pytest.fixture
def target(together):
    with Workspace("memory:", executor="inline", plugins=[scripted_target, together]) as workspace:
        yield workspace.get_target(ALPHA)


@pytest.fixture
def pointwise():
    with Workspace("memory:", executor="inline", plugins=[scripted_target, Pointwise()]) as workspace:
        yield workspace.get_target(ALPHA)


def test_an_adapter_may_translate_many_points_and_others_do_it_one_by_one(target, pointwise, together):
    points = ["ok", "wrong", "ok", "bad"]
    answers = [list(each.submit_many(Family(), points, name="point")) for each in (target, pointwise)]
    assert together.taken == points
    for first, second, third, fourth in answers:
        assert [job.name for job in (first, third, fourth)] == ["point 0", "point 2", "point 3"]
        assert [job.status for job in (first, third, fourth)] == ["Succeeded", "Succeeded", "Failed"]
        assert (type(second), second.argument) == (InputError, "args")


def test_a_job_is_named_after_the_program_unless_it_is_said_otherwise(target):
    assert [job.name for job in target.submit_many(Family(), ["ok"])] == ["family"]


def test_results_in_a_session(target):
    with target.open_session(job_failure_policy="Continue") as session:
        first, second, third = session.map(Family(), ["ok", "bad", "wrong"], tags=["sweep"])
    assert first.counts
    assert isinstance(second, JobFailedError)
    assert isinstance(third, InputError)
    assert [job.details.tags for job in session.list_jobs()] == [("sweep",), ("sweep",)]


def test_the_current_session_is_joined(target):
    with target.open_session() as session:
        jobs = list(target.submit_many(Family(), ["ok", "ok"], shots=7, seed=1))
    assert {job.session_id for job in jobs} == {session.id}
    assert [job.details.input_params["shots"] for job in jobs] == [7, 7]


def test_points_are_taken_only_as_there_is_room(held):
    together = Together()
    with Workspace("memory:", executor=held, plugins=[scripted_target, together]) as workspace:
        jobs = workspace.get_target(ALPHA).submit_many(Family(), iter(["ok"] * 9), max_in_flight=2)
        assert together.taken == []
        runner = Thread(target=held.run)
        runner.start()
        assert next(jobs).status == "Succeeded"
        runner.join()
        assert together.taken == ["ok"] * 3
        assert together.ahead == 2


def test_options_are_taken_by_the_adapter_or_refused(target, together):
    list(target.submit_many(Family(), ["ok"], color="blue"))
    assert together.color == "blue"
    with pytest.raises(OptionError) as refusal:
        target.submit_many(Family(), ["ok"], colour="blue")
    assert refusal.value.argument == "colour"


def test_no_two_jobs_share_an_id(target, together):
    with pytest.raises(InputError) as refusal:
        target.submit_many(Family(), ["ok", "ok"], job_id="one")
    assert refusal.value.argument == "job_id"
    assert together.taken == []


@pytest.mark.parametrize("wrong", [0, -1, 1.5, "two"])
def test_how_many_in_flight_is_a_positive_number(target, wrong):
    with pytest.raises(InputError) as refusal:
        target.submit_many(Family(), ["ok"], max_in_flight=wrong)
    assert refusal.value.argument == "max_in_flight"


def test_a_payload_that_is_too_wide_is_an_error_in_its_place(target):
    first, second = target.submit_many(Family(), ["wide", "ok"])
    assert isinstance(first, TooManyQubitsError)
    assert first.needed == 1000
    assert isinstance(second, Job)


def test_an_error_of_the_points_is_theirs(target):
    def points():
        yield "ok"
        raise KeyError("mine")

    jobs = target.submit_many(Family(), points(), max_in_flight=1)
    with pytest.raises(KeyError, match="mine"):
        list(jobs)


def test_an_error_of_the_plug_in_names_it(target):
    with pytest.raises(PluginError) as error:
        list(target.submit_many(Family(), ["bug"]))
    assert error.value.hook == "encode_points"
    assert error.value.plugin.startswith("Together")
