"""qsim gives the distribution of an independent simulator, draws it by the seed, and leaves Cirq alone."""

import math
import random
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest

from distributions import assert_counts_follow
from quire.simulator.engines import choice, qsim
from quire.simulator.engines.terminal import UNMEASURED, Terminal
from quire.simulator.faults import PayloadError
from quire.simulator.gates import controlled, unitary
from simulator.circuits import SPECIAL, random_gates
from simulator.reference import MATRICES, NUM_PARAMS, NUM_QUBITS, apply, distribution, zero_state
from simulator.runs import bit_counts, execute, measure_all, qir_text, shots_of

WIDTH = 4


def _counts(gates, width, shots=20000, seed=3, sources=None):
    """How often each string came; qubit 0 is the first character."""
    terminal = Terminal(gates, width, tuple(range(width)) if sources is None else sources, False)
    assert qsim.can_sample(terminal)
    samples = qsim.sample(terminal, shots, np.random.default_rng(seed))
    assert len(samples.order) == shots
    return Counter("".join(map(str, samples.rows[index])) for index in samples.order)


def _product(rng, width=WIDTH):
    return [("ry", (qubit,), (rng.uniform(0, math.pi),)) for qubit in range(width)] + [
        ("rz", (qubit,), (rng.uniform(0, 2 * math.pi),)) for qubit in range(width)
    ]


def _exact(steps, width=WIDTH):
    """Probabilities after steps of (matrix, qubits)."""
    state = zero_state(width)
    for matrix, qubits in steps:
        state = apply(state, matrix, qubits)
    flat = abs(state.reshape(-1)) ** 2
    return {f"{index:0{width}b}": p / flat.sum() for index, p in enumerate(flat)}


def _steps(gates):
    return [(MATRICES[name](*params), qubits) for name, qubits, params in gates]


def _controlled(matrix, count):
    whole = np.eye(len(matrix) << count, dtype=complex)
    whole[-len(matrix) :, -len(matrix) :] = matrix
    return whole


@pytest.mark.parametrize("name", MATRICES)
@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_gate_is_its_matrix_with_any_number_of_controls(name, count):
    if NUM_QUBITS[name] + count > WIDTH:
        count = WIDTH - NUM_QUBITS[name]
    rng = random.Random(f"qsim {name} {count}")
    for trial in range(4):
        before, after = _product(rng), _product(rng)
        qubits = tuple(rng.sample(range(WIDTH), NUM_QUBITS[name] + count))
        angle = rng.choice(SPECIAL) if trial % 2 else rng.uniform(-4 * math.pi, 4 * math.pi)
        params = (angle,) * NUM_PARAMS[name]
        # The turns about Y behind it show the phases.
        gates = [*before, (controlled(name, count), qubits, params), *after]
        matrix = _controlled(MATRICES[name](*params), count)
        exact = _exact([*_steps(before), (matrix, qubits), *_steps(after)])
        assert_counts_follow(_counts(gates, WIDTH), exact)


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_matrices_with_and_without_a_control(size):
    rng = np.random.default_rng(size)
    matrix, _ = np.linalg.qr(rng.normal(size=(2**size, 2**size)) + 1j * rng.normal(size=(2**size, 2**size)))
    entries = tuple(matrix.reshape(-1).view(float).tolist())
    turns = random.Random(size)
    for count in (0, 1):
        width = WIDTH + count
        before, after = _product(turns, width), _product(turns, width)
        qubits = tuple(turns.sample(range(width), size + count))
        gates = [*before, (controlled(unitary(size), count), qubits, entries), *after]
        exact = _exact([*_steps(before), (_controlled(matrix, count), qubits), *_steps(after)], width)
        assert_counts_follow(_counts(gates, width), exact)


def test_large_angles_lose_nothing():
    gates = [("ry", (0,), (1e6 + 0.4,)), ("h", (1,), ()), ("rz", (1,), (-3e6 + 0.2,)), ("h", (1,), ())]
    assert_counts_follow(_counts(gates, 2), _exact(_steps(gates), 2))


