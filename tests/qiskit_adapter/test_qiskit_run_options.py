"""Options of a run that concern several jobs, values of parameters as arrays, and filters of backends."""

import math
import subprocess

import numpy as np
import pytest
from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister
from qiskit.circuit import Parameter

from processes import python
from qiskit_adapter.conftest import Gated
from qiskit_adapter.sample_circuits import bell, written
from quire import JobStatus, Workspace
from quire.errors import (
    InputError,
    OptionError,
    TranslationError,
    UnboundParameterError,
)
from quire_qiskit import Provider


def rotated():
    """Bit 0 is 1 if the first parameter is pi, bit 1 if the second is."""
    circuit = QuantumCircuit(2, 2)
    circuit.rx(Parameter("a"), 0)
    circuit.rx(Parameter("b"), 1)
    circuit.measure([0, 1], [0, 1])
    return circuit


def test_values_as_arrays(backend):
    circuit = rotated()

    def counts(circuits, values):
        return backend.run(circuits, shots=3, parameter_values=values).result().get_counts()

    assert counts(circuit, [0, math.pi]) == {"10": 3}
    assert counts(circuit, np.array([[0, math.pi], [math.pi, 0]])) == [{"10": 3}, {"01": 3}]
    assert counts([circuit, written(0b11, 2)], [[[math.pi, 0], [0, 0]], []]) == [
        {"01": 3},
        {"00": 3},
        {"11": 3},
    ]


@pytest.mark.parametrize(
    "values", [[1], np.zeros((0, 2)), [[1, 2, 3]], [[[[1, 2]]]], "ab", [[1, 2], [3]], 7, [[None, "x"]]]
)
def test_arrays_that_do_not_fit_are_refused(backend, workspace, values):
    with pytest.raises(OptionError) as caught:
        backend.run(rotated(), parameter_values=values)
    assert caught.value.argument == "parameter_values"
    assert list(workspace.list_jobs()) == []


def test_points_that_are_filled_in_and_points_that_are_bound(backend):
    """A circuit whose second parameter stays open is refused at any number of points."""
    circuit = rotated()
    binds = [{"a": [0, math.pi, 0], circuit.parameters[1]: [0, 0, math.pi]}]
    counts = backend.run(circuit, shots=2, parameter_binds=binds).result().get_counts()
    assert counts == [{"00": 2}, {"01": 2}, {"10": 2}]
    for some in ([1.0], [1.0, 2.0]):
        with pytest.raises(UnboundParameterError, match="b"):
            backend.run(circuit, parameter_binds=[{"a": some}])


def test_values_are_given_in_one_way(backend):
    with pytest.raises(OptionError, match="give one"):
        backend.run(rotated(), parameter_values=[0, 0], parameter_binds=[{"a": [0], "b": [0]}])
    with pytest.raises(OptionError, match="one array for each of the 2 circuits"):
        backend.run([rotated(), rotated()], parameter_values=[[0, 0]])


def test_an_id_is_for_one_job(backend, workspace):
    assert backend.run(bell(), job_id="mine").job_id() == "mine"
    with pytest.raises(OptionError, match="this run makes 2"):
        backend.run([bell(), bell()], job_id="ours")
    with pytest.raises(InputError, match="no commas") as caught:
        backend.run(bell(), job_id="run,1")
    assert caught.value.argument == "job_id"
    assert len(list(workspace.list_jobs())) == 1


@pytest.mark.parametrize("option", ["name", "optimization_level", "noise_model"])
def test_a_refusal_speaks_of_the_run_and_says_what_there_is(backend, option):
    with pytest.raises(OptionError) as caught:
        backend.run(bell(), **{option: 1})
    assert caught.value.argument == option
    assert "backend.run takes" in str(caught.value)
    assert "job_name=" in str(caught.value)
    assert "Payload" not in str(caught.value)


def test_numbers_and_truths_of_other_libraries(backend):
    job = backend.run(bell(), shots=np.int64(7), seed=np.uint8(3), memory=np.True_)
    assert len(job.result().get_memory()) == 7
    with pytest.raises(OptionError, match="takes True or False, not 'no'"):
        backend.run(bell(), memory="no")
    for wrong in (7.0, np.array([7]), True, "7"):
        with pytest.raises(InputError, match=r"shots must be an integer") as caught:
            backend.run(bell(), shots=wrong)
        assert caught.value.argument == "shots"


def test_shots_may_stand_behind_the_circuit_as_in_microsofts_sdk(backend):
    assert backend.run(bell(), 7).result().results[0].shots == 7


