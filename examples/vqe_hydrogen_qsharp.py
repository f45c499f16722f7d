"""The ground energy of the hydrogen molecule in Q#: each step of the optimizer is a sweep of one session.

Needs: pip install 'quire[qsharp]' scipy
"""

from qdk import code, qsharp
from scipy.optimize import minimize_scalar

from quire import Session, Workspace

# Energy in hartree, on two qubits, with nuclei 0.75 angstrom apart and their repulsion in it: table I of
# P. J. J. O'Malley et al., Phys. Rev. X 6, 031007 (2016), https://doi.org/10.1103/PhysRevX.6.031007
# The first letter is qubit 0's.
HYDROGEN = {"II": 0.2252, "ZI": 0.3435, "IZ": -0.4347, "ZZ": 0.5716, "XX": 0.0910, "YY": 0.0910}
BASES = ["PauliZ", "PauliX", "PauliY"]
SHOTS = 2000

SOURCE = """
/// Measures both qubits of the trial state in a basis: one electron in each spin, mixed by an angle.
operation Trial(theta : Double, basis : Pauli) : Result[] {
    use qubits = Qubit[2];
    Ry(theta, qubits[0]);
    X(qubits[1]);
    CNOT(qubits[0], qubits[1]);
    for qubit in qubits {
        if basis == PauliX { H(qubit); }
        elif basis == PauliY { Adjoint S(qubit); H(qubit); }
    }
    MResetEachZ(qubits)
}
"""


def energy(session: Session, theta: float) -> float:
    """The mean energy of the trial state, from the shots of three jobs."""
    points = [(theta, getattr(qsharp.Pauli, basis[-1])) for basis in BASES]
    total = HYDROGEN["II"]
    for basis, results in zip(BASES, session.map(code.Trial, points, shots=SHOTS, seed=7), strict=True):
        letter = basis[-1]
        for term in (f"{letter}I", f"I{letter}", f"{letter}{letter}"):
            measured = [qubit for qubit, pauli in enumerate(term) if pauli != "I"]
            signs = [(-1) ** sum(shot[qubit] for qubit in measured) for shot in results.shots]
            total += HYDROGEN.get(term, 0.0) * sum(signs) / len(signs)
    return total


def main() -> None:
    """Finds the angle of the least energy."""
    with Workspace() as workspace:
        qsharp.eval(SOURCE)
        target = workspace.get_target("rigetti.sim.qvm")
        with target.open_session(name="VQE hydrogen in Q#") as session:
            found = minimize_scalar(
                lambda theta: energy(session, theta),
                bounds=(2.0, 4.0),
                method="bounded",
                options={"maxiter": 12},
            )
        print(f"energy {found.fun:.3f} hartree at angle {found.x:.2f}; exactly it is -1.146")
        print(f"session {session.name!r}: {session.status}, {len(session.list_jobs())} jobs")


if __name__ == "__main__":
    main()
