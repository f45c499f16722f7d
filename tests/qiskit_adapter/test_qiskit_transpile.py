"""What Qiskit builds on backends: the transpiler and the primitives."""

import math

import pytest
from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister, transpile
from qiskit.circuit import Parameter
from qiskit.exceptions import QiskitError
from qiskit.primitives import BackendEstimatorV2, BackendSamplerV2
from qiskit.quantum_info import SparsePauliOp, Statevector
from qiskit.transpiler import generate_preset_pass_manager
from qiskit.transpiler.exceptions import TranspilerError

from distributions import assert_counts_follow
from qiskit_adapter.circuit_reader import exact_counts
from quire.errors import OptionError, TranslationError
from quire.qir import GATES

TARGETS = ["quantinuum.sim.h1-1e", "rigetti.sim.qvm", "ionq.simulator"]


def ansatz():
    circuit = QuantumCircuit(3, 3)
    circuit.u(0.3, 0.7, -1.1, 0)
    circuit.ecr(0, 1)
    circuit.cu(0.3, -0.2, 0.9, 1.4, 1, 2)
    circuit.iswap(0, 2)
    circuit.cswap(1, 0, 2)
    circuit.p(0.4, 1)
    circuit.append(QuantumCircuit(2).to_gate(), [0, 1])
    circuit.sxdg(2)
    return circuit


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("level", range(4))
def test_transpiled_circuits_do_the_same(provider, name, level):
    backend = provider.get_backend(name)
    circuit = ansatz()
    expected = Statevector(circuit).probabilities_dict()
    circuit.measure(range(3), range(3))
    made = transpile(circuit, backend, optimization_level=level, seed_transpiler=1)
    assert made.num_qubits == 3
    assert set(made.count_ops()) <= set(backend.operation_names)
    counts = backend.run(made, shots=3000, seed=2).result().get_counts()
    assert_counts_follow(counts, expected)
    by_manager = generate_preset_pass_manager(level, backend=backend, seed_transpiler=1).run(circuit)
    assert set(by_manager.count_ops()) <= set(backend.operation_names)


@pytest.mark.parametrize("name", TARGETS)
def test_translation_can_be_switched_off(provider, name):
    backend = provider.get_backend(name)
    circuit = QuantumCircuit(2, 2)
    circuit.cp(0.3, 0, 1)
    circuit.barrier()
    circuit.measure([0, 1], [0, 1])
    with pytest.raises(TranslationError, match=r"instruction 0 \(cp\) is none of .*skip_transpile") as caught:
        backend.run(circuit, skip_transpile=True)
    assert caught.value.element == "cp"
    own = transpile(circuit, backend)
    assert backend.run(own, shots=5, skip_transpile=True).result().get_counts() == {"00": 5}
    turned = QuantumCircuit(1, 1)
    turned.rx(Parameter("a"), 0)
    turned.measure(0, 0)
    job = backend.run(turned, shots=5, skip_transpile=True, parameter_values=[[0], [math.pi]])
    assert job.result().get_counts() == [{"0": 5}, {"1": 5}]
    with pytest.raises(OptionError, match="skip_transpile"):
        backend.run(own, skip_transpile="yes")


def test_gates_in_blocks_and_gates_of_borrowed_names_are_not_the_targets_own(adaptive_backend):
    inner = QuantumCircuit(1, name="rx")
    inner.h(0)
    borrowed = QuantumCircuit(1, 1)
    borrowed.append(inner.to_gate(), [0])
    blocks = QuantumCircuit(1, 1)
    with blocks.if_test((blocks.clbits[0], 1)):
        blocks.u(1, 2, 3, 0)
    for circuit, where in (
        (borrowed, r"instruction 0 \(rx\)"),
        (blocks, r"0 \(if_else\): instruction 0 \(u\)"),
    ):
        circuit.measure(0, 0)
        with pytest.raises(TranslationError, match=where):
            adaptive_backend.run(circuit, skip_transpile=True)


def test_what_a_backend_says_it_can_do(backend, adaptive_backend):
    gates = {*GATES, "id", "measure", "delay", "reset"}
    assert set(backend.operation_names) == gates
    more = {"if_else", "switch_case", "for_loop"}
    assert set(adaptive_backend.operation_names) == gates | more
    assert (backend.num_qubits, adaptive_backend.num_qubits) == (20, 20)
    assert backend.coupling_map is None
    assert backend.max_circuits is None


def test_control_flow_is_transpiled_for_adaptive_targets_only(backend, adaptive_backend):
    circuit = QuantumCircuit(2, 3)
    circuit.x(0)
    circuit.measure(0, 0)
    with circuit.if_test((circuit.cregs[0], 1)):
        circuit.u(math.pi, 0, math.pi, 1)
    circuit.reset(0)
    circuit.measure([0, 1], [1, 2])
    made = transpile(circuit, adaptive_backend)
    assert adaptive_backend.run(made, shots=20).result().get_counts() == {"101": 20}
    with pytest.raises((TranspilerError, QiskitError)):
        transpile(circuit, backend)


