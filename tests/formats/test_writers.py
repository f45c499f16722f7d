"""The core's writers: every gate in every format against its matrix, read back by the simulator's readers."""

import json
import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formats.running import answer, exact
from formats.state_vectors import SWAP, SX, H, S, T, X, Y, Z, controlled, probabilities, rotation
from quire.errors import InputError, TranslationError
from quire.qir import GATES as QIR_GATES
from quire.qir import QirFrame
from quire.writers import (
    GATES,
    IonqFrame,
    IonqNativeFrame,
    OpenQasmFrame,
    QuilFrame,
    number_text,
)

WIDTH = 4
FRAMES = {
    "qis": lambda: IonqFrame(WIDTH),
    "native-ms": lambda: IonqNativeFrame(WIDTH),
    "native-zz": lambda: IonqNativeFrame(WIDTH, "zz"),
    "openqasm": lambda: OpenQasmFrame(WIDTH, [("c", WIDTH)]),
    "quil": lambda: QuilFrame(WIDTH, WIDTH),
}
_PLAIN = {"h": H, "x": X, "y": Y, "z": Z, "s": S, "sdg": S.conj(), "t": T, "tdg": T.conj(), "sx": SX}
_PAIRS = {"swap": SWAP, "cx": controlled(X), "cy": controlled(Y), "cz": controlled(Z)}
MATRICES = _PLAIN | _PAIRS | {"ccx": controlled(X, 2)}
SPECIAL = [k * math.pi / 4 for k in range(-16, 17)]


def matrix(name, angles):
    return MATRICES[name] if name in MATRICES else rotation(name[1:].upper(), *angles)


def random_step(rng, names=tuple(GATES)):
    shape = GATES[name := rng.choice(names)]
    angles = [rng.choice([rng.uniform(-13, 13), rng.choice(SPECIAL)]) for _ in range(shape.num_params)]
    return name, angles, rng.sample(range(WIDTH), shape.num_qubits)


def steps_around(rng, middle):
    """Steps between turns of all qubits, so that every phase of them shows."""
    before = [(name, [rng.uniform(-9, 9)], [q]) for q in range(WIDTH) for name in ("ry", "rz")]
    return [*before, *middle, *[("rx", [rng.uniform(-9, 9)], [q]) for q in range(WIDTH)]]


def written(frame, steps):
    for name, angles, qubits in steps:
        operands = [frame.qubits[qubit] for qubit in qubits]
        frame.lines.append(frame.gates[name] % (*map(number_text, angles), *operands))
    if frame.measures:
        frame.lines += [
            frame.measure % pair for pair in zip(frame.qubits, frame.results[:WIDTH], strict=True)
        ]
    return frame.text()


def assert_right(kind, steps):
    expected = probabilities(WIDTH, [(matrix(name, angles), qubits) for name, angles, qubits in steps])
    frame = FRAMES[kind]()
    actual = exact(written(frame, steps).decode(), frame.format)
    assert np.abs(actual - expected).max() < 1e-9


@pytest.mark.parametrize("name", GATES)
@pytest.mark.parametrize("kind", FRAMES)
def test_every_gate_is_what_it_should_be(kind, name):
    rng = random.Random(f"{kind} {name}")
    for _ in range(3):
        assert_right(kind, steps_around(rng, [random_step(rng, [name]) for _ in range(2)]))


@pytest.mark.parametrize("name", ["rx", "ry", "rz", "rxx", "ryy", "rzz"])
@pytest.mark.parametrize("kind", FRAMES)
def test_rotations_at_special_angles(kind, name):
    rng = random.Random(name)
    qubits = [2, 0][: GATES[name].num_qubits]
    for angle in SPECIAL:
        assert_right(kind, steps_around(rng, [(name, [angle], qubits)]))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.sampled_from(sorted(FRAMES)), st.integers(0, 10**6), st.integers(1, 30))
def test_random_programs(kind, seed, length):
    rng = random.Random(seed)
    assert_right(kind, steps_around(rng, [random_step(rng) for _ in range(length)]))


def test_every_frame_has_every_gate_with_its_operands_once_and_in_order():
    frames = [make() for make in FRAMES.values()] + [QirFrame(WIDTH, WIDTH)]
    for frame in frames:
        assert frame.gates.keys() == GATES.keys()
        for name, (num_params, num_qubits) in GATES.items():
            words = [f"<{i}>" for i in range(num_params + num_qubits)]
            text = frame.gates[name] % tuple(words)
            assert [text.count(word) for word in words] == [1] * len(words)
            assert sorted(words, key=text.index) == words
            assert text.endswith("\n")
            assert text.count("\n") == 1
    assert QIR_GATES.keys() == GATES.keys()


@pytest.mark.parametrize("entangler", ["ms", "zz"])
def test_native_pulses_are_in_the_machines_ranges(entangler):
    frame = IonqNativeFrame(WIDTH, entangler)
    rng = random.Random(3)
    body = json.loads(written(frame, [random_step(rng) for _ in range(300)]))
    assert body["gateset"] == "native"
    assert body["qubits"] == WIDTH
    assert {step["gate"] for step in body["circuit"]} == {"gpi", "gpi2", entangler}
    for step in body["circuit"]:
        assert 0 <= step.get("angle", 0) <= 0.25
        assert all(-0.5 <= phase <= 0.5 for phase in [step.get("phase", 0), *step.get("phases", [])])


