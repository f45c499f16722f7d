"""Backends and what runs on them take: options, parameter values, names, metadata."""

import copy
import io
import math

import numpy as np
import pytest
from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister, qasm2
from qiskit.circuit import Parameter
from qiskit.providers import QiskitBackendNotFoundError

import quire_qiskit
from qiskit_adapter.sample_circuits import bell
from quire import SessionStatus, Workspace
from quire.errors import (
    InputError,
    NotFoundError,
    OptionError,
    UnboundParameterError,
)
from quire_qiskit import Provider, QuireBackend, job_monitor


def test_the_program_of_the_handbook(backend):
    circuit = bell()
    with backend.open_session(name="Qiskit Session") as session:
        job1 = backend.run(circuit, shots=100, job_name="Job 1")
        job1.wait_for_final_state()
        job2 = backend.run(circuit, shots=100, job_name="Job 2")
        job2.wait_for_final_state()
        job3 = backend.run(circuit, shots=100, job_name="Job 3")
    assert [job.name for job in session.list_jobs()] == ["Job 1", "Job 2", "Job 3"]
    assert session.status == SessionStatus.SUCCEEDED
    assert sum(job3.result().get_counts().values()) == 100
    assert set(job3.result().get_counts()) == {"00", "11"}
    alone = backend.run(circuit, shots=100)
    assert alone.details.session_id is None
    assert alone.details.name == "bell"


@pytest.mark.parametrize("executor", ["inline", "processes"])
def test_progress_is_shown_until_the_end(executor):
    with Workspace("memory:", executor=executor) as workspace:
        job = Provider(workspace).get_backend("rigetti.sim.qvm").run(bell(), shots=10)
        stream = io.StringIO()
        job_monitor(job, output=stream)
        assert stream.getvalue().splitlines()[-1] == "Job Status: job has successfully run"


def test_what_is_kept_with_a_job(backend):
    circuit = bell()
    circuit.metadata = {"purpose": "test", "number": 3}
    job = backend.run(circuit, shots=5, tags=["a", "b"], priority="High", metadata={"lab": "north"})
    details = job.details
    assert dict(details.metadata) == {
        "qiskit": "True",
        "name": "bell",
        "num_qubits": "2",
        "metadata": '{"purpose": "test", "number": 3}',
        "creg_sizes": '[["c", 2]]',
        "memory_slots": "2",
        "lab": "north",
    }
    assert details.input_params == {
        "items": [{"entryPoint": "ENTRYPOINT__main", "arguments": []}],
        "shots": 5,
    }
    assert (details.tags, details.priority) == (("a", "b"), "High")
    header = job.result().results[0].header
    assert header["metadata"] == circuit.metadata
    assert (header["name"], header["n_qubits"], header["lab"]) == ("bell", 2, "north")


def test_metadata_that_json_cannot_hold(backend):
    circuit = bell()
    circuit.metadata = {"value": 1 + 2j}
    assert backend.run(circuit).result().results[0].header["metadata"] == {"value": "(1+2j)"}
    circuit.metadata = {(1, 2): "a pair"}
    with pytest.raises(InputError, match="metadata of circuit bell cannot be written as JSON"):
        backend.run(circuit)


@pytest.mark.parametrize("name", ["ünï", "a b", "100%s", '"];', "\x1f", "名前"])
def test_names_of_any_text(backend, name):
    circuit = QuantumCircuit(
        QuantumRegister(1), ClassicalRegister(1, name), ClassicalRegister(1, "z"), name=name
    )
    circuit.x(0)
    circuit.measure(0, 0)
    result = backend.run(circuit, shots=3).result()
    assert result.get_counts(name) == {"0 1": 3}
    assert result.results[0].header["creg_sizes"] == [[name, 1], ["z", 1]]


def test_shots_are_500_unless_said_otherwise(backend):
    assert sum(backend.run(bell()).result().get_counts().values()) == 500
    backend.set_options(shots=20)
    assert sum(backend.run(bell()).result().get_counts().values()) == 20
    assert sum(backend.run(bell(), shots=7).result().get_counts().values()) == 7


def test_unknown_options_are_refused_by_name(backend):
    with pytest.raises(OptionError, match=r"^backend.run takes shots=, .*; it does not take rep_delay="):
        backend.run(bell(), rep_delay=1)
    with pytest.raises(OptionError, match="meas_level= takes 2 only") as caught:
        backend.run(bell(), meas_level=1)
    assert caught.value.argument == "meas_level"
    assert backend.run(bell(), meas_level=2, shots=3).result().results[0].shots == 3
    with pytest.raises(AttributeError, match="qubit_lo_freq"):
        backend.set_options(qubit_lo_freq=1)
    with pytest.raises(OptionError, match=r"not written as 'quil.v9', only as qir.v1"):
        backend.run(bell(), input_data_format="quil.v9")
    assert backend.run(bell(), input_data_format="qir.v1").details.input_data_format == "qir.v1"


