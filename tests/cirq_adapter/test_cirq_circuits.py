"""Circuits with structure: subcircuits, classical controls, qubits of any kind; and what is refused."""

import itertools

import cirq
import numpy as np
import pyqir
import pytest
import sympy

from cirq_adapter.asymmetric_circuits import CASES
from cirq_adapter.qir_checks import ADAPTIVE, BASE, exact, outcomes, translate
from cirq_adapter.qir_reading import lines_of
from distributions import assert_counts_follow
from quire.errors import OptionError, TranslationError, UnboundParameterError

A, B, C = cirq.LineQubit.range(3)


def sampled(circuit: cirq.AbstractCircuit, **values: float) -> dict:
    """Counts of Cirq's own simulator."""
    result = cirq.Simulator(seed=7).run(circuit, values, repetitions=1000)
    counts: dict = {}
    for outcome in outcomes(result):
        ordered = tuple(sorted(outcome))
        counts[ordered] = counts.get(ordered, 0) + 1
    return counts


def assert_as_cirq_runs_it(circuit: cirq.AbstractCircuit, **values: float) -> None:
    """Compares the exact distribution of the payload with samples of Cirq's simulator."""
    chances = exact(circuit, ADAPTIVE, param_resolver=values)
    by_key = {tuple(sorted(outcome)): chance for outcome, chance in chances.items()}
    assert_counts_follow(sampled(circuit, **values), by_key)


def coin(angle: float, qubit: cirq.Qid, key: str, **options) -> list[cirq.Operation]:
    return [cirq.ry(angle)(qubit), cirq.measure(qubit, key=key, **options)]


def test_a_key_as_classical_control():
    assert_as_cirq_runs_it(
        cirq.Circuit(coin(1.1, A, "m"), cirq.X(B).with_classical_controls("m"), cirq.measure(B, key="b"))
    )


def test_an_inverted_key_as_classical_control():
    assert_as_cirq_runs_it(
        cirq.Circuit(
            coin(1.1, A, "m", invert_mask=(True,)),
            cirq.X(B).with_classical_controls("m"),
            cirq.measure(B, key="b"),
        )
    )


def two_bit_key(*conditions) -> cirq.Circuit:
    return cirq.Circuit(
        cirq.ry(1.1)(A),
        cirq.ry(2.0)(B),
        cirq.measure(B, A, key="m", invert_mask=(False, True)),
        cirq.X(C).with_classical_controls(*conditions),
        cirq.X(A),
        cirq.measure(C, key="c"),
    )


@pytest.mark.parametrize("target_value", [0, 1, 2, 3, 4, -1])
@pytest.mark.parametrize("equal", [True, False])
@pytest.mark.parametrize("mask", [None, 0, 1, 2, 3, 6])
def test_bit_masks_as_classical_controls(target_value, equal, mask):
    condition = cirq.BitMaskKeyCondition("m", -1, target_value, equal, mask)
    circuit = two_bit_key(condition)
    for ((_, (m,)), (_, (c,))), chance in exact(circuit, ADAPTIVE).items():
        value = 2 * m[0] + m[1]
        value = value if mask is None else value & mask
        assert c == ((1,) if (value == target_value) == equal else (0,)), (m, chance)


M, N = sympy.symbols("m n")


@pytest.mark.parametrize(
    "formula",
    [M > 0, sympy.Eq(M, 2), sympy.Ne(M, 1), M % 2, M >= 0, M > 3, sympy.Eq(M, 1) | sympy.Eq(M, 2)],
    ids=str,
)
def test_formulas_as_classical_controls(formula):
    for ((_, (m,)), (_, (c,))), chance in exact(two_bit_key(formula), ADAPTIVE).items():
        assert c == ((1,) if formula.subs(M, 2 * m[0] + m[1]) else (0,)), (m, chance)


def test_a_formula_over_several_keys():
    circuit = cirq.Circuit(
        coin(1.1, A, "n"),
        coin(2.0, B, "m", invert_mask=(True,)),
        cirq.X(C).with_classical_controls(N > M),
        cirq.measure(C, key="c"),
    )
    assert_as_cirq_runs_it(circuit)
    for ((_, ((n,),)), (_, ((m,),)), (_, ((c,),))), chance in exact(circuit, ADAPTIVE).items():
        assert c == (n > m), chance


