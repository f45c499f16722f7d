"""Every gate of Qiskit through the translation, compared as matrices, exactly up to a global phase."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit import QuantumCircuit
from qiskit.circuit import (
    AnnotatedOperation,
    ControlModifier,
    Gate,
    InverseModifier,
    Parameter,
    PowerModifier,
)
from qiskit.circuit.library import (
    C3XGate,
    DiagonalGate,
    GlobalPhaseGate,
    MCXGate,
    PauliEvolutionGate,
    PauliGate,
    PermutationGate,
    PhaseGate,
    QFTGate,
    RXGate,
    RYGate,
    StatePreparation,
    UGate,
    UnitaryGate,
    get_standard_gate_name_mapping,
    phase_estimation,
)
from qiskit.quantum_info import Clifford, Operator, SparsePauliOp, random_clifford, random_unitary

from qiskit_adapter.program_checks import translate
from qiskit_adapter.qir_reader import Program
from quire.errors import TranslationError, UnboundParameterError
from quire.model import TargetSpec

BASE = TargetSpec(id="base", provider_id="test", num_qubits=30)
STANDARD = {
    name: gate
    for name, gate in get_standard_gate_name_mapping().items()
    if name not in ("measure", "reset", "delay")
}
SPECIAL = [k * math.pi / 4 for k in range(-16, 17)]


def program_of(circuit):
    measured = circuit.copy()
    measured.measure_all()
    return Program(translate(measured, BASE))


def assert_same_unitary(circuit, expected, tolerance=1e-9):
    """The program's matrix is the expected one up to a phase."""
    actual = program_of(circuit).unitary()
    overlap = np.vdot(expected, actual)
    assert abs(abs(overlap) / len(expected) - 1) < tolerance
    assert np.abs(actual - overlap / abs(overlap) * expected).max() < max(tolerance, 1e-8)


def with_angles(gate, angles):
    return type(gate)(*angles) if gate.params else gate


def circuit_of(operation, qubits=None):
    circuit = QuantumCircuit(max(operation.num_qubits, 1))
    circuit.append(operation, qubits or range(operation.num_qubits))
    return circuit


def reference(gate):
    """The gate's own matrix, not by its definition where it has one."""
    return np.asarray(gate.to_matrix()) if gate.num_qubits else np.eye(2)


@pytest.mark.parametrize("name", sorted(STANDARD))
def test_each_standard_gate_is_exact_at_random_and_special_angles(name):
    gate = STANDARD[name]
    generator = np.random.default_rng(7)
    rows = list(generator.uniform(-4 * math.pi, 4 * math.pi, (4, len(gate.params))))
    if gate.params:
        rows += list(generator.choice(SPECIAL, (6, len(gate.params))))
    for row in rows if gate.params else [()]:
        made = with_angles(gate, map(float, row))
        circuit = circuit_of(made)
        expected = reference(made)
        assert_same_unitary(circuit, expected)


@pytest.mark.parametrize("name", sorted(set(STANDARD) - {"global_phase"}))
@pytest.mark.parametrize("ctrl_state", [0, 1])
def test_each_controlled_gate_keeps_the_phase_of_what_it_controls(name, ctrl_state):
    gate = STANDARD[name]
    angles = np.random.default_rng(11).uniform(-4 * math.pi, 4 * math.pi, len(gate.params))
    made = with_angles(gate, map(float, angles))
    controlled = made.control(1, ctrl_state=ctrl_state, annotated=False)
    dimension = 2**made.num_qubits
    # The control is the least significant qubit.
    active = np.diag([1 - ctrl_state, ctrl_state])
    expected = np.kron(reference(made), active) + np.kron(np.eye(dimension), np.eye(2) - active)
    assert_same_unitary(circuit_of(controlled), expected, 1e-7)


@pytest.mark.parametrize("ctrl_state", range(8))
def test_open_and_several_controls(ctrl_state):
    gate = UGate(0.3, -1.2, 2.5)
    active = np.diag(np.eye(8)[ctrl_state])
    expected = np.kron(reference(gate), active) + np.kron(np.eye(2), np.eye(8) - active)
    assert_same_unitary(circuit_of(gate.control(3, ctrl_state=ctrl_state, annotated=False)), expected, 1e-7)


def test_a_controlled_gate_of_a_circuit_with_global_phase():
    inner = QuantumCircuit(1, global_phase=0.7)
    inner.rx(1.1, 0)
    inner.append(GlobalPhaseGate(0.4), [])
    matrix = np.exp(1.1j) * Operator(RXGate(1.1)).data
    expected = np.kron(matrix, np.diag([0, 1])) + np.kron(np.eye(2), np.diag([1, 0]))
    assert_same_unitary(circuit_of(inner.to_gate().control(annotated=False)), expected, 1e-7)


