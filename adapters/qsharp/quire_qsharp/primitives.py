"""The Q# values that Python has no word for, Result and Pauli; the QDK's are known without importing it."""

import sys
from enum import Enum, IntEnum


class Result(IntEnum):
    """The outcome of a measurement; equal to the 0 or 1 that results of jobs hold."""

    ZERO = 0
    ONE = 1

    @property
    def literal(self) -> str:
        """The member as Q# writes it."""
        return "One" if self else "Zero"


class Pauli(Enum):
    """A Pauli operator; the value is its Q# literal."""

    I = "PauliI"  # noqa: E741 - the operator's name
    X = "PauliX"
    Y = "PauliY"
    Z = "PauliZ"

    @property
    def literal(self) -> str:
        """The member as Q# writes it."""
        return self.value


_RESULTS = {"Zero": Result.ZERO, "One": Result.ONE}
_PAULIS = {name: pauli for pauli in Pauli for name in (pauli.name, pauli.value)}


def _is_native(value: object, name: str) -> bool:
    native = sys.modules.get("qdk._native")
    return native is not None and isinstance(value, getattr(native, name))


def is_lost(value: object) -> bool:
    """Whether a value is the QDK's ``Result.Loss``, for a qubit that got lost."""
    return _is_native(value, "Result") and str(value) == "Loss"


def as_result(value: object) -> Result | None:
    """The result that a value stands for: ours, the QDK's, or its name; None if it is none."""
    if isinstance(value, Result):
        return value
    if isinstance(value, str) or _is_native(value, "Result"):
        return _RESULTS.get(str(value))
    return None


def as_pauli(value: object) -> Pauli | None:
    """The operator that a value stands for: ours, the QDK's, or its name; None if it is none."""
    if isinstance(value, Pauli):
        return value
    if isinstance(value, str):
        return _PAULIS.get(value)
    if _is_native(value, "Pauli"):
        return _PAULIS.get(str(value).rpartition(".")[2])
    return None


def is_callable_value(value: object) -> bool:
    """Whether a value is a Q# callable: a function of ``qsharp.code``, or what ``eval`` gives for one."""
    return hasattr(value, "__global_callable") or is_native_callable(value)


def is_native_callable(value: object) -> bool:
    """Whether a value is a callable or closure as the interpreter itself holds it."""
    return _is_native(value, "GlobalCallable") or _is_native(value, "Closure")
