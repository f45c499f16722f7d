"""Every gate of Cirq becomes QIR that is exactly its matrix, up to a global phase."""

import math
import random

import cirq
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from cirq_adapter.qir_checks import assert_same_unitary, translate
from cirq_adapter.qir_reading import lines_of

POWERS = (
    cirq.XPowGate,
    cirq.YPowGate,
    cirq.ZPowGate,
    cirq.HPowGate,
    cirq.CXPowGate,
    cirq.CZPowGate,
    cirq.SwapPowGate,
    cirq.ISwapPowGate,
    cirq.XXPowGate,
    cirq.YYPowGate,
    cirq.ZZPowGate,
    cirq.CCXPowGate,
    cirq.CCZPowGate,
)
SPECIAL = tuple(i / 4 for i in range(-8, 9))


class UnitaryOnly(cirq.Gate):
    """A user's gate that says what it is by its matrix alone."""

    def __init__(self, width: int, seed: int) -> None:
        self.matrix = cirq.testing.random_unitary(2**width, random_state=seed)
        self.width = width

    def _num_qubits_(self) -> int:
        return self.width

    def _unitary_(self):
        return self.matrix


class Decomposed(cirq.Gate):
    """A user's gate that says what it is by other gates, one of them a user's gate too."""

    def _num_qubits_(self) -> int:
        return 2

    def _decompose_(self, qubits):
        first, second = qubits
        yield cirq.H(second)
        yield cirq.ISWAP(second, first) ** 0.3
        yield UnitaryOnly(1, 3)(first)


def other_gates(seed: int) -> list[cirq.Gate]:
    r = random.Random(seed)
    turn = lambda: r.uniform(-3, 3)  # noqa: E731
    return [
        cirq.X,
        cirq.Y,
        cirq.Z,
        cirq.I,
        cirq.IdentityGate(2),
        cirq.rx(turn()),
        cirq.ry(turn()),
        cirq.rz(turn()),
        cirq.ms(turn()),
        cirq.givens(turn()),
        cirq.cphase(turn()),
        cirq.PhasedXPowGate(phase_exponent=turn(), exponent=turn(), global_shift=turn()),
        cirq.PhasedXZGate(x_exponent=turn(), z_exponent=turn(), axis_phase_exponent=turn()),
        cirq.PhasedISwapPowGate(phase_exponent=turn(), exponent=turn()),
        cirq.FSimGate(turn(), turn()),
        cirq.PhasedFSimGate(turn(), turn(), turn(), turn(), turn()),
        cirq.CSWAP,
        cirq.QuantumFourierTransformGate(3),
        cirq.PhaseGradientGate(num_qubits=2, exponent=turn()),
        cirq.QubitPermutationGate([2, 0, 1]),
        cirq.DiagonalGate([turn() for _ in range(8)]),
        cirq.TwoQubitDiagonalGate([turn() for _ in range(4)]),
        cirq.ThreeQubitDiagonalGate([turn() for _ in range(8)]),
        cirq.DensePauliString("XYZ", coefficient=1j),
        cirq.PauliStringPhasorGate(cirq.DensePauliString("XZY"), exponent_neg=turn(), exponent_pos=turn()),
        cirq.PauliInteractionGate(cirq.X, True, cirq.Y, False, exponent=turn()),
        cirq.ParallelGate(cirq.Y ** turn(), 3),
        cirq.BooleanHamiltonianGate(["a", "b"], ["a & b", "a ^ b"], turn()),
        cirq.UniformSuperpositionGate(3, 2),
        cirq.SingleQubitCliffordGate.all_single_qubit_cliffords[r.randrange(24)],
        *(cirq.MatrixGate(cirq.testing.random_unitary(2**n, random_state=seed)) for n in (1, 2, 3)),
        *(UnitaryOnly(n, seed) for n in (1, 2, 3, 4)),
        Decomposed(),
    ]


def name_of(gate: object) -> str:
    return type(gate).__name__


def on_line(gate: cirq.Gate) -> cirq.Circuit:
    return cirq.Circuit(gate.on(*cirq.LineQubit.range(cirq.num_qubits(gate))))