def test_a_key_of_several_bits_is_true_if_any_is_one():
    assert_as_cirq_runs_it(two_bit_key("m"))


def test_several_conditions_must_all_hold():
    circuit = cirq.Circuit(
        coin(1.1, A, "m"),
        coin(2.0, B, "n"),
        cirq.X(C).with_classical_controls(
            "m", cirq.BitMaskKeyCondition("n", target_value=0, equal_target=True)
        ),
        cirq.measure(C, key="c"),
    )
    assert_as_cirq_runs_it(circuit)


def test_conditions_on_a_repeated_key():
    for index, wanted in ((0, 1), (1, 0), (-1, 0)):
        circuit = cirq.Circuit(
            cirq.X(A),
            cirq.measure(A, key="m"),
            cirq.X(A),
            cirq.measure(A, key="m"),
            cirq.X(B).with_classical_controls(cirq.KeyCondition(cirq.MeasurementKey("m"), index)),
            cirq.measure(B, key="b"),
        )
        ((outcome, _),) = exact(circuit, ADAPTIVE).items()
        assert outcome == (("m", ((1,), (0,))), ("b", ((wanted,),)))


def test_teleportation():
    circuit = cirq.Circuit(
        cirq.ry(0.9)(A),
        cirq.H(B),
        cirq.CNOT(B, C),
        cirq.CNOT(A, B),
        cirq.H(A),
        cirq.measure(A, key="z"),
        cirq.measure(B, key="x"),
        cirq.X(C).with_classical_controls("x"),
        cirq.Z(C).with_classical_controls("z"),
        cirq.ry(-0.9)(C),
        cirq.measure(C, key="out"),
    )
    chances = exact(circuit, ADAPTIVE)
    assert sum(chances.values()) == pytest.approx(1)
    assert {dict(outcome)["out"] for outcome, chance in chances.items() if chance > 1e-12} == {((0,),)}


def test_a_conditional_subcircuit_with_conditions_inside():
    inner = cirq.FrozenCircuit(cirq.X(C), cirq.reset(B), cirq.H(B).with_classical_controls("n"))
    circuit = cirq.Circuit(
        coin(1.1, A, "m"),
        coin(2.0, B, "n"),
        cirq.CircuitOperation(inner).with_classical_controls("m"),
        cirq.measure(B, C, key="out"),
    )
    assert_as_cirq_runs_it(circuit)


def test_blocks_and_values_of_many_conditions_have_names_of_their_own():
    circuit = cirq.Circuit(coin(1.1, A, "m"))
    circuit += [cirq.X(B).with_classical_controls("m") for _ in range(5)]
    lines = lines_of(translate(circuit + cirq.measure(B), ADAPTIVE).data)
    labels = [line for line in lines if line.endswith(":")]
    values = [line.split(" ")[0] for line in lines if line.startswith("%")]
    assert (len(labels), len(values)) == (len(set(labels)), len(set(values)))
    assert len(values) == 5


@pytest.mark.parametrize("circuit", [two_bit_key("m"), *(circuit for circuit, _ in CASES.values())])
def test_payloads_are_valid_llvm(circuit):
    module = pyqir.Module.from_ir(pyqir.Context(), translate(circuit, ADAPTIVE).data.decode())
    assert module.verify() is None
    (entry,) = filter(pyqir.is_entry_point, module.functions)
    assert entry.name == "ENTRYPOINT__main"
    assert pyqir.required_num_qubits(entry) == len(circuit.all_qubits())


def test_subcircuits_are_unrolled_with_their_maps():
    theta = sympy.Symbol("theta")
    inner = cirq.FrozenCircuit(cirq.X(A), cirq.ry(theta)(B), cirq.CNOT(A, C), cirq.measure(B, C, key="in"))
    operation = (
        cirq.CircuitOperation(inner)
        .with_qubit_mapping({A: C, C: A})
        .with_measurement_key_mapping({"in": "out"})
        .with_params({"theta": sympy.Symbol("phi")})
    )
    circuit = cirq.Circuit(operation.with_tags("tag"), cirq.measure(C, key="c"))
    assert_as_cirq_runs_it(circuit, phi=0.8)


