"""Outcomes and single shots are read when they are asked for, and nobody sees it by anything else."""

import json
import pickle
from collections.abc import Sequence
from typing import Any

import numpy
import pytest

import quire
from quire.errors import ResultFormatError
from quire.formats import MICROSOFT_RESULTS_V2
from quire.late_results import MOST_KEYS
from quire.microsoft_results import display, write_v2

PAIRS = [[0, 1], [1, 1]]
REGISTERS = [([0, 1], [1]), ([1, 1], [0])]
ORDER = [0, 1, 1, 0, 1]


@pytest.fixture(scope="module")
def details() -> quire.JobDetails:
    return quire.JobDetails(id="a-job", name="a job", provider_id="ionq", target="ionq.simulator")


def read(data: bytes, details: quire.JobDetails) -> quire.Results:
    from quire.microsoft_results import decode_output

    results = decode_output(MICROSOFT_RESULTS_V2, data, details)
    assert results is not None
    return results


def are_read(results: quire.Results) -> bool:
    """Whether the shots have been read; nothing public tells it."""
    return isinstance(results._shots, list)


def outcomes_are_read(results: quire.Results) -> bool:
    """Whether the distinct outcomes have been read; nothing public tells that either."""
    return isinstance(results._histogram, tuple)


def damaged() -> bytes:
    """An output whose shots are no JSON, though there are as many as their counts say."""
    data = write_v2(PAIRS, ORDER)
    place = data.rindex(b"[1,1]")
    return data[:place] + b"[1,?]" + data[place + 5 :]


def test_shots_are_read_when_they_are_asked_for(details: quire.JobDetails) -> None:
    results = read(write_v2(PAIRS, ORDER), details)
    assert results.num_shots == 5
    assert results.counts == {"[0, 1]": 2, "[1, 1]": 3}
    assert results.probabilities == {"[0, 1]": 0.4, "[1, 1]": 0.6}
    assert not are_read(results)
    assert not outcomes_are_read(results)
    assert results.shots == [PAIRS[number] for number in ORDER]
    assert results.shots is results.shots
    assert results.histogram == (
        quire.HistogramEntry([0, 1], "[0, 1]", 2),
        quire.HistogramEntry([1, 1], "[1, 1]", 3),
    )
    assert results.histogram is results.histogram
    assert results.counts == {"[0, 1]": 2, "[1, 1]": 3}


@pytest.mark.parametrize(
    "outcomes",
    [
        [0, 1],
        [True, False],
        [(0, 1), (1, 0)],
        [[[0, 1], [1]], [[1, 0], [0]]],
        [[(0, 1)], [(1, 1)]],
        [[0.5, 1], [0, 2]],
        [["a", "],"], ['],"Shots":[', "{"]],
        [["[", "0"], ["1", "]"]],
        [[], [1]],
        [[], []],
        [[12, 0], [3, 456]],
        [[-1, 0], [1, 2]],
        [[None], ["é"]],
        [[2, 13]],
    ],
)
def test_outcomes_of_all_kinds(details: quire.JobDetails, outcomes: list[Any]) -> None:
    order = [number % len(outcomes) for number in ORDER]
    results = read(write_v2(outcomes, order), details)
    assert results.shots == [outcomes[number] for number in order]
    distinct = [outcome for i, outcome in enumerate(outcomes) if outcome not in outcomes[:i]]
    assert [entry.outcome for entry in results.histogram] == distinct
    assert [entry.display for entry in results.histogram] == [display(outcome) for outcome in distinct]
    assert [entry.count for entry in results.histogram] == ([2, 3] if len(distinct) == 2 else [5])
    assert sum(results.counts.values()) == 5


@pytest.mark.parametrize("order", [[], [0], [1, 0, 1]])
def test_outputs_of_any_length(details: quire.JobDetails, order: Sequence[int]) -> None:
    results = read(write_v2(PAIRS, order), details)
    assert results.shots == [PAIRS[number] for number in order]
    assert sum(results.counts.values()) == len(order)