@pytest.mark.parametrize(
    "operation",
    [
        UnitaryGate(random_unitary(2, seed=1)),
        UnitaryGate(random_unitary(4, seed=2)),
        UnitaryGate(random_unitary(8, seed=3)),
        PauliGate("XYZ"),
        PermutationGate([2, 0, 3, 1]),
        QFTGate(4),
        MCXGate(3, ctrl_state=5),
        MCXGate(5),
        DiagonalGate([1, -1, 1j, np.exp(0.3j)]),
        PauliEvolutionGate(SparsePauliOp(["ZZI", "IXX", "YIY"], [0.3, -0.7, 1.1]), time=0.4),
        random_clifford(3, seed=4),
        Clifford(STANDARD["ecr"]),
        AnnotatedOperation(RYGate(0.4), [ControlModifier(2, 1), InverseModifier()]),
        AnnotatedOperation(STANDARD["s"], [PowerModifier(3), ControlModifier(1)]),
        phase_estimation(2, circuit_of(PhaseGate(0.8))).to_gate(),
    ],
    ids=lambda operation: f"{operation.name}-{operation.num_qubits}",
)
def test_library_operations(operation):
    circuit = circuit_of(operation, list(range(operation.num_qubits))[::-1])
    if isinstance(operation, PauliEvolutionGate):
        # What is written is the SDK's product formula, not the exponential it stands for.
        expected = Operator(circuit.decompose(reps=4)).data
    else:
        expected = Operator(circuit).data
    assert_same_unitary(circuit, expected, 1e-7)


def test_state_preparation_gives_the_state():
    amplitudes = np.random.default_rng(5).normal(size=(8, 2)) @ [1, 1j]
    amplitudes /= np.linalg.norm(amplitudes)
    for operation in (StatePreparation(amplitudes), QuantumCircuit(3)):
        circuit = QuantumCircuit(3)
        if isinstance(operation, StatePreparation):
            circuit.append(operation, range(3))
        else:
            circuit.initialize(amplitudes)  # begins with a reset, which does nothing to fresh qubits
        state = program_of(circuit).unitary()[:, 0]
        assert abs(abs(np.vdot(amplitudes, state)) - 1) < 1e-9


def test_names_do_not_decide_what_a_gate_is():
    inner = QuantumCircuit(1, name="h")
    inner.ry(0.3, 0)
    other = QuantumCircuit(1, name="h")
    other.rz(0.9, 0)
    circuit = QuantumCircuit(1)
    circuit.append(inner.to_gate(), [0])
    circuit.append(other.to_gate(), [0])
    circuit.h(0)
    calls = program_of(circuit).calls()
    assert calls == [("ry__body", [0.3], [0]), ("rz__body", [0.9], [0]), ("h__body", [], [0])]


def test_nested_definitions_and_the_wires_they_permute():
    inner = QuantumCircuit(2, name="inner")
    inner.rx(0.3, 0)
    inner.cx(0, 1)
    middle = QuantumCircuit(3, name="middle")
    middle.append(inner.to_gate(), [2, 0])
    middle.append(inner.to_gate(), [1, 2])
    circuit = QuantumCircuit(4)
    circuit.append(middle.to_instruction(), [3, 1, 0])
    circuit.append(middle.to_gate(), [0, 2, 3])
    expected = Operator(circuit.decompose(reps=3)).data
    assert_same_unitary(circuit, expected)


def test_barriers_delays_and_identities_leave_nothing_behind():
    circuit = QuantumCircuit(2)
    circuit.id(0)
    circuit.barrier()
    circuit.delay(100, 1)
    circuit.h(1)
    assert program_of(circuit).calls() == [("h__body", [], [1])]


@pytest.mark.parametrize(
    "angle", [0.5, -2.731, 1e-300, 3e22, 1e16, np.float64(0.1), np.float32(0.1), 3, -0.0]
)
def test_angles_are_exact(angle):
    circuit = QuantumCircuit(1)
    circuit.rz(angle, 0)
    ((_, angles, _),) = program_of(circuit).calls()
    assert angles == [float(angle)]


