"""Our sampler and estimator: shapes, registers, bases, exact values, sessions."""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister
from qiskit.circuit import Parameter
from qiskit.primitives.containers.observables_array import ObservablesArray
from qiskit.providers import JobStatus
from qiskit.providers.basic_provider import BasicSimulator
from qiskit.quantum_info import SparsePauliOp, Statevector

from distributions import assert_counts_follow
from qiskit_adapter.sample_circuits import bell, written
from quire import SessionStatus
from quire.errors import InputError, JobFailedError, OptionError, SessionClosedError
from quire_qiskit import EstimatorV2, JobWaitTimeoutError, SamplerV2
from quire_qiskit.apportionment import apportioned
from quire_qiskit.measurement_bases import grouped

TARGETS = ["ionq.simulator", "quantinuum.sim.h1-1e", "rigetti.sim.qvm"]


def turned():
    """Registers of unequal width, named against the alphabet; bit 0 of ``low`` equals ``high``."""
    circuit = QuantumCircuit(QuantumRegister(3), ClassicalRegister(2, "low"), ClassicalRegister(1, "high"))
    circuit.ry(Parameter("theta"), 0)
    circuit.cx(0, 2)
    circuit.x(1)
    circuit.measure([0, 1, 2], [0, 1, 2])
    return circuit


def ansatz():
    circuit = QuantumCircuit(3)
    circuit.ry(Parameter("a"), 0)
    circuit.cx(0, 1)
    circuit.rx(Parameter("b"), 1)
    circuit.crz(-0.8, 1, 2)
    circuit.ry(0.7, 2)
    circuit.cx(2, 0)
    return circuit


OBSERVABLES = [
    [SparsePauliOp(["ZII", "IXY", "YYI", "III"], [1.0, -2.0, 0.5, 0.25])],
    [SparsePauliOp("XXZ")],
    ["0+r"],
    [{"1-l": 2.0, "ZZI": -1.0}],
]
POINTS = np.array([[0.3, 1.2], [-2.0, 0.4]])


def exact_values():
    """The value of each observable at each point, from state vectors."""
    states = [Statevector(ansatz().assign_parameters(point)) for point in POINTS]
    return [
        [
            state.expectation_value(
                SparsePauliOp.from_sparse_observable(ObservablesArray.coerce_observable(observable))
            ).real
            for state in states
        ]
        for (observable,) in OBSERVABLES
    ]


@pytest.mark.parametrize("name", TARGETS)
def test_samples_by_register_and_point(provider, name):
    sampler = SamplerV2(provider.get_backend(name), options={"seed_simulator": 11})
    angles = np.array([[[0.6], [2.2], [1.1]], [[0.0], [math.pi], [-0.4]]])
    job = sampler.run([(turned(), angles), (written(0b011, 3), None, 7)], shots=2000)
    many, one = job.result()
    assert many.data.shape == many.data.low.shape == many.data.high.shape == (2, 3)
    for index in np.ndindex(2, 3):
        share = math.sin(angles[index][0] / 2) ** 2
        assert many.data.low[index].num_shots == 2000
        assert_counts_follow(many.data.low[index].get_counts(), {"10": 1 - share, "11": share})
        joined = many.data.low[index].get_int_counts(), many.data.high[index].get_int_counts()
        assert joined[0].get(3, 0) == joined[1].get(1, 0)
    assert one.data.c.get_counts() == {"011": 7}
    assert one.metadata == {"shots": 7, "circuit_metadata": {}}
    assert many.metadata["shots"] == 2000
    assert len(job.qiskit_jobs) == 2
    assert job.job_id().count(",") == 6


def test_registers_that_share_bits_or_are_empty(backend):
    circuit = QuantumCircuit(2)
    first = ClassicalRegister(2, "first")
    circuit.add_register(
        first, ClassicalRegister(name="mixed", bits=[first[1], first[0]]), ClassicalRegister(0, "none")
    )
    circuit.x(0)
    circuit.measure([0, 1], [0, 1])
    data = SamplerV2(backend).run([circuit], shots=3).result()[0].data
    assert data.first.get_counts() == {"01": 3}
    assert data.mixed.get_counts() == {"10": 3}
    assert data.none.num_bits == 0


def test_what_measures_nothing_needs_no_job(backend, workspace):
    circuit = QuantumCircuit(1, 2)
    circuit.h(0)
    data = SamplerV2(backend).run([circuit], shots=5).result()[0].data
    assert data.c.get_counts() == {"00": 5}
    with pytest.warns(UserWarning, match="pub 0 has no classical register"):
        job = SamplerV2(backend).run([QuantumCircuit(1)])
    assert len(job.result()[0].data) == 0
    identity = EstimatorV2(backend).run([(QuantumCircuit(2), SparsePauliOp("II", 2.5))])
    assert identity.result()[0].data.evs == 2.5
    assert identity.done()
    assert list(workspace.list_jobs()) == []


