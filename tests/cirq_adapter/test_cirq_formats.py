"""Cirq circuits in every payload format: the amplitudes of Cirq's simulator, and every bit in its place."""

import random

import cirq
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from cirq_adapter.asymmetric_circuits import CASES, assert_as_expected
from distributions import assert_counts_follow
from formats.running import TARGETS, exact
from quire import Options, Payload, QirProfile, TargetSpec, Workspace
from quire.errors import OptionError, TranslationError
from quire.formats import HONEYWELL_OPENQASM, IONQ_CIRCUIT, QIR, RIGETTI_QUIL
from quire_cirq import Service
from quire_cirq.payload import encode

WAYS = {
    "qis": ("ionq.simulator", {"input_data_format": IONQ_CIRCUIT}),
    "native": ("ionq.simulator", {"input_data_format": IONQ_CIRCUIT, "gateset": "native"}),
    "openqasm": ("quantinuum.sim.h1-1e", {"input_data_format": HONEYWELL_OPENQASM}),
    "quil": ("rigetti.sim.qvm", {"input_data_format": RIGETTI_QUIL}),
}
"""How circuits are written besides QIR: the target and the options."""
QUBITS = cirq.LineQubit.range(4)
POWERS = [
    *(cirq.XPowGate, cirq.YPowGate, cirq.ZPowGate, cirq.HPowGate),
    *(cirq.CXPowGate, cirq.CZPowGate, cirq.SwapPowGate, cirq.ISwapPowGate),
    *(cirq.XXPowGate, cirq.YYPowGate, cirq.ZZPowGate, cirq.CCXPowGate, cirq.CCZPowGate),
]
OTHERS = [
    *(cirq.rx(-0.9), cirq.ry(4.0), cirq.rz(7.7), cirq.ms(0.3), cirq.CSWAP, cirq.FSimGate(0.4, -1.3)),
    cirq.PhasedXPowGate(phase_exponent=0.3, exponent=-0.7),
    cirq.PhasedXZGate(x_exponent=0.2, z_exponent=-0.6, axis_phase_exponent=0.9),
    cirq.ControlledGate(cirq.rz(-0.9)),
    cirq.MatrixGate(cirq.testing.random_unitary(4, random_state=1)),
]
SPECIAL = [k / 4 for k in range(-8, 9)]


def payload_of(circuit: cirq.AbstractCircuit, way: str) -> Payload:
    target, options = WAYS[way]
    return encode(circuit, TARGETS[target], Options(options))


def assert_same_distribution(circuit: cirq.Circuit, way: str) -> None:
    """Fails unless the program gives Cirq's probabilities, to 1e-9; so turned that phases show."""
    turned = circuit + [cirq.ry(0.3 + i)(qubit) for i, qubit in enumerate(QUBITS)]
    state = cirq.Simulator(dtype=np.complex128).simulate(turned, qubit_order=QUBITS[::-1]).final_state_vector
    payload = payload_of(turned + cirq.measure(*QUBITS, key="m"), way)
    np.testing.assert_allclose(exact(payload.data, payload.format), np.abs(state) ** 2, atol=1e-9)


def prepared(operation: cirq.Operation) -> cirq.Circuit:
    return cirq.Circuit([cirq.rx(0.5 + q.x)(q) for q in QUBITS], operation)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("power", POWERS, ids=lambda power: power.__name__)
def test_powers_with_any_exponent_and_global_shift(power, way):
    r = random.Random(power.__name__)
    for exponent in (0, 0.25, 0.5, 1, 1.5, -0.5, *(r.uniform(-9, 9) for _ in range(2))):
        gate = power(exponent=exponent, global_shift=r.choice([0, -0.5, 0.3]))
        assert_same_distribution(prepared(gate(*r.sample(QUBITS, gate.num_qubits()))), way)


@pytest.mark.parametrize("way", WAYS)
def test_other_gates(way):
    for i, gate in enumerate(OTHERS):
        on = random.Random(i).sample(QUBITS, gate.num_qubits())
        assert_same_distribution(prepared(gate(*on)), way)


@st.composite
def circuits(draw):
    exponents = st.one_of(st.sampled_from(SPECIAL), st.integers(-9000, 9000).map(lambda n: n / 1000))
    shifts = st.sampled_from([0, -0.5, 0.3])
    operations = []
    for _ in range(draw(st.integers(1, 10))):
        gate = draw(st.sampled_from(POWERS))(exponent=draw(exponents), global_shift=draw(shifts))
        order = draw(st.permutations(QUBITS))
        operation = gate(*order[: gate.num_qubits()])
        operations.append(operation.controlled_by(order[3]) if draw(st.integers(0, 4)) == 0 else operation)
    return cirq.Circuit(operations)


