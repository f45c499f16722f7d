"""The noise of the built-in targets, asked for as IonQ's and Quantinuum's own clients ask for it."""

from collections import Counter

import pytest

from distributions import assert_counts_follow
from formats.running import TARGETS, answer, exact, fault
from quire import Workspace
from quire.formats import HONEYWELL_OPENQASM, IONQ_CIRCUIT, QIR
from quire.model import NoiseModel
from simulator.density_matrices import noisy_distribution
from simulator.runs import measure_all, qir_text

GATES = [("ry", (0,), (0.9,)), *[("cx", (0, 1)), ("rx", (1,), (0.3,))] * 20, ("cx", (1, 2))]
IONQ = {
    "qubits": 3,
    "circuit": [
        {"gate": "ry", "target": 0, "rotation": 0.9},
        *[{"gate": "cnot", "control": 0, "target": 1}, {"gate": "rx", "target": 1, "rotation": 0.3}] * 20,
        {"gate": "cnot", "control": 1, "target": 2},
    ],
}
OPENQASM = (
    'OPENQASM 2.0; include "qelib1.inc"; qreg q[3]; creg c[3]; ry(0.9) q[0];'
    + "cx q[0],q[1]; rx(0.3) q[1];" * 20
    + "cx q[1],q[2]; measure q -> c;"
)
# As published; see docs/targets.md. IonQ's are depolarizing rates, Quantinuum's probabilities of a fault.
IONQ_RATES = {
    "aria-1": (0.0005, 0.0133),
    "aria-2": (0.0006573333333333332, 0.01856),
    "forte-1": (0.0002666666666666667, 0.004949333333333333),
}
QUANTINUUM_RATES = {
    "h1-1": (1.8e-5, 9.73e-4, (1.22e-3, 3.43e-3)),
    "h2-1": (1.89e-5, 1.05e-3, (6.0e-4, 1.39e-3)),
    "h2-2": (2.8e-5, 8.3e-4, (6.7e-4, 1.2e-3)),
}


def _of_keys(distribution):
    """By IonQ's keys, whose bit i is qubit i."""
    return {str(int(bits[::-1], 2)): p for bits, p in distribution.items()}


@pytest.mark.parametrize("model", IONQ_RATES)
def test_the_models_of_ionq(model):
    one, two = IONQ_RATES[model]
    histogram = answer(IONQ, IONQ_CIRCUIT, noise={"model": model}, shots=20000, seed=3)["histogram"]
    counts = {key: round(share * 20000) for key, share in histogram.items()}
    assert sum(counts.values()) == 20000
    assert list(counts) == sorted(counts, key=int)
    assert_counts_follow(counts, _of_keys(noisy_distribution(3, GATES, one * 3 / 4, two * 15 / 16)))


def test_a_noisy_run_of_qir_on_ionq_gives_all_the_shots_that_were_asked_for():
    text = qir_text(3, [*GATES, *measure_all(3)])
    found = answer(
        text,
        QIR,
        target="ionq.simulator",
        output="microsoft.quantum-results.v2",
        noise={"model": "aria-1"},
        shots=20000,
        seed=1,
    )["Results"][0]["Shots"]
    counts = Counter("".join(map(str, shot)) for shot in found)
    assert len(found) == 20000
    assert_counts_follow(counts, noisy_distribution(3, GATES, 0.0005 * 3 / 4, 0.0133 * 15 / 16))


def test_a_native_gate_has_one_error_however_it_is_spelt():
    gate = {"gate": "gpi", "target": 0, "phase": 0.1}
    circuit = {"qubits": 1, "gateset": "native", "circuit": [gate] * 400}
    histogram = answer(circuit, IONQ_CIRCUIT, noise={"model": "aria-2"}, shots=20000, seed=2)["histogram"]
    counts = {key: round(share * 20000) for key, share in histogram.items()}
    one = 0.0006573333333333332 * 3 / 4
    assert_counts_follow(counts, noisy_distribution(1, [("x", (0,))] * 400, one, 0.0))


def test_ideal_is_exact():
    ideal = answer(IONQ, IONQ_CIRCUIT, noise={"model": "ideal"})
    assert ideal == answer(IONQ, IONQ_CIRCUIT)
    assert ideal["histogram"] == pytest.approx(
        {str(key): p for key, p in enumerate(exact(IONQ, IONQ_CIRCUIT)) if p > 1e-15}, abs=1e-9
    )