@pytest.mark.parametrize("seed", range(6))
def test_random_circuits(seed):
    rng = random.Random(400 + seed)
    gates = list(random_gates(rng, 6, 80, angles=SPECIAL if seed % 2 else None))
    assert_counts_follow(_counts(gates, 6), distribution(6, 6, [*gates, *measure_all(6)]))


def test_rows_follow_their_sources():
    gates = [("x", (1,), ()), ("ry", (2,), (0.7,))]
    exact = {
        "1" + bit + "0" + bit + "0": p
        for bit, p in zip("01", (math.cos(0.35) ** 2, math.sin(0.35) ** 2), strict=True)
    }
    assert_counts_follow(_counts(gates, 3, sources=(1, 2, UNMEASURED, 2, 0)), exact)


def test_shots_come_mixed():
    gates = [("h", (qubit,), ()) for qubit in range(3)]
    terminal = Terminal(gates, 3, (0, 1, 2), False)
    order = qsim.sample(terminal, 4000, np.random.default_rng(1)).order
    # Ascending draws would make neighbours equal.
    pairs = Counter(zip(order[::2], order[1::2], strict=True))
    assert_counts_follow(pairs, {(a, b): 1 / 64 for a in range(8) for b in range(8)})


def test_what_it_has_not_is_left_to_others():
    entries = tuple(np.eye(32, dtype=complex).reshape(-1).view(float).tolist())
    assert not qsim.can_sample(Terminal([(unitary(5), tuple(range(5)), entries)], 5, (0,), False))


def _turned(width, seed=1):
    rng = random.Random(seed)
    gates = [("ry", (qubit,), (rng.uniform(0, 3),)) for qubit in range(width)]
    return [*gates, *(("cx", (qubit, qubit + 1), ()) for qubit in range(width - 1)), *gates]


@pytest.mark.parametrize("narrowest", [1, 99])
def test_wide_programs_on_qsim_and_on_qulacs(narrowest, monkeypatch):
    monkeypatch.setattr(choice, "MIN_QSIM_QUBITS", narrowest)
    operations = [*_turned(10), *(("measure", (qubit, place)) for place, qubit in enumerate((9, 0, 4, 7)))]
    counts = bit_counts(qir_text(10, operations, num_results=4), 4000, 2)
    assert_counts_follow(counts, distribution(10, 4, operations))


def test_wide_programs_go_to_qsim(monkeypatch):
    seen = []
    sample = qsim.sample
    monkeypatch.setattr(
        qsim, "sample", lambda terminal, *others: seen.append(terminal) or sample(terminal, *others)
    )
    for width in (choice.MIN_QSIM_QUBITS - 1, choice.MIN_QSIM_QUBITS):
        bit_counts(qir_text(width, [*_turned(width), *measure_all(width)]), 10)
    assert [terminal.num_qubits for terminal in seen] == [choice.MIN_QSIM_QUBITS]


def test_a_seed_repeats_the_shots():
    text = qir_text(11, [*_turned(11), *measure_all(11)])
    assert shots_of(text, 200, seed=5) == shots_of(text, 200, seed=5)
    assert shots_of(text, 200, seed=5) != shots_of(text, 200, seed=6)


def test_its_memory_is_estimated_before(monkeypatch):
    def refuse(num_qubits, count):
        raise PayloadError(f"{num_qubits} {count}")

    monkeypatch.setattr(choice, "require_state_vectors", refuse)
    fault = execute(qir_text(12, [*_turned(12), *measure_all(12)]), shots=1).fault
    assert fault is not None
    assert fault.message == "12 0.6"


def test_it_loads_without_cirq_and_is_the_module_that_its_package_finds():
    code = """
import sys
from quire.simulator.engines import qsim
from quire.simulator.engines.terminal import Terminal
assert qsim.can_sample(Terminal([("h", (0,), ())], 1, (0,), False))
assert not {"cirq", "qsimcirq"} & set(sys.modules), sys.modules
# Where the package's own code looks first, so that no second one is loaded.
names = {name for name, module in sys.modules.items() if module is qsim._QSIM}
assert names <= {f"qsimcirq.qsim_{kind}" for kind in ("avx512", "avx2", "sse", "basic")}
assert len(names) == 1
"""
    subprocess.run([sys.executable, "-W", "error::ImportWarning", "-c", code], check=True, timeout=60)
