"""The lines of a format's gates on a circuit's own qubits, kept for their next use; nothing about circuits.

A pass over a circuit finds a whole line, or the parts of one, by look-ups. Only one that misses costs more,
which is a gate's first use on its qubits.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Generic, TypeVar

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


_Operands = Made[Qubit, str]
_Halves = tuple[Made[Qubit, str], Made[Qubit, str]]


class GateLines:
    """What is kept of lines, by the names of gates; three qubits are too many to be kept.

    Attributes:
        whole: For each gate on one qubit its lines, by its qubits; None for any other.
        around: For each gate with an angle what stands before and after the angle, by its qubits; None for
            any other.
        halves: For each gate on two qubits the first part of its lines by the one, the rest by the other;
            None for any other.
        operands: The operands of the qubits that were asked for.
    """

    def __init__(self, templates: Mapping[str, str], operands: Mapping[Qubit, str]) -> None:
        """Begins without lines.

        Args:
            templates: The format's template of each gate that it has.
            operands: The operand of each qubit.
        """
        self.operands = Made(operands.__getitem__)
        self.whole = Made(partial(_whole, templates, self.operands))
        self.around = Made(partial(_around, templates, self.operands))
        self.halves = Made(partial(_halves, templates, self.operands))

    def used(self) -> set[str]:
        """The names of the gates whose lines were asked for."""
        return {
            name
            for kept in (self.whole, self.around, self.halves)
            for name, lines in kept.items()
            if lines is not None
        }


def _whole(templates: Mapping[str, str], operands: _Operands, name: str) -> Made[Qubits, str] | None:
    if name not in templates or GATES[name] != (0, 1):
        return None
    template = templates[name]
    return Made(lambda qubits: template % operands[qubits[0]])


def _around(
    templates: Mapping[str, str], operands: _Operands, name: str
) -> Made[Qubits, tuple[str, str]] | None:
    if name not in templates or not GATES[name].num_params:
        return None
    template = templates[name]
    return Made(lambda qubits: _split(template, [operands[each] for each in qubits]))


def _halves(templates: Mapping[str, str], operands: _Operands, name: str) -> _Halves | None:
    if name not in templates or GATES[name] != (0, 2):
        return None
    start, middle, end = templates[name].split("%s")
    first: Made[Qubit, str] = Made(lambda qubit: start + operands[qubit] + middle)
    second: Made[Qubit, str] = Made(lambda qubit: operands[qubit] + end)
    return first, second


def _split(template: str, operands: list[str]) -> tuple[str, str]:
    before, _, after = (template % (MARK, *operands)).partition(MARK)
    return before, after
