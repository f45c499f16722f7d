"""Qubits that no gate connects are simulated apart, which changes no distribution."""

import random

import attrs
import pytest

from distributions import assert_counts_follow
from quire.simulator.engines import choice
from quire.simulator.engines.components import components
from quire.simulator.engines.terminal import UNMEASURED, Terminal
from simulator.circuits import random_gates
from simulator.reference import distribution
from simulator.runs import TARGET, bit_counts, qir_text, shots_of


def test_each_group_is_a_circuit_of_its_own():
    gates = [("h", (0,), ()), ("cx", (3, 1), ()), ("ry", (2,), (0.1,)), ("ccx", (4, 1, 0), ())]
    sources = (2, 1, UNMEASURED, 4, 2)
    large, small = components(Terminal(gates, 5, sources, has_reset=False))
    assert large.terminal.num_qubits == 4
    assert [name for name, _, _ in large.terminal.gates] == ["h", "cx", "ccx"]
    assert large.columns == (1, 3)
    assert small.terminal == Terminal([("ry", (0,), (0.1,))], 1, (0, 0), has_reset=False)
    assert small.columns == (0, 4)


@pytest.mark.parametrize("seed", range(10))
def test_the_distribution_of_separate_groups(seed, monkeypatch):
    monkeypatch.setattr(choice, "MIN_SPLIT_QUBITS", 2)
    rng = random.Random(seed)
    width = 6
    groups = [[0, 3], [1, 5], [2], [4]]
    operations = [
        (name, tuple(group[place] for place in qubits), params)
        for group in groups
        for name, qubits, params in random_gates(rng, len(group), 8)
    ]
    operations += [("measure", (qubit, place)) for place, qubit in enumerate(rng.sample(range(width), 5))]
    exact = distribution(width, 6, operations)
    assert_counts_follow(bit_counts(qir_text(width, operations), 4000, seed), exact)


def test_sixty_tilted_qubits_at_once():
    target = attrs.evolve(TARGET, num_qubits=60)
    operations = [("rx", (qubit,), (3.141592653589793 * (qubit % 2),)) for qubit in range(60)]
    operations = [*operations, ("ry", (7,), (0.3,)), ("ry", (7,), (-0.3,))]
    operations += [("measure", (qubit, qubit)) for qubit in range(60)]
    assert shots_of(qir_text(60, operations), 100, target=target) == [[0, 1] * 30] * 100
