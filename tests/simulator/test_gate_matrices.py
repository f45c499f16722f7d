"""Every gate of every engine is the matrix of its definition."""

import itertools
import math
import random

import numpy as np
import pytest

from distributions import assert_counts_follow
from quire.qir import GATES
from quire.simulator.circuit import Circuit
from quire.simulator.engines import stabilizer
from quire.simulator.engines.statevector import StateVector, prepare
from quire.simulator.gates import SHAPES
from quire.simulator.output import Container, Output
from quire.simulator.readers.qir.symbols import GATES as SYMBOLS
from simulator.circuits import QUARTER_TURNS, SPECIAL
from simulator.reference import MATRICES, NUM_PARAMS, NUM_QUBITS, apply, distribution, zero_state
from simulator.runs import bit_counts, entry_point, measure_all, qir_text

WIDTH = 4


def _random_product(rng):
    return [("ry", (qubit,), (rng.uniform(0, math.pi),)) for qubit in range(WIDTH)] + [
        ("rz", (qubit,), (rng.uniform(0, 2 * math.pi),)) for qubit in range(WIDTH)
    ]


def _amplitudes(operations):
    """The engine's amplitudes, with qubit q on axis q."""
    state = StateVector(WIDTH)
    for name, qubits, params in operations:
        state.apply(prepare(name, qubits, params))
    amplitudes = state.amplitudes().copy()
    state.release()
    return amplitudes.reshape((2,) * WIDTH).transpose(range(WIDTH - 1, -1, -1))


def _expected(operations):
    state = zero_state(WIDTH)
    for name, qubits, params in operations:
        state = apply(state, MATRICES[name](*params), qubits)
    return state


def test_the_tests_know_every_gate():
    # Families of gates (controlled ones, matrices) join the table under names of their own as they are used.
    assert set(MATRICES) == {name for name in SHAPES if "." not in name and not name.startswith("unitary")}
    assert set(GATES) <= set(MATRICES)
    assert set(SYMBOLS.values()) == set(MATRICES)


@pytest.mark.parametrize("name", MATRICES)
def test_a_gate_is_its_matrix_up_to_one_phase_for_all_states(name):
    rng = random.Random(f"matrix {name}")
    phases = []
    for trial in range(12):
        before = _random_product(rng)
        qubits = tuple(rng.sample(range(WIDTH), NUM_QUBITS[name]))
        angle = rng.choice(SPECIAL) if trial % 2 else rng.uniform(-4 * math.pi, 4 * math.pi)
        operations = [*before, (name, qubits, (angle,) * NUM_PARAMS[name])]
        seen, expected = _amplitudes(operations), _expected(operations)
        overlap = np.vdot(expected, seen)
        assert np.allclose(seen, overlap * expected, atol=1e-9)
        assert abs(abs(overlap) - 1) < 1e-9
        # The phases of the product state's own rotations are the same on both sides.
        phases.append(overlap)
    if not NUM_PARAMS[name]:
        assert np.allclose(phases, phases[0], atol=1e-9)


