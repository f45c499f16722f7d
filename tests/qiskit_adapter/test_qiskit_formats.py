"""Circuits in every payload format: gates against Qiskit's own state vectors, bits as Qiskit counts them."""

import json
import math
import random
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister
from qiskit.circuit.classical import expr
from qiskit.circuit.library import get_standard_gate_name_mapping
from qiskit.quantum_info import Statevector

from distributions import assert_counts_follow
from formats.running import exact
from qiskit_adapter.circuit_reader import exact_counts
from quire import Options, QirProfile, TargetSpec, Workspace
from quire.errors import OptionError, TranslationError
from quire.formats import HONEYWELL_OPENQASM, IONQ_CIRCUIT, OWN_RESULTS, QIR, RIGETTI_QUIL
from quire_qiskit import Provider
from quire_qiskit.payload import encode

ALL = (QIR, IONQ_CIRCUIT, HONEYWELL_OPENQASM, RIGETTI_QUIL)
FORTE = TargetSpec(id="ionq.qpu.forte-1", provider_id="ionq", num_qubits=30, input_formats=ALL)
ARIA = TargetSpec(id="ionq.qpu.aria-1", provider_id="ionq", num_qubits=30, input_formats=ALL)
FORMS = {
    "qis": (ARIA, {"input_data_format": IONQ_CIRCUIT}),
    "native-ms": (ARIA, {"input_data_format": IONQ_CIRCUIT, "gateset": "native"}),
    "native-zz": (FORTE, {"gateset": "native", "input_data_format": IONQ_CIRCUIT}),
    "openqasm": (ARIA, {"input_data_format": HONEYWELL_OPENQASM}),
    "quil": (ARIA, {"input_data_format": RIGETTI_QUIL}),
}
RUNS = {
    "quil": ("rigetti.sim.qvm", {"input_data_format": RIGETTI_QUIL}),
    "openqasm": ("quantinuum.sim.h1-1e", {"input_data_format": HONEYWELL_OPENQASM}),
    "qis": ("ionq.simulator", {"input_data_format": IONQ_CIRCUIT}),
    "native": ("ionq.simulator", {"gateset": "native"}),
}
STANDARD = {
    name: gate
    for name, gate in get_standard_gate_name_mapping().items()
    if name not in ("measure", "reset", "delay")
}
SPECIAL = [k * math.pi / 4 for k in range(-16, 17)]


def payload(circuit, form):
    target, options = FORMS[form]
    given = Options(options)
    made = encode(circuit, target, given)
    given.refuse_rest("the test")
    return made


def turned(circuit, rng):
    """Turns every qubit, so that every phase shows."""
    for qubit in range(circuit.num_qubits):
        circuit.u(*(rng.uniform(-9, 9) for _ in range(3)), qubit)


def assert_exact(circuit, form):
    """The program's distribution over all qubits is the circuit's."""
    expected = Statevector(circuit).probabilities()
    circuit.measure_all()
    made = payload(circuit, form)
    assert made.output_format == OWN_RESULTS[made.format]
    actual = exact(made.data.decode(), made.format)
    assert np.abs(actual - expected).max() < 1e-9


@pytest.mark.parametrize("name", STANDARD)
@pytest.mark.parametrize("form", FORMS)
def test_every_standard_gate_at_random_angles(form, name):
    rng = random.Random(f"{form} {name}")
    kind = STANDARD[name]
    circuit = QuantumCircuit(max(kind.num_qubits, 2))
    for _ in range(2):
        turned(circuit, rng)
        angles = [rng.choice([rng.uniform(-13, 13), rng.choice(SPECIAL)]) for _ in kind.params]
        gate = type(kind)(*angles) if angles else kind
        circuit.append(gate, rng.sample(range(circuit.num_qubits), kind.num_qubits))
    turned(circuit, rng)
    assert_exact(circuit, form)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.sampled_from(sorted(FORMS)), st.integers(0, 10**6), st.integers(1, 25))
def test_random_circuits(form, seed, length):
    rng = random.Random(seed)
    circuit = QuantumCircuit(5)
    for _ in range(length):
        kind = STANDARD[rng.choice(sorted(STANDARD))]
        gate = type(kind)(*(rng.uniform(-13, 13) for _ in kind.params)) if kind.params else kind
        circuit.append(gate, rng.sample(range(5), kind.num_qubits))
    turned(circuit, rng)
    assert_exact(circuit, form)