def test_an_output_that_is_spelt_otherwise_means_the_same(details: quire.JobDetails) -> None:
    compact = write_v2(PAIRS, ORDER)
    spaced = json.dumps(json.loads(compact), indent=1).encode()
    late, whole = read(compact, details), read(spaced, details)
    assert (late.histogram, late.probabilities) == (whole.histogram, whole.probabilities)
    assert late.shots == whole.shots


def test_results_are_equal_whether_their_shots_were_read_or_not(details: quire.JobDetails) -> None:
    first, second = (read(write_v2(PAIRS, ORDER), details) for _ in range(2))
    assert first.shots
    assert first.histogram
    assert first == second
    assert not are_read(second)
    assert not outcomes_are_read(second)
    assert first != read(write_v2(PAIRS, ORDER[::-1]), details)


def test_results_can_be_pickled_before_and_after(details: quire.JobDetails) -> None:
    results = read(write_v2(PAIRS, ORDER), details)
    sent = pickle.loads(pickle.dumps(results))
    assert not are_read(sent)
    assert not outcomes_are_read(sent)
    assert sent.shots == results.shots
    assert sent.histogram == results.histogram
    assert pickle.loads(pickle.dumps(results)) == sent


def test_shots_that_are_none_are_refused_when_they_are_asked_for(details: quire.JobDetails) -> None:
    results = read(damaged(), details)
    assert results.counts == {"[0, 1]": 2, "[1, 1]": 3}
    assert "5 shots" in repr(results)
    assert "5 shots" in results._repr_html_()
    for _ in range(2):
        with pytest.raises(ResultFormatError, match="the output of job a-job is not") as refused:
            assert results.shots
    assert refused.value.format == MICROSOFT_RESULTS_V2


@pytest.mark.parametrize(
    "harm",
    [
        lambda data: data[:-1],
        lambda data: data[: data.index(b"[{")] + b'[{"Histogram":[],"Shots":5}]}',
        lambda data: data[: data.index(b"[{")] + b'[{"Histogram":[],"Shots":"5"}]}',
        lambda data: data.replace(b'"Display"', b'"Shown"'),
        lambda data: data.replace(b'"Count":2', b'"Count":"2"'),
        lambda data: data.replace(b'"Outcome":[0,1]', b'"Outcome":[0,'),
    ],
)
def test_a_histogram_that_is_none_is_refused_at_once(details: quire.JobDetails, harm: Any) -> None:
    with pytest.raises(ResultFormatError, match="the output of job a-job is not"):
        read(harm(write_v2(PAIRS, ORDER)), details)


@pytest.mark.parametrize("shown", ["[, 1]", "[,1]", "[01, 1]"])
def test_outcomes_that_are_none_are_refused_when_they_are_asked_for(
    details: quire.JobDetails, shown: str
) -> None:
    data = write_v2(PAIRS, ORDER).decode()
    was, now = (
        '"Outcome":[0,1],"Display":"[0, 1]"',
        f'"Outcome":{shown.replace(", ", ",")},"Display":"{shown}"',
    )
    assert data.count(was) == 1
    results = read(data.replace(was, now).encode(), details)
    assert results.counts == {shown: 2, "[1, 1]": 3}
    for _ in range(2):
        with pytest.raises(ResultFormatError, match="the output of job a-job is not") as refused:
            assert results.histogram
    assert refused.value.format == MICROSOFT_RESULTS_V2


LAST_PAIR = b"[1,1]]}]}"
CHANGED_PAIRS = (
    (b'"Count":2', b'"Count":1'),
    (b'"Count":2},', b'"Count":2,"More":[0]},'),
    (b'"Shots":[[0,1],', b'"Shots":[0,[0,1],'),
    (b"[1,1],[0,1]", b"[1,1],0,[0,1]"),
    (LAST_PAIR, b"[1,1],0]}]}"),
    (LAST_PAIR, b'"x"]}]}'),
    (LAST_PAIR, b'[1,1]],"Extra":[[0]]}]}'),
    (LAST_PAIR, b'[1]],"Extra":[0]}]}'),
)
LAST_SHOT = '{"Item1":[1,1],"Item2":[0]}'
CHANGED_SHOTS = """
    {"Item2":[0],"Item1":[1,1]} {"Item1":[1,1],"Item3":[0]} {"Item1":[1,1]} {"Item1":[1,1],"Item2":[0]},0
    {"Item1":[1,1],"Item2":[0],"Item3":[0]} {"Item1":[1,1],"Item2":[]} {"Item1":[1,1],"Item2":0} [[1,1],[0]]
    {"Item1":1,"Item2":[0]} {"Item1":[1,1],"Item2":["Item1"]}
"""
CHANGED_REGISTERS = (
    *((f",{LAST_SHOT}]".encode(), f",{shot}]".encode()) for shot in CHANGED_SHOTS.split()),
    (b'"([0, 1], [1])"', b'"[0, 1, 1]"'),
    (b'"Outcome":{"Item1":[0,1],"Item2":[1]}', b'"Outcome":[0,1]'),
    (b'"Shots":[{"Item1":[0,1],"Item2":[1]}', b'"Shots":[[0,1]'),
    (b'"Shots":[{"Item1":[0,1],"Item2":[1]}', b'"Shots":[[{"Item1":[0,1],"Item2":[1]}]'),
)


