"""Matrix product states: the probabilities of an independent simulator, and refusal of too much of it."""

import itertools
import math
import random
from collections import Counter

import attrs
import numpy as np
import pytest

from distributions import assert_counts_follow
from quire.simulator import limits
from quire.simulator.circuit import Circuit
from quire.simulator.engines import exact, mps, stabilizer
from quire.simulator.engines.line import line_order
from quire.simulator.engines.terminal import UNMEASURED, Terminal
from quire.simulator.faults import PayloadError
from quire.simulator.gates import controlled, unitary
from quire.simulator.output import Container, Output
from simulator.circuits import CLIFFORD, QUARTER_TURNS, SPECIAL, random_gates
from simulator.reference import MATRICES, NUM_PARAMS, NUM_QUBITS, apply, distribution, zero_state
from simulator.runs import TARGET, bit_counts, fault_of, measure_all, qir_text, shots_of

WIDE = attrs.evolve(TARGET, num_qubits=56)


def _terminal(width, gates, sources=None):
    return Terminal(list(gates), width, tuple(range(width)) if sources is None else sources, False)


def _probabilities(width, gates):
    """Of each basis state, with qubit q on axis q."""
    found = np.zeros(2**width)
    for index, probability in mps.probabilities(mps.evolved(_terminal(width, gates)), 0.0, 2**width):
        found[index] = probability
    return found.reshape((2,) * width).transpose(range(width - 1, -1, -1))


def _expected(width, steps):
    """The same after steps of (matrix, qubits), by plain NumPy."""
    state = zero_state(width)
    for matrix, qubits in steps:
        state = apply(state, matrix, qubits)
    return abs(state) ** 2


def _steps(gates):
    return [(MATRICES[name](*params), qubits) for name, qubits, params in gates]


def _counts(width, gates, shots=4000, seed=3, sources=None):
    """How often each string came; the first source is the first character."""
    terminal = _terminal(width, gates, sources)
    samples = mps.sample(mps.evolved(terminal), terminal.sources, shots, np.random.default_rng(seed))
    assert len(samples.order) == shots
    return Counter("".join(map(str, samples.rows[index])) for index in samples.order)


def _brickwork(width, depth, seed=1):
    """Layers of turns, and of CNOTs on neighbours in a row."""
    rng = random.Random(seed)
    for layer in range(depth):
        for qubit in range(width):
            yield "ry", (qubit,), (rng.uniform(0, 6),)
            yield "rz", (qubit,), (rng.uniform(0, 6),)
        for qubit in range(layer % 2, width - 1, 2):
            yield "cx", (qubit, qubit + 1), ()


def _turns(rng, width):
    return [(name, (qubit,), (rng.uniform(0, 6),)) for qubit in range(width) for name in ("ry", "rz")]


@pytest.mark.parametrize("count", [0, 1, 2])
@pytest.mark.parametrize("name", MATRICES)
def test_a_gate_is_its_matrix_on_near_and_far_qubits_with_any_number_of_controls(name, count):
    rng = random.Random(f"mps {name} {count}")
    width = 6
    for trial in range(3):
        before, after = _turns(rng, width), _turns(rng, width)
        qubits = tuple(rng.sample(range(width), NUM_QUBITS[name] + count))
        params = (rng.choice(SPECIAL) if trial else rng.uniform(-9, 9),) * NUM_PARAMS[name]
        matrix = np.eye(2 ** len(qubits), dtype=complex)
        plain = MATRICES[name](*params)
        matrix[-len(plain) :, -len(plain) :] = plain
        gates = [*before, (controlled(name, count), qubits, params), *after]
        found = _probabilities(width, gates)
        assert np.allclose(
            found, _expected(width, [*_steps(before), (matrix, qubits), *_steps(after)]), 0, 1e-12
        )


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_gates_given_by_matrices(size):
    rng, turns, width = np.random.default_rng(size), random.Random(size), 6
    matrix, _ = np.linalg.qr(rng.normal(size=(2**size, 2**size)) + 1j * rng.normal(size=(2**size, 2**size)))
    before, after = _turns(turns, width), _turns(turns, width)
    qubits = tuple(turns.sample(range(width), size))
    gates = [*before, (unitary(size), qubits, tuple(matrix.reshape(-1).view(float).tolist())), *after]
    expected = _expected(width, [*_steps(before), (matrix, qubits), *_steps(after)])
    assert np.allclose(_probabilities(width, gates), expected, 0, 1e-12)


