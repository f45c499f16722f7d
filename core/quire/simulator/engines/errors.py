"""Where errors of a noise model happen: behind which gates, on which of their qubits, how likely."""

import itertools
from collections.abc import Sequence

import attrs

from quire.model import NoiseModel
from quire.simulator.gates import SHAPES


@attrs.frozen
class Errors:
    """The errors of one run.

    Attributes:
        noise: How likely they are.
        virtual: Names of gates without errors, as they are none of the machine's.
    """

    noise: NoiseModel
    virtual: frozenset[str] = frozenset()

    def of_gate(self, name: str, qubits: Sequence[int]) -> list[tuple[float, tuple[int, ...]]]:
        """The errors behind a gate: the probability of each, and the one or two qubits it depolarizes.

        A gate on more than two qubits has the error of a gate on two for each pair of them.
        """
        if name in self.virtual or self._is_free(name, qubits):
            return []
        if len(qubits) == 1:
            found = [(self.noise.one_qubit, tuple(qubits))]
        else:
            found = [(self.noise.two_qubit, pair) for pair in itertools.combinations(qubits, 2)]
        return [error for error in found if error[0] > 0]

    def _is_free(self, name: str, qubits: Sequence[int]) -> bool:
        return name == "id" or (self.noise.virtual_z and len(qubits) == 1 and SHAPES[name].num_diagonal == 1)
