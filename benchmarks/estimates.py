"""One iteration of a variational loop in Qiskit: an observable's mean at new parameters, beside the peers."""

import math
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from functools import partial

import numpy as np
from iteration import OURS, TARGET, Sessions
from measurement import LOOP, Section, Way, alternate, main, scaled
from qiskit import QuantumCircuit
from qiskit.circuit.library import real_amplitudes
from qiskit.primitives import BackendEstimatorV2, BaseEstimatorV2, StatevectorEstimator
from qiskit.quantum_info import SparsePauliOp
from qiskit_aer import AerSimulator
from qiskit_aer.primitives import EstimatorV2 as AerEstimator

from quire import Session, Workspace
from quire_qiskit import EstimatorV2, Provider

EXACT_TARGET = "ionq.simulator"
PRECISION = 0.03
HYDROGEN = SparsePauliOp.from_list(
    [("II", -1.0523), ("IZ", 0.3979), ("ZI", -0.3979), ("ZZ", -0.0112), ("XX", 0.1809)]
)
EXACT_NOTE = "The peers read the state itself. Ours is told probabilities by jobs, one for each basis."
SHOTS_NOTE = (
    "Aer's own estimator takes no shots: it reads the state, and adds noise to the mean. The others take "
    f"{math.ceil(PRECISION**-2)} shots in each of two bases."
)


def ising(qubits: int) -> SparsePauliOp:
    """A chain in a transverse field."""
    pairs = [("ZZ", [qubit, qubit + 1], 1.0) for qubit in range(qubits - 1)]
    return SparsePauliOp.from_sparse_list([*pairs, *(("X", [qubit], 0.5) for qubit in range(qubits))], qubits)


def estimating(
    estimator: BaseEstimatorV2, circuit: QuantumCircuit, observable: SparsePauliOp, precision: float
) -> Way:
    """An estimate at parameters that are others each time."""
    source = np.random.default_rng(7)

    def run() -> object:
        values = source.uniform(-math.pi, math.pi, circuit.num_parameters)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return estimator.run([(circuit, observable, values)], precision=precision).result()[0].data.evs

    return run


def ours(sessions: Sessions, target: str, *, exact: bool) -> dict[str, BaseEstimatorV2]:
    def estimator(workspace: Workspace, _session: Session) -> BaseEstimatorV2:
        return EstimatorV2(Provider(workspace).get_backend(target), options={"exact": exact})

    return sessions.ways(estimator, target)


def from_shots(sessions: Sessions) -> dict[str, BaseEstimatorV2]:
    found = ours(sessions, TARGET, exact=False)
    found["BackendEstimatorV2 on Aer"] = BackendEstimatorV2(backend=AerSimulator())
    found["Aer's EstimatorV2"] = AerEstimator()
    with suppress(ImportError):
        from qiskit_ibm_runtime import EstimatorV2 as IbmEstimator

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found["qiskit-ibm-runtime, local, on Aer"] = IbmEstimator(mode=AerSimulator())
    return found


def exactly(sessions: Sessions) -> dict[str, BaseEstimatorV2]:
    found = ours(sessions, EXACT_TARGET, exact=True)
    return found | {"StatevectorEstimator": StatevectorEstimator(), "Aer's EstimatorV2": AerEstimator()}


def sections(quick: bool) -> Iterator[Section]:
    cases = (("hydrogen, 2 qubits", HYDROGEN, 1), ("an Ising chain, 10 qubits", ising(10), 3))
    for what, observable, layers in cases[:1] if quick else cases:
        circuit = real_amplitudes(observable.num_qubits, reps=layers)
        for how, estimators, precision, note in (
            ("from shots", from_shots, PRECISION, SHOTS_NOTE),
            ("exactly", exactly, 0.0, EXACT_NOTE),
        ):
            with ExitStack() as stack:
                run = partial(estimating, circuit=circuit, observable=observable, precision=precision)
                ways = {name: run(each) for name, each in estimators(Sessions(stack)).items()}
                seconds = alternate(ways, 2 if quick else 9, in_a_row=LOOP)
            yield Section(f"{what}: {how}", "ms per iteration", OURS, scaled(seconds, 1e3), note)


if __name__ == "__main__":
    main(sections)
