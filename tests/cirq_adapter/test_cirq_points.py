"""Circuits at many points: filled into a template, and the very programs that a translation of each gives."""

from collections import defaultdict

import cirq
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from formats.running import TARGETS
from quire import Job, Options, Workspace
from quire.errors import InputError, OptionError, TranslationError, UnboundParameterError
from quire.formats import HONEYWELL_OPENQASM, IONQ_CIRCUIT, QIR, RIGETTI_QUIL
from quire_cirq import Service
from quire_cirq.payload import PARAMS, Encoding, encode
from quire_cirq.plain_values import plain_values
from quire_cirq.points import encode_points

WAYS = [
    ("quantinuum.sim.h1-1e", {}),
    ("ionq.simulator", {"input_data_format": IONQ_CIRCUIT}),
    ("ionq.simulator", {"input_data_format": IONQ_CIRCUIT, "gateset": "native"}),
    ("quantinuum.sim.h1-1e", {"input_data_format": HONEYWELL_OPENQASM}),
    ("rigetti.sim.qvm", {"input_data_format": RIGETTI_QUIL}),
]
A, B, C = sympy.symbols("a b c")
QUBITS = cirq.LineQubit.range(3)
FORMULAS = [
    A,
    B,
    -A,
    2 * A,
    A / 3,
    A * np.pi,
    A + B,
    A - 0.3 * B + 1,
    A * B,
    A / sympy.pi,
    A**2,
    sympy.sin(A) + B,
    0.4,
]
NUMBERS = [0.0, -0.0, 0.5, 1.0, 2.0, 1, 3, np.float64(0.7), -7.3, 1e-9, 0.1]


def gate_of(kind: int, one, two) -> cirq.Gate:
    return [
        lambda: cirq.rx(one),
        lambda: cirq.ry(one * sympy.pi),
        lambda: cirq.rz(one),
        lambda: cirq.X**one,
        lambda: cirq.ZPowGate(exponent=one, global_shift=0.3),
        lambda: cirq.H**one,
        lambda: cirq.CZ**one,
        lambda: cirq.SWAP**one,
        lambda: cirq.ISWAP**one,
        lambda: cirq.ZZ**one,
        lambda: cirq.PhasedXPowGate(phase_exponent=one, exponent=two),
        lambda: cirq.FSimGate(one, two),
        lambda: cirq.ControlledGate(cirq.rx(one)),
        lambda: cirq.ControlledGate(cirq.Y**one),
        lambda: cirq.CCX**one,
        lambda: cirq.CNOT,
    ][kind]()


@st.composite
def circuits(draw):
    operations = []
    for _ in range(draw(st.integers(1, 6))):
        gate = gate_of(draw(st.integers(0, 15)), *(draw(st.sampled_from(FORMULAS)) for _ in range(2)))
        operations.append(gate(*draw(st.permutations(QUBITS))[: gate.num_qubits()]))
    return cirq.Circuit(operations) + cirq.measure(*QUBITS, key="m")


@st.composite
def rotations(draw):
    """Nothing but gates with one angle, many in a row: what a template fills in all at once."""
    operations = []
    for _ in range(draw(st.integers(2, 12))):
        gate = gate_of(draw(st.sampled_from([0, 1, 2, 3, 4, 9])), draw(st.sampled_from(FORMULAS[:6])), 0)
        operations.append(gate(*draw(st.permutations(QUBITS))[: gate.num_qubits()]))
    return cirq.Circuit(operations) + cirq.measure(*QUBITS, key="m")


numbers = st.one_of(st.sampled_from(NUMBERS), st.floats(-9, 9), st.floats(-9, 9).map(np.float64))
points = st.fixed_dictionaries(dict.fromkeys("abc", numbers))
float_points = st.fixed_dictionaries(dict.fromkeys("abc", st.floats(-1e9, 1e9)))


@settings(derandomize=True, max_examples=60, deadline=None)
@given(
    st.one_of(circuits(), rotations()),
    st.lists(st.one_of(points, float_points), min_size=3, max_size=5),
    st.sampled_from(WAYS),
)
def test_payloads_are_those_of_resolving_first(circuit, points, way):
    target, options = way
    spec = TARGETS[target]
    payloads = list(encode_points(circuit, spec, points, Options(options)))
    assert payloads == [encode(circuit, spec, Options({**options, "args": point})) for point in points]
    for payload, point in zip(payloads, points, strict=True):
        resolved = cirq.resolve_parameters(circuit, point)
        assert payload.data == encode(resolved, spec, Options(options)).data
        assert payload.metadata[PARAMS] == cirq.to_json(cirq.ParamResolver(point), indent=None)
        resolver = cirq.read_json(json_text=payload.metadata[PARAMS])
        assert {name: resolver.value_of(name) for name in point} == point