def test_no_points_at_all(backend, workspace):
    data = SamplerV2(backend).run([(turned(), np.zeros((0, 1)))], shots=3).result()[0].data
    assert data.low.shape == (0,)
    values = EstimatorV2(backend).run([(ansatz(), "ZZZ", np.zeros((0, 2)))]).result()[0].data.evs
    assert values.shape == (0,)
    assert list(workspace.list_jobs()) == []


def test_the_exact_estimator(provider):
    estimator = EstimatorV2(provider.get_backend("ionq.simulator"), options={"exact": True})
    pub = (ansatz(), OBSERVABLES, POINTS)
    (found,) = estimator.run([pub]).result()
    assert found.data.evs.shape == (4, 2)
    assert found.data.evs == pytest.approx(np.array(exact_values()), abs=1e-9)
    assert not found.data.stds.any()
    assert "shots" not in found.metadata


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("together", [True, False])
def test_the_estimator_with_shots(provider, name, together):
    options = {"seed_simulator": 5, "abelian_grouping": together}
    estimator = EstimatorV2(provider.get_backend(name), options=options)
    pub = (ansatz(), OBSERVABLES, POINTS)
    (found,) = estimator.run([pub], precision=0.02).result()
    assert found.metadata["shots"] == 2500
    assert found.metadata["target_precision"] == 0.02
    # Six standard errors: one false alarm in 500 million; and what ionq.simulator rounds away.
    assert (abs(found.data.evs - exact_values()) <= 6 * found.data.stds + 4 / 2500).all()
    assert (found.data.stds[1:] < 2.2 * 0.02).all()


def test_errors_count_what_terms_of_one_basis_have_in_common(backend):
    """Z of both halves of a Bell pair: their sum is 2 or -2, their difference never anything but 0."""
    circuit = QuantumCircuit(2)
    circuit.h(0)
    circuit.cx(0, 1)
    total, difference = SparsePauliOp(["ZI", "IZ"], [1, 1]), SparsePauliOp(["ZI", "IZ"], [1, -1])
    data = (
        EstimatorV2(backend, options={"seed_simulator": 1})
        .run([(circuit, [total, difference])], precision=0.1)
        .result()[0]
        .data
    )
    assert data.evs[1] == data.stds[1] == 0
    assert data.stds[0] == pytest.approx(0.2, rel=0.05)


def test_bases():
    terms = ["III", "ZII", "IZI", "XXI", "IXX", "0II", "+II", "YII"]
    assert grouped(terms, together=True) == {
        "XXX": ["+II", "IXX", "XXI"],
        "ZZI": ["0II", "IZI", "ZII"],
        "YII": ["YII"],
    }
    assert grouped(["ZI", "IZ", "1I"], together=False) == {"ZI": ["1I", "ZI"], "IZ": ["IZ"]}


def test_a_circuit_with_bits_of_its_own(adaptive_backend):
    circuit = QuantumCircuit(QuantumRegister(2), ClassicalRegister(1, "measured"))
    circuit.x(0)
    circuit.measure(0, 0)
    with circuit.if_test((circuit.clbits[0], 1)):
        circuit.x(1)
    data = EstimatorV2(adaptive_backend).run([(circuit, ["ZI", "IZ", "ZZ"])], precision=0.1).result()[0].data
    assert data.evs.tolist() == [-1, -1, 1]


def test_all_is_submitted_before_anything_is_collected(gated):
    sampler = SamplerV2(gated, options={"run_options": {"job_name": "mine", "tags": ["t"]}})
    with gated.open_session() as session:
        job = sampler.run([bell(), (turned(), [[0.1], [0.2]])], shots=3)
        assert [one.name for one in session.list_jobs()] == ["mine", "mine 0", "mine 1"]
        assert job.status() in (JobStatus.QUEUED, JobStatus.RUNNING)
        assert not job.in_final_state()
        with pytest.raises(JobWaitTimeoutError):
            job.result(timeout=0.01)
        gated.gate.set()
        assert len(job.result(timeout=60)) == 2
    assert job.done()
    assert job.in_final_state()
    assert session.status is SessionStatus.SUCCEEDED


