"""Which bit of which key ends up where: from the circuit to QIR's records, and back to Cirq's result."""

import json
import math

import cirq
import pytest

from cirq_adapter.asymmetric_circuits import CASES, Q, assert_as_expected
from cirq_adapter.qir_checks import ADAPTIVE, BASE, cirq_result, exact, outcomes, plain, translate
from cirq_adapter.qir_reading import lines_of, outputs_of, profile_of
from quire import JobDetails, Results
from quire.errors import ResultFormatError, TranslationError
from quire.microsoft_results import decode_output, write_v2
from quire_cirq.results import to_result


def one_output(payload):
    ((output, probability),) = outputs_of(payload.data).items()
    assert probability == pytest.approx(1)
    return plain(output)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("target", [BASE, ADAPTIVE], ids=["base", "adaptive"])
def test_every_bit_comes_back_in_its_place(name, target):
    circuit, expected = CASES[name]
    payload = translate(circuit, target)
    assert profile_of(payload.data) == "base_profile"
    assert_as_expected(cirq_result(payload, [one_output(payload)] * 3), expected, shots=3)


def reverse_all(shot):
    return tuple(key[::-1] for key in shot[::-1]) if isinstance(shot, tuple) else shot[::-1]


def reverse_inside(shot):
    return tuple(key[::-1] for key in shot) if isinstance(shot, tuple) else shot[::-1]


def swap_keys(shot):
    return (*shot[1::-1], *shot[2:]) if isinstance(shot, tuple) else shot


def sort_keys(records, shot):
    if not isinstance(shot, tuple):
        return shot
    return tuple(bits for _, bits in sorted(zip(records, shot, strict=True), key=lambda item: item[0]))


MUTANTS = {
    "reverse all bits": lambda payload, shots: [reverse_all(shot) for shot in shots],
    "reverse inside keys": lambda payload, shots: [reverse_inside(shot) for shot in shots],
    "swap two keys": lambda payload, shots: [swap_keys(shot) for shot in shots],
    "sort keys by name": lambda payload, shots: [
        sort_keys(json.loads(payload.metadata["measurement_dict"]), shot) for shot in shots
    ],
    "lose a shot": lambda payload, shots: shots[1:],
}


def noticed(change) -> list[str]:
    names = []
    for name, (circuit, expected) in CASES.items():
        payload = translate(circuit)
        shots = change(payload, [one_output(payload)] * 3)
        try:
            assert_as_expected(cirq_result(payload, shots), expected, shots=3)
        except (AssertionError, ResultFormatError):
            names.append(name)
    return names


@pytest.mark.parametrize("mutant", MUTANTS)
def test_these_circuits_notice_a_wrong_order(mutant):
    assert len(noticed(MUTANTS[mutant])) >= 2
    assert noticed(lambda payload, shots: shots) == []


def test_circuits_notice_a_lost_inversion_and_a_lost_measure_order():
    circuit, expected = CASES["inverted, mask shorter than the key"]
    payload = translate(circuit)
    payload.metadata["cirq_records"] = payload.metadata["cirq_records"].replace("[[1,0,0]]", "[[0,0,0]]")
    with pytest.raises(AssertionError):
        assert_as_expected(cirq_result(payload, [one_output(payload)]), expected, shots=1)
    circuit, expected = CASES["unsorted order"]
    in_order = circuit[:-1] + cirq.measure(Q[0], Q[2], Q[3], key="m")
    payload = translate(in_order)
    with pytest.raises(AssertionError):
        assert_as_expected(cirq_result(payload, [one_output(payload)]), expected, shots=1)


def test_a_whole_distribution():
    angles = (0.6, 1.2, 2.1)
    a, b, c = Q[:3]
    circuit = cirq.Circuit(cirq.ry(0.6)(a), cirq.ry(1.2)(b), cirq.ry(2.1)(c), cirq.measure(c, a, b, key="m"))
    chances = exact(circuit)
    one = {qubit: math.sin(angle / 2) ** 2 for qubit, angle in zip((a, b, c), angles, strict=True)}
    assert len(chances) == 8
    for ((_, (bits,)),), chance in chances.items():
        wanted = math.prod(one[q] if bit else 1 - one[q] for q, bit in zip((c, a, b), bits, strict=True))
        assert chance == pytest.approx(wanted, abs=1e-12)