@pytest.mark.parametrize("power", POWERS, ids=lambda power: power.__name__)
def test_powers_with_any_exponent_and_global_shift(power):
    r = random.Random(1)
    exponents = [
        *SPECIAL,
        *(r.uniform(-9, 9) for _ in range(6)),
        3,
        np.float64(0.7),
        np.int64(1),
    ]
    for exponent in exponents:
        assert_same_unitary(on_line(power(exponent=exponent, global_shift=r.choice([0, -0.5, 0.3]))))


@pytest.mark.parametrize("gate", other_gates(2), ids=name_of)
def test_other_gates(gate):
    assert_same_unitary(on_line(gate))


def test_powers_that_only_newer_versions_of_cirq_have():
    for power in (getattr(cirq, name) for name in ("CYPowGate", "CCYPowGate") if hasattr(cirq, name)):
        for exponent in (*SPECIAL, 0.123):
            assert_same_unitary(on_line(power(exponent=exponent, global_shift=0.2)))


CONTROL_VALUES = ([1], [0], [1, 0], [(0, 1), 1], [0, 0], cirq.SumOfProducts(((0, 1), (1, 0))))


@pytest.mark.parametrize("values", CONTROL_VALUES, ids=str)
def test_controlled_powers_keep_the_phase_of_the_gate(values):
    r = random.Random(3)
    for power in POWERS:
        gate = power(exponent=r.choice([*SPECIAL, r.uniform(-4, 4)]), global_shift=r.uniform(-1, 1))
        width = cirq.num_qubits(gate)
        assert_same_unitary(
            on_line(cirq.ControlledGate(gate, control_values=values)) if width < 3 else on_line(gate)
        )


@pytest.mark.parametrize("gate", [g for g in other_gates(4) if cirq.num_qubits(g) < 4], ids=name_of)
def test_other_gates_under_control(gate):
    for values in ([1], [0, 1]):
        assert_same_unitary(on_line(cirq.ControlledGate(gate, control_values=values)))


def test_control_values_given_as_bools():
    assert_same_unitary(on_line(cirq.ControlledGate(cirq.H, control_values=[0])))
    a, b = cirq.LineQubit.range(2)
    wanted = translate(cirq.Circuit(cirq.H(b).controlled_by(a, control_values=[0]), cirq.measure(a, b)))
    seen = translate(cirq.Circuit(cirq.H(b).controlled_by(a, control_values=[False]), cirq.measure(a, b)))
    assert seen.data == wanted.data
    for products in (((0, 1), (1, 0)), ((1, 1), (0, 0))):
        values = cirq.SumOfProducts(products)
        assert_same_unitary(on_line(cirq.ControlledGate(cirq.UniformSuperpositionGate(3, 2), 2, values)))


@pytest.mark.parametrize("rotation", [cirq.rx, cirq.ry, cirq.rz])
@pytest.mark.parametrize("angle", [0.7, -2.9, 7.0, 1e-6, math.pi])
def test_controlled_rotations(rotation, angle):
    assert_same_unitary(on_line(cirq.ControlledGate(rotation(angle))), tolerance=1e-12)
    data = translate(
        cirq.Circuit(rotation(angle)(cirq.q(1)).controlled_by(cirq.q(0)), cirq.measure(cirq.q(0)))
    ).data
    assert len([line for line in lines_of(data) if "double" in line]) == 2


def test_a_global_phase_shows_under_control_and_only_there():
    phase = cirq.global_phase_operation(np.exp(0.7j))
    q = cirq.LineQubit(0)
    assert_same_unitary(cirq.Circuit(cirq.H(q), phase.controlled_by(q), cirq.H(q)))
    dropped = translate(cirq.Circuit(phase, cirq.X(q), cirq.measure(q)))
    assert dropped.data == translate(cirq.Circuit(cirq.X(q), cirq.measure(q))).data


def test_waiting_and_identity_leave_no_trace():
    q = cirq.LineQubit(0)
    circuit = cirq.Circuit(cirq.wait(q, nanos=5), cirq.I(q), cirq.X(q) ** 2, cirq.measure(q))
    assert translate(circuit).data == translate(cirq.Circuit(cirq.measure(q))).data


