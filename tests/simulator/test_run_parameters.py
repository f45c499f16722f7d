"""Input parameters are honoured or refused, and a seed gives the same shots in any process."""

import subprocess
import sys
from pathlib import Path

import attrs
import pytest

from quire.formats import MICROSOFT_RESULTS_V2, QIR
from quire.model import Task
from quire.simulator import execute_payload
from simulator.runs import TARGET, execute, fault_of, qir_text, shots_of

COIN = qir_text(1, [("h", (0,)), ("measure", (0, 0))])
FEEDBACK = qir_text(
    1, [("ry", (0,), (1.0,)), ("measure", (0, 0)), ("h", (0,)), ("measure", (0, 1))], num_results=2
)
WIDE = qir_text(9, [*(("h", (qubit,)) for qubit in range(9)), *(("measure", (q, q)) for q in range(9))])


def _number_of_shots(**params):
    outcome = execute(COIN, **params)
    assert outcome.fault is None, outcome.fault
    return outcome.data.count(b"[0]") + outcome.data.count(b"[1]") - outcome.data.count(b'"Display"') * 2


@pytest.mark.parametrize(
    ("params", "shots"),
    [
        ({}, 7),
        ({"shots": 3}, 3),
        ({"count": 4}, 4),
        ({"shots": 5, "count": 5}, 5),
        ({"shots": None, "count": 2}, 2),
    ],
)
def test_shots_then_count_then_the_default_of_the_target(params, shots):
    assert _number_of_shots(**params) == shots


@pytest.mark.parametrize("value", [0, -1, True, False, 2.0, "10", [10], {}, 10**30])
@pytest.mark.parametrize("name", ["shots", "count"])
def test_impossible_numbers_of_shots_are_refused(name, value):
    fault = fault_of(COIN, **{name: value})
    assert fault.code == "InvalidInputData"
    assert "shots" in fault.message or "count" in fault.message


def test_the_most_shots_of_the_target():
    target = attrs.evolve(TARGET, max_shots=20)
    assert len(shots_of(COIN, 20, target=target)) == 20
    message = fault_of(COIN, target=target, shots=21).message
    assert "21" in message
    assert "20" in message


def test_shots_and_count_must_not_disagree():
    assert "differ" in fault_of(COIN, shots=3, count=4).message


@pytest.mark.parametrize("program", [COIN, FEEDBACK, WIDE])
def test_a_seed_gives_the_same_shots_again(program):
    assert shots_of(program, 200, seed=5) == shots_of(program, 200, seed=5)
    assert shots_of(program, 200, seed=5) != shots_of(program, 200, seed=6)
    assert execute(program, shots=200).data != execute(program, shots=200).data


def test_a_seed_gives_the_same_shots_in_another_process():
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from simulator.test_run_parameters import COIN, FEEDBACK, WIDE\n"
        "from simulator.runs import execute\n"
        "for program in (COIN, FEEDBACK, WIDE):\n"
        "    sys.stdout.write(execute(program, shots=50, seed=11).data.decode())\n"
    )
    tests = str(Path(__file__).parents[1])
    answer = subprocess.run(
        [sys.executable, "-c", code, tests], capture_output=True, text=True, check=True, timeout=60
    )
    here = "".join(execute(program, shots=50, seed=11).data.decode() for program in (COIN, FEEDBACK, WIDE))
    assert answer.stdout == here


@pytest.mark.parametrize("seed", [0, 1, 2**32, 2**64 + 1, 10**40])
def test_any_whole_number_is_a_seed(seed):
    assert execute(COIN, seed=seed).fault is None


@pytest.mark.parametrize("seed", [-1, True, 1.0, "1"])
def test_other_seeds_are_refused(seed):
    assert "seed" in fault_of(COIN, seed=seed).message


def test_what_azure_clients_send_is_accepted():
    item = {"entryPoint": "ENTRYPOINT__main", "arguments": []}
    assert execute(COIN, shots=1, count=1, items=[item]).fault is None
    assert execute(COIN, shots=1, target_profile="Base", **item).fault is None
    assert execute(COIN, shots=1, targetCapability="AdaptiveExecution", **item).fault is None


@pytest.mark.parametrize(
    ("params", "word"),
    [
        ({"noise": {}}, "noise"),
        ({"Shots": 3}, "Shots"),
        ({"arguments": [1]}, "arguments"),
        ({"arguments": 0}, "arguments"),
        ({"items": [{"arguments": [1]}]}, "arguments"),
        ({"items": [{"entryPoint": "ENTRYPOINT__main"}] * 2}, "items"),
        ({"items": []}, "items"),
        ({"items": {}}, "items"),
        ({"items": [{"shots": 5}]}, "shots"),
        ({"entryPoint": "other"}, "other"),
        ({"entryPoint": 3}, "entryPoint"),
        ({"items": [{"entryPoint": "other"}]}, "other"),
        ({"entryPoint": "ENTRYPOINT__main", "items": [{"entryPoint": "other"}]}, "other"),
        ({"target_profile": 1}, "target_profile"),
        ({"targetCapability": 1}, "targetCapability"),
    ],
)
def test_what_cannot_be_honoured_is_refused_by_name(params, word):
    fault = fault_of(COIN, **params)
    assert fault.code == "InvalidInputData"
    assert word in fault.message


def _two_entry_points(first, second):
    function = """define void @{name}() #0 {{
  {x}
  call void @__quantum__qis__mz__body(ptr null, ptr null)
  call void @__quantum__rt__result_record_output(ptr null, ptr null)
  ret void
}}
"""
    return (
        function.format(name=first, x="")
        + function.format(name=second, x="call void @__quantum__qis__x__body(ptr null)")
        + 'attributes #0 = { "entry_point" "required_num_qubits"="1" "required_num_results"="1" }'
    )


def test_the_entry_point_is_the_one_that_is_named():
    both = _two_entry_points("zero", "one")
    assert shots_of(both, 1, entryPoint="zero") == [0]
    assert shots_of(both, 1, entryPoint="one") == [1]
    assert "zero, one" in fault_of(both).message
    assert shots_of(_two_entry_points("other", "ENTRYPOINT__main"), 1) == [1]


def test_other_formats_are_left_to_other_plug_ins():
    task = Task("job", TARGET, b"{}", "somebody.elses.v1", MICROSOFT_RESULTS_V2, {})
    assert execute_payload(task) is None
    assert execute_payload(attrs.evolve(task, input_format=QIR)).fault is not None