def test_metadata_and_parameters_are_those_of_microsofts_client_and_more():
    circuit, _ = CASES["cyclic order"]
    payload = translate(circuit, ADAPTIVE)
    assert all(isinstance(value, str) for value in payload.metadata.values())
    assert payload.metadata["cirq"] == "True"
    assert payload.metadata["qubits"] == "6"
    assert json.loads(payload.metadata["measurement_dict"]) == {"m": [1, 2, 0]}
    assert payload.params == {
        "entryPoint": "ENTRYPOINT__main",
        "arguments": [],
        "target_profile": "Adaptive_RIF",
    }
    assert (payload.format, payload.output_format) == ("qir.v1", "microsoft.quantum-results.v2")
    assert payload.num_qubits == 6


def test_output_records_are_a_tuple_of_arrays_or_one_array():
    one, _ = CASES["cyclic order"]
    several, _ = CASES["repeated key"]
    assert plain(next(iter(outputs_of(translate(one).data)))) == [0, 0, 1]
    assert plain(next(iter(outputs_of(translate(several).data)))) == ([[0, 1], [1, 0]], [0])


def test_measurements_come_after_all_gates_however_the_moments_lie():
    a, b = Q[:2]
    circuit = cirq.Circuit(cirq.Moment(cirq.measure(a, key="first")), cirq.Moment(cirq.X(b)))
    circuit += cirq.measure(b, key="second")
    lines = lines_of(translate(circuit).data)
    assert ["__x__" in lines[0], "__mz__" in lines[1], "__mz__" in lines[2]] == [True] * 3
    assert exact(circuit) == {(("first", ((0,),)), ("second", ((1,),))): pytest.approx(1)}


def test_what_does_nothing_leaves_a_measured_qubit_untouched():
    q = Q[0]
    circuit = cirq.Circuit(
        cirq.X(q), cirq.measure(q, key="m"), cirq.I(q), cirq.wait(q, nanos=1), cirq.Z(q) ** 0
    )
    assert exact(circuit) == {(("m", ((1,),)),): pytest.approx(1)}


def test_mid_circuit_measurement_reset_and_remeasurement_on_an_adaptive_target():
    q = Q[0]
    circuit = cirq.Circuit(
        cirq.X(q),
        cirq.measure(q, key="before"),
        cirq.reset(q),
        cirq.measure(q, key="after"),
        cirq.H(q),
        cirq.measure(q, key="last"),
    )
    payload = translate(circuit, ADAPTIVE)
    assert profile_of(payload.data) == "adaptive_profile"
    assert exact(circuit, ADAPTIVE) == {
        (("before", ((1,),)), ("after", ((0,),)), ("last", ((bit,),))): pytest.approx(0.5) for bit in (0, 1)
    }


@pytest.mark.parametrize(
    ("operation", "what"),
    [
        (cirq.X(Q[0]), "an operation on q(0) after its measurement"),
        (cirq.CZ(Q[1], Q[0]), "an operation on q(0) after its measurement"),
        (cirq.measure(Q[0], key="again"), "an operation on q(0) after its measurement"),
        (cirq.reset(Q[1]), "a reset"),
        (cirq.X(Q[1]).with_classical_controls("m"), "a classical control"),
    ],
)
def test_a_base_target_refuses_what_is_adaptive_and_says_where(operation, what):
    circuit = cirq.Circuit(cirq.Moment(cirq.measure(Q[0], key="m")), cirq.Moment(operation))
    with pytest.raises(TranslationError) as caught:
        translate(circuit)
    for part in (what, "moment 1", "base.target", "Base"):
        assert part in str(caught.value)
    assert caught.value.element == str(operation)
    assert caught.value.target == "base.target"
    translate(circuit, ADAPTIVE)


def test_a_key_that_repeats_with_another_width_is_refused():
    circuit = cirq.Circuit(cirq.measure(Q[0], key="m"), cirq.measure(Q[1], Q[2], key="m"))
    with pytest.raises(TranslationError, match="key 'm' had 1 qubits before"):
        translate(circuit)


def test_a_circuit_without_measurements_is_refused_with_advice():
    with pytest.raises(TranslationError, match=r"measures nothing.*cirq\.measure"):
        translate(cirq.Circuit(cirq.X(Q[0])))