def test_bound_expressions_are_numbers():
    theta, phi = Parameter("theta"), Parameter("phi")
    circuit = QuantumCircuit(2)
    circuit.rx(2 * theta + phi, 0)
    circuit.cp(theta * phi, 0, 1)
    bound = circuit.assign_parameters({theta: 0.25, phi: np.float64(0.5)})
    assert program_of(bound).calls()[0] == ("rx__body", [1.0], [0])
    half = 0.25 * 0.5 / 2
    assert [angles for _, angles, _ in program_of(bound).calls()[1:]] == [[half], [half], [-half]]


def test_unbound_parameters_are_named():
    circuit = QuantumCircuit(1)
    circuit.rx(Parameter("beta") + Parameter("alpha"), 0)
    with pytest.raises(UnboundParameterError, match=r"alpha, beta.*assign_parameters") as caught:
        program_of(circuit)
    assert caught.value.parameters == ("alpha", "beta")
    assert caught.value.target == "base"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_angles_that_are_no_numbers_are_refused(value):
    circuit = QuantumCircuit(1, name="broken")
    circuit.h(0)
    circuit.ry(value, 0)
    with pytest.raises(
        TranslationError, match=r"circuit broken: instruction 1 \(ry\): an angle must be finite"
    ) as e:
        program_of(circuit)
    assert e.value.element == "ry"


def test_gates_without_a_definition_are_named_with_their_place():
    inner = QuantumCircuit(1, name="block")
    inner.x(0)
    inner.append(Gate("mystery", 1, []), [0])
    circuit = QuantumCircuit(1)
    circuit.h(0)
    circuit.append(inner.to_gate(), [0])
    with pytest.raises(TranslationError, match=r"instruction 1 \(block\): targets have no mystery") as caught:
        program_of(circuit)
    assert caught.value.element == "mystery"
    assert caught.value.target == "base"


def measured_once(gate):
    """A circuit of one gate, put together so that the SDK makes no copies of the gate."""
    circuit = QuantumCircuit(1, 1)
    circuit.append(gate, [0], copy=False)
    circuit.measure(0, 0)
    return circuit


def test_definitions_without_a_bottom_are_refused():
    gate = Gate("snake", 1, [])
    gate.definition = QuantumCircuit(1)
    gate.definition.append(gate, [0], copy=False)
    with pytest.raises(TranslationError, match="the definition of snake is nested more than 100 deep"):
        translate(measured_once(gate), BASE)


def test_definitions_that_double_and_double_are_refused_quickly():
    gate = STANDARD["h"]
    for level in range(40):
        double = Gate(f"double{level}", 1, [])
        double.definition = QuantumCircuit(1)
        double.definition.append(gate, [0], copy=False)
        double.definition.append(gate, [0], copy=False)
        gate = double
    with pytest.raises(TranslationError, match="expands into more than 2000000 calls"):
        translate(measured_once(gate), BASE)


def test_a_gate_used_often_is_worked_out_once():
    asked = []

    class Counted(Gate):
        def _define(self):
            asked.append(self)
            self.definition = circuit_of(STANDARD["h"])

    gate = Counted("counted", 1, [])
    circuit = QuantumCircuit(2, 1)
    for _ in range(5):
        circuit.append(gate, [0], copy=False)
        circuit.append(gate, [1], copy=False)
    circuit.measure(0, 0)
    assert len(Program(translate(circuit, BASE)).calls()) == 10
    assert len(asked) == 1


def test_gates_of_one_name_and_different_width_are_told_apart():
    circuit = QuantumCircuit(5)
    circuit.append(C3XGate(), range(4))
    circuit.append(MCXGate(3), range(4))
    circuit.append(MCXGate(4), range(5))
    assert {instruction.name for instruction in circuit.data} == {"mcx"}
    assert_same_unitary(circuit, Operator(circuit).data, 1e-7)


UNITARY_NAMES = sorted(set(STANDARD) - {"global_phase"})


@st.composite
def circuits(draw):
    num_qubits = draw(st.integers(1, 4))
    circuit = QuantumCircuit(num_qubits)
    usable = [name for name in UNITARY_NAMES if STANDARD[name].num_qubits <= num_qubits]
    for _ in range(draw(st.integers(0, 12))):
        gate = STANDARD[draw(st.sampled_from(usable))]
        angle = st.one_of(st.sampled_from(SPECIAL), st.floats(-13, 13, allow_subnormal=False))
        made = with_angles(gate, [draw(angle) for _ in gate.params])
        circuit.append(made, draw(st.permutations(range(num_qubits)))[: gate.num_qubits])
    return circuit


@given(circuits())
@settings(max_examples=150, deadline=None, derandomize=True, database=None)
def test_random_circuits(circuit):
    assert_same_unitary(circuit, Operator(circuit).data, 1e-8)
