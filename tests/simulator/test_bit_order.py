"""Bits come in record order: asymmetric circuits that every slip of order, map or count would change."""

import pytest

from distributions import assert_counts_follow
from simulator.reference import distribution
from simulator.runs import bit_counts, measure_all, qir_text, shots_of


def _records(*registers):
    """A tuple of arrays of results."""
    yield "tuple", len(registers)
    for register in registers:
        yield "array", len(register)
        for index in register:
            yield "result", index


def test_x_on_the_first_two_of_four_qubits():
    text = qir_text(4, [("x", (0,)), ("x", (1,)), *measure_all(4)])
    assert bit_counts(text, 50) == {"1100": 50}


def test_records_in_reverse_as_the_qiskit_clients_write_them():
    operations = [("x", (0,)), ("x", (1,)), *measure_all(4)]
    records = [("array", 4), *(("result", index) for index in (3, 2, 1, 0))]
    assert bit_counts(qir_text(4, operations, records), 50) == {"0011": 50}


@pytest.mark.parametrize("flipped", range(3))
def test_a_cyclic_measure_map(flipped):
    # Qubit q is measured into result q + 1.
    operations = [("x", (flipped,)), *(("measure", (qubit, (qubit + 1) % 3)) for qubit in range(3))]
    expected = "".join(str(int(index == (flipped + 1) % 3)) for index in range(3))
    assert bit_counts(qir_text(3, operations), 20) == {expected: 20}


def test_three_registers_of_one_width_with_different_values():
    operations = [("x", (1,)), ("x", (4,)), ("x", (5,)), *measure_all(6)]
    text = qir_text(6, operations, list(_records((0, 1), (2, 3), (4, 5))))
    assert shots_of(text, 10) == [([0, 1], [0, 0], [1, 1])] * 10


def test_registers_of_unequal_width_recorded_last_first():
    operations = [("x", (0,)), ("x", (3,)), ("x", (4,)), *measure_all(6)]
    text = qir_text(6, operations, list(_records((5, 4, 3), (2,), (1, 0))))
    assert shots_of(text, 10) == [([0, 1, 1], [0], [0, 1])] * 10


@pytest.mark.parametrize("width", [3, 9])
def test_a_whole_distribution_without_symmetry(width):
    operations = [("ry", (qubit,), (0.6 + 0.3 * qubit,)) for qubit in range(width)]
    operations += [("cx", (0, width - 1)), *measure_all(width)]
    exact = distribution(width, width, operations)
    assert_counts_follow(bit_counts(qir_text(width, operations), 4000), exact)


@pytest.mark.parametrize("width", [3, 10])
def test_a_whole_distribution_of_a_clifford_circuit_without_symmetry(width):
    operations = [("h", (0,)), ("cx", (0, 2)), ("x", (1,)), ("s", (0,)), ("h", (2,)), *measure_all(width)]
    exact = distribution(width, width, operations)
    assert_counts_follow(bit_counts(qir_text(width, operations), 4000), exact)


def test_only_some_qubits_are_measured():
    operations = [("x", (1,)), ("ry", (2,), (1.0,)), ("x", (3,)), ("measure", (3, 0)), ("measure", (0, 1))]
    assert bit_counts(qir_text(4, operations, num_results=2), 30) == {"10": 30}


@pytest.mark.parametrize("feedback", [False, True])
def test_no_shot_is_lost_or_added(feedback):
    middle = [("measure", (0, 0)), ("h", (0,))] if feedback else []
    operations = [("ry", (0,), (0.4,)), *middle, *measure_all(2)]
    for shots in (1, 2, 99, 1000):
        assert len(shots_of(qir_text(2, operations), shots)) == shots


def test_a_conditioned_gate_reads_the_result_that_it_names():
    # Only result 1 is One; it flips qubit 2, and result 0 would flip qubit 3.
    operations = [("x", (1,)), ("measure", (0, 0)), ("measure", (1, 1)), ("cx", (1, 2)), ("cx", (0, 3))]
    text = qir_text(4, [*operations, ("measure", (2, 2)), ("measure", (3, 3))])
    assert bit_counts(text, 20) == {"0110": 20}
