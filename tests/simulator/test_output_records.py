"""What a program records is what comes out: shapes, repetitions, order, and what was never measured."""

import json

import pytest

from quire.formats import MICROSOFT_RESULTS_V1, MICROSOFT_RESULTS_V2
from quire.model import Fault
from quire.simulator.faults import PayloadError
from quire.simulator.limits import MAX_NESTING
from quire.simulator.output import Container, nest
from simulator.runs import entry_point, execute, fault_of, qir_text, shots_of

ONE_ONE = [("x", (0,)), ("measure", (0, 0)), ("measure", (1, 1))]


def _value(*records):
    return shots_of(qir_text(2, ONE_ONE, list(records)), 3)[0]


def test_a_single_result():
    assert _value(("result", 0)) == 1


def test_arrays_tuples_and_what_nests_in_them():
    assert _value(("array", 2), ("result", 0), ("result", 1)) == [1, 0]
    assert _value(("tuple", 2), ("result", 0), ("result", 1)) == (1, 0)
    assert _value(
        ("tuple", 3), ("array", 1), ("result", 0), ("tuple", 2), ("result", 1), ("array", 0), ("result", 0)
    ) == ([1], (0, []), 1)


def test_empty_containers_wherever_they_stand():
    assert _value(("array", 0)) == []
    assert _value(("tuple", 0)) == ()
    assert _value(("tuple", 2), ("array", 0), ("result", 0)) == ([], 1)
    assert _value(("array", 2), ("tuple", 2), ("array", 0), ("result", 0), ("result", 1)) == [([], 1), 0]
    assert _value(("tuple", 2), ("array", 1), ("array", 0), ("tuple", 0)) == ([[]], ())


def test_results_may_be_repeated_and_come_in_any_order():
    assert _value(("array", 4), ("result", 1), ("result", 0), ("result", 0), ("result", 1)) == [0, 1, 1, 0]


def test_values_side_by_side_make_a_tuple():
    assert _value(("result", 0), ("result", 1)) == (1, 0)
    assert _value(("array", 1), ("result", 0), ("array", 1), ("result", 1)) == ([1], [0])


def test_a_result_that_was_never_measured_is_zero():
    text = qir_text(1, [("x", (0,)), ("measure", (0, 1))], num_results=3)
    assert shots_of(text, 2) == [[0, 1, 0]] * 2


def test_a_program_that_measures_nothing_gives_zeros():
    assert shots_of(qir_text(2, [("h", (0,))]), 2) == [[0, 0]] * 2


def test_a_result_measured_twice_keeps_the_later_value():
    text = qir_text(2, [("x", (0,)), ("measure", (0, 0)), ("measure", (1, 0))], num_results=1)
    assert shots_of(text, 2) == [[0]] * 2


def test_a_qubit_measured_twice_gives_the_same_twice():
    text = qir_text(1, [("h", (0,)), ("measure", (0, 0)), ("measure", (0, 1))], num_results=2)
    shots = shots_of(text, 200)
    assert all(a == b for a, b in shots)
    assert {a for a, _ in shots} == {0, 1}


def test_the_second_version_of_the_format_to_the_letter():
    text = qir_text(2, ONE_ONE, [("tuple", 2), ("result", 0), ("array", 1), ("result", 1)])
    assert execute(text, shots=2).data.decode() == (
        '{"DataFormat":"microsoft.quantum-results.v2","Results":[{"Histogram":'
        '[{"Outcome":{"Item1":1,"Item2":[0]},"Display":"(1, [0])","Count":2}],'
        '"Shots":[{"Item1":1,"Item2":[0]},{"Item1":1,"Item2":[0]}]}]}'
    )


def test_the_first_version_of_the_format():
    data = execute(qir_text(2, ONE_ONE), output_format=MICROSOFT_RESULTS_V1, shots=4).data
    assert json.loads(data) == {"Histogram": ["[1, 0]", 1.0]}


def test_the_histogram_counts_the_shots_in_order_of_first_appearance():
    text = qir_text(2, [("ry", (0,), (1.0,)), ("ry", (1,), (2.0,)), ("measure", (0, 0)), ("measure", (1, 1))])
    (result,) = json.loads(execute(text, shots=300, seed=4).data)["Results"]
    shown = [json.dumps(shot) for shot in result["Shots"]]
    assert [entry["Display"] for entry in result["Histogram"]] == list(dict.fromkeys(shown))
    assert [entry["Count"] for entry in result["Histogram"]] == [
        shown.count(entry["Display"]) for entry in result["Histogram"]
    ]


def test_an_outcome_stands_once_in_the_histogram():
    # Qubit 1 matters to qubit 0 and is not measured; its value must not tell outcomes apart.
    text = qir_text(2, [("ry", (1,), (1.0,)), ("rxx", (0, 1), (0.8,)), ("measure", (0, 0))], num_results=1)
    (result,) = json.loads(execute(text, shots=500, seed=1).data)["Results"]
    assert sorted(entry["Display"] for entry in result["Histogram"]) == ["[0]", "[1]"]


@pytest.mark.parametrize("wanted", ["microsoft.quantum-results.v3", "honeywell.qir.v1", ""])
def test_an_unknown_output_format_fails_in_the_words_of_the_service(wanted):
    outcome = execute(qir_text(1, []), output_format=wanted)
    assert outcome.fault == Fault(
        "CannotTranslateOutputData",
        "The output returned by 'test' cannot be translated as specified by 'outputDataFormat'. "
        "Please ensure that 'outputDataFormat' is correct.",
    )


def test_a_container_that_lacks_items_is_refused():
    fault = fault_of(qir_text(2, [], [("array", 3), ("result", 0)]))
    assert fault.code == "InvalidInputData"
    assert "array of 3 items is recorded with 1" in fault.message
    assert "tuple of 2" in fault_of(qir_text(2, [], [("tuple", 2), ("array", 0)])).message


def test_a_program_without_output_is_refused():
    assert "puts nothing out" in fault_of(qir_text(1, [], [])).message


def test_nesting_has_a_limit():
    deepest = [*(("array", 1) for _ in range(MAX_NESTING)), ("result", 0)]
    value = shots_of(qir_text(1, [], deepest), 1)[0]
    for _ in range(MAX_NESTING):
        (value,) = value
    assert value == 0
    assert "levels deep" in fault_of(qir_text(1, [], [("array", 1), *deepest])).message
    with pytest.raises(PayloadError):
        nest([Container(False, 1)] * 5000)


def test_labels_do_not_matter():
    label = '@0 = internal constant [4 x i8] c"0_r\\00"'
    address = "getelementptr inbounds ([4 x i8], [4 x i8]* @0, i32 0, i32 0)"
    body = f"""
  call void @__quantum__qis__x__body(%Qubit* null)
  call void @__quantum__qis__mz__body(%Qubit* null, %Result* null)
  call void @__quantum__rt__result_record_output(%Result* null, i8* {address})
  ret void"""
    assert shots_of(entry_point(body, 1, 1, above=label), 2, output_format=MICROSOFT_RESULTS_V2) == [1, 1]
