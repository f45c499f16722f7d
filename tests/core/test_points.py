"""One program at many points: order, jobs in flight, points read ahead, failures as values, whose fault."""

import asyncio
import itertools
import threading
from collections.abc import Iterator
from threading import Thread

import pytest

import scripted_target
from quire import Job, Payload, Results, Workspace, hookimpl
from quire.errors import (
    InputError,
    JobFailedError,
    NotFoundError,
    OptionError,
    PluginError,
    SessionClosedError,
    TooManyQubitsError,
    UnsupportedProgramError,
)
from scripted_target import ALPHA, BETA, FORMAT


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
        assert together.taken == ["ok"] * 2
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


def test_the_session_is_the_one_of_the_call(target):
    with target.open_session() as session:
        jobs = target.submit_many(Family(), ["ok", "ok"], max_in_flight=1)
        first = next(jobs)
    (refusal,) = list(jobs)
    assert first.session_id == session.id
    assert isinstance(refusal, SessionClosedError)
    alone = target.submit_many(Family(), ["ok"])
    with target.open_session():
        assert [job.session_id for job in alone] == [None]


@pytest.mark.parametrize("points", [["ok", "fail Bad luck", *["ok"] * 5], itertools.repeat("fail Bad luck")])
def test_a_session_that_takes_no_more_ends_the_sweep(target, points):
    with target.open_session() as session:
        *landed, refusal = session.map(Family(), points, max_in_flight=2)
    assert isinstance(refusal, SessionClosedError)
    assert isinstance(landed[-1], JobFailedError)
    assert len(landed) < 3


@pytest.mark.parametrize(
    ("option", "wrong"),
    [
        ("args", (1,)),
        ("job_id", "x"),
        ("shots", 0),
        ("shots", True),
        ("shots", 10**9),
        ("seed", -1),
        ("seed", 1.5),
        ("priority", "no"),
        ("tags", "abc"),
        ("tags", [1]),
        ("name", 5),
        ("output_data_format", 5),
        ("metadata", [1]),
        ("input_params", "shots"),
        ("session", 5),
        ("session", ""),
        ("max_in_flight", 0),
        ("name", "\ud800"),
        ("name", "x" * 1023),
        ("tags", ["x" * 257]),
        ("tags", ["x"] * 101),
        ("metadata", {"a": 1}),
        ("input_params", {"a": object()}),
    ],
)
def test_what_is_wrong_for_every_point_is_refused_at_the_call(target, option, wrong):
    for submit in (target.submit_many, target.submit_many_async):
        with pytest.raises(InputError) as error:
            submit(Family(), ["ok"], **{option: wrong})
        assert error.value.argument == option
    assert list(target.workspace.list_jobs()) == []


@pytest.mark.parametrize("name", ["shots", "count"])
def test_shots_among_the_input_parameters_are_refused_at_the_call(target, name):
    with pytest.raises(InputError) as error:
        target.submit_many(Family(), ["ok"], input_params={name: 0})
    assert error.value.argument == "shots"


def test_a_name_may_be_as_long_as_its_last_number_allows(target):
    points = ["ok"] * 11
    with pytest.raises(InputError) as error:
        target.submit_many(Family(), points, name="x" * 1022)
    assert error.value.argument == "name"
    *_, last = target.submit_many(Family(), points, name="x" * 1021)
    assert len(last.name) == 1024


@pytest.mark.parametrize("points", [5, None, "ok", b"ok"])
def test_points_are_iterable(target, points):
    with pytest.raises(InputError) as error:
        target.submit_many(Family(), points)
    assert error.value.argument == "args_list"


@pytest.mark.parametrize("submit", ["submit_many", "submit_many_async"])
def test_what_a_plug_in_does_not_take_at_the_first_point_is_refused_at_the_call(pointwise, submit):
    with pytest.raises(OptionError) as option:
        getattr(pointwise, submit)(Family(), itertools.repeat("ok"), colour="red")
    assert option.value.argument == "colour"
    with pytest.raises(UnsupportedProgramError):
        getattr(pointwise, submit)(object(), itertools.repeat("ok"))
    with pytest.raises(OptionError) as text:  # it has no parameters
        getattr(pointwise, submit)("ok", itertools.repeat("ok"))
    assert text.value.argument == "args"