@pytest.mark.parametrize(
    ("outcomes", "was", "now"),
    [(PAIRS, *change) for change in CHANGED_PAIRS] + [(REGISTERS, *change) for change in CHANGED_REGISTERS],
)
def test_what_was_changed_means_what_it_means_as_a_whole(
    details: quire.JobDetails, outcomes: list[Any], was: bytes, now: bytes
) -> None:
    data = write_v2(outcomes, ORDER)
    assert data.count(was) == 1
    changed = data.replace(was, now)
    found = []
    for output in (changed, json.dumps(json.loads(changed), indent=1).encode()):
        try:
            results = read(output, details)
            found.append((results.histogram, results.shots, results.counts, results.probabilities))
        except ResultFormatError:
            found.append(())
    assert found[0] == found[1]


def leaves(value: Any) -> list[Any]:
    return [leaf for item in value for leaf in leaves(item)] if isinstance(value, list | tuple) else [value]


@pytest.mark.parametrize(
    "outcomes",
    [
        PAIRS,
        [[0], [1]],
        [[0, 1, 1, 0, 1, 0, 0, 1, 1, 1, 0], [1, 0, 0, 1, 0, 1, 1, 0, 0, 0, 1]],
        [[True], [False]],
        [(0, 1), (1, 1)],
        REGISTERS,
        [([0], [1, 1, 0]), ([1], [0, 0, 1])],
        [([0], []), ([1], [])],
        [tuple([n % 2] for n in range(12)), tuple([n % 3 % 2] for n in range(12))],
    ],
)
def test_bits_are_had_without_reading_the_shots(details: quire.JobDetails, outcomes: list[Any]) -> None:
    results = read(write_v2(outcomes, ORDER), details)
    expected = bytes(leaves([outcomes[number] for number in ORDER]))
    was_late = not are_read(results)
    assert results.bits == expected
    assert are_read(results) is not was_late
    assert results.shots == [outcomes[number] for number in ORDER]
    assert results.bits == expected  # from the shots, now that they are read
    rows = numpy.frombuffer(expected, "uint8").reshape(results.num_shots, -1)  # as the docs say
    assert rows.tolist() == [leaves(outcomes[number]) for number in ORDER]


