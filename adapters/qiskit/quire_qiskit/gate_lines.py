"""The lines of a format's gates on a circuit's own qubits, kept for their next use; nothing about circuits.

A pass over a circuit finds a whole line, or the parts of one, by look-ups. Only one that misses costs more,
which is a gate's first use on its qubits.
"""

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from qiskit.circuit import Qubit

from quire.writers import GATES
from quire_qiskit.angles import MARK

_K = TypeVar("_K")
_V = TypeVar("_V")


class Made(dict[_K, _V], Generic[_K, _V]):
    """Values by key, made when they are first asked for."""

    def __init__(self, make: Callable[[_K], _V]) -> None:
        """Begins without values.

        Args:
            make: Makes the value of a key.
        """
        super().__init__()
        self._make = make

    def __missing__(self, key: _K) -> _V:
        value = self[key] = self._make(key)
        return value


Qubits = tuple[Qubit, ...]


class GateLines:
    """What is kept of lines, by the names of gates; three qubits are too many to be kept.

    Attributes:
        whole: For each gate on one qubit its lines, by its qubits.
        around: For each gate with an angle what stands before and after the angle, by its qubits.
        halves: For each gate on two qubits the first part of its lines by the one, the rest by the other.
        operands: The operands of the qubits that were asked for.
    """

    def __init__(self, templates: Mapping[str, str], operands: Mapping[Qubit, str]) -> None:
        """Begins without lines.

        Args:
            templates: The format's template of each gate that it has.
            operands: The operand of each qubit.
        """
        self.whole: dict[str, Made[Qubits, str]] = {}
        self.around: dict[str, Made[Qubits, tuple[str, str]]] = {}
        self.halves: dict[str, tuple[Made[Qubit, str], Made[Qubit, str]]] = {}
        self.operands = Made(operands.__getitem__)
        for name, template in templates.items():
            self._add(name, template)

    def _add(self, name: str, template: str) -> None:
        operands = self.operands
        if GATES[name].num_params:
            self.around[name] = Made(lambda qubits: _split(template, [operands[each] for each in qubits]))
        elif GATES[name].num_qubits == 1:
            self.whole[name] = Made(lambda qubits: template % operands[qubits[0]])
        elif GATES[name].num_qubits == 2:
            start, middle, end = template.split("%s")
            first: Made[Qubit, str] = Made(lambda qubit: start + operands[qubit] + middle)
            second: Made[Qubit, str] = Made(lambda qubit: operands[qubit] + end)
            self.halves[name] = first, second

    def used(self) -> set[str]:
        """The names of the gates that were asked for."""
        kept: dict[str, Any] = {**self.whole, **self.around}
        kept |= {name: first for name, (first, _) in self.halves.items()}
        return {name for name, lines in kept.items() if lines}


def _split(template: str, operands: list[str]) -> tuple[str, str]:
    before, _, after = (template % (MARK, *operands)).partition(MARK)
    return before, after