@pytest.fixture
def workspace():
    with Workspace("memory:", executor="inline") as opened:
        yield opened


def registers_of_all_kinds():
    """Circuits whose counts tell every wrong order of bits, registers and qubits."""
    circuit = QuantumCircuit(4, 4)
    circuit.x([0, 1])
    circuit.measure(range(4), range(4))
    yield circuit
    circuit = QuantumCircuit(3, 3)
    circuit.x(0)
    circuit.measure([0, 1, 2], [1, 2, 0])
    yield circuit
    registers = [ClassicalRegister(size, name) for size, name in ((3, "z"), (1, "if"), (2, "A b"))]
    circuit = QuantumCircuit(QuantumRegister(6), *registers)
    circuit.x([0, 3, 4])
    circuit.measure(range(6), [5, 3, 4, 0, 1, 2])
    yield circuit
    circuit = QuantumCircuit(QuantumRegister(4), ClassicalRegister(3, "c"), ClassicalRegister(1, "d"))
    circuit.x([1, 3])
    circuit.measure([3, 0], [2, 1])
    yield circuit
    circuit = QuantumCircuit(3, 3)
    for qubit, angle in enumerate((0.6, 1.2, 2.1)):
        circuit.ry(angle, qubit)
    circuit.measure([2, 0, 1], range(3))
    yield circuit
    circuit = QuantumCircuit(2, 3)
    circuit.x(1)
    circuit.measure([1, 1, 0], [0, 2, 1])
    yield circuit


@pytest.mark.parametrize("number", range(6))
@pytest.mark.parametrize("run", RUNS)
def test_counts_are_qiskits_whatever_the_format(workspace, run, number):
    circuit = list(registers_of_all_kinds())[number]
    name, options = RUNS[run]
    backend = Provider(workspace).get_backend(name)
    counts = backend.run(circuit, shots=800, seed=5, **options).result().get_counts()
    expected = exact_counts(circuit)
    assert sum(counts.values()) == 800
    if run in ("qis", "native"):  # exact shares, so each count is within one of its own
        assert all(abs(counts.get(key, 0) - 800 * share) <= 1 for key, share in expected.items())
        assert counts.keys() <= expected.keys()
    else:
        assert_counts_follow(counts, expected)


@pytest.mark.parametrize("run", RUNS)
def test_registers_that_overlap_are_one_word(workspace, run):
    bits = ClassicalRegister(2, "one")
    circuit = QuantumCircuit(QuantumRegister(2), bits, ClassicalRegister(name="two", bits=[bits[1], bits[0]]))
    circuit.x(0)
    circuit.measure([0, 1], [0, 1])
    name, options = RUNS[run]
    job = Provider(workspace).get_backend(name).run(circuit, shots=5, **options)
    assert job.result().get_counts() == {"01": 5}


def teleported():
    """What goes on after measurements: conditions, a reset, a bit measured into again."""
    circuit = QuantumCircuit(
        QuantumRegister(3), *(ClassicalRegister(1, name) for name in "xz"), ClassicalRegister(3, "end")
    )
    circuit.ry(0.8, 0)
    circuit.h(1)
    circuit.cx(1, 2)
    circuit.cx(0, 1)
    circuit.h(0)
    circuit.measure([0, 1], [1, 0])
    with circuit.if_test((circuit.cregs[0], 1)):
        circuit.x(2)
    with circuit.if_test((circuit.clbits[1], 1)):
        circuit.z(2)
    circuit.reset(0)
    circuit.ry(-0.8, 2)
    circuit.measure([2, 0, 1], [2, 3, 4])
    return circuit


