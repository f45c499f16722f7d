"""Programs with feedback: what branches share and how they split changes no probability."""

import itertools
import math
import random

import numpy as np
import pytest

from distributions import assert_counts_follow
from quire.simulator.engines import branches, choice, statevector
from quire.simulator.engines.branching import qubits_in_use, run_branches
from quire.simulator.engines.stabilizer import StabilizerState
from quire.simulator.engines.stabilizer import prepare as prepare_stabilizer
from quire.simulator.engines.statevector import StateVector
from quire.simulator.program import program_of
from quire.simulator.readers.qir import read_qir
from simulator.circuits import CLIFFORD, QUARTER_TURNS, random_dynamic_circuit
from simulator.reference import distribution
from simulator.runs import TARGET, bit_counts, counts_of, entry_point, qir_text, shots_of


def test_teleportation_of_a_tilted_qubit():
    body = """
entry:
  call void @__quantum__qis__ry__body(double 1.1, ptr null)
  call void @__quantum__qis__h__body(ptr inttoptr (i64 1 to ptr))
  call void @__quantum__qis__cx__body(ptr inttoptr (i64 1 to ptr), ptr inttoptr (i64 2 to ptr))
  call void @__quantum__qis__cx__body(ptr null, ptr inttoptr (i64 1 to ptr))
  call void @__quantum__qis__h__body(ptr null)
  call void @__quantum__qis__mresetz__body(ptr null, ptr null)
  call void @__quantum__qis__mz__body(ptr inttoptr (i64 1 to ptr), ptr inttoptr (i64 1 to ptr))
  %z = call i1 @__quantum__rt__read_result(ptr null)
  %x = call i1 @__quantum__qis__read_result__body(ptr inttoptr (i64 1 to ptr))
  br i1 %x, label %flip, label %phase
flip:
  call void @__quantum__qis__x__body(ptr inttoptr (i64 2 to ptr))
  br label %phase
phase:
  br i1 %z, label %turn, label %done
turn:
  call void @__quantum__qis__z__body(ptr inttoptr (i64 2 to ptr))
  br label %done
done:
  call void @__quantum__qis__ry__body(double -1.1, ptr inttoptr (i64 2 to ptr))
  call void @__quantum__qis__mz__body(ptr inttoptr (i64 2 to ptr), ptr inttoptr (i64 2 to ptr))
  call void @__quantum__rt__result_record_output(ptr inttoptr (i64 2 to ptr), ptr null)
  ret void"""
    # Only a state that arrived whole turns back to |0> in every shot.
    assert shots_of(entry_point(body, 3, 3), 500) == [0] * 500


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("engine", ["vector", "stabilizer"])
def test_both_kinds_of_state_split_alike(engine, seed):
    rng = random.Random(f"{engine} {seed}")
    operations = list(random_dynamic_circuit(rng, 4, 4, 16, CLIFFORD, QUARTER_TURNS))
    circuit = read_qir(qir_text(4, operations), None, TARGET)
    program = program_of(circuit)
    new, prepare = {
        "vector": (StateVector, statevector.prepare),
        "stabilizer": (StabilizerState, prepare_stabilizer),
    }[engine]
    shots = run_branches(program, qubits_in_use(program), new, prepare, 2000, np.random.default_rng(seed))
    counts = {}
    for index in shots.order:
        key = "".join(map(str, shots.values[index]))
        counts[key] = counts.get(key, 0) + 1
    assert len(shots.order) == 2000
    assert_counts_follow(counts, distribution(4, 4, operations))


@pytest.mark.parametrize("seed", range(6))
def test_wide_programs_with_feedback_run_on_stabilizers(seed, monkeypatch):
    monkeypatch.setattr(choice, "MIN_STABILIZER_BRANCH_QUBITS", 2)
    monkeypatch.setattr(statevector, "StateVector", None)
    rng = random.Random(seed)
    operations = list(random_dynamic_circuit(rng, 3, 3, 12, CLIFFORD, QUARTER_TURNS))
    text = qir_text(3, operations)
    # A branch in front makes it a program; both ways lead to the same block.
    text = text.replace(b"block_0:\n", b"block_0:\n  br i1 true, label %next, label %next\nnext:\n")
    assert_counts_follow(bit_counts(text, 1500, seed), distribution(3, 3, operations))


def test_few_branches_wait_at_once(monkeypatch):
    most = 0
    advance = branches.Run._advance

    def watched(run, branch):
        nonlocal most
        advance(run, branch)
        most = max(most, len(run.waiting))

    monkeypatch.setattr(branches.Run, "_advance", watched)
    coins = [op for place in range(20) for op in (("ry", (0,), (0.7,)), ("measure", (0, place)), ("h", (0,)))]
    assert len(shots_of(qir_text(1, coins, num_results=20), 1000)) == 1000
    assert 1 < most <= 10


