"""qiskit-experiments in a session: what its analyses find has to be what an ideal target is."""

import numpy as np
import pytest
from qiskit import QuantumCircuit
from qiskit.circuit.library import XGate
from qiskit_experiments.library import T1, InterleavedRB, StandardRB, StateTomography

from quire import SessionStatus, Workspace
from quire_qiskit import Provider, SamplerV2

SHOTS = 200


@pytest.fixture
def backend():
    with Workspace("memory:", workers=2) as workspace:
        yield Provider(workspace).get_backend("rigetti.sim.qvm")


def analysed(experiment, backend, **options):
    data = experiment.run(backend, shots=SHOTS, **options).block_for_results()
    assert data.errors() == ""
    return data


@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::UserWarning")
def test_randomized_benchmarking_of_a_qubit_without_noise(backend):
    data = analysed(StandardRB([0], [1, 10, 50], num_samples=2, seed=1), backend, seed_simulator=5)
    assert [each["counts"] for each in data.data()] == [{"0": SHOTS}] * 6


@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::UserWarning")
def test_interleaved_benchmarking_of_a_gate(backend):
    data = analysed(InterleavedRB(XGate(), [0], [1, 10], num_samples=2, seed=2), backend)
    assert [each["counts"] for each in data.data()] == [{"0": SHOTS}] * 8


@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::UserWarning")
def test_t1_in_a_session_by_our_sampler(backend):
    """Without noise nothing decays, however long the delay is."""
    with backend.open_session(name="T1") as session:
        sampler = SamplerV2(backend, options={"seed_simulator": 3})
        data = analysed(T1([0], np.linspace(1e-6, 1e-4, 5)), backend, sampler=sampler)
    assert [each["counts"] for each in data.data()] == [{"1": SHOTS}] * 5
    assert len(session.list_jobs()) == 5
    assert session.refresh().status is SessionStatus.SUCCEEDED


def test_tomography_of_an_entangled_state(backend):
    circuit = QuantumCircuit(2)
    circuit.h(0)
    circuit.ry(0.4, 1)
    circuit.cx(0, 1)
    data = analysed(StateTomography(circuit), backend, seed_simulator=11)
    (fidelity,) = [
        row.value for row in data.analysis_results(dataframe=False) if row.name == "state_fidelity"
    ]
    assert fidelity > 0.97