def test_cancelling(gated):
    gated.run(bell())
    job = SamplerV2(gated).run([bell(), bell()])
    assert job.cancel() is True
    gated.gate.set()
    with pytest.raises(JobFailedError):
        job.result()
    assert job.cancelled()
    assert not job.running()
    assert job.cancel() is False


def test_primitives_belong_to_the_session_that_they_were_made_in(backend):
    """As algorithms call them on threads of their own, where no session is current."""
    with backend.open_session() as session, ThreadPoolExecutor(1) as thread:
        sampler, estimator = SamplerV2(backend), EstimatorV2(backend)
        elsewhere = thread.submit(sampler.run, [bell()]).result()
        thread.submit(estimator.run, [(QuantumCircuit(1), "Z")]).result()
    assert len(session.list_jobs()) == 2
    assert elsewhere.qiskit_jobs[0].details.session_id == session.id
    assert sampler.run([bell()]).qiskit_jobs[0].details.session_id is None
    with backend.open_session() as other:
        assert sampler.run([bell()]).qiskit_jobs[0].details.session_id == other.id


def test_one_refused_pub_leaves_no_job(gated):
    with gated.open_session() as session:
        wide = QuantumCircuit(30, 1)
        wide.measure(0, 0)
        with pytest.raises(InputError):
            SamplerV2(gated).run([bell(), wide])
        (job,) = session.list_jobs()
        gated.gate.set()
        job.wait_until_completed()
    sampler = SamplerV2(gated, options={"run_options": {"session": session}})
    with pytest.raises(SessionClosedError):
        sampler.run([bell()])


def test_wrong_options(backend):
    with pytest.raises(OptionError, match="no option 'resilience_level'; it has default_precision"):
        EstimatorV2(backend, options={"resilience_level": 1})
    with pytest.raises(OptionError, match=r"rigetti\.sim\.qvm gives shots"):
        EstimatorV2(backend, options={"exact": True})
    with pytest.raises(OptionError, match="takes a mapping"):
        SamplerV2(backend, options=5)
    with pytest.raises(InputError, match="BackendSamplerV2"):
        SamplerV2(BasicSimulator())
    estimator = EstimatorV2(backend)
    for precision in (0.0, math.nan):
        with pytest.raises(ValueError, match=f"has precision {precision}, and"):
            estimator.run([(QuantumCircuit(1), "Z")], precision=precision)


@pytest.mark.parametrize("name", ["shots", "memory", "parameter_values", "parameter_binds", "circuit"])
@pytest.mark.parametrize(
    ("kind", "pub", "instead"),
    [
        (SamplerV2, QuantumCircuit(1, 1), "default_shots, shots= of run"),
        (EstimatorV2, (QuantumCircuit(1), "Z"), "default_precision, precision= of run"),
    ],
)
def test_options_of_runs_that_a_primitive_sets_itself(backend, workspace, kind, pub, instead, name):
    with pytest.raises(OptionError, match=f"no '{name}'") as caught:
        kind(backend, options={"run_options": {name: 3}})
    assert caught.value.argument == "run_options"
    assert name != "shots" or instead in str(caught.value)
    primitive = kind(backend, options={"run_options": {"tags": ["x"]}})
    primitive.options.run_options[name] = 3
    with pytest.raises(OptionError, match=f"no '{name}'"):
        primitive.run([pub])
    assert list(workspace.list_jobs()) == []


@pytest.mark.parametrize(
    ("option", "wrong"),
    [("run_options", 5), ("run_options", [("tags", ["x"])])]
    + [("seed_simulator", wrong) for wrong in ("5", 5.0, True)]
    + [("abelian_grouping", "no"), ("exact", 1)],
)
def test_values_that_an_option_cannot_have(backend, option, wrong):
    with pytest.raises(OptionError) as caught:
        EstimatorV2(backend, options={option: wrong})
    assert caught.value.argument == option
    estimator = EstimatorV2(backend, options={"seed_simulator": np.uint8(255)})
    assert estimator.options.seed_simulator + 1 == 256
    with pytest.raises(OptionError):
        setattr(estimator.options, option, wrong)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(st.floats(0, 1, allow_subnormal=False), min_size=1, max_size=40).filter(
        lambda each: sum(each) > 0
    ),
    st.integers(1, 3000),
)
def test_apportioned_shots_add_up_and_are_within_one_of_their_share(weights, total):
    shares = {hex(number): weight for number, weight in enumerate(weights)}
    shots = apportioned(shares, total, "seed")
    assert sum(shots.values()) == total
    for key, weight in shares.items():
        assert abs(shots.get(key, 0) - weight / sum(weights) * total) < 1 + 1e-6
    assert apportioned(shares, total, "seed") == shots
