"""Circuits are cut down to what their output depends on, and only those are that measure at the end."""

import random

import pytest

from distributions import assert_counts_follow
from quire.simulator.circuit import Circuit
from quire.simulator.engines.terminal import UNMEASURED, Terminal, terminal_form
from quire.simulator.output import Container, Output
from simulator.circuits import random_gates
from simulator.reference import distribution
from simulator.runs import bit_counts, qir_text


def _circuit(operations, num_qubits=8, num_results=2):
    flat = [(name, tuple(indices), tuple(*params)) for name, indices, *params in operations]
    output = Output((Container(False, num_results), *range(num_results)))
    return Circuit(flat, num_qubits, num_results, output)


def _form(operations, **others):
    return terminal_form(_circuit(operations, **others))


def test_qubits_are_counted_anew_without_gaps():
    form = _form([("h", (6,)), ("cx", (6, 3)), ("measure", (6, 0)), ("measure", (3, 1))])
    assert form == Terminal([("h", (1,), ()), ("cx", (1, 0), ())], 2, (1, 0), has_reset=False)


def test_what_was_never_measured_has_no_qubit():
    form = _form([("h", (4,)), ("measure", (4, 1))])
    assert form == Terminal([("h", (0,), ())], 1, (UNMEASURED, 0), has_reset=False)
    assert _form([("h", (4,))]).num_qubits == 0


def test_copies_for_deferred_resets_are_dropped():
    # What the Q# compiler makes of measuring and resetting two qubits in the base profile.
    form = _form(
        [
            ("ry", (0,), (0.3,)),
            ("cx", (0, 1)),
            ("cx", (0, 2)),
            ("cx", (1, 3)),
            ("measure", (0, 0)),
            ("measure", (1, 1)),
        ]
    )
    assert form.num_qubits == 2
    assert [name for name, _, _ in form.gates] == ["ry", "cx"]


def test_phases_before_a_measurement_are_dropped():
    form = _form([("h", (0,)), ("t", (0,)), ("cz", (0, 5)), ("rzz", (0, 5), (0.3,)), ("measure", (0, 0))])
    assert form.gates == [("h", (0,), ())]


def test_a_gate_behind_a_permutation_of_measured_qubits_counts():
    # The target of cx decides: what happens to the control matters, its phase does not.
    form = _form([("h", (0,)), ("rz", (0,), (1.0,)), ("cx", (0, 1)), ("measure", (1, 0))])
    assert [name for name, _, _ in form.gates] == ["h", "cx"]
    form = _form([("h", (0,)), ("rz", (0,), (1.0,)), ("cx", (0, 1)), ("h", (0,)), ("measure", (0, 0))])
    assert [name for name, _, _ in form.gates] == ["h", "rz", "cx", "h"]


@pytest.mark.parametrize(
    "after",
    [
        [("cx", (0, 1))],
        [("z", (0,)), ("rz", (0,), (0.4,)), ("cz", (0, 1))],
        [("ccx", (0, 1, 2))],
        [("measure", (0, 1))],
        [("reset", (0,))],
        [("h", (1,)), ("measure", (1, 1))],
    ],
)
def test_what_does_not_disturb_a_measured_qubit_may_follow(after):
    assert _form([("h", (0,)), ("measure", (0, 0)), *after]) is not None


@pytest.mark.parametrize(
    "after",
    [
        [("h", (0,))],
        [("x", (0,))],
        [("cx", (1, 0))],
        [("swap", (0, 1))],
        [("rxx", (0, 1), (0.1,))],
        [("reset", (0,)), ("x", (0,))],
        [("reset", (0,)), ("z", (0,))],
        [("reset", (0,)), ("measure", (0, 1))],
    ],
)
def test_what_disturbs_a_measured_qubit_makes_it_no_terminal_circuit(after):
    assert _form([("h", (0,)), ("measure", (0, 0)), *after]) is None


def test_resetting_what_is_still_zero_does_nothing():
    form = _form([("reset", (0,)), ("h", (0,)), ("measure", (0, 0))])
    assert [name for name, _, _ in form.gates] == ["h"]
    assert form.has_reset


@pytest.mark.parametrize("seed", range(30))
def test_cutting_changes_no_distribution(seed):
    rng = random.Random(seed)
    operations = list(random_gates(rng, 6, 25))
    operations += [("measure", (qubit, place)) for place, qubit in enumerate(rng.sample(range(6), 2))]
    exact = distribution(6, 2, operations)
    assert_counts_follow(bit_counts(qir_text(6, operations, num_results=2), 3000, seed), exact)