def test_a_point_of_another_type_is_wrong_alone(pointwise):
    first, second = pointwise.submit_many(Family(), [5, "ok"])
    assert (type(first), first.argument) == (OptionError, "args")
    assert second.status == "Succeeded"


def _closed(target):
    return target.open_session().close()


def _of_another_target(target):
    return target.workspace.get_target(BETA).open_session()


@pytest.mark.parametrize(
    ("session", "refusal"),
    [
        (lambda target: "unknown", NotFoundError),
        (_closed, SessionClosedError),
        (lambda target: _closed(target).id, SessionClosedError),
        (_of_another_target, InputError),
        (lambda target: _of_another_target(target).id, InputError),
    ],
)
def test_a_session_that_takes_no_point_is_refused_before_the_first(target, together, session, refusal):
    given = session(target)

    async def in_asyncio():
        return [job async for job in target.submit_many_async(Family(), ["ok"], session=given)]

    for sweep in (
        lambda: target.submit_many(Family(), ["ok"], session=given),
        lambda: asyncio.run(in_asyncio()),
    ):
        with pytest.raises(refusal):
            sweep()
    assert together.taken == []


def test_a_session_that_has_failed_is_refused_at_the_call(target):
    with target.open_session() as session:
        list(target.submit_many(Family(), ["bad"]))
        with pytest.raises(SessionClosedError) as error:
            target.submit_many(Family(), ["ok"])
    assert (error.value.session_id, error.value.status) == (session.id, "Failed")


def test_jobs_that_were_submitted_come_before_an_error_of_the_points(target):
    def points():
        yield from ("ok", "bad", "ok")
        raise KeyError("mine")

    seen = []
    with pytest.raises(KeyError, match="mine"):
        for job in target.submit_many(Family(), points()):
            seen.append(job.status)
    assert seen == ["Succeeded", "Failed", "Succeeded"]

    async def in_asyncio():
        async for job in target.submit_many_async(Family(), points()):
            seen.append(job.status)

    with pytest.raises(KeyError, match="mine"):
        asyncio.run(in_asyncio())
    assert seen[3:] == seen[:3]


@pytest.mark.parametrize("way", ["target", "pointwise"])
def test_in_asyncio(way, request):
    target = request.getfixturevalue(way)
    points = ["ok", "wrong", "fail Bad luck", "ok"]

    async def main():
        async with target.open_session_async(job_failure_policy="Continue") as session:
            sweep = target.submit_many_async(Family(), points, name="j", max_in_flight=2)
            jobs = [job async for job in sweep]
            results = [result async for result in session.map_async(Family(), points, shots=3)]
        return jobs, results, len(list(session.list_jobs()))

    jobs, results, count = asyncio.run(main())
    assert [getattr(job, "name", type(job)) for job in jobs] == ["j 0", InputError, "j 2", "j 3"]
    assert [type(result) for result in results] == [Results, InputError, JobFailedError, Results]
    assert count == 6


def test_in_asyncio_no_thread_waits(held, together):
    with Workspace("memory:", executor=held, workers=2, plugins=[scripted_target, together]) as workspace:
        slow = workspace.get_target(ALPHA)

        async def main():
            sweep = slow.submit_many_async(Family(), ["ok"] * 50, max_in_flight=50)
            first = asyncio.ensure_future(anext(sweep))
            while len(list(workspace.list_jobs())) < 50:
                await asyncio.sleep(0)
            before = threading.active_count()
            await asyncio.to_thread(held.run, 50)
            await first
            after = threading.active_count()
            return before, after, 1 + len([job async for job in sweep])

        before, after, count = asyncio.run(main())
    assert count == 50
    assert after <= before + 1  # the one in which the test runs the jobs


def test_tags_may_be_an_iterator(target):
    jobs = list(target.submit_many(Family(), ["ok", "ok"], tags=(word for word in ("a", "b"))))
    assert [job.details.tags for job in jobs] == [("a", "b")] * 2
