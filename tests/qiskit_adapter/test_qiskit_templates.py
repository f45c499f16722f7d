"""Circuits translated once for many points: every payload as if the circuit had been bound and translated."""

import math
import random

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter, ParameterVector
from qiskit.circuit.library import get_standard_gate_name_mapping

from quire import Job, Options, TargetSpec, Workspace
from quire.errors import OptionError, TranslationError, UnboundParameterError
from quire.formats import HONEYWELL_OPENQASM, IONQ_CIRCUIT, QIR, RIGETTI_QUIL
from quire_qiskit.payload import encode, payloads
from quire_qiskit.programs import Form
from quire_qiskit.template import template_of

ALL = (QIR, IONQ_CIRCUIT, HONEYWELL_OPENQASM, RIGETTI_QUIL)
TARGET = TargetSpec(id="t", provider_id="t", num_qubits=20, input_formats=ALL)
PARAMETRISED = {
    name: kind
    for name, kind in get_standard_gate_name_mapping().items()
    if kind.params and name not in ("delay", "global_phase")
}
SIMPLE = ["rx", "ry", "rz", "rxx", "ryy", "rzz", "p", "u", "cp", "crx", "cry", "crz", "rzx", "u2", "r"]
VALUES = st.one_of(
    st.floats(-13, 13),
    st.sampled_from([0.0, -0.0, 1e17, 1e-300, 5e-324, 1, -3, math.pi, 1.0e22, 1e-5]),
)


def expression(rng, parameters):
    one = rng.choice(parameters)
    choices = [one, one, 2 * one, one / 3 + 0.1, -one, (one * 0.7).sin(), one * one - 1.1 * one]
    return rng.choice([*choices, one + 0.3 * rng.choice(parameters), rng.uniform(-3, 3)])


def random_circuit(rng):
    parameters = [Parameter(name) for name in rng.sample("zyxwvu", rng.randint(1, 5))]
    circuit = QuantumCircuit(4, 4)
    names = rng.choice([SIMPLE, sorted(PARAMETRISED)])
    for _ in range(rng.randint(1, 10)):
        kind = PARAMETRISED[rng.choice(names)]
        gate = type(kind)(*(expression(rng, parameters) for _ in kind.params))
        circuit.append(gate, rng.sample(range(4), kind.num_qubits))
        circuit.cx(*rng.sample(range(4), 2))
    inner = QuantumCircuit(1)
    inner.rx(rng.choice([0.3, *parameters]), 0)
    circuit.append(inner.to_gate(), [rng.randrange(4)])
    circuit.ry(parameters[0], 2)
    circuit.measure(range(4), range(4))
    return circuit


def shaped(rng, circuit, values):
    """A point in one of the shapes that Qiskit takes."""
    by_parameter = dict(zip(circuit.parameters, values, strict=True))
    by_name = {parameter.name: value for parameter, value in by_parameter.items()}
    return rng.choice([values, tuple(values), np.array(values, dtype=float), by_parameter, by_name])


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.sampled_from(ALL), st.data())
def test_every_payload_is_that_of_the_bound_circuit(seed, format, data):
    rng = random.Random(seed)
    circuit = random_circuit(rng)
    count = circuit.num_parameters
    points = [
        shaped(rng, circuit, values)
        for values in data.draw(st.lists(st.lists(VALUES, min_size=count, max_size=count), min_size=1))
    ]
    options = {"input_data_format": format}
    made = list(payloads(circuit, points, TARGET, Options(options)))
    assert len(made) == len(points)
    for point, payload in zip(points, made, strict=True):
        bound = encode(circuit.assign_parameters(point), TARGET, Options(options))
        assert payload.data == bound.data
        assert payload == encode(circuit, TARGET, Options({**options, "args": point}))
        assert attrs.evolve(bound, name=payload.name, metadata=payload.metadata) == payload


def ansatz():
    angles = ParameterVector("angle", 6)
    circuit = QuantumCircuit(3, 3, name="ansatz")
    for index, angle in enumerate(angles[:3]):
        circuit.ry(angle, index)
    circuit.cp(angles[3], 0, 2)
    circuit.u(angles[4], 2 * angles[5], angles[4], 1)
    circuit.measure(range(3), range(3))
    return circuit


@pytest.mark.parametrize("format", ALL)
def test_an_ansatz_has_a_template(format):
    assert template_of(ansatz(), TARGET, Form(format)) is not None


def several_in_one_angle(circuit, a, b):
    circuit.rx(a + b, 0)


def taken_apart_by_qiskit(circuit, a, b):
    circuit.cu(a, b, 0.1, 0.2, 0, 1)


def in_a_gate_of_its_own(circuit, a, b):
    inner = QuantumCircuit(1)
    inner.rx(a, 0)
    inner.rz(b, 0)
    circuit.append(inner.to_gate(), [0])


def in_a_loop(circuit, a, b):
    with circuit.for_loop(range(3)) as index:
        circuit.rx(a * index, 0)
        circuit.rx(b, 0)


