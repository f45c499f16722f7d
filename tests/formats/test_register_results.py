"""Results that name registers: what is read of them, and that it is read alike however it is spelt."""

import json
import pickle
from itertools import chain
from typing import Any

import pytest

import quire
from quire.errors import ResultFormatError
from quire.formats import HONEYWELL_RESULTS, RIGETTI_RESULTS
from quire.honeywell_results import decode_output as honeywell
from quire.honeywell_results import write_bits
from quire.rigetti_results import decode_output as rigetti
from quire.rigetti_results import write_rows

ORDER = [1, 0, 1, 1]
PAIRS = [([0, 1, 1], [0]), ([1, 0, 0], [1])]
SINGLE = [[0, 1, 1], [1, 0, 0]]
FORMATS = {HONEYWELL_RESULTS: (write_bits, honeywell), RIGETTI_RESULTS: (write_rows, rigetti)}


def read(format: str, data: bytes) -> quire.Results:
    job = quire.JobDetails(id="a-job", name="a job", provider_id="test", target="test")
    results = FORMATS[format][1](format, data, job)
    assert results is not None
    return results


def written(format: str, outcomes: list[Any], names: list[str], order: list[int] = ORDER) -> quire.Results:
    return read(format, FORMATS[format][0](outcomes, order, names))


