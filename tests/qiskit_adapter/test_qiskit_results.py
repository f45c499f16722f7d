"""Counts and memory as Qiskit's users see them, on every built-in target."""

import math
import warnings

import pytest
from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister
from qiskit.exceptions import QiskitError
from qiskit.providers import JobStatus

from distributions import assert_counts_follow
from qiskit_adapter.circuit_reader import exact_counts
from qiskit_adapter.sample_circuits import bell, failed, written
from quire import Outcome, Payload, TargetSpec, Workspace, hookimpl
from quire.errors import (
    InputError,
    JobFailedError,
    NotFoundError,
    OptionError,
    ResultFormatError,
    TooManyQubitsError,
    TranslationError,
)
from quire.microsoft_results import write_v1, write_v2
from quire_qiskit import Provider, QuireQiskitJob

TARGETS = ["ionq.simulator", "quantinuum.sim.h1-1e", "rigetti.sim.qvm"]


def assert_counts_of(backend, counts, shots, expected):
    """The counts are samples; on a target that takes no chances they are the shares, but for a few shots."""
    assert sum(counts.values()) == shots
    if backend.quire_target.spec.shot_rule == "exact":
        assert set(counts) <= set(expected)
        assert all(abs(shots * expected[key] - counts.get(key, 0)) < 8 for key in expected)
    else:
        assert_counts_follow(counts, expected)


def asymmetric_circuits():
    yield written(0b0011, 4)
    circuit = QuantumCircuit(3, 3)
    circuit.x(0)
    circuit.measure([0, 1, 2], [1, 2, 0])
    yield circuit
    for widths, names in (((2, 2, 2), "abc"), ((3, 1, 2), "zma")):
        registers = [ClassicalRegister(width, name) for width, name in zip(widths, names, strict=True)]
        circuit = QuantumCircuit(QuantumRegister(6), *registers)
        circuit.x([0, 3, 4, 5])
        circuit.measure(range(6), range(6))
        yield circuit
    circuit = QuantumCircuit(3, 3)
    for qubit, angle in enumerate((0.6, 1.2, 2.1)):
        circuit.ry(angle, qubit)
    circuit.measure(range(3), range(3))
    yield circuit
    circuit = QuantumCircuit(QuantumRegister(4), ClassicalRegister(3, "c"), ClassicalRegister(1, "d"))
    circuit.x([1, 3])
    circuit.measure([3, 0], [2, 1])
    yield circuit


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("index", range(6))
def test_asymmetric_circuits(provider, name, index):
    circuit = list(asymmetric_circuits())[index]
    backend = provider.get_backend(name)
    result = backend.run(circuit, shots=1000, seed=7, memory=True).result()
    assert_counts_of(backend, result.get_counts(), 1000, exact_counts(circuit))
    memory = result.get_memory()
    assert len(memory) == sum(result.get_counts().values()) == result.results[0].shots
    assert {key: memory.count(key) for key in result.get_counts()} == dict(result.get_counts())


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("gate", ["crx", "cry", "crz", "cp"])
@pytest.mark.parametrize("angle", [-0.9, -2.5, 2 * math.pi + 0.4, math.pi / 2])
def test_controlled_rotations_of_any_angle(provider, name, gate, angle):
    circuit = QuantumCircuit(2, 2)
    circuit.h(0)
    circuit.ry(0.3, 1)
    getattr(circuit, gate)(angle, 0, 1)
    circuit.h([0, 1])
    circuit.measure([0, 1], [0, 1])
    backend = provider.get_backend(name)
    counts = backend.run(circuit, shots=2000, seed=3).result().get_counts()
    assert_counts_of(backend, counts, 2000, exact_counts(circuit))


def test_the_plain_target_takes_circuits_too(workspace):
    target = workspace.get_targets("ionq.simulator")
    job = target.submit(written(0b001, 3, "mine"), shots=5)
    assert job.name == "mine"
    assert job.results().shots == [[0, 0, 1]] * 5
    registers = QuantumCircuit(QuantumRegister(3), ClassicalRegister(2, "a"), ClassicalRegister(1, "b"))
    registers.x(0)
    registers.measure(range(3), range(3))
    assert target.submit(registers, shots=2).results().counts == {"([0], [0, 1])": 2}


