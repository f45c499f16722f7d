"""The ground energy of the hydrogen molecule, by a variational eigensolver (VQE) whose jobs share a session.

Needs: pip install 'quire[qiskit]' qiskit-algorithms
"""

from qiskit import QuantumCircuit
from qiskit.circuit import Parameter
from qiskit.quantum_info import SparsePauliOp
from qiskit_algorithms import VQE, NumPyMinimumEigensolver
from qiskit_algorithms.optimizers import COBYLA

from quire import Workspace
from quire_qiskit import EstimatorV2, Provider

# Energy in hartree, on two qubits, with nuclei 0.75 angstrom apart and their repulsion in it: table I of
# P. J. J. O'Malley et al., Phys. Rev. X 6, 031007 (2016), https://doi.org/10.1103/PhysRevX.6.031007
HYDROGEN = SparsePauliOp.from_list(
    [("II", 0.2252), ("IZ", 0.3435), ("ZI", -0.4347), ("ZZ", 0.5716), ("XX", 0.0910), ("YY", 0.0910)]
)


def trial_state() -> QuantumCircuit:
    """One electron in each spin: a superposition of 01 and 10, whose weights the parameter sets."""
    circuit = QuantumCircuit(2, name="hydrogen")
    circuit.ry(Parameter("theta"), 0)
    circuit.x(1)
    circuit.cx(0, 1)
    return circuit


def ground_energy(estimator: EstimatorV2) -> float:
    """The least energy that the optimizer finds, from a fixed start."""
    solver = VQE(estimator, trial_state(), COBYLA(maxiter=40, tol=1e-3), initial_point=[2.0])
    return float(solver.compute_minimum_eigenvalue(HYDROGEN).eigenvalue.real)


def main() -> None:
    """Finds the energy from shots and from exact probabilities, each in a session of its own."""
    diagonalised = NumPyMinimumEigensolver().compute_minimum_eigenvalue(HYDROGEN).eigenvalue.real
    print(f"by diagonalisation:       {diagonalised:.4f} hartree")

    with Workspace() as workspace:
        provider = Provider(workspace)
        for name, options in (
            ("rigetti.sim.qvm", {"seed_simulator": 7, "default_precision": 0.02}),
            ("ionq.simulator", {"exact": True}),
        ):
            backend = provider.get_backend(name)
            with backend.open_session(name=f"VQE hydrogen on {name}") as session:
                energy = ground_energy(EstimatorV2(backend, options=options))
            way = "exact probabilities" if "exact" in options else "shots"
            print(f"from {way} on {name}: {energy:.4f} hartree")
            print(f"  session {session.details.name!r}: {session.status}, {len(session.list_jobs())} jobs")


if __name__ == "__main__":
    main()