@pytest.mark.parametrize("seed", range(10))
def test_random_circuits_on_up_to_ten_qubits(seed):
    rng = random.Random(seed)
    width = 1 + seed
    gates = list(random_gates(rng, width, 60, angles=SPECIAL if seed % 2 else None))
    assert np.allclose(_probabilities(width, gates), _expected(width, _steps(gates)), 0, 1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_shots_follow_the_distribution(seed):
    rng = random.Random(90 + seed)
    gates = list(random_gates(rng, 6, 60))
    assert_counts_follow(_counts(6, gates), distribution(6, 6, [*gates, *measure_all(6)]))


def test_rows_follow_their_sources():
    gates = [("x", (1,), ()), ("ry", (2,), (0.7,)), ("swap", (0, 1), ())]
    probabilities = {
        "0" + bit + "0" + bit + "1": p
        for bit, p in zip("01", (math.cos(0.35) ** 2, math.sin(0.35) ** 2), strict=True)
    }
    assert_counts_follow(_counts(3, gates, sources=(1, 2, UNMEASURED, 2, 0)), probabilities)


def test_shots_come_mixed():
    terminal = _terminal(3, [("h", (qubit,), ()) for qubit in range(3)])
    order = mps.sample(mps.evolved(terminal), (0, 1, 2), 4000, np.random.default_rng(1)).order
    pairs = Counter(zip(order[::2], order[1::2], strict=True))
    assert_counts_follow(pairs, {(a, b): 1 / 64 for a in range(8) for b in range(8)})


def test_outcomes_that_do_not_fit_at_once_are_followed_part_by_part(monkeypatch):
    gates = list(_brickwork(8, 4))
    whole = _probabilities(8, gates)
    monkeypatch.setattr(mps, "_BLOCK", 64)
    assert np.allclose(_probabilities(8, gates), whole, 0, 1e-12)
    assert_counts_follow(_counts(8, gates), distribution(8, 8, [*gates, *measure_all(8)]))


@pytest.mark.parametrize("seed", range(3))
def test_clifford_circuits_of_56_qubits_agree_with_stim(seed):
    width, rng = 56, random.Random(seed)
    gates = []
    for layer in range(6):
        gates += random_gates(
            rng, width, 20, [name for name in CLIFFORD if NUM_QUBITS[name] == 1], QUARTER_TURNS
        )
        gates += [
            (rng.choice(("cx", "cz", "swap")), (qubit, qubit + 1), ())
            for qubit in range(layer % 2, width - 1, 7)
        ]
    counts = _counts(width, gates, shots=3000)
    operations = [*gates, *(("measure", pair, ()) for _, pair in measure_all(width))]
    circuit = Circuit(operations, width, width, Output((Container(False, width), *range(width))))
    samples = stabilizer.sample(circuit, stabilizer.stim_text(circuit), 3000, np.random.default_rng(seed))
    drawn = Counter("".join(map(str, samples.rows[index])) for index in samples.order)
    # What stim's shots can be is an affine space; ours lie in the one that theirs span.
    assert _rank([*drawn]) == _rank([*drawn, *counts]) == _rank([*counts])
    for qubit in range(width):
        ones = sum(n for key, n in counts.items() if key[qubit] == "1")
        share = sum(n for key, n in drawn.items() if key[qubit] == "1") / 3000
        if share in (0.0, 1.0):
            assert ones == 3000 * share
        else:
            assert_counts_follow({"0": 3000 - ones, "1": ones}, {"0": 0.5, "1": 0.5})


def _rank(keys):
    """The dimension over two elements of the differences of strings of bits."""
    basis = {}
    first = int(keys[0], 2)
    for key in keys:
        rest = int(key, 2) ^ first
        while rest and rest.bit_length() in basis:
            rest ^= basis[rest.bit_length()]
        if rest:
            basis[rest.bit_length()] = rest
    return len(basis)


def test_a_tilted_ghz_state_of_56_qubits():
    gates = [("ry", (20,), (0.8,)), *(("cx", (20, qubit), ()) for qubit in range(56) if qubit != 20)]
    text = qir_text(56, [*gates, *measure_all(56)])
    counts = bit_counts(text, 2000, target=WIDE)
    assert_counts_follow(counts, {"0" * 56: math.cos(0.4) ** 2, "1" * 56: math.sin(0.4) ** 2})
    assert shots_of(text, 2000, seed=5, target=WIDE) == shots_of(text, 2000, seed=5, target=WIDE)
    assert shots_of(text, 2000, seed=5, target=WIDE) != shots_of(text, 2000, seed=6, target=WIDE)


def test_a_w_state_of_50_qubits():
    width = 50
    gates = [("x", (0,), ())]
    for qubit in range(width - 1):
        angle = 2 * math.acos(math.sqrt(1 / (width - qubit)))
        gates += [(controlled("ry"), (qubit, qubit + 1), (angle,)), ("cx", (qubit + 1, qubit), ())]
    one_hot = {"".join("01"[place == one] for place in range(width)): 1 / width for one in range(width)}
    assert_counts_follow(_counts(width, gates, 5000), one_hot)
    found = mps.probabilities(mps.evolved(_terminal(width, gates)), 1e-15, 1000)
    assert [index for index, _ in found] == [1 << one for one in range(width)]
    assert all(abs(probability - 1 / width) < 1e-12 for _, probability in found)


@pytest.mark.parametrize("first", [0, 21, 46])
def test_a_window_of_a_brickwork_of_50_qubits_is_what_its_light_cone_says(first):
    depth = 4
    gates = list(_brickwork(50, depth))
    low, high = max(0, first - depth), min(50, first + 4 + depth)
    near = [
        (name, tuple(qubit - low for qubit in qubits), params)
        for name, qubits, params in gates
        if all(low <= qubit < high for qubit in qubits)
    ]
    measured = [("measure", (first - low + place, place)) for place in range(4)]
    probabilities = distribution(high - low, 4, [*near, *measured])
    assert_counts_follow(_counts(50, gates, sources=tuple(range(first, first + 4))), probabilities)


def test_qubits_in_a_row_of_another_order_cost_no_more():
    rng = random.Random(4)
    places = rng.sample(range(50), 50)
    straight = list(_brickwork(50, 6))
    shuffled = [(name, tuple(places[qubit] for qubit in qubits), params) for name, qubits, params in straight]
    order = line_order(_terminal(50, shuffled))
    row = [places.index(qubit) for qubit in order]
    assert row in (list(range(50)), list(range(49, -1, -1)))
    counts = _counts(50, shuffled, sources=tuple(places))
    first = Counter()
    for key, number in counts.items():
        first[key[:4]] += number
    near = [gate for gate in straight if max(gate[1]) < 10]
    assert_counts_follow(first, distribution(10, 4, [*near, *(("measure", (q, q)) for q in range(4))]))


def test_what_outgrows_the_memory_is_refused(monkeypatch):
    monkeypatch.setattr(mps, "memory_budget", lambda: 2**20)
    fault = fault_of(qir_text(50, [*_brickwork(50, 40), *measure_all(50)]), target=WIDE)
    assert fault.code == "InsufficientResources"
    assert fault.message.startswith("50 qubits are connected")
    assert "memory" in fault.message


def test_the_limits_are_kept(monkeypatch):
    terminal = _terminal(12, _brickwork(12, 12))
    with pytest.raises(mps.TooEntangledError, match="wider than 8"):
        mps.evolved(terminal, max_bond=8)
    with pytest.raises(mps.TooEntangledError, match="too long"):
        mps.evolved(terminal, max_work=1000)
    monkeypatch.setattr(mps, "memory_budget", lambda: 50_000)
    with pytest.raises(mps.TooEntangledError, match="memory"):
        mps.evolved(terminal)
    gate = (controlled("x", 8), tuple(range(9)), ())
    with pytest.raises(mps.TooEntangledError, match="up to 8 qubits"):
        mps.evolved(_terminal(12, [gate]))
    state = mps.evolved(_terminal(12, [("h", (qubit,), ()) for qubit in range(12)]))
    with pytest.raises(PayloadError, match="more possible outcomes than the 4095"):
        mps.probabilities(state, 0.0, 4095)


def test_it_is_tried_first_on_wide_circuits_only():
    shallow, deep = list(_brickwork(24, 4)), list(_brickwork(24, 30))
    assert mps.preferred(_terminal(24, shallow), fits=True) is not None
    assert mps.preferred(_terminal(24, deep), fits=True) is None
    assert mps.preferred(_terminal(23, _brickwork(23, 4)), fits=True) is None
    assert mps.preferred(_terminal(23, _brickwork(23, 4)), fits=False) is not None


@pytest.mark.parametrize("budget", [2**26, 2**40])
def test_exact_probabilities_of_wide_circuits(budget, monkeypatch):
    monkeypatch.setattr(limits, "memory_budget", lambda: budget)
    # Qubit 3 is left out, so that places and qubits differ.
    chain = [0, 1, 2, *range(4, 29)]
    gates = [("ry", (0,), (0.8,)), *(("cx", pair, ()) for pair in itertools.pairwise(chain))]
    found = exact.distribution(Circuit(gates, 29, 1, Output((Container(False, 1), 0))))
    assert list(found.indices) == [0, 2**29 - 1 - 8]
    assert found.probabilities == pytest.approx([math.cos(0.4) ** 2, math.sin(0.4) ** 2], abs=1e-12)