def test_seeds_make_shots_repeatable(backend):
    def memory(**options):
        return backend.run(bell(), shots=64, memory=True, **options).result().get_memory()

    assert memory(seed=5) == memory(seed_simulator=5) == memory(seed=5, seed_simulator=5)
    assert memory(seed=5) != memory(seed=6)
    assert memory() != memory()
    backend.set_options(seed_simulator=5)
    assert memory() == memory() == memory(seed=5)
    with pytest.raises(OptionError, match="give one"):
        memory(seed=1, seed_simulator=2)
    with pytest.raises(OptionError, match="whole number, not 'five'"):
        memory(seed="five")
    assert memory(seed=np.int64(5)) == memory(seed=5)
    twice = backend.run([bell(), bell()], shots=64, memory=True).result()
    assert twice.get_memory(0) == memory(seed=5)
    assert twice.get_memory(1) == memory(seed=6)


def rotated():
    circuit = QuantumCircuit(2, 2)
    first, second = Parameter("first"), Parameter("second")
    circuit.rx(first, 0)
    circuit.rx(second, 1)
    circuit.measure([0, 1], [0, 1])
    return circuit, first, second


def test_parameters_get_values_in_the_run(backend, workspace):
    circuit, first, second = rotated()
    with pytest.raises(UnboundParameterError, match="first, second"):
        backend.run(circuit)
    binds = [{first: [0, math.pi], second: math.pi}, {"first": math.pi, "second": [0]}]
    job = backend.run([circuit, circuit], shots=3, parameter_binds=binds)
    assert job.result().get_counts() == [{"10": 3}, {"11": 3}, {"01": 3}]
    assert backend.run(circuit, shots=3, args=[math.pi, 0]).result().get_counts() == {"01": 3}
    target = workspace.get_targets(backend.name)
    assert target.submit(circuit, args={second: math.pi, first: 0}, shots=3).results().counts == {"[1, 0]": 3}


UNFIT = [[], {}, [3], [{"third": [1]}], [{"first": [1]}], [{"first": [1, 2], "second": [1, 2, 3]}]]


@pytest.mark.parametrize("binds", UNFIT)
def test_values_that_do_not_fit_are_refused(backend, binds):
    circuit, _, _ = rotated()
    with pytest.raises(InputError) as caught:
        backend.run(circuit, parameter_binds=binds)
    assert "parameter_binds=" in str(caught.value) or isinstance(caught.value, UnboundParameterError)
    with pytest.raises(OptionError, match="args= does not fit"):
        backend.run(circuit, args=[1])


@pytest.mark.parametrize("wrong", [[], None, "circuit", [bell(), 3]])
def test_only_circuits_are_run(backend, wrong):
    with pytest.raises(InputError, match="run takes"):
        backend.run(wrong)


@pytest.mark.parametrize("several", [False, True])
def test_text_is_told_from_circuits(backend, adaptive_backend, several):
    text = qasm2.dumps(bell())
    for form in (text, text.encode()):
        with pytest.raises(InputError, match=r"qasm2\.loads.*quire_target\.submit") as caught:
            backend.run([form] if several else form)
        assert caught.value.argument == "run_input"
    assert backend.run(qasm2.loads(text), shots=5).done()
    assert adaptive_backend.quire_target.submit(text, shots=5).results().counts


def test_a_copy_of_a_backend_has_options_of_its_own(backend):
    twin = copy.copy(backend)
    twin.set_options(shots=3)
    assert backend.options.shots == 500
    deep = copy.deepcopy(twin)
    assert (deep.options.shots, deep.workspace) == (3, backend.workspace)
    assert sum(twin.run(bell()).result().get_counts().values()) == 3
    assert twin.provider is backend.provider


def test_backends_by_name_and_provider(provider, capsys):
    names = [target.name for target in provider.workspace.get_targets()]
    assert [backend.name for backend in provider.backends()] == names
    assert [backend.name for backend in provider.backends(provider_id="rigetti")] == ["rigetti.sim.qvm"]
    assert [backend.name for backend in provider.backends("ionq.simulator")] == ["ionq.simulator"]
    assert provider.backends("nothing") == []
    assert all(
        isinstance(backend, QuireBackend) and backend.provider is provider for backend in provider.backends()
    )
    assert capsys.readouterr() == ("", "")


def test_an_unknown_name_is_answered_with_close_ones(provider):
    for kind in (NotFoundError, QiskitBackendNotFoundError):
        with pytest.raises(kind, match=r"did you mean ionq\.simulator") as caught:
            provider.get_backend("ionq.simulater")
        assert caught.value.close_names == ("ionq.simulator",)
        assert caught.value.kind == "backend"


def test_everything_that_is_announced_is_there():
    assert [getattr(quire_qiskit, name).__name__ for name in quire_qiskit.__all__] == quire_qiskit.__all__
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = quire_qiskit.Nothing


def test_the_example_of_the_demo_runs(workspace):
    (example,) = (one for one in workspace.plugins.register_examples() if one.sdk == "Qiskit")
    job = example.submit(workspace, "rigetti.sim.qvm", "Job from Qiskit", 50)
    assert job.name == "Job from Qiskit"
    assert set(job.results().counts) == {"[0, 0]", "[1, 1]"}