def chosen_by_a_register():
    """A register whose value is no palindrome, with an else and a switch."""
    circuit = QuantumCircuit(QuantumRegister(4), ClassicalRegister(3, "c"), ClassicalRegister(1, "d"))
    circuit.x(0)
    circuit.ry(1.1, 1)
    circuit.measure([0, 1, 2], [0, 1, 2])
    with circuit.if_test((circuit.cregs[0], 0b001)) as otherwise:
        circuit.rx(0.9, 3)
    with otherwise:
        circuit.x(3)
        circuit.rx(0.2, 3)
    with circuit.switch(circuit.cregs[0]) as case:
        with case(0b011, 0b100):
            circuit.ry(0.7, 3)
        with case(case.DEFAULT):
            circuit.ry(0.4, 3)
    condition = expr.logic_and(circuit.clbits[0], expr.logic_not(circuit.clbits[1]))
    with circuit.if_test(condition):
        circuit.ry(0.3, 3)
    circuit.measure(3, 3)
    return circuit


def measured_and_used_again():
    circuit = QuantumCircuit(2, 3)
    circuit.ry(0.7, 0)
    circuit.measure(0, 0)
    circuit.cx(0, 1)
    circuit.reset(0)
    circuit.ry(1.3, 0)
    circuit.measure([0, 1], [1, 2])
    return circuit


@pytest.mark.parametrize("make", [teleported, chosen_by_a_register, measured_and_used_again])
@pytest.mark.parametrize("run", ["quil", "openqasm"])
def test_programs_that_go_on_after_measurements(workspace, run, make):
    name, options = RUNS[run]
    circuit = make()
    counts = Provider(workspace).get_backend(name).run(circuit, shots=2000, seed=3, **options)
    assert_counts_follow(counts.result().get_counts(), exact_counts(circuit))


def random_feed_forward(rng):
    """Measurements, resets and conditions on small registers, as they come."""
    registers = [ClassicalRegister(2, "c"), ClassicalRegister(1, "d"), ClassicalRegister(3, "end")]
    circuit = QuantumCircuit(QuantumRegister(3), *registers)

    def step(qubits):
        circuit.ry(rng.uniform(-3, 3), rng.choice(qubits))
        circuit.cx(*rng.sample(qubits, 2))

    for _ in range(rng.randint(1, 4)):
        step(range(3))
        circuit.measure(rng.randrange(3), rng.randrange(3))
        register = rng.choice(registers[:2])
        condition = rng.choice(
            [
                (register, rng.randrange(1 << register.size)),
                (rng.choice(circuit.clbits[:3]), rng.randrange(2)),
                expr.logic_not(expr.equal(registers[0], rng.randrange(4))),
                expr.bit_or(circuit.clbits[0], circuit.clbits[1]),
            ]
        )
        with circuit.if_test(condition) as otherwise:
            step(range(3))
            if rng.random() < 0.5:
                circuit.reset(rng.randrange(3))
        if rng.random() < 0.5:
            with otherwise:
                step(range(3))
    circuit.measure(range(3), registers[2])
    return circuit


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("run", ["quil", "openqasm"])
def test_random_feed_forward(workspace, run, seed):
    name, options = RUNS[run]
    circuit = random_feed_forward(random.Random(seed))
    job = Provider(workspace).get_backend(name).run(circuit, shots=1000, seed=seed, **options)
    assert_counts_follow(job.result().get_counts(), exact_counts(circuit))


def test_a_wide_register_is_compared_whole(workspace):
    circuit = QuantumCircuit(QuantumRegister(21), ClassicalRegister(20, "wide"), ClassicalRegister(1, "end"))
    circuit.x([0, 3])
    circuit.measure(range(19), range(19))  # the last bit stays 0
    with circuit.if_test((circuit.cregs[0], 0b1001)):
        circuit.x(20)
    circuit.measure(20, 20)
    backend = Provider(workspace).get_backend("quantinuum.sim.h2-1e")
    job = backend.run(circuit, shots=10, input_data_format=HONEYWELL_OPENQASM)
    assert job.result().get_counts() == {f"1 {0b1001:020b}": 10}


def two_registers(circuit, _wide):
    with circuit.if_test(expr.logic_and(*circuit.clbits[:2])):
        circuit.x(1)


def one_bit_of_many(circuit, wide):
    with circuit.if_test((wide[0], 1)):
        circuit.x(1)


def nested(circuit, _wide):
    with circuit.if_test((circuit.cregs[0], 1)), circuit.if_test((circuit.cregs[1], 1)):
        circuit.x(1)