@pytest.mark.parametrize("name", MATRICES)
def test_the_shape_of_a_gate_is_that_of_its_matrix(name):
    shape = SHAPES[name]
    matrix = np.asarray(MATRICES[name](*[0.7] * NUM_PARAMS[name]))
    assert (shape.num_params, shape.num_qubits) == (NUM_PARAMS[name], NUM_QUBITS[name])
    assert shape.permutes == all(np.sum(abs(row) > 1e-12) == 1 for row in matrix)
    for place in range(shape.num_qubits):
        bit = 1 << (shape.num_qubits - 1 - place)
        mixes = any(
            abs(matrix[i, j]) > 1e-12 and (i ^ j) & bit
            for i in range(len(matrix))
            for j in range(len(matrix))
        )
        assert mixes == (place >= shape.num_diagonal)


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_each_symbol_of_qir_calls_its_gate(symbol):
    name = SYMBOLS[symbol]
    rng = random.Random(symbol)
    count = NUM_QUBITS[name]
    turns = [("ry", (qubit,), (rng.uniform(0.3, 2.8),)) for qubit in range(count)]
    angles = (1.1,) * NUM_PARAMS[name]
    rotated = [*turns, (name, tuple(range(count)), angles), *turns, *measure_all(count)]
    lines = []
    for gate, indices, *params in rotated:
        if gate == "measure":
            function, operands = (
                "__quantum__qis__mz__body",
                [f"ptr inttoptr (i64 {i} to ptr)" for i in indices],
            )
        else:
            function = (
                symbol if gate == name and indices == tuple(range(count)) else f"__quantum__qis__{gate}__body"
            )
            operands = [f"double {angle!r}" for angle in params[0]]
            operands += [f"ptr inttoptr (i64 {i} to ptr)" for i in indices]
        lines.append(f"  call void @{function}({', '.join(operands)})")
    records = "".join(
        f"  call void @__quantum__rt__result_record_output(ptr inttoptr (i64 {i} to ptr), ptr null)\n"
        for i in range(count)
    )
    array = f"  call void @__quantum__rt__array_record_output(i64 {count}, ptr null)\n"
    text = entry_point("\n".join(lines) + "\n" + array + records + "  ret void", count, count)
    assert_counts_follow(bit_counts(text, 4000), distribution(count, count, rotated))


def _stabilizer_counts(operations, num_qubits, shots=2000):
    output = Output((Container(False, num_qubits), *range(num_qubits)))
    flat = [(name, tuple(indices), tuple(*params)) for name, indices, *params in operations]
    circuit = Circuit(flat, num_qubits, num_qubits, output)
    text = stabilizer.stim_text(circuit)
    assert text is not None
    samples = stabilizer.sample(circuit, text, shots, np.random.default_rng(5))
    counts = {}
    for index in samples.order:
        key = "".join(map(str, samples.rows[index]))
        counts[key] = counts.get(key, 0) + 1
    return counts


def _quarter_angles(name):
    return QUARTER_TURNS if NUM_PARAMS[name] else [None]


CLIFFORD_CASES = [
    (name, angle) for name in MATRICES if name not in ("t", "tdg", "ccx") for angle in _quarter_angles(name)
]


@pytest.mark.parametrize(("name", "angle"), CLIFFORD_CASES)
def test_a_clifford_gate_is_its_matrix_on_the_stabilizer_engine(name, angle):
    # In front of and behind the gate, each of these turns the Pauli axes of a qubit in another way.
    frames = ([], ["h"], ["h", "s"], ["sx"], ["s", "h"])
    count = NUM_QUBITS[name]
    params = () if angle is None else (angle,)
    ways = list(itertools.product(frames, repeat=2 * count))
    for way in random.Random(f"{name} {angle}").sample(ways, min(len(ways), 150)):
        before = [(gate, (qubit,), ()) for qubit in range(count) for gate in way[qubit]]
        after = [(gate, (qubit,), ()) for qubit in range(count) for gate in way[count + qubit]]
        operations = [*before, (name, tuple(range(count)), params), *after, *measure_all(count)]
        assert_counts_follow(
            _stabilizer_counts(operations, count, 60), distribution(count, count, operations)
        )


@pytest.mark.parametrize("angle", [math.pi / 2 + 1e-15, math.nextafter(math.pi, 4), 0.1, math.pi / 4])
def test_only_exact_quarter_turns_are_clifford(angle):
    assert stabilizer.stim_line("rz", (0,), (angle,)) is None
    assert stabilizer.stim_line("rxx", (0, 1), (angle,)) is None
    with pytest.raises(ValueError, match="not a Clifford gate"):
        stabilizer.prepare("rx", (0,), (angle,))


def test_repeated_special_angles_give_what_quantum_mechanics_gives():
    # Microsoft's sparse simulator gives Zero here, always; the right answer is One, always.
    turns = [("rx", (0,), (math.pi,)), ("ry", (0,), (math.pi / 2,)), ("h", (0,))]
    assert bit_counts(qir_text(1, [*turns, ("measure", (0, 0))]), 400) == {"1": 400}