def test_a_template_serves_what_is_alike_and_leaves_the_rest():
    circuit = cirq.Circuit(cirq.X(QUBITS[0]) ** A, cirq.rx(B)(QUBITS[1]), cirq.measure(*QUBITS[:2], key="m"))
    encoding = Encoding.of(TARGETS["rigetti.sim.qvm"], Options())
    template, _ = encoding.template(circuit, cirq.ParamResolver({"a": 0.1, "b": 0.2}))
    for values, is_served in (
        ({"a": 0.3, "b": 1}, True),
        ({"a": 0.3, "b": 1, "more": 2}, True),
        ({"a": 1, "b": 1}, False),  # another gate
        ({"a": 0.5, "b": 1}, False),
        ({"a": 0.3}, False),
        ({"a": 0.3, "b": float("nan")}, False),
        ({A: 0.3, "b": 0.2}, False),
        ({"a": "b", "b": 0.2}, False),
        (defaultdict(float, a=0.3), False),
    ):
        for point in (values, cirq.ParamResolver(values)):
            plain = plain_values(point)
            assert (plain is not None and template.filled(plain) is not None) == is_served, values


@pytest.mark.parametrize("name", ["100 %s", '"', "é\0", ""])
def test_values_are_kept_by_any_name(name):
    resolver = cirq.ParamResolver({name: 0.3, "b": -1e-9})
    assert plain_values(resolver).json() == cirq.to_json(resolver, indent=None)


@pytest.mark.parametrize("value", [float("nan"), float("-inf"), -0.0, 1, 2**70, np.float64(0.1), 1e300])
def test_any_value_is_kept_as_cirq_writes_it(value):
    resolver = cirq.ParamResolver({"a": value, "b": 0.5})
    assert plain_values(resolver).json() == cirq.to_json(resolver, indent=None)


def test_a_mapping_that_makes_up_values_gives_only_those_that_it_has():
    circuit = cirq.Circuit(cirq.rx(A)(QUBITS[0]), cirq.ry(B)(QUBITS[0]), cirq.measure(QUBITS[0], key="m"))
    points = [{"a": 0.1, "b": 0.2}, {"a": 0.3, "b": 0.4}, defaultdict(float, a=0.5)]
    *_, last = encode_points(circuit, TARGETS["rigetti.sim.qvm"], points, Options())
    assert isinstance(last, UnboundParameterError)
    assert last.parameters == ("b",)
    assert points[2] == {"a": 0.5}


def test_circuits_without_a_template_are_translated_at_each_point():
    repeated = cirq.CircuitOperation(cirq.FrozenCircuit(cirq.rx(A)(QUBITS[0])), repetitions=3)
    circuit = cirq.Circuit(repeated.with_params({"a": 2 * B}), cirq.measure(QUBITS[0], key="m"))
    spec = TARGETS["rigetti.sim.qvm"]
    points = [{"b": 0.1}, {"b": 0.3}, {"b": 0.7}]
    payloads = list(encode_points(circuit, spec, points, Options()))
    assert payloads == [encode(circuit, spec, Options({"args": point})) for point in points]
    assert len({payload.data for payload in payloads}) == 3


def test_a_point_that_cannot_be_is_an_error_in_its_place():
    circuit = cirq.Circuit(cirq.rx(A)(QUBITS[0]), cirq.measure(QUBITS[0], key="m"))
    spec = TARGETS["rigetti.sim.qvm"]
    points = [{"a": 1.0}, {"a": 2.0}, {"b": 1.0}, {"a": float("inf")}, [1.0], None, {"a": 3.0}]
    kinds = [type(payload).__name__ for payload in encode_points(circuit, spec, points, Options())]
    errors = ["UnboundParameterError", "TranslationError", "OptionError", "UnboundParameterError"]
    assert kinds == ["Payload", "Payload", *errors, "Payload"]
    with pytest.raises(OptionError, match="param_resolver"):
        encode_points(circuit, spec, points, Options({"param_resolver": {"a": 1}}))