def test_a_value_that_was_put_out_is_not_changed_by_a_later_measurement():
    body = """
  call void @__quantum__qis__h__body(ptr null)
  call void @__quantum__qis__mz__body(ptr null, ptr null)
  call void @__quantum__rt__array_record_output(i64 3, ptr null)
  call void @__quantum__rt__result_record_output(ptr null, ptr null)
  call void @__quantum__qis__mz__body(ptr null, ptr inttoptr (i64 1 to ptr))
  call void @__quantum__qis__x__body(ptr null)
  call void @__quantum__qis__mz__body(ptr null, ptr null)
  call void @__quantum__rt__result_record_output(ptr null, ptr null)
  call void @__quantum__rt__result_record_output(ptr inttoptr (i64 1 to ptr), ptr null)
  ret void"""
    counts = counts_of(entry_point(body), 1000)
    assert_counts_follow(counts, {"[0, 1, 0]": 0.5, "[1, 0, 1]": 0.5})


def test_registers_of_one_branch_are_not_those_of_another():
    # Tosses until heads: each branch that waits has counted as far as its own tosses went.
    body = """
entry:
  br label %loop
loop:
  %i = phi i64 [ 1, %entry ], [ %next, %loop ]
  call void @__quantum__qis__ry__body(double 1.5707963267948966, ptr null)
  call void @__quantum__qis__mresetz__body(ptr null, ptr null)
  %heads = call i1 @__quantum__rt__read_result(ptr null)
  %next = add i64 %i, 1
  %enough = icmp sge i64 %i, 6
  %end = or i1 %heads, %enough
  br i1 %end, label %done, label %loop
done:
  call void @__quantum__rt__int_record_output(i64 %i, ptr null)
  ret void"""
    exact = {str(n): 2.0**-n for n in range(1, 6)} | {"6": 2.0**-5}
    assert_counts_follow(counts_of(entry_point(body), 4000), exact)


def test_records_of_one_branch_are_not_those_of_another():
    # Both branches put out the unread result 1, at different places beside a number.
    body = """
  call void @__quantum__qis__h__body(ptr null)
  call void @__quantum__qis__ry__body(double 1.1, ptr inttoptr (i64 1 to ptr))
  call void @__quantum__qis__mz__body(ptr inttoptr (i64 1 to ptr), ptr inttoptr (i64 1 to ptr))
  call void @__quantum__qis__mz__body(ptr null, ptr null)
  %r = call i1 @__quantum__rt__read_result(ptr null)
  call void @__quantum__rt__tuple_record_output(i64 2, ptr null)
  br i1 %r, label %number, label %result
number:
  call void @__quantum__rt__int_record_output(i64 5, ptr null)
  call void @__quantum__rt__result_record_output(ptr inttoptr (i64 1 to ptr), ptr null)
  ret void
result:
  call void @__quantum__rt__result_record_output(ptr inttoptr (i64 1 to ptr), ptr null)
  call void @__quantum__rt__int_record_output(i64 7, ptr null)
  ret void"""
    one = math.sin(0.55) ** 2
    exact = {"(5, 0)": (1 - one) / 2, "(5, 1)": one / 2, "(0, 7)": (1 - one) / 2, "(1, 7)": one / 2}
    assert_counts_follow(counts_of(entry_point(body), 4000), exact)


def test_a_result_can_be_written():
    body = """
  call void @__quantum__qis__h__body(ptr null)
  call void @__quantum__qis__mz__body(ptr null, ptr null)
  %r = call i1 @__quantum__rt__read_result(ptr null)
  %n = xor i1 %r, true
  call void @__quantum__rt__write_result(i1 %n, ptr inttoptr (i64 1 to ptr))
  call void @__quantum__rt__tuple_record_output(i64 2, ptr null)
  call void @__quantum__rt__result_record_output(ptr null, ptr null)
  call void @__quantum__rt__result_record_output(ptr inttoptr (i64 1 to ptr), ptr null)
  ret void"""
    assert_counts_follow(counts_of(entry_point(body), 1000), {"(0, 1)": 0.5, "(1, 0)": 0.5})


def test_resetting_half_of_a_pair_leaves_the_other_half_mixed():
    pair = [("h", (0,)), ("cx", (0, 1)), ("reset", (0,)), ("h", (0,)), ("measure", (0, 0)), ("h", (1,))]
    operations = [*pair, ("measure", (1, 1))]
    counts = bit_counts(qir_text(2, operations), 4000)
    assert_counts_follow(counts, {a + b: 0.25 for a in "01" for b in "01"})


def test_shots_of_a_program_with_feedback_come_mixed():
    operations = [("ry", (0,), (1.5,)), ("measure", (0, 0)), ("x", (0,)), ("measure", (0, 1))]
    shots = [shot[0] for shot in shots_of(qir_text(1, operations, num_results=2), 400)]
    changes = sum(a != b for a, b in itertools.pairwise(shots))
    assert 140 < changes < 260