def test_z_turns_cost_no_native_pulse():
    frame = IonqNativeFrame(1)
    frame.lines += [frame.gates[name] % "0" for name in ("z", "s", "t", "sdg", "tdg")]
    frame.lines.append(frame.gates["rz"] % ("0.3", "0"))
    assert json.loads(frame.text())["circuit"] == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1, "0.1"),
        (-0.0, "0.0"),
        (3, "3.0"),
        (1e-5, "1.0e-05"),
        (1.5e300, "1.5e+300"),
        (math.pi, "3.141592653589793"),
        (5e-324, "5.0e-324"),
    ],
)
def test_angles_are_written_exactly(value, text):
    assert number_text(value) == text
    assert float(text) == value


@pytest.mark.parametrize("angle", [1e-5, -1e-5, 5e-324, 1e17, 12345678.9])
@pytest.mark.parametrize("kind", FRAMES)
def test_readers_read_angles_of_any_size(kind, angle):
    assert_right(kind, [("h", [], [0]), ("rz", [angle], [0]), ("h", [], [0])])


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_angles_that_are_not_finite_are_refused(value):
    with pytest.raises(InputError, match="must be finite"):
        number_text(value)


def test_quil_branches():
    frame = QuilFrame(2, 2)
    frame.lines += [frame.gates["x"] % "0", frame.measure % ("0", frame.results[0])]
    then, other, end = frame.new_block(), frame.new_block(), frame.new_block()
    frame.branch(frame.results[0], then, other, then)
    frame.lines.append(frame.gates["x"] % "1")
    frame.begin_block(other, go_to=end)
    frame.begin_block(end)
    frame.lines += [frame.reset % "0", frame.measure % ("1", frame.results[1])]
    frame.lines.append(frame.measure % ("0", frame.results[frame.add_result()]))
    assert answer(frame.text(), frame.format, shots=3) == {"ro": [[1, 1, 0]] * 3}


def test_openqasm_guards_single_lines_with_whole_registers():
    frame = OpenQasmFrame(3, [("a", 2), ("b", 1)])
    first, second = frame.registers
    frame.lines += [frame.gates["x"] % frame.qubits[1], frame.measure % (frame.qubits[1], frame.results[1])]
    start = len(frame.lines)
    frame.lines += [frame.gates["x"] % frame.qubits[2], frame.reset % frame.qubits[1]]
    assert not frame.writes(start, first)
    frame.guard(start, first, [2, 3])
    frame.lines.append(frame.measure % (frame.qubits[2], frame.results[2]))
    assert frame.writes(start, second)
    assert answer(frame.text(), frame.format, shots=2) == {"a": ["10", "10"], "b": ["1", "1"]}


def test_openqasm_guards_that_would_mean_something_else_are_refused():
    frame = OpenQasmFrame(1, [("a", 1), ("b", 1)])
    frame.lines.append(frame.gates["x"] % "q[0]")
    frame.guard(0, frame.registers[0], [1])
    with pytest.raises(TranslationError, match="conditions within conditions"):
        frame.guard(0, frame.registers[1], [1])
    frame.lines[:] = [frame.measure % ("q[0]", "a[0]"), frame.gates["x"] % "q[0]"]
    with pytest.raises(TranslationError, match="register a changes"):
        frame.guard(0, frame.registers[0], [1])


@pytest.mark.parametrize("name", ["c", "q", "Aé", "gate", "ccx", "", "1", "m_key 2", "if", "_x", "ryy"])
def test_openqasm_registers_have_names_that_the_language_allows(name):
    frame = OpenQasmFrame(1, [(name, 1), (name, 2), ("empty", 0)])
    frame.lines.append(frame.gates["x"] % "q[0]")
    frame.lines.append(frame.measure % ("q[0]", frame.results[2]))
    one, two, _ = (register.name for register in frame.registers)
    assert answer(frame.text(), frame.format, shots=1) == {one: ["0"], two: ["10"]}


def test_openqasm_defines_only_what_it_uses():
    frame = OpenQasmFrame(2, [("c", 2)])
    frame.lines.append(frame.gates["rxx"] % ("0.5", "q[0]", "q[1]"))
    assert b"gate ryy" not in frame.text()
    frame.lines.append(frame.gates["ryy"] % ("0.5", "q[0]", "q[1]"))
    assert frame.text().count(b"gate ryy") == 1


def test_quil_defines_only_what_it_uses():
    frame = QuilFrame(2, 2)
    frame.lines.append(frame.gates["cy"] % ("0", "1"))
    assert b"DEFGATE" not in frame.text()
    frame.lines.append(frame.gates["rzz"] % ("0.5", "0", "1"))
    assert frame.text().count(b"DEFGATE") == 1