@settings(derandomize=True, max_examples=15, deadline=None)
@given(circuits())
def test_random_circuits(circuit):
    for way in WAYS:
        assert_same_distribution(circuit, way)


@pytest.mark.parametrize("way", WAYS)
def test_every_bit_comes_back_in_its_place(way):
    target, options = WAYS[way]
    with Workspace("memory:", executor="inline") as workspace:
        service = Service(workspace, target)
        for circuit, expected in CASES.values():
            assert_as_expected(service.run(circuit, repetitions=7, **options), expected, shots=7)


@pytest.mark.parametrize("way", ["openqasm", "quil"])
def test_mid_circuit_measurement_and_conditions(way):
    """Each condition is the only one under which its qubit is turned, so a wrong bit order shows."""
    a, b, c, d = QUBITS
    circuit = cirq.Circuit(
        cirq.X(a),
        cirq.ry(1.1)(c),
        cirq.measure(a, b, key="two", invert_mask=(False, True)),
        cirq.measure(c, key="one"),
        cirq.reset(c),
        cirq.X(d).with_classical_controls(sympy.Eq(sympy.Symbol("two"), 3)),
        cirq.X(b).with_classical_controls(cirq.BitMaskKeyCondition("two", target_value=2, equal_target=True)),
        cirq.X(c).with_classical_controls("one"),
        cirq.measure(b, c, d, key="out"),
    )
    target, options = WAYS[way]
    with Workspace("memory:", executor="inline") as workspace:
        result = Service(workspace, target).run(circuit, repetitions=2000, seed=3, **options)
    counts = result.multi_measurement_histogram(keys=["two", "one", "out"])
    one = np.sin(0.55) ** 2
    assert_counts_follow(counts, {(3, 0, 1): 1 - one, (3, 1, 3): one})


def test_shares_of_a_distribution_become_as_many_shots_as_were_asked_for():
    circuit = cirq.Circuit(cirq.ry(1.2)(QUBITS[0]), cirq.H.on_each(*QUBITS[1:3]))
    circuit += cirq.measure(*QUBITS[:3], key="m")
    with Workspace("memory:", executor="inline") as workspace:
        result = Service(workspace, "ionq.simulator").run(
            circuit, repetitions=997, input_data_format=IONQ_CIRCUIT
        )
    assert result.repetitions == 997
    one = np.sin(0.6) ** 2
    for outcome, count in result.histogram(key="m").items():
        assert abs(count - 997 * (one if outcome & 4 else 1 - one) / 4) < 1


def test_what_a_format_cannot_say_is_refused_by_name():
    a, b, *_ = QUBITS
    twice = cirq.Circuit(cirq.measure(a, key="m"), cirq.X(a), cirq.measure(a, key="n"))
    with pytest.raises(TranslationError, match="measured once, at the end"):
        payload_of(twice, "qis")
    control = cirq.Circuit(
        cirq.measure(a, key="m"),
        cirq.measure(b, key="n"),
        cirq.X(b).with_classical_controls("m", "n"),
        cirq.measure(b, key="out"),
    )
    with pytest.raises(TranslationError, match="bits that were measured together"):
        payload_of(control, "openqasm")


def test_the_profiles_that_could_express_it_are_named():
    circuit = cirq.Circuit(cirq.reset(QUBITS[0]), cirq.measure(QUBITS[0], key="m"))
    with pytest.raises(TranslationError) as caught:
        encode(circuit, TARGETS["rigetti.sim.qvm"], Options())
    assert QirProfile.ADAPTIVE_RIF in caught.value.profiles
    assert QirProfile.BASE not in caught.value.profiles


def test_formats_and_gate_sets_are_taken_or_refused():
    circuit = cirq.Circuit(cirq.measure(QUBITS[0], key="m"))
    ionq = TARGETS["ionq.simulator"]
    assert encode(circuit, ionq, Options()).format == QIR
    for options, argument in (
        ({"input_data_format": RIGETTI_QUIL}, "input_data_format"),
        ({"input_data_format": "no.such.v1"}, "input_data_format"),
        ({"gateset": "native"}, "gateset"),
        ({"input_data_format": IONQ_CIRCUIT, "gateset": "other"}, "gateset"),
    ):
        with pytest.raises(OptionError) as caught:
            encode(circuit, ionq, Options(options))
        assert caught.value.argument == argument
    quil_only = TargetSpec(id="t", provider_id="t", num_qubits=2, input_formats=(RIGETTI_QUIL,))
    assert encode(circuit, quil_only, Options()).format == RIGETTI_QUIL
    pulses_only = TargetSpec(id="t", provider_id="t", num_qubits=2, input_formats=("pasqal.pulser.v1",))
    with pytest.raises(TranslationError, match="pulser"):
        encode(circuit, pulses_only, Options())
