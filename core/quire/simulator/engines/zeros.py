"""Programs checked and not run: every measurement gives 0, as on a syntax checker."""

from collections.abc import Sequence
from typing import Any

import numpy

from quire.simulator.circuit import Circuit
from quire.simulator.engines.branching import qubits_in_use, run_branches
from quire.simulator.engines.samples import Samples, Shots
from quire.simulator.program import Program


class _Zeros:
    """A ``QuantumState`` of ``quire.simulator.engines.states`` that no gate changes."""

    def apply(self, gates: Sequence[Any]) -> None:
        """Does nothing."""

    def probability_of_one(self, qubit: int) -> float:  # noqa: ARG002 - the protocol's
        """Always 0."""
        return 0.0

    def collapse(self, qubit: int, bit: int) -> None:
        """Does nothing."""

    def copy(self) -> "_Zeros":
        """The same."""
        return self

    def release(self) -> None:
        """Does nothing."""

    def sample(self, qubits: Sequence[int], shots: int, rng: numpy.random.Generator) -> Samples:  # noqa: ARG002
        """Zeros for all qubits."""
        return Samples([[0] * len(qubits)], [0] * shots)


def zeros(program: Circuit | Program, shots: int, rng: numpy.random.Generator) -> Shots:
    """The shots of a syntax checker.

    Args:
        program: What to check.
        shots: How many shots.
        rng: Not drawn from.

    Raises:
        PayloadError: The program does what has no meaning.
    """
    if isinstance(program, Circuit):
        return Shots([program.output.value([0] * len(program.output.results))], [0] * shots)
    qubits = qubits_in_use(program)
    return run_branches(program, qubits, lambda _: _Zeros(), lambda *_: [], shots, rng)
