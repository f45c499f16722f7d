"""The sampler: sweeps and batches, and what Cirq builds on samplers: expectation values, experiments."""

import asyncio

import cirq
import numpy as np
import pytest
import sympy
from cirq.experiments.qubit_characterizations import RBParameters
from cirq.work.observable_measurement import RepetitionsStoppingCriteria, measure_observables

from cirq_adapter.asymmetric_circuits import CASES, assert_as_expected
from cirq_adapter.idle_executor import NeverRuns
from quire import Workspace
from quire.errors import InputError, UnboundParameterError
from quire_cirq import Sampler, Service

Q0, Q1 = cirq.LineQubit.range(2)
BELL = cirq.Circuit(cirq.H(Q0), cirq.CNOT(Q0, Q1), cirq.measure(Q0, key="q0"), cirq.measure(Q1, key="q1"))


def rotated(angle) -> cirq.Circuit:
    return cirq.Circuit(cirq.ry(angle)(Q0), cirq.measure(Q0, key="m"))


def test_a_sweep_is_one_job_for_each_set_of_parameters(service, workspace):
    circuit = cirq.Circuit(cirq.X(Q0) ** sympy.Symbol("t"), cirq.measure(Q0, key="m"))
    sweep = cirq.Points("t", [0, 1, 2, 3])
    for results in (service.run_sweep(circuit, sweep, 5), service.sampler().run_sweep(circuit, sweep, 5)):
        assert [result.measurements["m"].sum() for result in results] == [0, 5, 0, 5]
        assert [result.params["t"] for result in results] == [0, 1, 2, 3]
    assert len(list(workspace.list_jobs())) == 8


def test_a_session_maps_a_circuit_over_points(service):
    circuit = cirq.Circuit(cirq.X(Q0) ** sympy.Symbol("t"), cirq.measure(Q0, key="m"))
    with service.open_session("Session") as session:
        results = list(session.map(circuit, [{"t": 1}, {"t": 0}, cirq.ParamResolver({"t": 3})], shots=2))
    assert [result.counts for result in results] == [{"[1]": 2}, {"[0]": 2}, {"[1]": 2}]


def test_a_batch(service):
    circuits = [cirq.Circuit(cirq.X(Q0) ** n, cirq.measure(Q0, key="m")) for n in range(3)]
    assert [r.measurements["m"].sum() for r in service.run_batch(circuits, repetitions=4)] == [0, 4, 0]
    results = service.sampler().run_batch(circuits, repetitions=[1, 2, 3])
    assert [[r.measurements["m"].sum() for r in sweep] for sweep in results] == [[0], [2], [0]]


def test_a_sampler_with_a_seed_repeats_its_sequence(service):
    def sequence(seed):
        sampler = Sampler(service.get_target(), seed)
        results = sampler.run_sweep(rotated(sympy.Symbol("t")), cirq.Points("t", [1.0, 1.0]), 60)
        return [result.measurements["m"].ravel().tolist() for result in results]

    assert sequence(4) == sequence(4)
    first, second = sequence(4)
    assert first != second
    assert sequence(5) != sequence(4)


@pytest.mark.parametrize("is_batch", [False, True])
def test_nothing_is_submitted_if_something_cannot_be_translated(is_batch):
    good, bad = {"t": 0.1}, {"wrong": 0.1}
    with Workspace("memory:", executor=NeverRuns(), workers=1) as workspace:
        sampler = Service(workspace, "rigetti.sim.qvm").sampler()
        circuit = rotated(sympy.Symbol("t"))
        with pytest.raises(UnboundParameterError):
            if is_batch:
                sampler.run_batch([circuit, circuit], [[good, good], bad])
            else:
                sampler.run_sweep(circuit, [good, good, bad])
        assert list(workspace.list_jobs()) == []


def test_jobs_beside_one_that_is_refused_are_cancelled():
    with Workspace("memory:", executor=NeverRuns(), workers=1) as workspace:
        sampler = Service(workspace, "rigetti.sim.qvm").sampler()
        with pytest.raises(InputError) as caught:
            sampler.run_batch([rotated(0.1)] * 4, repetitions=[2, 2, 3, 10**12])
        assert caught.value.argument == "shots"
        jobs = workspace.list_jobs()
        assert [(job.details.input_params["shots"], job.status) for job in jobs] == [
            (2, "Cancelled"), (2, "Cancelled"), (3, "Cancelled"),
        ]  # fmt: skip


def test_asynchronous_runs_and_data_frames(service):
    sampler = service.sampler()
    result = asyncio.run(sampler.run_async(CASES["cyclic order"][0], repetitions=3))
    assert_as_expected(result, CASES["cyclic order"][1], shots=3)
    circuits = [cirq.Circuit(cirq.X(Q0) ** n, cirq.measure(Q0, key="m")) for n in range(2)]
    batch = asyncio.run(sampler.run_batch_async(circuits, repetitions=[2, 3]))
    assert [[int(r.measurements["m"].sum()) for r in results] for results in batch] == [[0], [3]]
    frame = sampler.sample(rotated(sympy.Symbol("t")), params=[{"t": 0.0}, {"t": np.pi}], repetitions=2)
    assert frame["m"].tolist() == [0, 0, 1, 1]


