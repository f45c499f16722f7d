"""The one seam between runs with branches and what holds the quantum state."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy

from quire.simulator.engines.samples import Samples

Prepare = Callable[[str, Sequence[int], Sequence[float]], Sequence[Any]]
"""Makes a gate (name, qubits, angles) what ``QuantumState.apply`` takes."""


class QuantumState(Protocol):
    """A state of some qubits, held by one branch of a run."""

    def apply(self, gates: Sequence[Any]) -> None:
        """Applies prepared gates."""
        ...

    def probability_of_one(self, qubit: int) -> float:
        """The probability that a measurement gives 1; exactly 0 or 1 where there is no choice."""
        ...

    def collapse(self, qubit: int, bit: int) -> None:
        """Projects a qubit onto a value of positive probability."""
        ...

    def copy(self) -> "QuantumState":
        """The same state, on its own."""
        ...

    def release(self) -> None:
        """Gives the memory back; the state is not used again."""
        ...

    def sample(self, qubits: Sequence[int], shots: int, rng: numpy.random.Generator) -> Samples:
        """Measures qubits, many times over, without changing the state."""
        ...
