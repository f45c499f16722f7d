"""Whole programs give the distribution of an independent simulator, on every engine."""

import random

import pytest

from distributions import assert_counts_follow
from quire.simulator.engines import choice
from simulator.circuits import CLIFFORD, QUARTER_TURNS, SPECIAL, random_dynamic_circuit, random_gates
from simulator.reference import distribution
from simulator.runs import bit_counts, measure_all, qir_text


@pytest.mark.parametrize("seed", range(25))
def test_gates_then_measurements(seed):
    rng = random.Random(seed)
    width = rng.randint(1, 5)
    angles = SPECIAL if seed % 3 == 0 else None
    operations = [*random_gates(rng, width, 30, angles=angles), *measure_all(width)]
    assert_counts_follow(
        bit_counts(qir_text(width, operations), 2000, seed), distribution(width, width, operations)
    )


@pytest.mark.parametrize("seed", range(25))
def test_measurements_and_resets_anywhere(seed):
    rng = random.Random(100 + seed)
    width, results = rng.randint(1, 4), rng.randint(1, 4)
    angles = SPECIAL if seed % 3 == 0 else None
    operations = list(random_dynamic_circuit(rng, width, results, 14, angles=angles))
    text = qir_text(width, operations, num_results=results)
    assert_counts_follow(bit_counts(text, 2000, seed), distribution(width, results, operations))


@pytest.mark.parametrize("seed", range(15))
def test_clifford_circuits_with_measurements_anywhere(seed):
    rng = random.Random(200 + seed)
    width, results = rng.randint(2, 4), rng.randint(1, 5)
    operations = list(random_dynamic_circuit(rng, width, results, 14, CLIFFORD, QUARTER_TURNS))
    text = qir_text(width, operations, num_results=results)
    assert_counts_follow(bit_counts(text, 2000, seed), distribution(width, results, operations))


@pytest.mark.parametrize("seed", range(4))
def test_wide_clifford_circuits_are_the_same_on_both_engines(seed, monkeypatch):
    rng = random.Random(300 + seed)
    width, measured = 9, [1, 4, 8, 2]
    operations = [*random_gates(rng, width, 60, CLIFFORD, QUARTER_TURNS)]
    operations += [("measure", (qubit, place)) for place, qubit in enumerate(measured)]
    text = qir_text(width, operations, num_results=len(measured))
    exact = distribution(width, len(measured), operations)
    assert_counts_follow(bit_counts(text, 2000, seed), exact)
    monkeypatch.setattr(choice, "MIN_STABILIZER_QUBITS", width + 1)
    assert_counts_follow(bit_counts(text, 2000, seed), exact)


def test_more_results_than_fit_into_a_machine_word():
    # Qubits 0 and 1 give all pairs; of 24 qubits, 72 results are recorded three times over.
    width = 24
    operations = [("h", (0,), ()), ("h", (1,), ()), ("x", (23,), ())]
    operations += [("cx", (qubit % 2, qubit), ()) for qubit in range(2, 23)]
    operations += measure_all(width)
    records = [("array", 3 * width), *(("result", index) for index in [*range(width)] * 3)]
    counts = bit_counts(qir_text(width, operations, records), 800)
    exact = {((a + b) * 11 + a + "1") * 3: 0.25 for a in "01" for b in "01"}
    assert_counts_follow(counts, exact)


def test_a_wide_circuit_without_clifford_gates_in_the_way_of_its_output():
    # What is measured depends on two qubits; the other 24 would not fit beside them.
    operations = [("ry", (qubit,), (0.3 + qubit,)) for qubit in range(26)]
    operations += [("cx", (qubit, qubit + 1), ()) for qubit in range(25)]
    operations = [*operations, ("measure", (0, 0)), ("measure", (1, 1))]
    text = qir_text(26, operations, num_results=2)
    first = [op for op in operations if max(op[1][:2]) < 2]
    assert_counts_follow(bit_counts(text, 3000), distribution(2, 2, first))
