"""The density-matrix engine gives exact probabilities, and is taken where it is faster."""

import random

import attrs
import numpy as np
import pytest

from distributions import assert_counts_follow
from quire.model import NoiseModel
from quire.simulator.circuit import Circuit
from quire.simulator.engines import density
from quire.simulator.engines.errors import Errors
from quire.simulator.engines.terminal import whole_form
from quire.simulator.gates import controlled, unitary
from quire.simulator.output import Container, Output
from simulator.circuits import random_gates
from simulator.density_matrices import noisy_distribution
from simulator.reference import MATRICES, NUM_PARAMS, NUM_QUBITS, apply, zero_state
from simulator.runs import TARGET, bit_counts, measure_all, qir_text, shots_of

MODEL = NoiseModel("loud", 0.05, 0.12, (0.03, 0.08))
FAINT = NoiseModel("faint", 1e-6, 1e-6)
TARGET_WITH_NOISE = attrs.evolve(TARGET, noise_models=(MODEL, FAINT))


def _whole(width, operations):
    flat = [(name, tuple(indices), tuple(*params)) for name, indices, *params in operations]
    return whole_form(Circuit(flat, width, width, Output((Container(False, width), *range(width)))))


def _probabilities(width, gates):
    terminal = _whole(width, [*gates, *measure_all(width)])
    found = density.probabilities(terminal, Errors(MODEL))
    # Qubit 0 is the first character.
    return {f"{index:0{width}b}"[::-1]: p for index, p in enumerate(found.tolist())}


def _agree(found, exact):
    assert found.keys() == exact.keys()
    assert all(abs(found[key] - exact[key]) < 1e-9 for key in exact)


@pytest.mark.parametrize("name", MATRICES)
def test_every_gate_with_its_error(name):
    rng = random.Random(f"density {name}")
    width = 3
    turns = [(turn, (qubit,), (rng.uniform(0, 6),)) for qubit in range(width) for turn in ("ry", "rz")]
    params = tuple(rng.uniform(-9, 9) for _ in range(NUM_PARAMS[name]))
    gate = (name, tuple(rng.sample(range(width), NUM_QUBITS[name])), params)
    gates = [*turns, gate, *turns]
    free = ("id",)
    exact = noisy_distribution(width, gates, MODEL.one_qubit, MODEL.two_qubit, free=free)
    _agree(_probabilities(width, gates), exact)


def test_gates_with_controls():
    # A controlled turn is two turns and two CNOTs, on an ideal machine.
    turns = [("ry", (qubit,), (0.4 + qubit,)) for qubit in range(2)]
    given = [*turns, (controlled("ry"), (1, 0), (0.9,)), ("h", (1,), ())]
    spelled = [
        *turns,
        ("ry", (0,), (0.45,)),
        ("cx", (1, 0), ()),
        ("ry", (0,), (-0.45,)),
        ("cx", (1, 0), ()),
        ("h", (1,), ()),
    ]
    ideal = Errors(NoiseModel("ideal", 0.0, 0.0))
    seen = density.probabilities(_whole(2, [*given, *measure_all(2)]), ideal)
    assert np.allclose(seen, density.probabilities(_whole(2, [*spelled, *measure_all(2)]), ideal), atol=1e-12)


def test_gates_given_by_matrices():
    rng = np.random.default_rng(8)
    matrix, _ = np.linalg.qr(rng.normal(size=(4, 4)) + 1j * rng.normal(size=(4, 4)))
    turns = [("ry", (qubit,), (0.4 + qubit,)) for qubit in range(2)]
    gates = [*turns, (unitary(2), (1, 0), tuple(matrix.reshape(-1).view(float).tolist())), *turns]
    found = density.probabilities(_whole(2, [*gates, *measure_all(2)]), Errors(NoiseModel("ideal", 0.0, 0.0)))
    state = zero_state(2)
    for name, qubits, params in gates:
        state = apply(state, matrix if name == unitary(2) else MATRICES[name](*params), qubits)
    assert np.allclose(found.reshape(2, 2), abs(state.T) ** 2, atol=1e-9)


def test_errors_that_always_happen():
    sure = density.probabilities(
        _whole(1, [("x", (0,)), ("measure", (0, 0))]), Errors(NoiseModel("sure", 1.0, 1.0))
    )
    assert np.allclose(sure, [2 / 3, 1 / 3], atol=1e-9)
    assert density.is_faster(
        _whole(1, [("x", (0,)), ("measure", (0, 0))]), Errors(NoiseModel("sure", 1.0, 1.0)), 10**6
    )


@pytest.mark.parametrize("seed", range(5))
def test_random_circuits(seed):
    rng = random.Random(700 + seed)
    gates = [gate for gate in random_gates(rng, 4, 15) if gate[0] != "id"]
    _agree(_probabilities(4, gates), noisy_distribution(4, gates, MODEL.one_qubit, MODEL.two_qubit))


def _mixed(width, depth):
    rng = random.Random(width)
    gates = []
    for _ in range(depth):
        gates += [("ry", (qubit,), (rng.uniform(0, 6),)) for qubit in range(width)]
        gates += [("cx", (qubit, qubit + 1), ()) for qubit in range(width - 1)]
    return gates


def _seen(monkeypatch):
    """The circuits that go to this engine from now on."""
    seen = []
    sample = density.sample
    monkeypatch.setattr(
        density, "sample", lambda terminal, *others: seen.append(terminal) or sample(terminal, *others)
    )
    return seen


def test_loud_noise_on_few_qubits_goes_to_it(monkeypatch):
    seen = _seen(monkeypatch)
    gates = _mixed(3, 4)
    text = qir_text(3, [*gates, *measure_all(3)])
    counts = bit_counts(text, 6000, 3, target=TARGET_WITH_NOISE, noise={"model": "loud"})
    assert len(seen) == 1
    exact = noisy_distribution(3, gates, MODEL.one_qubit, MODEL.two_qubit, MODEL.measurement)
    assert_counts_follow(counts, exact)
    again = {"target": TARGET_WITH_NOISE, "noise": {"model": "loud"}}
    assert shots_of(text, 6000, seed=3, **again) == shots_of(text, 6000, seed=3, **again)
    assert shots_of(text, 6000, seed=3, **again) != shots_of(text, 6000, seed=4, **again)


def test_rare_errors_few_shots_and_wide_circuits_do_not(monkeypatch):
    seen = _seen(monkeypatch)
    text = qir_text(3, [*_mixed(3, 4), *measure_all(3)])
    bit_counts(text, 1000, target=TARGET_WITH_NOISE, noise={"model": "faint"})
    bit_counts(text, 2, target=TARGET_WITH_NOISE, noise={"model": "loud"})
    wide = qir_text(11, [*_mixed(11, 1), *measure_all(11)])
    bit_counts(wide, 20, target=TARGET_WITH_NOISE, noise={"model": "loud"})
    assert seen == []


def test_qubits_are_counted_anew_and_unmeasured_ones_kept():
    operations = [("x", (2,)), ("cx", (2, 5)), ("measure", (5, 1)), ("measure", (0, 0))]
    found = _whole(6, operations)
    assert found.num_qubits == 3
    assert found.gates == [("x", (1,), ()), ("cx", (1, 2), ())]
    assert found.sources == (0, 2, -1, -1, -1, -1)


@pytest.mark.parametrize("after", [("z", (0,)), ("cx", (0, 1)), ("reset", (1,))])
def test_circuits_that_go_on_are_not_its_own(after):
    assert _whole(2, [("h", (0,)), ("measure", (0, 0)), after]) is None