@pytest.mark.parametrize("level", range(4))
@pytest.mark.parametrize("name", TARGETS)
def test_resets_of_what_nothing_has_touched_are_transpiled_for_any_target(provider, name, level):
    circuit = QuantumCircuit(2, 2)
    circuit.initialize("10")
    circuit.measure([0, 1], [0, 1])
    target = provider.get_backend(name)
    made = transpile(circuit, target, optimization_level=level)
    for options in ({}, {"skip_transpile": True}):
        assert target.run(made, shots=20, **options).result().get_counts() == {"10": 20}


def test_resets_of_what_was_used_are_refused_when_they_are_run(backend):
    circuit = QuantumCircuit(1, 1)
    circuit.h(0)
    circuit.reset(0)
    circuit.measure(0, 0)
    for made in (circuit, transpile(circuit, backend, optimization_level=0)):
        for options in ({}, {"skip_transpile": True}):
            with pytest.raises(TranslationError, match="resets a qubit that was used") as caught:
                backend.run(made, **options)
            assert "quantinuum.sim.h1-1e" in caught.value.targets
    counts = backend.run(circuit, shots=20, input_data_format="rigetti.quil.v1").result().get_counts()
    assert counts == {"0": 20}


def teleport():
    circuit = QuantumCircuit(QuantumRegister(3), *(ClassicalRegister(1, name) for name in ("z", "x", "out")))
    circuit.ry(0.8, 0)
    circuit.h(1)
    circuit.cx(1, 2)
    circuit.cx(0, 1)
    circuit.h(0)
    circuit.measure([0, 1], [0, 1])
    with circuit.if_test((circuit.cregs[1], 1)):
        circuit.x(2)
    with circuit.if_test((circuit.clbits[0], 1)):
        circuit.z(2)
    circuit.measure(2, 2)
    return circuit


def test_teleportation(adaptive_backend):
    circuit = teleport()
    counts = adaptive_backend.run(circuit, shots=2000, seed=4).result().get_counts()
    assert_counts_follow(counts, exact_counts(circuit))


@pytest.mark.parametrize("value", [1, 3, 4, 6])
def test_conditions_on_a_register_that_is_no_palindrome(adaptive_backend, value):
    circuit = QuantumCircuit(QuantumRegister(4), ClassicalRegister(3, "c"), ClassicalRegister(1, "d"))
    circuit.x([qubit for qubit in range(3) if value >> qubit & 1])
    circuit.measure(range(3), range(3))
    with circuit.if_test((circuit.cregs[0], value)):
        circuit.x(3)
    circuit.measure(3, 3)
    assert adaptive_backend.run(circuit, shots=9).result().get_counts() == {f"1 {value:03b}": 9}


@pytest.mark.parametrize("name", TARGETS)
def test_the_sampler(provider, name):
    backend = provider.get_backend(name)
    circuit = QuantumCircuit(QuantumRegister(3), ClassicalRegister(2, "low"), ClassicalRegister(1, "high"))
    theta = Parameter("theta")
    circuit.ry(theta, 0)
    circuit.cx(0, 2)
    circuit.x(1)
    circuit.measure([0, 1, 2], [0, 1, 2])
    sampler = BackendSamplerV2(backend=backend, options={"seed_simulator": 11})
    data = sampler.run([(circuit, [[0.6], [2.2]])], shots=2000).result()[0].data
    for index, angle in enumerate((0.6, 2.2)):
        one = math.sin(angle / 2) ** 2
        assert_counts_follow(data.low[index].get_counts(), {"10": 1 - one, "11": one})
        assert_counts_follow(data.high[index].get_counts(), {"0": 1 - one, "1": one})


@pytest.mark.parametrize("name", TARGETS)
def test_the_estimator(provider, name):
    backend = provider.get_backend(name)
    circuit = QuantumCircuit(2)
    theta = Parameter("theta")
    circuit.ry(theta, 0)
    circuit.cx(0, 1)
    observables = [[SparsePauliOp(["ZI", "IX"], [1.0, 2.0])], [SparsePauliOp("XX")], [SparsePauliOp("ZZ")]]
    estimator = BackendEstimatorV2(backend=backend, options={"seed_simulator": 5})
    data = estimator.run([(circuit, observables, [0.4, 1.9])], precision=0.02).result()[0].data
    for row, observable in enumerate(observables):
        for column, angle in enumerate((0.4, 1.9)):
            exact = Statevector(circuit.assign_parameters([angle])).expectation_value(observable[0]).real
            # Six standard errors; for the first observable two terms add up.
            assert abs(data.evs[row, column] - exact) < 6 * 0.02 * 3
    assert data.evs[2] == pytest.approx([1.0, 1.0])
