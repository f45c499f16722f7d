"""The ground energy of the hydrogen molecule in Cirq: SciPy varies an angle, in a session and by shots.

Needs: pip install 'quire[cirq]'
"""

import cirq
import numpy as np
import sympy
from scipy.optimize import minimize_scalar

from quire import Workspace
from quire_cirq import Sampler, Service

TARGET = "rigetti.sim.qvm"
LEFT, RIGHT = cirq.LineQubit.range(2)
THETA = sympy.Symbol("theta")

# Energy in hartree, on two qubits, with nuclei 0.75 angstrom apart and their repulsion in it: table I of
# P. J. J. O'Malley et al., Phys. Rev. X 6, 031007 (2016), https://doi.org/10.1103/PhysRevX.6.031007
HYDROGEN = (
    0.2252
    + 0.3435 * cirq.Z(LEFT)
    - 0.4347 * cirq.Z(RIGHT)
    + 0.5716 * cirq.Z(LEFT) * cirq.Z(RIGHT)
    + 0.0910 * cirq.X(LEFT) * cirq.X(RIGHT)
    + 0.0910 * cirq.Y(LEFT) * cirq.Y(RIGHT)
)

# One electron in each spin: a superposition of 01 and 10, whose weights the angle sets.
TRIAL_STATE = cirq.Circuit(cirq.ry(THETA)(LEFT), cirq.X(RIGHT), cirq.CNOT(LEFT, RIGHT))


def energy(sampler: Sampler, angle: float) -> float:
    """The mean energy of the trial state; Cirq makes one job of all terms that it can measure together."""
    ((mean,),) = sampler.sample_expectation_values(
        TRIAL_STATE, [HYDROGEN], num_samples=2000, params={"theta": angle}
    )
    return float(mean)


def main() -> None:
    """Finds the angle of least energy, and what the energy is there."""
    exact = np.linalg.eigvalsh(HYDROGEN.matrix()).min()
    with Workspace() as workspace:
        service = Service(workspace, TARGET)
        sampler = service.sampler(seed=7)
        with service.open_session(name="VQE hydrogen") as session:
            found = minimize_scalar(
                lambda angle: energy(sampler, angle), bounds=(2, 5), method="bounded", options={"xatol": 0.02}
            )
        print(f"energy {found.fun:.4f} hartree at angle {found.x:.2f}; exact {exact:.4f}")
        print(f"session {session.name!r}: {session.status}, {len(session.list_jobs())} jobs")


if __name__ == "__main__":
    main()
