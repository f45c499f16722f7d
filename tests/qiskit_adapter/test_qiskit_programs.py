"""Programs of others and our examples as they stand: VQE and QAOA of qiskit-algorithms, in sessions."""

import re
import runpy
from pathlib import Path

import pytest
from qiskit.circuit.library import efficient_su2
from qiskit.primitives import BackendEstimatorV2
from qiskit.quantum_info import SparsePauliOp
from qiskit_algorithms import VQE, NumPyMinimumEigensolver
from qiskit_algorithms.gradients import ParamShiftEstimatorGradient
from qiskit_algorithms.optimizers import SLSQP, SPSA
from qiskit_algorithms.utils import algorithm_globals

from quire import SessionStatus
from quire_qiskit import EstimatorV2

EXAMPLES = Path(__file__).parents[2] / "examples"
EXACT_BOUND = 1e-3
"""Hartree: what chemistry calls accurate."""


@pytest.fixture(scope="module")
def hydrogen():
    return runpy.run_path(str(EXAMPLES / "vqe_hydrogen_qiskit.py"))


@pytest.fixture(scope="module")
def ground_energy(hydrogen):
    return NumPyMinimumEigensolver().compute_minimum_eigenvalue(hydrogen["HYDROGEN"]).eigenvalue.real


def test_hydrogen_with_exact_probabilities(provider, hydrogen, ground_energy):
    assert ground_energy == pytest.approx(-1.1456, abs=1e-4)
    backend = provider.get_backend("ionq.simulator")
    with backend.open_session() as session:
        estimator = EstimatorV2(backend, options={"exact": True})
        # An ansatz that knows nothing of the molecule, with gradients by the parameter-shift rule.
        ansatz = efficient_su2(2, su2_gates=["ry"], reps=1)
        solver = VQE(
            estimator,
            ansatz,
            SLSQP(maxiter=60),
            gradient=ParamShiftEstimatorGradient(estimator),
            initial_point=[0.2, -0.1, 0.3, 0.4],
        )
        result = solver.compute_minimum_eigenvalue(hydrogen["HYDROGEN"], {"zz": SparsePauliOp("ZZ")})
    assert abs(result.eigenvalue - ground_energy) < EXACT_BOUND
    assert result.aux_operators_evaluated["zz"][0] == pytest.approx(-1, abs=1e-2)
    assert session.status is SessionStatus.SUCCEEDED
    assert all(job.details.session_id == session.id for job in provider.workspace.list_jobs())


@pytest.mark.parametrize("kind", [EstimatorV2, BackendEstimatorV2])
def test_hydrogen_with_shots(backend, hydrogen, ground_energy, kind):
    """The energy at the point found, measured once more, is the exact one within six standard errors."""
    algorithm_globals.random_seed = 3
    options = {"seed_simulator": 9, "default_precision": 0.04}
    estimator = kind(backend=backend, options=options)
    solver = VQE(
        estimator,
        hydrogen["trial_state"](),
        SPSA(30, learning_rate=0.3, perturbation=0.2),
        initial_point=[2.0],
    )
    result = solver.compute_minimum_eigenvalue(hydrogen["HYDROGEN"])
    pub = (hydrogen["trial_state"](), hydrogen["HYDROGEN"], result.optimal_point)
    again = kind(backend=backend, options={"seed_simulator": 10}).run([pub], precision=0.01).result()[0].data
    ideal = backend.provider.get_backend("ionq.simulator")
    exact = EstimatorV2(ideal, options={"exact": True}).run([pub]).result()[0].data
    assert abs(again.evs - exact.evs) < 6 * again.stds
    assert exact.evs < ground_energy + 0.02


def run_example(name, monkeypatch, capsys):
    monkeypatch.setenv("QUIRE_WORKSPACE", "memory:")
    runpy.run_path(str(EXAMPLES / name), run_name="__main__")
    return capsys.readouterr().out


def test_the_example_of_hydrogen(monkeypatch, capsys, ground_energy):
    printed = run_example("vqe_hydrogen_qiskit.py", monkeypatch, capsys)
    diagonalised, sampled, exact = map(float, re.findall(r"(-\d+\.\d+) hartree", printed))
    assert diagonalised == pytest.approx(ground_energy, abs=1e-4)
    assert abs(exact - ground_energy) < EXACT_BOUND
    # The least of 20 noisy energies, each with a standard error of 0.02 times the terms' weight or less.
    assert abs(sampled - ground_energy) < 6 * 0.02
    assert re.findall(r": (\w+), (\d+) jobs", printed)[0][0] == "Succeeded"
    assert all(
        int(jobs) % 3 == 0 and int(jobs) > 20 for _, jobs in re.findall(r": (\w+), (\d+) jobs", printed)
    )


@pytest.mark.filterwarnings("ignore:The class.*is deprecated as of Qiskit 2.1:DeprecationWarning")
def test_the_example_of_qaoa(monkeypatch, capsys):
    printed = run_example("qaoa_qiskit.py", monkeypatch, capsys)
    status, jobs = re.search(r"session 'QAOA': (\w+), (\d+) jobs", printed).groups()
    assert (status, int(jobs) > 20) == ("Succeeded", True)
    found, cut, greatest = re.search(
        r"outcome, ([01]+), cuts (\d) edges; .* more than (\d)", printed
    ).groups()
    assert cut == greatest == "5"
    assert len(found) == 5