def test_the_order_of_keys_does_not_matter_to_bits(details: quire.JobDetails) -> None:
    outcomes = [tuple([n // 2 % 2] for n in range(12)), tuple([n % 3 % 2] for n in range(12))]
    data = write_v2(outcomes, ORDER)
    tenth, eleventh = b'"Item10":[0],"Item11":[1]', b'"Item11":[1],"Item10":[0]'
    at = data.index(b'"Shots"')
    assert data.count(tenth, at) == len(ORDER)
    results = read(data[:at] + data[at:].replace(tenth, eleventh), details)
    assert results.bits == bytes(leaves([outcomes[number] for number in ORDER]))
    assert results.shots == [outcomes[number] for number in ORDER]


def test_a_display_is_not_taken_for_an_outcome_that_it_is_not(details: quire.JobDetails) -> None:
    data = write_v2([[11, 0]], [0, 0]).replace(b'"[11, 0]"', b'"[1 1, 0]"')
    results = read(data, details)
    assert results.histogram == (quire.HistogramEntry([11, 0], "[1 1, 0]", 2),)


@pytest.mark.parametrize(("count", "is_late"), [(MOST_KEYS, True), (MOST_KEYS + 1, False)])
def test_tuples_of_very_many_items_are_read_as_a_whole(
    details: quire.JobDetails, count: int, is_late: bool
) -> None:
    outcomes = [tuple([n % step % 2] for n in range(count)) for step in (2, 3)]
    results = read(write_v2(outcomes, ORDER), details)
    assert are_read(results) is not is_late
    assert results.bits == bytes(leaves([outcomes[number] for number in ORDER]))
    assert results.shots == [outcomes[number] for number in ORDER]


def test_most_outcomes_are_read_late(details: quire.JobDetails) -> None:
    for outcomes in (PAIRS, REGISTERS, [(0, 1), (1, 1)], [[2, 13], [4, 5]]):
        results = read(write_v2(outcomes, ORDER), details)
        assert not are_read(results)
        assert not outcomes_are_read(results)


@pytest.mark.parametrize(
    "outcomes",
    [
        [0, 1],
        [[0, 1], [1]],
        [[0, 2], [1, 1]],
        [[10, 1], [1, 0]],
        [[0, 10], [0, 10]],
        [[300], [1]],
        [[-1], [1]],
        [[0.0], [1.0]],
        [["0"], ["1"]],
        [[0, "-"], [1, 1]],
        [[[0, 1], [1]], [[1, 0], [0]]],
        [([0], [1]), ([1, 1], [1])],
        [([0], [1]), ([1], [1], [0])],
        [([0], 1), ([1], 1)],
        [([0], [2]), ([1], [1])],
        [([0], [10]), ([1], [1])],
        [([0], ["-"]), ([1], [1])],
        [(([0], [1]), [0]), (([1], [1]), [0])],
        [([0], [1]), [0, 1]],
        [(0, 2), (1, 1)],
        [((), ()), ((), ())],
        [([], []), ([], [])],
        [((), 0), ((), 1)],
        [(), ()],
        [[None], [1]],
        [[], []],
    ],
)
def test_what_is_no_row_of_bits_has_none(details: quire.JobDetails, outcomes: list[Any]) -> None:
    results = read(write_v2(outcomes, ORDER), details)
    assert results.bits is None
    assert results.shots == [outcomes[number] for number in ORDER]
    assert results.bits is None


def test_no_shots_are_no_bits(details: quire.JobDetails) -> None:
    assert read(write_v2(PAIRS, []), details).bits is None
    assert quire.Results("f", b"", (), None, {}).bits is None


def test_bits_of_shots_that_are_spelt_otherwise(details: quire.JobDetails) -> None:
    data = write_v2(REGISTERS, ORDER)
    last = b'{"Item1":[1,1],"Item2":[0]}]}]}'
    results = read(data.replace(last, last.replace(b",", b", ")), details)
    assert not are_read(results)
    assert results.bits == read(data, details).bits
    assert results.shots == [REGISTERS[number] for number in ORDER]


@pytest.mark.parametrize(
    "harm", [(b"],[1,1]]", b",1],[1]]"), (b"[1,1]]", b"[1.0,1]]"), (b"[1,1]]", b"[1,10]]")]
)
def test_bits_are_not_taken_from_shots_of_other_shapes(
    details: quire.JobDetails, harm: tuple[bytes, bytes]
) -> None:
    data = write_v2(PAIRS, ORDER)
    assert data.count(harm[0]) == 1
    results = read(data.replace(*harm), details)
    assert results.num_shots == 5
    assert results.bits is None


def test_bits_of_shots_that_are_none_are_refused(details: quire.JobDetails) -> None:
    with pytest.raises(ResultFormatError, match="the output of job a-job is not"):
        _ = read(damaged(), details).bits


def test_how_many_shots_there_are(details: quire.JobDetails) -> None:
    results = read(write_v2(PAIRS, ORDER), details)
    assert (results.num_shots, are_read(results)) == (5, False)
    assert results.shots
    assert (results.num_shots, are_read(results)) == (5, True)
    none = quire.Results("f", b"", (), None, {})
    assert none.num_shots is None
