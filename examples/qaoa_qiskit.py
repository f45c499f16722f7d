"""The greatest cut of a small graph by QAOA: its jobs share a session, and each outcome is a way to cut.

Needs: pip install 'quire[qiskit]' qiskit-algorithms
"""

from qiskit.quantum_info import SparsePauliOp
from qiskit_algorithms import QAOA
from qiskit_algorithms.optimizers import COBYLA

from quire import Workspace
from quire_qiskit import Provider, SamplerV2

NODES = 5
EDGES = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 0), (1, 3)]


def cut_size(bits: str) -> int:
    """How many edges join a node on side 0 to one on side 1; node 0 is the rightmost character."""
    sides = bits[::-1]
    return sum(sides[a] != sides[b] for a, b in EDGES)


def cost() -> SparsePauliOp:
    """An operator that is lower by one for each edge that is cut."""
    edges = [("ZZ", [a, b], 0.5) for a, b in EDGES]
    return SparsePauliOp.from_sparse_list([*edges, ("", [], -len(EDGES) / 2)], NODES)


def main() -> None:
    """Runs QAOA with two layers, and compares its best cut with all cuts that there are."""
    with Workspace() as workspace:
        backend = Provider(workspace).get_backend("quantinuum.sim.h1-1e")
        with backend.open_session(name="QAOA") as session:
            sampler = SamplerV2(backend, options={"default_shots": 500, "seed_simulator": 11})
            solver = QAOA(sampler, COBYLA(maxiter=40), reps=2, initial_point=[0.6, 0.4, 0.5, 0.9])
            result = solver.compute_minimum_eigenvalue(cost())
        found = result.best_measurement["bitstring"]
        print(f"session {session.details.name!r}: {session.status}, {len(session.list_jobs())} jobs")

    greatest = max(cut_size(f"{number:0{NODES}b}") for number in range(2**NODES))
    print(
        f"the best outcome, {found}, cuts {cut_size(found)} edges; no way to cut gives more than {greatest}"
    )


if __name__ == "__main__":
    main()