def test_memory_is_there_when_asked_for(backend):
    circuit = written(0b10, 2)
    with pytest.raises(QiskitError, match="No memory"):
        backend.run(circuit, shots=2).result().get_memory()
    assert backend.run(circuit, shots=2, memory=True).result().get_memory() == ["10", "10"]
    backend.set_options(memory=True, shots=3)
    assert backend.run(circuit).result().get_memory() == ["10"] * 3


@pytest.mark.parametrize(
    ("name", "format", "is_lowest_first"),
    [
        ("rigetti.sim.qvm", "qir.v1", False),
        ("rigetti.sim.qvm", "rigetti.quil.v1", True),
        ("quantinuum.sim.h1-1e", "qir.v1", False),
        ("quantinuum.sim.h1-1e", "honeywell.openqasm.v1", True),
    ],
)
def test_memory_is_in_the_order_of_the_shots(provider, name, format, is_lowest_first):
    circuit = QuantumCircuit(3, 3)
    for qubit, angle in enumerate((0.6, 1.2, 2.1)):
        circuit.ry(angle, qubit)
    circuit.measure(range(3), range(3))
    job = provider.get_backend(name).run(circuit, shots=64, memory=True, seed=1, input_data_format=format)
    shots = job.quire_jobs[0].results().shots
    assert len({tuple(shot) for shot in shots}) > 4
    expected = ["".join(map(str, reversed(shot) if is_lowest_first else shot)) for shot in shots]
    assert job.result().get_memory() == expected


def test_several_circuits_are_one_job_with_results_in_order(backend, workspace):
    circuits = [written(value, 2, f"write {value}") for value in (2, 0, 3)]
    job = backend.run(circuits, shots=4, job_name="three", memory=True)
    assert [part.name for part in workspace.list_jobs()] == ["three 0", "three 1", "three 2"]
    result = job.result()
    assert result.get_counts() == [{"10": 4}, {"00": 4}, {"11": 4}]
    assert result.get_counts("write 3") == {"11": 4}
    assert result.get_memory(circuits[0]) == ["10"] * 4
    assert job.status() is JobStatus.DONE
    again = backend.retrieve_job(job.job_id())
    assert again.result().get_counts() == result.get_counts()
    with pytest.raises(InputError, match="3 circuits"):
        _ = job.details


def test_if_one_circuit_is_refused_none_is_submitted(backend, workspace):
    too_wide = QuantumCircuit(30, 1)
    too_wide.measure(0, 0)
    loop = QuantumCircuit(1, 1)
    with loop.while_loop((loop.clbits[0], 0)):
        loop.measure(0, 0)
    for wrong, error in ((loop, TranslationError), (too_wide, TooManyQubitsError)):
        with pytest.raises(error):
            backend.run([bell(), wrong])
    assert list(workspace.list_jobs()) == []


def test_jobs_are_found_again(backend, provider, workspace):
    job = backend.run(written(1, 2), shots=3)
    assert backend.retrieve_job(job.job_id()).result().get_memory() == ["01"] * 3
    found = provider.get_job(job.job_id())
    assert isinstance(found, QuireQiskitJob)
    assert found.backend().name == backend.name
    with pytest.raises(InputError, match=r"is on rigetti\.sim\.qvm"):
        provider.get_backend("ionq.simulator").retrieve_job(job.job_id())
    with pytest.raises(NotFoundError):
        backend.retrieve_job("no such job")
    foreign = backend.quire_target.submit(Payload(b"", metadata={}), shots=1)
    with pytest.raises(InputError, match="not submitted from Qiskit"):
        backend.retrieve_job(foreign.id)


@pytest.mark.parametrize("wrong", [7, None, "", ","])
def test_jobs_are_found_by_ids_only(backend, provider, wrong):
    for find in (provider.get_job, backend.retrieve_job):
        with pytest.raises(InputError, match="takes an id") as caught:
            find(wrong)
        assert caught.value.argument == "job_id"