@pytest.mark.parametrize("several", [False, True])
def test_a_refusal_names_what_could_run_the_circuit(backend, adaptive_backend, several):
    circuit = QuantumCircuit(2, 2)
    circuit.ry(Parameter("a"), 0)
    circuit.measure(0, 0)
    with circuit.if_test((circuit.clbits[0], 1)):
        circuit.x(1)
    circuit.measure(1, 1)
    values = {"parameter_values": [[math.pi]] * (2 if several else 1)}
    with pytest.raises(TranslationError, match=r"input_data_format='rigetti\.quil\.v1'") as caught:
        backend.run(circuit, **values)
    assert adaptive_backend.name in caught.value.targets
    assert f"Targets that could run it: {', '.join(caught.value.targets)}." in str(caught.value)
    for able, options in ((backend, {"input_data_format": "rigetti.quil.v1"}), (adaptive_backend, {})):
        counts = able.run(circuit, shots=5, **values, **options).result().get_counts()
        assert counts == ([{"11": 5}] * 2 if several else {"11": 5})


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("rigetti.sim.qvm", "qir.v1"),
        ("rigetti.sim.qvm", "rigetti.quil.v1"),
        ("ionq.simulator", "ionq.circuit.v1"),
        ("quantinuum.sim.h1-1e", "honeywell.openqasm.v1"),
    ],
)
@pytest.mark.parametrize("registers", [(0, 0), (2, 0), (0, 1), (2, 3)])
def test_what_measures_nothing_has_zeros(provider, name, format, registers):
    backend = provider.get_backend(name)
    with pytest.warns(UserWarning, match="nothing is measured") as warned:
        job = backend.run(QuantumCircuit(*registers), shots=4, input_data_format=format)
    assert {warning.filename for warning in warned} == {__file__}
    assert job.result().get_counts() == {"0" * max(1, registers[1]): 4}


def test_what_was_submitted_with_a_refused_one_is_cancelled():
    gated, longest = Gated(), "x" * 1022  # a name has at most 1024 characters, and so all but the last one's
    with Workspace("memory:", executor=gated, workers=1) as workspace:
        backend = Provider(workspace).get_backend("rigetti.sim.qvm")
        with pytest.raises(InputError) as caught:
            backend.run([bell()] * 11, job_name=longest)
        assert caught.value.argument == "name"
        jobs = list(workspace.list_jobs())
        gated.gate.set()
        for job in jobs:
            job.wait_until_completed()
        assert [job.status for job in jobs] == [JobStatus.CANCELLED] * 10
    gated.shutdown()


def test_a_session_for_other_threads(backend):
    with backend.open_session() as session:
        backend.latest_session = None
        backend.set_options(session=session)
        assert backend.run(bell()).details.session_id == session.id
    backend.set_options(session=None)
    assert backend.run(bell()).details.session_id is None


def test_place_in_the_queue(gated):
    jobs = [gated.run(bell()) for _ in range(3)]
    # One job at most has begun; the others wait in order.
    assert [job.queue_position() for job in jobs] in ([1, 2, 3], [None, 1, 2])
    gated.gate.set()
    for job in jobs:
        job.wait_for_final_state()
    assert [job.queue_position() for job in jobs] == [None] * 3


def test_filters_of_backends(provider):
    def names(*args, **filters):
        return [backend.name for backend in provider.backends(*args, **filters)]

    assert names(provider="ionq") == names(provider_id="ionq") == ["ionq.simulator"]
    wide = names(provider="quantinuum", filters=lambda backend: backend.num_qubits > 20)
    assert wide == [name for name in names() if name.startswith("quantinuum.sim.h2")]
    assert names("ionq.simulator", provider="rigetti") == []
    with pytest.raises(InputError, match="give one"):
        names(provider="ionq", provider_id="rigetti")
    with pytest.raises(InputError, match="filters="):
        names(filters="simulator")


SUBMIT = """
import sys
from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister
from quire import Workspace
from quire_qiskit import Provider

circuit = QuantumCircuit(QuantumRegister(3), ClassicalRegister(2, "z"), ClassicalRegister(1, "a"), name="far")
circuit.metadata = {"purpose": "elsewhere"}
circuit.x(1)
circuit.measure([1, 0], [1, 2])
with Workspace(sys.argv[1], executor="inline") as workspace:
    job = Provider(workspace).get_backend("rigetti.sim.qvm").run([circuit, circuit], shots=4)
    job.wait_for_final_state()
    print(job.job_id())
"""


def test_a_job_of_another_process(tmp_path):
    url = f"sqlite:///{tmp_path / 'lab.db'}"
    ended = subprocess.run(python(SUBMIT, url), capture_output=True, text=True, check=True, timeout=60)
    with Workspace(url, executor="inline") as workspace:
        job = Provider(workspace).get_job(ended.stdout.strip())
        result = job.result()
    assert result.get_counts() == [{"0 10": 4}, {"0 10": 4}]
    assert result.get_memory(0) == ["0 10"] * 4
    header = result.results[1].header
    assert (header["name"], header["metadata"]) == ("far", {"purpose": "elsewhere"})
    assert header["creg_sizes"] == [["z", 2], ["a", 1]]


def test_unmeasured_bits_are_zero(provider):
    circuit = QuantumCircuit(QuantumRegister(2), ClassicalRegister(3, "c"), ClassicalRegister(2, "d"))
    circuit.x([0, 1])
    circuit.measure([0, 1], [1, 4])
    for backend in provider.backends(filters=lambda one: one.quire_target.spec.shot_rule != "zero"):
        assert backend.run(circuit, shots=2).result().get_counts() == {"10 010": 2}