@pytest.mark.parametrize(
    ("params", "word"),
    [
        ({"noise": {"model": "harmony"}}, "harmony"),
        ({"noise": {"model": "forte-enterprise-1"}}, "forte-enterprise-1"),
        ({"error-model": True}, "error-model"),
    ],
)
def test_what_ionq_has_no_figures_for_is_refused(params, word):
    assert word in fault(IONQ, IONQ_CIRCUIT, **params).message


def test_a_machine_of_ionq_has_fewer_qubits_than_its_simulator():
    wide = {"qubits": 26, "circuit": [{"gate": "h", "target": 0}]}
    assert "takes 25" in fault(wide, IONQ_CIRCUIT, noise={"model": "aria-1"}).message


@pytest.mark.parametrize("machine", QUANTINUUM_RATES)
def test_the_figures_of_quantinuum(machine):
    one, two, measurement = QUANTINUUM_RATES[machine]
    spec = TARGETS[f"quantinuum.sim.{machine}e"]
    assert spec.noise_models == (NoiseModel(machine, one, two, measurement, virtual_z=True),)


def test_the_noise_of_quantinuum():
    target = "quantinuum.sim.h1-1e"
    params = {"error-model": True, "error-params": {"scale": 10}, "shots": 20000, "seed": 4}
    counts = Counter(answer(OPENQASM, HONEYWELL_OPENQASM, target=target, **params)["c"])
    one, two, (zero, of_one) = QUANTINUUM_RATES["h1-1"]
    exact_counts = noisy_distribution(3, GATES, 10 * one, 10 * two, (10 * zero, 10 * of_one))
    assert_counts_follow(counts, {bits[::-1]: p for bits, p in exact_counts.items()})


def test_single_rates_of_quantinuum_override_the_others():
    rates = {"p1": 0.01, "p2": 0.02, "p2_scale": 2, "p_meas": [0.05, 0.1], "meas_scale": 0.5, "p_init": 0}
    params = {"error-params": rates, "shots": 20000, "seed": 4}
    counts = Counter(answer(OPENQASM, HONEYWELL_OPENQASM, **params)["c"])
    exact_counts = noisy_distribution(3, GATES, 0.01, 0.04, (0.025, 0.05))
    assert_counts_follow(counts, {bits[::-1]: p for bits, p in exact_counts.items()})


def test_noise_is_off_unless_asked_for():
    plain = answer(OPENQASM, HONEYWELL_OPENQASM, shots=200, seed=1)
    assert answer(OPENQASM, HONEYWELL_OPENQASM, shots=200, seed=1, **{"error-model": False}) == plain
    assert answer(OPENQASM, HONEYWELL_OPENQASM, shots=200, seed=1, **{"error-model": True}) != plain


@pytest.mark.parametrize(
    ("params", "word"),
    [
        ({"error-model": "yes"}, "error-model"),
        ({"error-model": False, "error-params": {}}, "error-model"),
        ({"error-params": []}, "error-params"),
        ({"error-params": {"p_init": 0.1}}, "p_init"),
        ({"error-params": {"p1": -1}}, "p1"),
        ({"error-params": {"p1": 10**400}}, "p1"),
        ({"error-params": {"p1": True}}, "p1"),
        ({"error-params": {"p1": 0.8}}, "p1"),
        ({"error-params": {"p2": "0.1"}}, "p2"),
        ({"error-params": {"p_meas": [0.1]}}, "p_meas"),
        ({"error-params": {"p_meas": [0.1, 1.1]}}, "p_meas"),
        ({"error-params": {"scale": float("inf")}}, "scale"),
    ],
)
def test_impossible_noise_of_quantinuum_is_refused(params, word):
    found = fault(OPENQASM, HONEYWELL_OPENQASM, **params)
    assert found.code == "InvalidInputData"
    assert word in found.message


def test_a_seed_gives_the_same_noisy_shots_on_one_worker_and_on_two():
    found = []
    for workers in (1, 2):
        with Workspace("memory:", workers=workers) as workspace:
            target = workspace.get_target("quantinuum.sim.h1-1e")
            noise = {"error-model": True, "error-params": {"scale": 20}}
            jobs = [target.submit(OPENQASM, shots=100, seed=seed, input_params=noise) for seed in (1, 2, 1)]
            found.append([job.get_results() for job in jobs])
    assert found[0] == found[1]
    assert found[0][0] == found[0][2] != found[0][1]


def test_syntax_checkers_take_no_noise():
    found = fault(OPENQASM, HONEYWELL_OPENQASM, target="quantinuum.sim.h1-1sc", **{"error-model": True})
    assert "error-model" in found.message
