"""The primitives of qiskit-ibm-runtime in their local mode, which takes any backend."""

import pytest
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter
from qiskit_ibm_runtime import EstimatorV2, SamplerV2

from distributions import assert_counts_follow
from quire import Workspace
from quire_qiskit import Provider


@pytest.fixture(params=["rigetti.sim.qvm", "ionq.simulator"])
def backend(request):
    with Workspace("memory:", executor="inline") as workspace:
        yield Provider(workspace).get_backend(request.param)


def turned(angle):
    circuit = QuantumCircuit(2)
    circuit.ry(angle, 1)
    return circuit


def test_the_sampler(backend):
    circuit = turned(1.1)
    circuit.measure_all()
    sampler = SamplerV2(mode=backend, options={"simulator": {"seed_simulator": 3}})
    counts = sampler.run([circuit], shots=1000).result()[0].data.meas.get_counts()
    if backend.name == "ionq.simulator":
        assert counts == {"00": 727, "10": 273}
    else:
        assert_counts_follow(counts, {"00": 0.7267980607127886, "10": 0.2732019392872114})


def test_the_estimator(backend):
    estimator = EstimatorV2(mode=backend, options={"simulator": {"seed_simulator": 5}})
    pub = (turned(Parameter("angle")), ["ZI", "XI"], [0.6])
    values = estimator.run([pub], precision=0.02).result()[0].data.evs
    assert values == pytest.approx([0.8253356149096783, 0.5646424733950354], abs=0.1)