def test_the_result_of_a_failed_job_says_why(backend):
    job = failed(backend)
    assert job.status() is JobStatus.ERROR
    with pytest.raises(JobFailedError) as caught:
        job.result()
    fault = caught.value.fault
    assert fault is not None
    assert fault.code in str(caught.value)
    assert fault.message in str(caught.value)
    assert fault.code == job.details.error_data.code


def test_one_failed_circuit_among_several(backend):
    job = QuireQiskitJob(backend, [*backend.run(bell()).quire_jobs, *failed(backend).quire_jobs])
    assert job.status() is JobStatus.ERROR
    with pytest.raises(JobFailedError):
        job.result()


def test_outputs_that_are_probabilities_become_counts(backend):
    circuit = written(0b01, 2)
    job = backend.run(circuit, shots=8, output_data_format="microsoft.quantum-results.v1")
    assert job.result().get_counts() == {"01": 8}
    with pytest.raises(ResultFormatError, match="without memory=True"):
        backend.run(circuit, output_data_format="microsoft.quantum-results.v1", memory=True).result()


@pytest.mark.parametrize(
    "options",
    [
        {"input_data_format": "ionq.circuit.v1"},
        {"output_data_format": "ionq.quantum-results.v1"},
        {"output_data_format": "microsoft.quantum-results.v1"},
    ],
)
def test_a_job_whose_outputs_are_probabilities_is_found_again(provider, options):
    backend = provider.get_backend("ionq.simulator")
    job = backend.run([written(0b01, 2)] * 2, shots=8, **options)
    for found in (provider.get_job(job.job_id()), backend.retrieve_job(job.job_id())):
        assert found.result().get_counts() == [{"01": 8}] * 2
        assert "memory" not in found.result().data(0)


def uniform(width, measured):
    circuit = QuantumCircuit(width, measured)
    circuit.h(range(width))
    circuit.measure(range(measured), range(measured))
    return circuit


def test_a_target_that_takes_no_chances_gives_as_many_shots_as_asked_for(provider):
    backend = provider.get_backend("ionq.simulator")
    job = backend.run(uniform(5, 1), shots=1000, memory=True)
    result = job.result()
    assert sum(job.quire_jobs[0].results().counts.values()) == 992
    assert result.get_counts() == {"0": 500, "1": 500}
    assert result.results[0].shots == len(result.get_memory()) == 1000
    assert result.data()["raw_counts"] == {"[0]": 496, "[1]": 496}
    # Of 64 equal outcomes, 36 get a second shot of the 100: which ones, the job's id decides.
    job = backend.run(uniform(6, 6), shots=100, job_id="sixty-four")
    with pytest.warns(UserWarning, match="64 of 100 shots"):
        counts = job.result().get_counts()
    assert sorted(counts.values()) == [1] * 28 + [2] * 36
    with pytest.warns(UserWarning, match="64 of 100 shots of job sixty-four:"):
        assert backend.retrieve_job("sixty-four").result().get_counts() == counts
    assert "raw_counts" not in backend.run(bell(), shots=10).result().data()


def test_the_shots_that_any_few_lack_are_not_warned_of(provider):
    job = provider.get_backend("ionq.simulator").run(bell(), shots=5)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert sum(job.result().data()["raw_counts"].values()) == 4


def test_counts_that_are_far_from_samples_are_warned_of_once(provider):
    backend = provider.get_backend("ionq.simulator")
    turned = QuantumCircuit(7, 7)
    turned.ry(0.9, range(7))
    turned.measure(range(7), range(7))
    job = backend.run([turned, bell(), uniform(6, 6)], shots=100)
    text = (
        rf"64 of 100 shots of job {job.quire_jobs[2].id} \(the fewest of 2 .*'ionq\.circuit\.v1'.*exact=True"
    )
    with pytest.warns(UserWarning, match=text) as warned:
        result = job.result()
    assert job.result() is result
    assert [warning.filename for warning in warned] == [__file__]
    assert [sum(counts.values()) for counts in result.get_counts()] == [100, 100, 100]
    exact = backend.run(uniform(6, 6), shots=100, input_data_format="ionq.circuit.v1").result()
    assert exact.data()["probabilities"] == pytest.approx({hex(key): 1 / 64 for key in range(64)})