@pytest.fixture(params=list(FORMATS))
def format(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize(("outcomes", "names"), [(SINGLE, ["c"]), (PAIRS, ["c", "d"])])
def test_both_formats_mean_the_same(format: str, outcomes: list[Any], names: list[str]) -> None:
    results = written(format, outcomes, names)
    assert results.num_shots == 4
    assert results.bits == bytes(
        bit for number in ORDER for bit in (outcomes[number] if len(names) == 1 else chain(*outcomes[number]))
    )
    assert results.shots == [outcomes[number] for number in ORDER]
    assert [(entry.outcome, entry.count) for entry in results.histogram] == [
        (outcomes[1], 3),
        (outcomes[0], 1),
    ]
    assert list(results.probabilities.values()) == [0.75, 0.25]


@pytest.mark.parametrize(("outcomes", "names"), [(SINGLE, ["c"]), (PAIRS, ["c", "d"])])
def test_shots_of_the_same_outcome_are_lists_of_their_own(
    format: str, outcomes: list[Any], names: list[str]
) -> None:
    results = written(format, outcomes, names)
    shots: Any = results.shots
    for outcome in (shots[0], results.histogram[1].outcome):
        changed = outcome if len(names) == 1 else outcome[1]
        changed.append(7)
    assert shots[1:] == [outcomes[number] for number in ORDER[1:]]
    assert results.histogram[0].outcome == outcomes[1]


def test_shots_are_not_those_of_a_histogram_that_was_changed(format: str) -> None:
    results = written(format, SINGLE, ["c"])
    results.histogram[0].outcome.reverse()
    assert results.bits == bytes(bit for number in ORDER for bit in SINGLE[number])
    assert results.shots == [SINGLE[number] for number in ORDER]


def test_rows_within_rows_are_lists_of_their_own() -> None:
    shots: Any = read(RIGETTI_RESULTS, b'{"ro":[[[0]],[[0]]]}').shots
    shots[0][0].append(7)
    assert shots == [[[0, 7]], [[0]]]


def test_very_many_outcomes(format: str) -> None:
    outcomes = [[number >> place & 1 for place in range(12)] for number in range(1 << 12)]
    results = written(format, outcomes, ["c"], list(range(1 << 12)))
    assert results.bits == bytes(chain(*outcomes))
    assert results.shots == outcomes


@pytest.mark.parametrize(
    ("rows", "counts"),
    [
        ('["1"],[1]', {"[1]": 2}),
        ('[true],["true"],[false]', {"[true]": 2, "[false]": 1}),
        ('["1, 2"],[1,2]', {"[1, 2]": 2}),
    ],
)
def test_outcomes_that_look_alike_are_counted_together(rows: str, counts: dict[str, int]) -> None:
    results = read(RIGETTI_RESULTS, f'{{"ro":[{rows}]}}'.encode())
    assert results.counts == counts
    assert sum(results.probabilities.values()) == pytest.approx(1)


def test_results_can_be_sent(format: str) -> None:
    results = written(format, PAIRS, ["c", "d"])
    assert pickle.loads(pickle.dumps(results)) == results


@pytest.mark.parametrize("names", [["c"], ["x]]y"], ['a "b"'], ["é"], ["with space"]])
def test_names_are_of_any_kind(format: str, names: list[str]) -> None:
    assert written(format, SINGLE, names).shots == [SINGLE[number] for number in ORDER]


@pytest.mark.parametrize("outcomes", [[[0, 1], [1]], [([0], [1]), ([1, 1], [1])], [[2, 1], [0, 1]], [[], []]])
def test_what_is_no_row_of_bits_has_none(outcomes: list[Any]) -> None:
    names = ["c", "d"][: len(outcomes[0]) if isinstance(outcomes[0], tuple) else 1]
    results = written(RIGETTI_RESULTS, outcomes, names)
    assert results.bits is None
    assert results.shots == [outcomes[number] for number in ORDER]


def test_no_shots(format: str) -> None:
    results = written(format, SINGLE, ["c"], [])
    assert (results.num_shots, results.shots, results.counts, results.bits) == (0, [], {}, None)


@pytest.mark.parametrize(
    "rows", [[[0, 1], [1, 1]], [[0.5, 1], [1, 1]], [[1], [1.0], [True]], [[-1], [10]], [[0, None], ["a", 1]]]
)
def test_rows_of_numbers_are_read_however_they_are_spelt(rows: list[list[Any]]) -> None:
    body = {"ro": rows, "other": [[1]] * len(rows)}
    found = [
        read(RIGETTI_RESULTS, json.dumps(body, separators=separators).encode())
        for separators in ((",", ":"), (", ", ": "))
    ]
    assert found[0].shots == found[1].shots == [(row, [1]) for row in rows]
    assert found[0].counts == found[1].counts
    assert len(found[0].counts) == len({repr(row) for row in rows})


@pytest.mark.parametrize(
    ("format", "data"),
    [
        (RIGETTI_RESULTS, b'{"ro":[[0,,1]]}'),
        (RIGETTI_RESULTS, b'{"ro":[[0,1],[01]]}'),
        (RIGETTI_RESULTS, b'{"ro":[[0,1]]'),
        (RIGETTI_RESULTS, b'{"ro":[[0,1]],"b":[[1],[1]]}'),
        (RIGETTI_RESULTS, b'{"ro":[0,1]}'),
        (RIGETTI_RESULTS, b'{"ro":[[0],1]}'),
        (RIGETTI_RESULTS, b'{"ro":[[0]],,"b":[[1]]}'),
        (RIGETTI_RESULTS, b'{,"ro":[[0]]}'),
        (RIGETTI_RESULTS, b"}"),
        (RIGETTI_RESULTS, b'{"ro":[[1]],"b":[[,1]],"b":[[0]]}'),
        (HONEYWELL_RESULTS, b'{"c":["01","2"]}'),
        (HONEYWELL_RESULTS, b'{"c":[["0"]]}'),
        (HONEYWELL_RESULTS, b'{"c":[0]}'),
        (HONEYWELL_RESULTS, b'{"c":["0"],"d":["0","1"]}'),
        (HONEYWELL_RESULTS, b'["0"]'),
    ],
)
def test_outputs_that_are_none_are_refused(format: str, data: bytes) -> None:
    with pytest.raises(ResultFormatError, match="the output of job a-job is not") as refused:
        read(format, data)
    assert refused.value.format == format