@pytest.mark.parametrize(
    "make", [several_in_one_angle, taken_apart_by_qiskit, in_a_gate_of_its_own, in_a_loop]
)
def test_what_has_no_template_goes_the_exact_way(make):
    a, b = Parameter("a"), Parameter("b")
    circuit = QuantumCircuit(2, 2)
    make(circuit, a, b)
    circuit.measure([0, 1], [0, 1])
    assert template_of(circuit, TARGET, Form()) is None
    points = [[0.1, 0.2], [0.3, -0.4]]
    made = payloads(circuit, points, TARGET, Options())
    expected = [encode(circuit.assign_parameters(point), TARGET, Options()) for point in points]
    assert [payload.data for payload in made] == [payload.data for payload in expected]


def test_native_gates_are_worked_out_at_every_point():
    options = {"input_data_format": IONQ_CIRCUIT, "gateset": "native"}
    points = [[0.1 * k] * 6 for k in range(3)]
    made = payloads(ansatz(), points, TARGET, Options(options))
    expected = [encode(ansatz().assign_parameters(point), TARGET, Options(options)) for point in points]
    assert [payload.data for payload in made] == [payload.data for payload in expected]


def test_wrong_points_are_errors_in_their_places():
    circuit = ansatz()
    wrong = [[0.1] * 5, {"angle": [0.1] * 6}, [math.nan] * 6, {"nothing": 1}, ["a"] * 6, None, [1j] * 6]
    points = [[0.1] * 6, *wrong, {circuit.parameters[0].vector: [0.1] * 6}]
    made = list(payloads(circuit, points, TARGET, Options()))
    kinds = [type(each).__name__ for each in made]
    assert kinds == ["Payload", *["OptionError"] * 7, "Payload"]
    assert made[-1].data == made[0].data
    assert all(each.argument == "args" for each in made if isinstance(each, OptionError))


@pytest.mark.parametrize(
    ("make", "value"),
    [
        (lambda a: 1 / a, 0.0),
        (lambda a: a.log(), -1.0),
        (lambda a: a**0.5, -2.0),
        (lambda a: a.arcsin(), 3.0),
        (lambda a: a * 1e308, 1e5),
    ],
)
def test_expressions_without_a_value_are_errors_in_their_places(make, value):
    a = Parameter("a")
    circuit = QuantumCircuit(1, 1)
    circuit.rx(make(a), 0)
    circuit.measure(0, 0)
    good, bad, again = payloads(circuit, [[0.5], [value], [0.5]], TARGET, Options())
    assert good == again
    assert good.data == encode(circuit.assign_parameters([0.5]), TARGET, Options()).data
    assert isinstance(bad, OptionError)


def test_points_that_leave_parameters_open_are_refused():
    (made,) = payloads(ansatz(), [{"angle[0]": 0.5}], TARGET, Options())
    assert isinstance(made, UnboundParameterError)
    assert made.parameters == tuple(f"angle[{index}]" for index in range(1, 6))


def test_what_is_wrong_with_the_circuit_is_said_for_each_point():
    circuit = ansatz()
    circuit.x(0)
    made = list(payloads(circuit, [[0.1] * 6] * 2, TARGET, Options()))
    assert [type(each) for each in made] == [TranslationError] * 2


def test_later_changes_of_the_circuit_have_no_effect():
    circuit = ansatz()
    made = payloads(circuit, iter([[0.1] * 6, [1] * 5]), TARGET, Options())
    expected = encode(circuit, TARGET, Options({"args": [0.1] * 6}))
    circuit.data.clear()
    assert next(made) == expected
    assert isinstance(next(made), OptionError)


def test_points_are_read_as_payloads_are_asked_for():
    read = []

    def points():
        for value in (0.1, 0.2, 0.3):
            read.append(value)
            yield [value] * 6

    made = payloads(ansatz(), points(), TARGET, Options())
    assert read == []
    next(made)
    assert read == [0.1]


def test_sweeps_and_single_submissions_send_the_same_programs():
    circuit = ansatz()
    points = [[0.1 * k] * 6 for k in range(4)]
    with Workspace("memory:", executor="inline") as workspace:
        target = workspace.get_target("rigetti.sim.qvm")
        options = {"input_data_format": RIGETTI_QUIL, "shots": 3}
        swept = list(target.submit_many(circuit, points, **options))
        alone = [target.submit(circuit, args=point, **options) for point in points]
        bound = [target.submit(circuit.assign_parameters(point), **options) for point in points]
        read = workspace.transport.get_input
        for jobs in zip(swept, alone, bound, strict=True):
            assert all(isinstance(job, Job) for job in jobs)
            assert len({read(job.id) for job in jobs}) == 1
            assert jobs[0].details.metadata == jobs[1].details.metadata
        assert [job.details.name for job in swept] == ["ansatz"] * 4
        with target.open_session() as session:
            results = list(session.map(circuit, points, **options))
        assert [len(each.shots) for each in results] == [3] * 4


def test_options_that_nobody_takes_are_refused_before_any_point():
    with Workspace("memory:", executor="inline") as workspace:
        target = workspace.get_target("rigetti.sim.qvm")
        with pytest.raises(OptionError, match="nonsense"):
            target.submit_many(ansatz(), [[0.1] * 6], nonsense=1)