def test_expectation_values(service):
    circuit = cirq.Circuit(cirq.ry(0.8)(Q0), cirq.CNOT(Q0, Q1))
    observables = [cirq.Z(Q0) * cirq.Z(Q1), cirq.X(Q0) * cirq.X(Q1), 0.5 * cirq.Z(Q1)]
    sampler = service.sampler(seed=9)
    ((zz, xx, z),) = sampler.sample_expectation_values(circuit, observables, num_samples=4000)
    assert zz == pytest.approx(1)
    # Six standard deviations of a mean of 4000 samples of values +1 and -1.
    assert xx == pytest.approx(np.sin(0.8), abs=6 * np.cos(0.8) / np.sqrt(4000))
    assert z == pytest.approx(0.5 * np.cos(0.8), abs=0.5 * 6 * np.sin(0.8) / np.sqrt(4000))


def test_cirqs_collectors_and_observable_measurements(service):
    circuit = cirq.Circuit(cirq.ry(0.8)(Q0), cirq.CNOT(Q0, Q1))
    collector = cirq.work.PauliSumCollector(
        circuit, cirq.Z(Q0) * cirq.Z(Q1) + 2 * cirq.X(Q0) * cirq.X(Q1), samples_per_term=2000
    )
    collector.collect(service.sampler(seed=5))
    energy = 1 + 2 * np.sin(0.8)
    # Six standard deviations, as below.
    assert collector.estimated_energy() == pytest.approx(energy, abs=12 * np.cos(0.8) / np.sqrt(2000))
    (measured,) = measure_observables(
        circuit,
        [cirq.Z(Q0) * cirq.Z(Q1)],
        service.sampler(seed=6),
        stopping_criteria=RepetitionsStoppingCriteria(200),
    )
    assert measured.mean == 1


def test_a_sampler_gives_its_options_to_every_job(service, workspace):
    sampler = service.sampler("rigetti.sim.qvm", input_data_format="rigetti.quil.v1", tags=["mine"])
    sampler.run(BELL)
    (job,) = workspace.list_jobs()
    assert (job.details.input_data_format, tuple(job.details.tags)) == ("rigetti.quil.v1", ("mine",))


def test_several_jobs_are_numbered_behind_their_name(service, workspace):
    angle = rotated(sympy.Symbol("t"))

    def names(submit):
        before = len(list(workspace.list_jobs()))
        submit()
        return [job.name for job in workspace.list_jobs()][before:]

    numbered = ["mine 0", "mine 1", "mine 2"]
    points, circuits = [{"t": 1.0}, {"t": 2.0}, {"t": 3.0}], [rotated(1.0)] * 3
    target = service.get_target()
    assert names(lambda: service.run_sweep(angle, points, 5, name="mine")) == numbered
    assert names(lambda: service.run_batch(circuits, [5, 6, 6], name="mine")) == numbered
    assert names(lambda: target.submit_points(angle, points, name="mine")) == numbered
    assert names(lambda: service.sampler(name="mine").run(circuits[0])) == ["mine"]
    assert names(lambda: target.submit_points(angle, points[:2], name="")) == ["cirq-job"] * 2
    with pytest.raises(InputError, match="takes a text") as caught:
        service.run_sweep(angle, points, name=5)
    assert caught.value.argument == "name"


def test_a_sampler_draws_seeds_and_takes_none(service, workspace):
    for option, reason in (("seeds", "takes seed="), ("names", "use name=")):
        for run in (service.sampler(**{option: [1]}).run, service.sampler(seed=4, **{option: [1]}).run):
            with pytest.raises(InputError, match=reason) as caught:
                run(rotated(1.0))
            assert caught.value.argument == option
    assert list(workspace.list_jobs()) == []


def test_readout_experiments_of_cirq_find_no_error_on_an_ideal_target(service):
    qubits = cirq.GridQubit.rect(1, 2)
    sampler = service.sampler(seed=1)
    for errors in (
        cirq.experiments.estimate_single_qubit_readout_errors(sampler, qubits=qubits, repetitions=50),
        cirq.experiments.estimate_parallel_single_qubit_readout_errors(
            sampler, qubits=qubits, repetitions=50, trials=2, bit_strings=np.array([[0, 1], [1, 0]])
        ),
    ):
        assert errors.zero_state_errors == dict.fromkeys(qubits, 0.0)
        assert errors.one_state_errors == dict.fromkeys(qubits, 0.0)


def test_randomized_benchmarking_and_decay_of_cirq_find_no_error_on_an_ideal_target(service):
    sampler = service.sampler(seed=2)
    parameters = RBParameters(num_clifford_range=[2, 9], num_circuits=2, repetitions=20)
    benchmark = cirq.experiments.single_qubit_rb(sampler, Q0, parameters, rng_or_seed=3)
    assert [probability for _, probability in benchmark.data] == [1.0, 1.0]
    decay = cirq.experiments.t1_decay(
        sampler,
        qubit=Q0,
        num_points=2,
        min_delay=cirq.Duration(nanos=1),
        max_delay=cirq.Duration(micros=5),
        repetitions=20,
    )
    assert decay.data["true_count"].tolist() == [20, 20]