def test_probabilities_where_the_target_gives_them(provider):
    backend = provider.get_backend("ionq.simulator")
    circuit = QuantumCircuit(QuantumRegister(4), ClassicalRegister(2, "a"), ClassicalRegister(2, "b"))
    circuit.ry(0.7, 3)
    circuit.x(0)
    circuit.h(1)
    circuit.measure([3, 0], [0, 2])
    job = backend.run(circuit, shots=1000, output_data_format="ionq.quantum-results.v1")
    result = job.result()
    one = math.sin(0.35) ** 2
    assert result.data()["probabilities"] == pytest.approx({"0x4": 1 - one, "0x5": one}, abs=1e-9)
    assert result.get_counts() == {"01 00": 1000 - round(1000 * one), "01 01": round(1000 * one)}
    assert result.results[0].header["meas_map"] == [3, None, 0, None]
    assert backend.retrieve_job(job.job_id()).backend().name == backend.name
    composite = QuantumCircuit(4, 4)
    composite.append(circuit.to_instruction(), range(4), range(4))
    with pytest.raises(OptionError, match="classical bits in circuit"):
        backend.run(composite, output_data_format="ionq.quantum-results.v1")
    plain = backend.quire_target.submit(bell(), output_data_format="ionq.quantum-results.v1")
    with pytest.raises(ResultFormatError, match="'meas_map'"):
        QuireQiskitJob(backend, [plain], memory=False).result()


class Quasi:
    """A plug-in with a target whose shares are no probabilities."""

    @hookimpl
    def register_targets(self, register):
        register(TargetSpec(id="quasi", provider_id="test", num_qubits=2))

    @hookimpl
    def execute_payload(self, task):
        if task.target.id != "quasi":
            return None
        return Outcome(b'{"Histogram":["[0, 0]",1.25,"[1, 1]",-0.25]}')


def test_quasi_probabilities_are_refused():
    with Workspace("memory:", executor="inline", plugins=[Quasi()]) as workspace:
        job = (
            Provider(workspace)
            .get_backend("quasi")
            .run(bell(), shots=5, output_data_format="microsoft.quantum-results.v1")
        )
        with pytest.raises(ResultFormatError, match="no probabilities"):
            job.result()
        assert job.quire_jobs[0].results().probabilities == {"[0, 0]": 1.25, "[1, 1]": -0.25}


class Lossy:
    """A plug-in with a target that loses the second qubit in some shots."""

    OUTCOMES = ([0, 1], [0, "-"], [1, 1], {"Error": {"Code": "0x20", "Name": "lost"}})

    @hookimpl
    def register_targets(self, register):
        register(TargetSpec(id="lossy", provider_id="test", num_qubits=2))

    @hookimpl
    def execute_payload(self, task):
        if task.target.id != "lossy":
            return None
        writer = write_v1 if task.output_format.endswith("v1") else write_v2
        return Outcome(writer(self.OUTCOMES, [0, 1, 2, 3, 0]))


def test_shots_with_lost_qubits_are_left_out_and_shown():
    with Workspace("memory:", executor="inline", plugins=[Lossy()]) as workspace:
        backend = Provider(workspace).get_backend("lossy")
        result = backend.run(bell(), shots=5, memory=True).result()
        shares = backend.run(bell(), shots=5, output_data_format="microsoft.quantum-results.v1").result()
    assert result.get_counts() == shares.get_counts() == {"01": 2, "11": 1}
    assert result.get_memory() == ["01", "11", "01"]
    assert result.results[0].shots == shares.results[0].shots == 3
    raw = result.data()["raw_counts"]
    assert raw == shares.data()["raw_counts"]
    assert sorted(raw.values()) == [1, 1, 1, 2]
    assert raw["[0, -]"] == 1
