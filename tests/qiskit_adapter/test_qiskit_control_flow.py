"""Conditions, switches and loops, with measurements and resets among them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister
from qiskit.circuit import Parameter
from qiskit.circuit.classical import expr, types

from qiskit_adapter.circuit_reader import exact_counts
from qiskit_adapter.program_checks import ADAPTIVE, BASE, assert_same_counts, read, translate
from quire.errors import TranslationError


def conditioned(value, width=3):
    circuit = QuantumCircuit(QuantumRegister(4), ClassicalRegister(1, "first"), ClassicalRegister(width, "c"))
    register = circuit.cregs[1]
    for qubit in range(3):
        circuit.ry(0.6 + 0.5 * qubit, qubit)
    circuit.measure(range(3), register[:3])
    with circuit.if_test((register, value)) as otherwise:
        circuit.x(3)
    with otherwise:
        circuit.ry(0.4, 3)
    circuit.measure(3, 0)
    return circuit


@pytest.mark.parametrize("value", range(9))
def test_conditions_on_a_register_take_bit_0_as_the_least_significant(value):
    assert assert_same_counts(conditioned(value), ADAPTIVE).profile == "adaptive_profile"


def test_conditions_on_bits_that_nothing_was_measured_into():
    for value in (1, 6, 9):
        assert_same_counts(conditioned(value, width=4), ADAPTIVE)


@pytest.mark.parametrize("value", [0, 1])
def test_conditions_on_one_bit(value):
    circuit = QuantumCircuit(2, 2)
    circuit.ry(0.7, 0)
    circuit.measure(0, 1)
    with circuit.if_test((circuit.clbits[1], value)):
        circuit.x(1)
    circuit.measure(1, 0)
    assert_same_counts(circuit, ADAPTIVE)


def test_conditions_need_an_adaptive_target():
    with pytest.raises(TranslationError, match=r"\(if_else\): it branches, but base.target has the Base"):
        translate(conditioned(1), BASE)


def test_nested_conditions_that_measure_and_reset():
    circuit = QuantumCircuit(2, 3)
    circuit.ry(0.7, 0)
    circuit.measure(0, 0)
    with circuit.if_test((circuit.clbits[0], 1)):
        circuit.ry(1.1, 1)
        circuit.measure(1, 1)
        with circuit.if_test((circuit.clbits[1], 0)) as otherwise:
            circuit.reset(0)
            circuit.ry(0.2, 0)
        with otherwise:
            circuit.h(0)
        circuit.measure(0, 0)
    with circuit.if_test((circuit.clbits[1], 0)):
        circuit.x(1)
    circuit.measure(1, 2)
    assert_same_counts(circuit, ADAPTIVE)


@pytest.mark.parametrize("cases", [[(0, 3), (5,), "default"], [(2,), (1, 6)], ["default"]])
def test_switches(cases):
    circuit = QuantumCircuit(QuantumRegister(4), ClassicalRegister(3, "c"), ClassicalRegister(1, "d"))
    for qubit in range(3):
        circuit.ry(0.9 + 0.4 * qubit, qubit)
    circuit.measure(range(3), range(3))
    with circuit.switch(circuit.cregs[0]) as case:
        for index, values in enumerate(cases):
            with case(case.DEFAULT) if values == "default" else case(*values):
                circuit.ry(0.5 + index, 3)
    circuit.measure(3, 3)
    assert_same_counts(circuit, ADAPTIVE)


def expressions(circuit):
    a, b, c = circuit.clbits[:3]
    register = circuit.cregs[0]
    return [
        expr.logic_and(a, expr.logic_not(b)),
        expr.logic_or(expr.bit_and(a, b), c),
        expr.logic_not(expr.logic_or(a, expr.logic_and(b, c))),
        expr.equal(register, 5),
        expr.not_equal(register, 6),
        expr.logic_not(expr.not_equal(3, register)),
        expr.equal(register, expr.lift(2, types.Uint(8))),
        expr.logic_not(register),
        expr.bit_or(expr.equal(register, 1), expr.bit_not(c)),
        expr.equal(a, False),
        expr.lift(True),
    ]


@pytest.mark.parametrize("index", range(11))
def test_expressions(index):
    circuit = QuantumCircuit(QuantumRegister(4), ClassicalRegister(3, "c"), ClassicalRegister(1, "d"))
    for qubit in range(3):
        circuit.ry(0.9 + 0.4 * qubit, qubit)
    circuit.measure(range(3), range(3))
    with circuit.if_test(expressions(circuit)[index]):
        circuit.x(3)
    circuit.measure(3, 3)
    assert_same_counts(circuit, ADAPTIVE)


def test_other_expressions_are_refused():
    circuit = QuantumCircuit(2, 2)
    circuit.measure(0, 0)
    with circuit.if_test(expr.less(circuit.cregs[0], 2)):
        circuit.x(1)
    with pytest.raises(TranslationError, match=r"condition .* cannot be written: conditions are bits"):
        translate(circuit, ADAPTIVE)


def test_counted_loops_are_unrolled():
    circuit = QuantumCircuit(2, 1)
    theta = Parameter("theta")
    with circuit.for_loop(range(1, 4), theta):
        circuit.ry(theta * 0.3, 0)
        with circuit.for_loop((0, 5)):
            circuit.cx(0, 1)
            circuit.rz(theta, 1)
    circuit.measure(0, 0)
    program = assert_same_counts(circuit)
    assert program.profile == "base_profile"
    assert [angles for name, angles, _ in program.calls() if name == "ry__body"] == [
        [0.3],
        [0.6],
        [pytest.approx(0.9)],
    ]


def test_boxes_are_opened():
    circuit = QuantumCircuit(2, 1)
    with circuit.box():
        circuit.ry(0.4, 1)
    circuit.measure(1, 0)
    assert read(circuit).distribution() == pytest.approx(exact_counts(circuit_without_box()))


def circuit_without_box():
    circuit = QuantumCircuit(2, 1)
    circuit.ry(0.4, 1)
    circuit.measure(1, 0)
    return circuit


def test_endless_loops_are_stopped():
    circuit = QuantumCircuit(1, 1)
    with circuit.for_loop(range(10**9)):
        circuit.x(0)
    circuit.measure(0, 0)
    with pytest.raises(TranslationError, match="expand into more than 2000000 calls"):
        translate(circuit, ADAPTIVE)


def test_loops_of_unknown_length_are_refused():
    circuit = QuantumCircuit(1, 1)
    with circuit.while_loop((circuit.clbits[0], 0)):
        circuit.h(0)
        circuit.measure(0, 0)
    with pytest.raises(TranslationError, match=r"instruction 0 \(while_loop\): while_loop cannot be written"):
        translate(circuit, ADAPTIVE)
    circuit = QuantumCircuit(1, 1)
    with circuit.for_loop(range(3)):
        circuit.h(0)
        circuit.measure(0, 0)
        with circuit.if_test((circuit.clbits[0], 1)):
            circuit.break_loop()
    with pytest.raises(
        TranslationError, match=r"\(break_loop\): break_loop cannot be written: .* without break"
    ):
        translate(circuit, ADAPTIVE)


def test_run_time_variables_are_refused():
    circuit = QuantumCircuit(1, 1)
    circuit.add_var("flag", False)
    circuit.measure(0, 0)
    with pytest.raises(TranslationError, match=r"instruction 0 \(store\): .*no run-time variables"):
        translate(circuit, ADAPTIVE)


@st.composite
def blocks(draw, circuit, depth=0):
    """Adds instructions to a circuit, with measurements, resets and conditions among them."""
    qubit = st.integers(0, circuit.num_qubits - 1)
    bit = st.integers(0, circuit.num_clbits - 1)
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["ry", "cx", "measure", "reset", "bit", "register"]))
        if kind == "ry":
            circuit.ry(draw(st.sampled_from([0.6, 1.2, 2.1])), draw(qubit))
        elif kind == "cx":
            circuit.cx(*draw(st.permutations(range(circuit.num_qubits)))[:2])
        elif kind == "measure":
            circuit.measure(draw(qubit), draw(bit))
        elif kind == "reset":
            circuit.reset(draw(qubit))
        elif depth < 2:
            register = draw(st.sampled_from(circuit.cregs))
            chosen = circuit.clbits[draw(bit)] if kind == "bit" else register
            limit = 1 if kind == "bit" else 2**register.size - 1
            with circuit.if_test((chosen, draw(st.integers(0, limit)))) as otherwise:
                draw(blocks(circuit, depth + 1))
            if draw(st.booleans()):
                with otherwise:
                    draw(blocks(circuit, depth + 1))


@st.composite
def dynamic_circuits(draw):
    circuit = QuantumCircuit(
        QuantumRegister(3, "q"),
        ClassicalRegister(2, "z"),
        ClassicalRegister(1, "b"),
        ClassicalRegister(2, "a"),
    )
    circuit.ry(1.0, 0)
    circuit.measure(0, draw(st.integers(0, 4)))
    draw(blocks(circuit))
    circuit.measure(draw(st.integers(0, 2)), draw(st.integers(0, 4)))
    return circuit


@given(dynamic_circuits())
@settings(max_examples=120, deadline=None, derandomize=True, database=None)
def test_random_dynamic_circuits(circuit):
    assert_same_counts(circuit, ADAPTIVE)