def test_points_are_taken_only_as_payloads_are_asked_for():
    circuit = cirq.Circuit(cirq.rx(A)(QUBITS[0]), cirq.measure(QUBITS[0], key="m"))
    taken = []
    points = ({"a": float(taken.append(i) or i)} for i in range(10))
    payloads = encode_points(circuit, TARGETS["rigetti.sim.qvm"], points, Options())
    for _ in range(3):
        next(payloads)
    assert taken == [0, 1, 2]


def test_sweeps_batches_and_maps_fill_in_points():
    circuit = cirq.Circuit(cirq.ry(A * sympy.pi)(QUBITS[0]), cirq.measure(QUBITS[0], key="m"))
    values = [0.0, 0.3, 1.0, 0.6]
    with Workspace("memory:", executor="inline") as workspace:
        service = Service(workspace, "rigetti.sim.qvm")
        sweep = cirq.Points("a", values)
        with service.open_session("Sweeps") as session:
            swept = service.run_sweep(circuit, sweep, repetitions=300, seed=4, input_data_format=RIGETTI_QUIL)
            batch = service.sampler(seed=4).run_batch([circuit, circuit], [sweep, sweep], 300)
            plain = workspace.get_target("rigetti.sim.qvm")
            submitted = list(plain.submit_many(circuit, [{"a": value} for value in values], shots=50))
            mapped = list(session.map(circuit, [{"a": value} for value in values], shots=50))
        formats = [job.details.input_data_format for job in session.list_jobs()]
        counted = [len(set(job.results().counts)) for job in submitted if isinstance(job, Job)]
    assert [result.params.value_of("a") for result in swept] == values
    assert formats == [RIGETTI_QUIL] * 4 + [QIR] * 16
    for results in (swept, *batch):
        assert [len(set(result.measurements["m"].flat)) for result in results] == [1, 2, 1, 2]
        assert results[2].measurements["m"].all()
    # The format does not decide what a seed gives.
    assert all(
        (a.measurements["m"] == b.measurements["m"]).all() for a, b in zip(swept, batch[0], strict=True)
    )
    assert counted == [1, 2, 1, 2]
    assert [len(results.counts) for results in mapped] == [1, 2, 1, 2]


def test_a_sweep_says_what_a_single_submission_would():
    circuit = cirq.Circuit(cirq.rx(A)(QUBITS[0]), cirq.reset(QUBITS[0]), cirq.measure(QUBITS[0], key="m"))
    with Workspace("memory:", executor="inline") as workspace:
        service = Service(workspace, "rigetti.sim.qvm")
        with pytest.raises(TranslationError, match="Targets that could run it: quantinuum"):
            service.run_sweep(circuit, [{"a": 0.1}, {"a": 0.2}])
        with pytest.raises(UnboundParameterError, match="a"):
            service.run_sweep(cirq.Circuit(cirq.rx(A)(QUBITS[0]), cirq.measure(QUBITS[0])), [{"b": 0.1}])
        with pytest.raises(OptionError, match="wrong"):
            service.run_sweep(circuit[::2], [{"a": 0.1}], wrong=1)


def test_points_of_a_target():
    circuit = cirq.Circuit(cirq.X(QUBITS[0]) ** A, cirq.measure(QUBITS[0], key="m"))
    with Workspace("memory:", executor="inline") as workspace:
        target = Service(workspace).get_target("rigetti.sim.qvm")
        jobs = target.submit_points(circuit, [{"a": 1}, cirq.ParamResolver({"a": 2})], 3, seeds=[1, 2, 3])
        assert [job.results().measurements["m"].sum() for job in jobs] == [3, 0]
        for options, argument in (
            ({"seed": 1}, "seed"),
            ({"job_id": "one"}, "job_id"),
            ({"param_resolver": {"a": 1}}, "param_resolver"),
        ):
            with pytest.raises(OptionError) as caught:
                target.submit_points(circuit, [{"a": 1}], **options)
            assert caught.value.argument == argument
        with pytest.raises(InputError, match="1 for 2 programs"):
            target.submit_points(circuit, [{"a": 1}, {"a": 2}], seeds=[1])
        with pytest.raises(OptionError, match="points= takes a mapping"):
            target.submit_points(circuit, [[1.0]])
        with pytest.raises(InputError, match=r"takes a cirq\.Circuit"):
            Service(workspace, target).sampler().run("no circuit")