def test_repetitions_of_subcircuits():
    inner = cirq.FrozenCircuit(cirq.ry(0.4)(A), cirq.measure(A, key="m"), cirq.reset(A))
    plain = cirq.CircuitOperation(inner, repetitions=3)
    assert_as_cirq_runs_it(cirq.Circuit(plain))
    assert len(outcomes_of_first_key(plain)) == 3
    by_id = cirq.CircuitOperation(inner, repetitions=2, repetition_ids=["x", "y"], use_repetition_ids=True)
    assert [key for key, _ in next(iter(exact(cirq.Circuit(by_id), ADAPTIVE)))] == ["x:m", "y:m"]
    assert_as_cirq_runs_it(cirq.Circuit(by_id))


def outcomes_of_first_key(operation: cirq.CircuitOperation) -> tuple:
    return next(iter(exact(cirq.Circuit(operation), ADAPTIVE)))[0][1]


def test_nested_and_inverse_subcircuits():
    inner = cirq.FrozenCircuit(cirq.ry(0.7)(A), cirq.CNOT(A, B))
    outer = cirq.FrozenCircuit(
        cirq.CircuitOperation(inner, repetitions=2), cirq.CircuitOperation(inner) ** -1
    )
    circuit = cirq.Circuit(cirq.CircuitOperation(outer, repetitions=2), cirq.measure(A, B, key="m"))
    assert_as_cirq_runs_it(circuit)


def test_repetitions_may_be_a_parameter():
    inner = cirq.FrozenCircuit(cirq.X(A))
    operation = cirq.CircuitOperation(inner, repetitions=sympy.Symbol("n"), use_repetition_ids=False)
    circuit = cirq.Circuit(operation, cirq.measure(A, key="m"))
    assert exact(circuit, param_resolver={"n": 3}) == {(("m", ((1,),)),): pytest.approx(1)}
    with pytest.raises(UnboundParameterError, match="no value is given for n"):
        translate(circuit)


def test_frozen_circuits_tags_and_moments_without_operations():
    circuit = cirq.Circuit(cirq.Moment(), cirq.X(A).with_tags("one", "two"), cirq.Moment(), cirq.measure(A))
    assert translate(circuit.freeze()).data == translate(circuit).data
    assert translate(circuit).data == translate(cirq.Circuit(cirq.X(A), cirq.measure(A))).data


def test_qubits_get_indices_in_sorted_order():
    qubits = [cirq.NamedQubit("q10"), cirq.NamedQubit("q9"), cirq.GridQubit(-1, 2), cirq.LineQubit(5), C]
    circuit = cirq.Circuit(cirq.X.on_each(*qubits), cirq.measure(*qubits, key="m"))
    order = sorted(qubits)
    measured = translate(circuit).metadata["measurement_dict"]
    assert measured == f'{{"m": {[order.index(qubit) for qubit in qubits]}}}'


# What is refused


class Opaque(cirq.Gate):
    """A gate that says nothing of what it does."""

    def _num_qubits_(self) -> int:
        return 1

    def __str__(self) -> str:
        return "Opaque"


class Broken(Opaque):
    """A gate whose decomposition is at fault."""

    def _decompose_(self, qubits):
        raise ZeroDivisionError("at fault")


class TakesAncilla(Opaque):
    """A gate that decomposes onto a qubit that is not its own."""

    def _decompose_(self, qubits):
        yield cirq.CNOT(qubits[0], cirq.NamedQubit("ancilla"))


