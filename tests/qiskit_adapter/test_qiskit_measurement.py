"""Which qubit goes to which character of the counts, and what measuring early comes to."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister
from qiskit.circuit import Clbit, Instruction, Qubit

from qiskit_adapter.circuit_reader import exact_counts
from qiskit_adapter.program_checks import ADAPTIVE, BASE, assert_same_counts, read, translate
from quire.errors import TranslationError
from quire.formats import QirProfile


def prepared(bits, *registers):
    """A circuit whose qubits hold given bits, qubit 0 first."""
    circuit = QuantumCircuit(QuantumRegister(len(bits), "q"), *registers)
    for qubit, bit in enumerate(bits):
        if bit == "1":
            circuit.x(qubit)
    return circuit


def only_output(circuit, target=BASE):
    ((output, probability),) = assert_same_counts(circuit, target).distribution().items()
    assert probability == pytest.approx(1)
    return output


def test_x_on_the_first_two_of_four_qubits():
    circuit = prepared("1100")
    circuit.measure_all()
    assert only_output(circuit) == "0011"


def test_a_cyclic_measure_map():
    circuit = prepared("100", ClassicalRegister(3, "c"))
    circuit.measure([0, 1, 2], [1, 2, 0])
    assert only_output(circuit) == "010"


def test_three_registers_of_one_width_with_different_values():
    registers = [ClassicalRegister(2, name) for name in "abc"]
    circuit = prepared("100111", *registers)
    circuit.measure(range(6), range(6))
    assert only_output(circuit) == "11 10 01"


def test_registers_of_unequal_width_named_against_the_alphabet():
    circuit = prepared(
        "110010", ClassicalRegister(3, "z"), ClassicalRegister(1, "m"), ClassicalRegister(2, "a")
    )
    circuit.measure(range(6), range(6))
    assert only_output(circuit) == "01 0 011"


@pytest.mark.parametrize("mapping", [[0, 1, 2], [2, 0, 1], [1, 0, 2]])
def test_a_whole_asymmetric_distribution(mapping):
    circuit = QuantumCircuit(3, 3)
    for qubit, angle in enumerate((0.6, 1.2, 2.1)):
        circuit.ry(angle, qubit)
    circuit.measure([0, 1, 2], mapping)
    assert len(assert_same_counts(circuit).distribution()) == 8


def test_only_some_qubits_measured():
    circuit = prepared("0110", ClassicalRegister(2, "c"))
    circuit.measure([1, 3], [1, 0])
    program = assert_same_counts(circuit)
    assert program.distribution() == {"10": pytest.approx(1)}
    assert (program.num_qubits, program.num_results) == (4, 2)


def test_bits_that_nothing_is_measured_into_are_zero():
    circuit = prepared("11", ClassicalRegister(2, "a"), ClassicalRegister(3, "b"))
    circuit.measure([0, 1], [1, 3])
    assert only_output(circuit) == "010 10"


def test_the_records_are_those_of_microsofts_clients():
    circuit = prepared("000000000", *[ClassicalRegister(3, name) for name in ("one", "two", "three")])
    circuit.measure(range(9), range(9))
    records = [step for step in read(circuit).steps if step[0] in ("tuple", "array", "result")]
    assert records == [
        ("tuple", 3),
        *(("array", 3), ("result", 8), ("result", 7), ("result", 6)),
        *(("array", 3), ("result", 5), ("result", 4), ("result", 3)),
        *(("array", 3), ("result", 2), ("result", 1), ("result", 0)),
    ]


def test_loose_bits_only_are_written_without_spaces():
    circuit = QuantumCircuit([Qubit(), Qubit(), Clbit(), Clbit(), Clbit()])
    circuit.x(0)
    circuit.measure([0, 1], [2, 0])
    assert only_output(circuit) == "100"


def test_loose_bits_beside_registers_are_a_group_of_their_own():
    # Qiskit's own simulators lose bits here, so there is nothing to compare with.
    circuit = QuantumCircuit([Qubit(), Qubit(), Clbit(), Clbit()], ClassicalRegister(2, "c"), [Clbit()])
    circuit.x([0, 1])
    circuit.measure([0, 1], [1, 2])
    assert read(circuit).distribution() == {"0 01 10": pytest.approx(1)}


def test_overlapping_registers_are_one_word_over_all_bits():
    bits = [Clbit() for _ in range(3)]
    circuit = QuantumCircuit([Qubit(), Qubit()], bits)
    circuit.add_register(ClassicalRegister(bits=bits[:2], name="a"))
    circuit.add_register(ClassicalRegister(bits=bits[1:], name="b"))
    circuit.x(0)
    circuit.measure([0, 1], [1, 2])
    assert read(circuit).distribution() == {"010": pytest.approx(1)}


def test_registers_against_the_order_of_their_bits_are_one_word():
    bits = [Clbit(), Clbit()]
    circuit = QuantumCircuit([Qubit()], bits)
    circuit.add_register(ClassicalRegister(bits=bits[1:], name="a"))
    circuit.add_register(ClassicalRegister(bits=bits[:1], name="b"))
    circuit.x(0)
    circuit.measure(0, 1)
    assert read(circuit).distribution() == {"10": pytest.approx(1)}


def test_an_empty_register_is_not_recorded():
    circuit = prepared("10", ClassicalRegister(0, "none"), ClassicalRegister(2, "c"))
    circuit.measure([0, 1], [0, 1])
    records = [step for step in read(circuit).steps if step[0] in ("tuple", "array", "result")]
    assert records == [("array", 2), ("result", 1), ("result", 0)]


def test_a_bit_measured_twice_shows_the_last():
    circuit = prepared("10", ClassicalRegister(1, "c"))
    circuit.measure(0, 0)
    circuit.measure(1, 0)
    for target in (BASE, ADAPTIVE):
        assert only_output(circuit, target) == "0"
    assert sum(step[0] == "measure" for step in read(circuit).steps) == 1


def test_a_qubit_measured_twice_shows_the_same_in_both_bits():
    circuit = QuantumCircuit(2, 3)
    circuit.ry(0.8, 0)
    circuit.measure(0, 2)
    circuit.measure(0, 0)
    circuit.measure(1, 1)
    for target in (BASE, ADAPTIVE):
        program = assert_same_counts(circuit, target)
        assert program.profile == "base_profile"
        assert set(program.distribution()) == {"000", "101"}


def test_a_qubit_measured_twice_and_one_of_its_bits_again():
    circuit = prepared("10", ClassicalRegister(2, "c"))
    circuit.measure(0, 0)
    circuit.measure(0, 1)
    circuit.measure(1, 0)
    assert only_output(circuit) == "10"


def test_measurements_move_behind_the_gates_of_other_qubits():
    circuit = QuantumCircuit(2, 2)
    circuit.h(0)
    circuit.measure(0, 0)
    circuit.ry(0.7, 1)
    circuit.measure(1, 1)
    for target in (BASE, ADAPTIVE):
        program = assert_same_counts(circuit, target)
        assert program.profile == "base_profile"
        assert [step[0] for step in program.steps[1:5]] == ["gate", "gate", "measure", "measure"]


def mid_circuit():
    circuit = QuantumCircuit(2, 2, name="early")
    circuit.h(0)
    circuit.measure(0, 0)
    circuit.cx(0, 1)
    circuit.ry(0.9, 0)
    circuit.measure([0, 1], [1, 0])
    return circuit


def test_mid_circuit_measurement_on_an_adaptive_target():
    program = assert_same_counts(mid_circuit(), ADAPTIVE)
    assert program.profile == "adaptive_profile"


def test_mid_circuit_measurement_on_a_base_target_says_what_and_where():
    with pytest.raises(TranslationError) as caught:
        translate(mid_circuit(), BASE)
    error = caught.value
    assert str(error).startswith("circuit early: instruction 2 (cx): it acts on qubit 0 after a measurement")
    assert "base.target has the Base profile" in str(error)
    assert (error.element, error.target) == ("cx", "base.target")
    assert error.profiles == (QirProfile.ADAPTIVE_RI, QirProfile.ADAPTIVE_RIF, QirProfile.ADAPTIVE)


def test_measure_reset_measure():
    circuit = QuantumCircuit(1, 2)
    circuit.x(0)
    circuit.measure(0, 0)
    circuit.reset(0)
    circuit.measure(0, 1)
    assert only_output(circuit, ADAPTIVE) == "01"
    with pytest.raises(TranslationError, match=r"instruction 2 \(reset\): it resets a qubit that was used"):
        translate(circuit, BASE)


def test_a_reset_of_an_entangled_qubit():
    circuit = QuantumCircuit(2, 2)
    circuit.ry(1.1, 0)
    circuit.cx(0, 1)
    circuit.reset(0)
    circuit.ry(0.3, 0)
    circuit.measure([0, 1], [0, 1])
    assert_same_counts(circuit, ADAPTIVE)


def test_resets_of_fresh_qubits_are_nothing():
    circuit = QuantumCircuit(2, 2)
    circuit.reset(0)
    circuit.reset(0)
    circuit.h(0)
    circuit.measure(0, 0)
    circuit.measure(1, 1)
    circuit.reset(1)
    for target in (BASE, ADAPTIVE):
        assert assert_same_counts(circuit, target).profile == "base_profile"


@pytest.mark.parametrize("bits", [0, 3])
def test_nothing_measured_gives_a_warning_and_zeros(bits):
    circuit = QuantumCircuit(2, bits, name="silent")
    circuit.h(0)
    with pytest.warns(UserWarning, match=r"nothing is measured in circuit silent, .*measure_all\(\)"):
        assert read(circuit).distribution() == {"0" * (bits or 1): pytest.approx(1)}


def test_a_gate_that_was_used_before_its_qubit_was_measured_is_not_used_again():
    circuit = QuantumCircuit(2, 2)
    circuit.x([0, 1])
    circuit.ry(0.3, 0)
    circuit.cx(0, 1)
    circuit.measure(0, 0)
    for again in (lambda: circuit.x(0), lambda: circuit.ry(0.3, 0), lambda: circuit.cx(1, 0)):
        again()
        with pytest.raises(TranslationError, match=r"it acts on qubit 0 after a measurement"):
            translate(circuit, BASE)
        circuit.data.pop()
    circuit.x(1)
    circuit.measure(1, 1)
    assert assert_same_counts(circuit).profile == "base_profile"


def test_instructions_that_measure_inside():
    inner = QuantumCircuit(2, 2, name="inner")
    inner.x(1)
    inner.measure([0, 1], [1, 0])
    outer = QuantumCircuit(3, name="outer")
    outer.add_register(ClassicalRegister(3, "c"))
    outer.append(inner.to_instruction(), [2, 0], [2, 1])
    circuit = QuantumCircuit(3, 4)
    circuit.append(outer.to_instruction(), [1, 0, 2], [3, 0, 1])
    assert exact_counts(circuit.decompose(reps=2)) == {"0010": pytest.approx(1)}
    assert read(circuit).distribution() == {"0010": pytest.approx(1)}


def test_an_error_inside_an_instruction_names_the_way_to_it():
    inner = QuantumCircuit(1, 1, name="inner")
    inner.measure(0, 0)
    inner.x(0)
    circuit = QuantumCircuit(1, 1, name="outer")
    circuit.h(0)
    circuit.append(inner.to_instruction(), [0], [0])
    with pytest.raises(TranslationError, match=r"outer: instruction 1 \(inner\): instruction 1 \(x\)"):
        translate(circuit, BASE)


def test_opaque_instructions_are_refused():
    circuit = QuantumCircuit(1, 1)
    circuit.append(Instruction("measure", 1, 1, []), [0], [0])
    with pytest.raises(
        TranslationError, match="targets have no measure, and the circuit gives no definition"
    ):
        translate(circuit, BASE)


@st.composite
def static_circuits(draw):
    num_qubits = draw(st.integers(1, 4))
    widths = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    registers = [ClassicalRegister(width, f"r{9 - i}") for i, width in enumerate(widths)]
    circuit = QuantumCircuit(QuantumRegister(num_qubits, "q"), *registers)
    for qubit in range(num_qubits):
        circuit.ry(draw(st.sampled_from([0.0, 0.6, 1.2, 2.1, 3.141592653589793])), qubit)
    if num_qubits > 1:
        circuit.crx(draw(st.floats(-9, 9)), *draw(st.permutations(range(num_qubits)))[:2])
    for _ in range(draw(st.integers(1, 6))):
        circuit.measure(draw(st.integers(0, num_qubits - 1)), draw(st.integers(0, circuit.num_clbits - 1)))
    return circuit


@given(static_circuits())
@settings(max_examples=120, deadline=None, derandomize=True, database=None)
def test_random_measure_maps(circuit):
    assert_same_counts(circuit)