def test_pauli_measurements():
    a, b = Q[:2]
    bell = cirq.Circuit(cirq.H(a), cirq.CNOT(a, b))
    strings = [cirq.X(a) * cirq.X(b), -cirq.Z(a) * cirq.Z(b), cirq.Y(a) * cirq.Y(b)]
    circuit = bell + [cirq.measure_single_paulistring(s, key=str(i)) for i, s in enumerate(strings)]
    assert exact(circuit, ADAPTIVE) == {
        (("0", ((0,),)), ("1", ((1,),)), ("2", ((1,),))): pytest.approx(1),
    }


def details(**metadata):
    return JobDetails(id="j", name="j", provider_id="p", target="t", metadata=metadata)


def test_results_of_microsofts_own_client_are_read():
    job = details(cirq="True", measurement_dict='{"b": [1, 0], "a": [2]}')
    shots = [([0, 1], [0]), ([1, 1], [0])]
    result = to_result(job, Results("microsoft.quantum-results.v2", b"", (), shots, {}))
    assert outcomes(result) == [(("b", ((0, 1),)), ("a", ((0,),))), (("b", ((1, 1),)), ("a", ((0,),)))]


def test_shots_with_lost_qubits_are_left_out():
    circuit, _ = CASES["cyclic order"]
    payload = translate(circuit)
    result = cirq_result(payload, [[0, 0, 1], [0, "-", 1], [1, 0, 0], [2, 0, 0]])
    assert result.measurements["m"].tolist() == [[0, 0, 1], [1, 0, 0]]


@pytest.mark.parametrize("shots", [[[0, 1]], [[0, 0, 1, 1]], [([0, 0], [1])]])
def test_output_that_does_not_fit_the_keys_is_refused(shots):
    payload = translate(CASES["cyclic order"][0])
    with pytest.raises(ResultFormatError, match="'m' should have 1 x 3 bits"):
        cirq_result(payload, shots)


@pytest.mark.parametrize("shot", [([0], [1, 1]), ([0, 1, 1], [])])
def test_bits_are_not_shared_out_among_keys_of_other_widths(shot):
    job = details(cirq="True", cirq_records='[["a",[0,1],[[0,0]]],["b",[2],[[0]]]]')
    results = decode_output("microsoft.quantum-results.v2", write_v2([shot], [0]), job)
    with pytest.raises(ResultFormatError, match="should have"):
        to_result(job, results)


ROWS = {"cirq": "True", "qubits": "2", "cirq_records": '[["m",[1,0],[[0,1]],[[1,0]]]]'}
"""A key whose bits are picked, in another order, from rows of two, the second inverted."""


@pytest.mark.parametrize("shots", [[([0], [1]), ([1], [1]), (["-"], [1])], [[0, 1], [1, 1]]])
def test_rows_of_bits_are_picked_and_inverted(shots):
    result = to_result(details(**ROWS), Results("honeywell.quantum-results.v1", b"", (), shots, {}))
    assert result.measurements["m"].tolist() == [[1, 1], [1, 0]]


@pytest.mark.parametrize("shots", [[[0, 1, 1]], [[0]], [[0, 1], [0]]])
def test_rows_of_another_width_are_refused(shots):
    with pytest.raises(ResultFormatError, match="should have 2 bits"):
        to_result(details(**ROWS), Results("rigetti.quil-results.v1", b"", (), shots, {}))


@pytest.mark.parametrize("shares", [{}, {"4": 1.0}, {"-1": 1.0}, {"0": 0.0}, {"0": -1.0, "1": 2.0}])
def test_shares_that_cannot_be_are_refused(shares):
    job = details(**ROWS, repetitions="3")
    with pytest.raises(ResultFormatError):
        to_result(job, Results("ionq.quantum-results.v1", b"", (), None, shares))
    with pytest.raises(ResultFormatError, match="repetitions"):
        to_result(details(**ROWS), Results("ionq.quantum-results.v1", b"", (), None, {"0": 1.0}))


def test_results_that_are_not_from_cirq_are_refused():
    results = Results("microsoft.quantum-results.v2", b"", (), [[0]], {})
    with pytest.raises(ResultFormatError, match="not submitted from Cirq"):
        to_result(details(), results)
    shares = Results("microsoft.quantum-results.v1", b"", (), None, {"[0]": 1.0})
    with pytest.raises(ResultFormatError, match="no shots"):
        to_result(details(measurement_dict='{"m": [0]}'), shares)
