"""Arguments are what they are when they are given: iterators are read once, lists may change afterwards."""

import collections
import dataclasses
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import attrs
import numpy as np
import pytest

from quire import Job, Workspace
from quire_qsharp import ArgumentError, CompiledProgram, EntryPoint, Source, compile_each
from quire_qsharp.snapshot import MAX_DEPTH, snapshot

SOURCE = """
struct Turns { Angles : Double[], Rest : (Int, Double[][]) }
operation Sum(a : Double[]) : Result[] { use q = Qubit(); for x in a { Rx(x, q); } [MResetZ(q)] }
operation Two(n : Int, a : Double[]) : Result[] {
    use q = Qubit[n];
    for x in a { Rx(x, q[0]); }
    MResetEachZ(q)
}
operation Deep(t : Turns) : Result[] {
    use q = Qubit();
    for x in t.Angles { Rx(x, q); }
    let (n, rows) = t.Rest;
    for row in rows { for x in row { Ry(x, q); } }
    [MResetZ(q)]
}
"""
PI = 3.141592653589793
ANGLES = [[PI], [0.0], [PI, PI], [PI], [], [0.0, PI], [PI]]
OUTCOMES = ["1", "0", "0", "1", "0", "1", "1"]


def outcomes(workspace: Workspace, name: str, points: Any) -> list[str]:
    """What each point of a sweep gives, each of them for certain."""
    target = workspace.get_target("ionq.simulator")
    found = []
    for job in target.submit_many(Source(SOURCE).entry_point(name), points, shots=3):
        assert not isinstance(job, Exception), job
        (outcome,) = job.get_results()
        found.append(outcome.strip("[]"))
    return found


@pytest.mark.parametrize(
    "once",
    [iter, lambda a: (x for x in a), lambda a: map(float, a), collections.deque, tuple, np.array],
    ids=["iterator", "generator", "map", "deque", "tuple", "array"],
)
def test_a_sweep_reads_each_iterator_once(once: Callable[..., Any], workspace: Workspace) -> None:
    assert outcomes(workspace, "Sum", [(once(a),) for a in ANGLES]) == OUTCOMES
    assert outcomes(workspace, "Two", [{"n": 1, "a": once(a)} for a in ANGLES]) == OUTCOMES
    # What was remembered meanwhile is what it is remembered as.
    target = workspace.get_target("ionq.simulator")
    assert target.submit(Source(SOURCE).entry_point("Sum", []), shots=3).get_results() == {"[0]": 1.0}


def test_an_iterator_of_all_arguments_is_a_list_of_them(workspace: Workspace) -> None:
    assert outcomes(workspace, "Two", [iter([1, iter(a)]) for a in ANGLES]) == OUTCOMES
    assert outcomes(workspace, "Sum", map(iter, ANGLES)) == OUTCOMES


def test_an_iterator_that_raises_is_refused_in_its_place(workspace: Workspace) -> None:
    points = [([PI],), ((1 / x for x in [1.0, 0.0]),), ([PI],)]
    target = workspace.get_target("ionq.simulator")
    first, second, third = target.submit_many(Source(SOURCE).entry_point("Sum"), points, shots=3)
    assert isinstance(second, ArgumentError)
    assert isinstance(second.__cause__, ZeroDivisionError)
    assert "reading its items raised ZeroDivisionError" in str(second)
    assert isinstance(first, Job)
    assert isinstance(third, Job)
    assert first.results().counts == third.results().counts == {"[1]": 3}


def test_iterators_deep_inside_a_point(workspace: Workspace) -> None:
    @dataclasses.dataclass(frozen=True)
    class Turns:
        Angles: Any
        Rest: Any

    @attrs.frozen
    class Slotted:
        Angles: Any
        Rest: Any

    class Named(NamedTuple):
        Angles: Any
        Rest: Any

    def rows(a: list[float]) -> Iterator[Any]:
        return iter([(x for x in a), iter([])])

    for make in (dict, Turns, Slotted, Named):
        points = [(make(Angles=(x for x in []), Rest=(1, rows(a))),) for a in ANGLES]
        assert outcomes(workspace, "Deep", points) == OUTCOMES


def test_a_list_that_is_filled_anew_for_each_point(workspace: Workspace) -> None:
    """Points are read ahead, so each is kept as it was when it was read."""
    angles: list[float] = []

    def points() -> Iterator[Any]:
        for a in ANGLES:
            angles[:] = a
            yield {"n": 1, "a": angles}

    assert outcomes(workspace, "Two", points()) == OUTCOMES


def test_programs_of_iterators_are_those_of_lists(make_context: Callable[..., Any]) -> None:
    operation = make_context("Unrestricted", SOURCE).code.Two
    with Workspace("memory:", executor="inline") as workspace:
        target = workspace.get_target("quantinuum.sim.h1-1e")
        once = list(compile_each(operation, [(2, (x for x in a)) for a in ANGLES], target))
        listed = list(compile_each(operation, [(2, a) for a in ANGLES], target))
    assert once == listed
    assert all(isinstance(program, CompiledProgram) for program in once)


def test_an_entry_point_with_an_iterator_can_be_submitted_twice(workspace: Workspace) -> None:
    target = workspace.get_target("ionq.simulator")
    for program in (
        Source(SOURCE).entry_point("Sum", (x for x in [PI])),
        Source(SOURCE).entry_point("Sum", a=(x for x in [PI])),
    ):
        for _ in range(2):
            assert target.submit(program, shots=3).get_results() == {"[1]": 1.0}


def test_an_iterator_for_a_program_that_several_places_are_tried_for(
    workspace: Workspace, make_context: Callable[..., Any]
) -> None:
    """The Base interpreter's own thread is another one; its source is compiled elsewhere then."""
    import threading

    operation = make_context("Base", SOURCE).code.Sum
    found: list[Any] = []

    def submit() -> None:
        target = workspace.get_target("ionq.simulator")
        found.append(target.submit(operation, args=((x for x in [PI]),), shots=3).get_results())

    thread = threading.Thread(target=submit)
    thread.start()
    thread.join()
    assert found == [{"[1]": 1.0}]


def test_a_point_that_is_nested_without_end_is_refused_in_its_place(workspace: Workspace) -> None:
    endless: list[Any] = []
    endless.append(endless)
    target = workspace.get_target("ionq.simulator")
    found = list(target.submit_many(Source(SOURCE).entry_point("Sum"), [([0.0],), (endless,), ([PI],)]))
    assert [type(item).__name__ for item in found] == ["Job", "ArgumentError", "Job"]
    with pytest.raises(ArgumentError, match="nested more than 100 deep, or contains itself"):
        EntryPoint("Sum", endless)


def test_what_a_snapshot_leaves_as_it_is() -> None:
    plain = [range(3), slice(1, 2), None, {1, 2}, "ab", b"ab", 10**30, object(), np.datetime64("2020-01-01")]
    for value in plain:
        assert snapshot(value) is value
    # An array of rank 0 without a counterpart of Python's own is one value, and no sequence.
    date = np.array(np.datetime64("2020-01-01"))
    assert snapshot(date) is date
    deep: Any = []
    for _ in range(MAX_DEPTH):
        deep = [deep]
    assert snapshot(deep) == deep
