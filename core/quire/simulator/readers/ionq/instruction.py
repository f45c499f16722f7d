"""One entry of an IonQ circuit: its keys are taken one by one, and none may be left over."""

import math
from collections.abc import Sequence
from typing import Any

from quire.simulator.faults import PayloadError


class Instruction:
    """One entry of the list of gates.

    Attributes:
        gate: The gate's name.
    """

    def __init__(self, number: int, step: object, num_qubits: int) -> None:
        """Begins to read an entry.

        Args:
            number: Where it stands in the list, from 0.
            step: The entry.
            num_qubits: How many qubits the circuit has.

        Raises:
            PayloadError: It is no object with the name of a gate.
        """
        self._number = number
        self._num_qubits = num_qubits
        self.gate = ""
        if not isinstance(step, dict):
            raise self.fault("it is not a JSON object")
        self._rest = dict(step)
        gate = self._rest.pop("gate", None)
        if not isinstance(gate, str):
            raise self.fault(f"its gate must be a name, not {gate!r}")
        self.gate = gate

    def fault(self, why: str) -> PayloadError:
        """What to raise if something is wrong with it."""
        name = f" ({self.gate})" if self.gate else ""
        return PayloadError(f"circuit[{self._number}]{name}: {why}")

    def targets(self, count: int | None = None) -> tuple[int, ...]:
        """Its target qubits, of which there must be so many."""
        found = self._qubits("target")
        if not found or count not in (None, len(found)):
            raise self.fault(f"it takes {count or 'some'} targets, not {len(found)}")
        return found

    def controls(self) -> tuple[int, ...]:
        """Its control qubits, if it has any."""
        return self._qubits("control")

    def number(self, *names: str, default: float | None = None) -> float:
        """The number under the first of these keys that it has."""
        for name in names:
            if name in self._rest:
                return self._finite(name, self._rest.pop(name))
        if default is None:
            raise self.fault(f"it lacks {names[0]}")
        return default

    def has(self, name: str) -> bool:
        """Whether a key is there and not taken yet."""
        return name in self._rest

    def numbers(self, name: str, count: int) -> Sequence[float]:
        """The list of so many numbers under a key."""
        values = self.list(name)
        if len(values) != count:
            raise self.fault(f"{name} must hold {count} numbers, not {len(values)}")
        return [self._finite(name, value) for value in values]

    def list(self, name: str) -> Sequence[Any]:
        """The list under a key."""
        values = self._rest.pop(name, None)
        if not isinstance(values, list):
            raise self.fault(f"{name} must be a list")
        return values

    def refuse_rest(self) -> None:
        """Refuses the keys that the gate did not take."""
        if self._rest:
            raise self.fault(f"it has keys that the gate does not take: {', '.join(sorted(self._rest))}")

    def _finite(self, name: str, value: object) -> float:
        if isinstance(value, int | float) and not isinstance(value, bool):
            try:
                number = float(value)
            except OverflowError:
                number = math.inf
            if math.isfinite(number):
                return number
        raise self.fault(f"{name} must be a finite number, not {value!r}")

    def _qubits(self, key: str) -> tuple[int, ...]:
        """The qubits under a key in the singular, or in the plural."""
        if key in self._rest and f"{key}s" in self._rest:
            raise self.fault(f"it has both {key} and {key}s")
        found = self._rest.pop(key, self._rest.pop(f"{key}s", []))
        qubits = found if isinstance(found, list) else [found]
        for qubit in qubits:
            if type(qubit) is not int or not 0 <= qubit < self._num_qubits:
                raise self.fault(f"{key} {qubit!r} is no qubit: there are 0 to {self._num_qubits - 1}")
        return tuple(qubits)