def changed_before_the_else(circuit, _wide):
    with circuit.if_test((circuit.cregs[0], 1)) as otherwise:
        circuit.measure(1, 0)
    with otherwise:
        circuit.x(1)


def changed_before_the_end(circuit, _wide):
    with circuit.if_test((circuit.cregs[0], 1)):
        circuit.measure(1, 0)
        circuit.x(1)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (two_registers, "several registers"),
        (one_bit_of_many, "more than 16 values"),
        (nested, "conditions within conditions"),
        (changed_before_the_else, "compares it again"),
        (changed_before_the_end, "register a changes"),
    ],
)
def test_conditions_that_openqasm_2_lacks_are_refused(make, reason):
    wide = ClassicalRegister(8, "wide")
    circuit = QuantumCircuit(QuantumRegister(8), ClassicalRegister(1, "a"), ClassicalRegister(1, "b"), wide)
    circuit.measure([0, 1], [0, 1])
    circuit.measure(range(8), wide)
    make(circuit, wide)
    with pytest.raises(TranslationError, match=reason) as caught:
        payload(circuit, "openqasm")
    assert "instruction 10 (if_else)" in str(caught.value)
    assert payload(circuit, "quil").format == RIGETTI_QUIL


def test_ionq_programs_measure_at_the_end_only():
    for make in (teleported, measured_and_used_again):
        with pytest.raises(TranslationError, match="measure at the end only"):
            payload(make(), "qis")


def test_ionq_metadata_say_which_qubit_each_bit_shows():
    circuit = QuantumCircuit(3, 4)
    circuit.measure([2, 0, 1], [0, 1, 0])
    made = payload(circuit, "qis")
    assert json.loads(made.metadata["meas_map"]) == [1, 0, None, None]
    assert json.loads(made.data) == {"gateset": "qis", "qubits": 3, "circuit": []}
    assert made.params == {}


@pytest.mark.parametrize(
    ("formats", "options", "expected"),
    [
        ((RIGETTI_QUIL, QIR), {}, QIR),
        ((RIGETTI_QUIL,), {}, RIGETTI_QUIL),
        ((HONEYWELL_OPENQASM, IONQ_CIRCUIT), {}, IONQ_CIRCUIT),
        ((QIR, IONQ_CIRCUIT), {"gateset": "qis"}, IONQ_CIRCUIT),
        ((QIR, HONEYWELL_OPENQASM), {"input_data_format": HONEYWELL_OPENQASM}, HONEYWELL_OPENQASM),
    ],
)
def test_the_format_is_chosen_by_target_and_option(formats, options, expected):
    circuit = QuantumCircuit(1, 1)
    circuit.measure(0, 0)
    target = TargetSpec(id="t", provider_id="t", num_qubits=1, input_formats=formats, profile=QirProfile.BASE)
    assert encode(circuit, target, Options(options)).format == expected


@pytest.mark.parametrize(
    ("options", "error", "argument"),
    [
        ({"input_data_format": "qasm"}, OptionError, "input_data_format"),
        ({"input_data_format": RIGETTI_QUIL}, TranslationError, "program"),
        ({"gateset": "native", "input_data_format": QIR}, OptionError, "gateset"),
        ({"gateset": "nature"}, OptionError, "gateset"),
        ({"gateset": 1}, OptionError, "gateset"),
    ],
)
def test_forms_that_there_are_not_are_refused(options, error, argument):
    circuit = QuantumCircuit(1, 1)
    circuit.measure(0, 0)
    target = TargetSpec(id="t", provider_id="t", num_qubits=1, input_formats=(QIR, IONQ_CIRCUIT))
    with pytest.raises(error) as caught:
        encode(circuit, target, Options(options))
    assert caught.value.argument == argument


def test_the_pages_examples_of_formats_and_points_run():
    page = (Path(__file__).parents[2] / "docs" / "qiskit.md").read_text()
    blocks = [
        block
        for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL)
        if "input_data_format=format" in block or "submit_many(ansatz" in block
    ]
    assert len(blocks) == 2
    names = {}
    exec("\n".join(blocks), names)
    names["provider"].workspace.close()
    assert names["target"].name == "rigetti.sim.qvm"