def test_operations_that_are_not_gates_on_qubits():
    a, b, c = cirq.LineQubit.range(3)
    string = cirq.PauliString({a: cirq.X, c: cirq.Y}, coefficient=-1)
    assert_same_unitary(
        cirq.Circuit(
            cirq.H.on_each(a, b, c),
            cirq.PauliStringPhasor(string, exponent_neg=0.3),
            string,
            (string**0.7).controlled_by(b),
            cirq.X(a).with_tags("tag", cirq.VirtualTag()),
            cirq.T(b).controlled_by(a, c).with_tags("tag"),
        )
    )


@pytest.mark.parametrize("angle", [0.5, -1.9, 1e-7, 123456.789, math.pi, 1e22, 5e-324])
def test_angles_arrive_exactly(angle):
    q = cirq.LineQubit(0)
    for rotation, name in ((cirq.rx, "rx"), (cirq.ry, "ry"), (cirq.rz, "rz")):
        lines = lines_of(translate(cirq.Circuit(rotation(angle)(q), cirq.measure(q))).data)
        (line,) = (line for line in lines if name in line)
        text = line.split("double ")[1].split(",")[0]
        assert float(text) == angle
        assert "." in text


FIXED = {
    "x": cirq.X,
    "y": cirq.Y**3,
    "z": cirq.Z ** (-1.0),
    "h": cirq.H,
    "s": cirq.S,
    "t": cirq.T,
    "sx": cirq.X**0.5,
    "cx": cirq.CNOT,
    "cz": cirq.CZ,
    "swap": cirq.SWAP,
    "ccx": cirq.TOFFOLI,
}


@pytest.mark.parametrize("name", FIXED)
def test_gates_that_qir_has_are_one_call(name):
    gate = FIXED[name]
    qubits = cirq.LineQubit.range(cirq.num_qubits(gate))
    lines = lines_of(translate(cirq.Circuit(gate.on(*qubits), cirq.measure(*qubits))).data)
    assert f"@__quantum__qis__{name}__body(" in lines[0]
    assert "mz__body" in lines[1]


def test_adjoints_that_qir_has_are_one_call():
    q = cirq.LineQubit(0)
    lines = lines_of(translate(cirq.Circuit(cirq.S(q) ** -1, cirq.T(q) ** -1, cirq.measure(q))).data)
    assert ["s__adj" in lines[0], "t__adj" in lines[1]] == [True, True]


@st.composite
def circuits(draw):
    qubits = cirq.LineQubit.range(4)
    # In thousandths: Cirq's own decompositions drop phases under control that are smaller than 1e-5.
    shifts = st.integers(-1000, 1000).map(lambda n: n / 1000)
    exponents = st.one_of(st.sampled_from(SPECIAL), shifts.map(lambda x: 10 * x))
    operations = []
    for _ in range(draw(st.integers(1, 12))):
        gate = draw(st.sampled_from(POWERS))(exponent=draw(exponents), global_shift=draw(shifts))
        order = draw(st.permutations(qubits))
        operation = gate.on(*order[: cirq.num_qubits(gate)])
        if draw(st.integers(0, 4)) == 0 and cirq.num_qubits(gate) < 4:
            operation = operation.controlled_by(order[3], control_values=[draw(st.integers(0, 1))])
        operations.append(operation)
    return cirq.Circuit(operations)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(circuits())
def test_random_circuits(circuit):
    assert_same_unitary(circuit)


def test_parameters_take_their_values_from_the_resolver():
    a, b = cirq.LineQubit.range(2)
    theta, phi = sympy.symbols("theta phi")
    circuit = cirq.Circuit(
        cirq.rx(theta)(a),
        cirq.CZ(a, b) ** (phi / sympy.pi),
        (cirq.ZZ(a, b) ** theta).controlled_by(cirq.q(2)),
        cirq.PhasedXPowGate(phase_exponent=phi, exponent=2 * theta)(b),
        cirq.Y(a) ** (sympy.pi / 4),
        cirq.measure(a, b, cirq.q(2), key="m"),
    )
    values = {"theta": 0.3, phi: 1.1, "unused": 4}
    resolved = cirq.resolve_parameters(circuit, cirq.ParamResolver(values))
    assert translate(circuit, param_resolver=values).data == translate(resolved).data
    assert translate(circuit, param_resolver=cirq.ParamResolver(values)).data == translate(resolved).data