REFUSED = {
    "noise": (cirq.depolarize(0.1)(A), "no unitary gate"),
    "mixture": (cirq.X(A).with_probability(0.5), "no unitary gate"),
    "kraus": (cirq.KrausChannel([np.diag([1, 0]), np.diag([0, 1])])(A), "no unitary gate"),
    "damping": (cirq.amplitude_damp(0.3)(A), "no unitary gate"),
    "opaque": (Opaque()(A), "no unitary gate"),
    "broken": (Broken()(A), "ZeroDivisionError('at fault')"),
    "ancilla": (TakesAncilla()(A), "ancilla"),
    "wide matrix": (cirq.MatrixGate(np.eye(2**7))(*cirq.LineQubit.range(7)), "no unitary gate"),
    "confusion map": (
        cirq.measure(A, key="m", confusion_map={(0,): np.array([[0.9, 0.1], [0.2, 0.8]])}),
        "confusion_map",
    ),
    "not a number": (cirq.rx(float("nan"))(A), "must be finite, not nan"),
    "not a number under control": (cirq.CZ(A, B) ** float("inf"), "must be finite, not inf"),
    "formula over too many bits": (
        cirq.X(A).with_classical_controls(sympy.Symbol("wide") > 3),
        "a formula over 7 bits",
    ),
    "formula over what was not measured": (
        cirq.X(A).with_classical_controls(sympy.Symbol("late") > 0),
        "has not been made before",
    ),
    "not measured before": (
        cirq.X(A).with_classical_controls(cirq.KeyCondition(cirq.MeasurementKey("early"), 3)),
        "has not been made before",
    ),
    "loop": (
        cirq.CircuitOperation(
            cirq.FrozenCircuit(cirq.H(A), cirq.measure(A, key="loop")),
            repeat_until=cirq.KeyCondition(cirq.MeasurementKey("loop")),
            use_repetition_ids=False,
        ),
        "repeat_until",
    ),
    "qutrit": (cirq.IdentityGate(1, (3,))(cirq.LineQid(0, 3)), "3 levels"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_expressed_is_refused_by_name(name):
    operation, reason = REFUSED[name]
    circuit = cirq.Circuit(
        cirq.Moment(cirq.measure(C, key="early"), cirq.measure(*cirq.LineQubit.range(10, 17), key="wide")),
        cirq.Moment(cirq.H(B)),
        cirq.Moment(operation),
    )
    with pytest.raises(TranslationError) as caught:
        translate(circuit, ADAPTIVE)
    assert reason in str(caught.value)
    assert "adaptive.target" in str(caught.value)
    if name != "qutrit":  # which no moment brings in
        assert "in moment 2 " in str(caught.value)
        assert str(operation) in str(caught.value)


def test_parameters_without_values_are_refused_by_name():
    x, y, z = sympy.symbols("x y z")
    circuit = cirq.Circuit(cirq.rx(x + y)(A), cirq.measure(A))
    with pytest.raises(UnboundParameterError, match="x, y") as caught:
        translate(circuit)
    assert caught.value.parameters == ("x", "y")
    with pytest.raises(UnboundParameterError) as caught:
        translate(circuit, param_resolver={"x": z, "y": 1})
    assert caught.value.parameters == ("z",)


@pytest.mark.parametrize(
    "operation",
    [
        cirq.global_phase_operation(1).gate.__class__(sympy.Symbol("w"))(),
        cirq.WaitGate(cirq.Duration(nanos=sympy.Symbol("w")))(A),
        (cirq.X(B) ** sympy.Symbol("w")).controlled_by(A),
        cirq.PhasedXZGate(x_exponent=0, z_exponent=sympy.Symbol("w"), axis_phase_exponent=0)(A),
    ],
)
def test_parameters_are_missed_wherever_they_are(operation):
    with pytest.raises(UnboundParameterError) as caught:
        translate(cirq.Circuit(operation, cirq.measure(A)))
    assert caught.value.parameters == ("w",)


@pytest.mark.parametrize("value", [1j, "text", float("nan")])
def test_values_that_no_gate_can_take(value):
    circuit = cirq.Circuit(cirq.X(A) ** sympy.Symbol("x"), cirq.measure(A))
    with pytest.raises(TranslationError, match="in moment 0"):
        translate(circuit, param_resolver={"x": value})


def test_options_are_taken_or_refused():
    circuit = cirq.Circuit(cirq.measure(A))
    for values in (3, "theta", [1, 2]):
        with pytest.raises(OptionError, match="param_resolver="):
            translate(circuit, param_resolver=values)
        with pytest.raises(OptionError, match="args="):
            translate(circuit, args=values)
    with pytest.raises(OptionError, match="param_resolver= or as args="):
        translate(circuit, param_resolver={"x": 1}, args={"x": 1})
    with pytest.raises(OptionError, match="optimise="):
        translate(circuit, BASE, optimise=True)


def test_a_wide_circuit_needs_no_matrix():
    width = 40
    qubits = cirq.LineQubit.range(width)
    circuit = cirq.Circuit(
        cirq.X(qubits[0]),
        [cirq.CNOT(a, b) for a, b in itertools.pairwise(qubits)],
        cirq.Z(qubits[-1]).controlled_by(*qubits[:9]),
        cirq.measure(*qubits, key="m"),
    )
    assert translate(circuit).num_qubits == width
