"""Which Python values stand for Q#'s scalars, exactly; no rounding, no guessing, no NaN."""

import math
import numbers
import operator
import re
import reprlib
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import Enum
from types import MappingProxyType
from typing import Any

from quire_qsharp.errors import ArgumentError
from quire_qsharp.plain import fields_of
from quire_qsharp.primitives import Pauli, Result, as_pauli, as_result, is_lost
from quire_qsharp.syntax import WORD

INT_MIN, INT_MAX = -(2**63), 2**63 - 1
IDENTIFIER = re.compile(rf"{WORD}(\.{WORD})*")
"""A name as Q# allows it, with its namespace."""

LONG_BITS = 2000
"""Integers of more bits are written in hexadecimal: Python may refuse decimal ones of 640 digits or more."""

_RESULTS = {0: Result.ZERO, 1: Result.ONE}


class _Repr(reprlib.Repr):
    """Values cut to a length that a message bears."""

    def repr_int(self, x: int, level: int) -> str:
        """Integers too long for Python's decimal notation, too."""
        return (
            f"an integer of {x.bit_length()} bits"
            if x.bit_length() > LONG_BITS
            else super().repr_int(x, level)
        )


def shown(value: object) -> str:
    """A value as Python shows it, cut short."""
    return _Repr().repr(value)


def refusal(value: object, type_name: object, path: str, advice: str) -> ArgumentError:
    """The error that names a value, where it is, what is wanted there, and what would be right."""
    given = shown(value)
    return ArgumentError(
        f"{path} : {type_name} cannot be {given} ({type(value).__name__}): {advice}",
        argument=path,
        type=str(type_name),
        given=given,
    )


def _integer(value: object, name: str, path: str) -> int:
    if isinstance(value, bool):
        raise refusal(value, name, path, "a bool is not an integer; write int(...) if a number is meant")
    if isinstance(value, Result | Pauli):
        raise refusal(value, name, path, f"a {type(value).__name__} is not an integer")
    if isinstance(value, float):
        raise refusal(value, name, path, "a float is not an integer, even a whole one; give an int")
    try:
        return int(operator.index(value))  # type: ignore[arg-type]
    except TypeError:
        raise refusal(value, name, path, "give an int") from None


def to_int(value: object, path: str) -> int:
    """An Int: an int of 64 bits with sign, or what has ``__index__``; never a bool or a float."""
    number = _integer(value, "Int", path)
    if not INT_MIN <= number <= INT_MAX:
        raise refusal(
            value, "Int", path, "an Int has 64 bits, from -2**63 to 2**63 - 1; a BigInt has no limit"
        )
    return number


def to_big_int(value: object, path: str) -> int:
    """A BigInt: an int of any size; never a bool or a float."""
    return _integer(value, "BigInt", path)


def to_double(value: object, path: str, name: str = "Double") -> float:
    """A Double: a finite float, or another real number that a double holds exactly; never a bool."""
    if isinstance(value, bool | Result | Pauli) or not isinstance(value, numbers.Real | Decimal):
        raise refusal(value, name, path, "give a float or an int")
    try:
        number = float(value)
    except OverflowError:
        raise refusal(value, name, path, "it is too large for a double") from None
    except ValueError:
        # A signalling NaN of ``decimal``.
        number = math.nan
    if not math.isfinite(number):
        raise refusal(value, name, path, "it must be finite; Q# would compile it into an invalid program")
    if number != value:
        raise refusal(value, name, path, f"a double cannot hold it exactly; write float(...), {number!r}")
    return number


def to_complex(value: object, path: str) -> complex:
    """A Complex: a complex or real number, or a mapping with ``Real`` and ``Imag``; its parts finite."""
    fields = fields_of(value)
    if fields is not None and set(fields) == {"Real", "Imag"}:
        return complex(to_double(fields["Real"], f"{path}.Real"), to_double(fields["Imag"], f"{path}.Imag"))
    if isinstance(value, complex):
        if not (math.isfinite(value.real) and math.isfinite(value.imag)):
            raise refusal(value, "Complex", path, "both parts must be finite")
        return complex(value)
    return complex(to_double(value, path, "Complex"))


def to_bool(value: object, path: str) -> bool:
    """A Bool: True or False, nothing else."""
    if isinstance(value, bool):
        return value
    raise refusal(value, "Bool", path, "give True or False")


def to_string(value: object, path: str) -> str:
    """A String: text that UTF-8 can hold."""
    if isinstance(value, Enum) and isinstance(value, str):
        value = value.value
    if not isinstance(value, str):
        raise refusal(value, "String", path, "give a str")
    text = "".join(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise refusal(value, "String", path, "it holds half of a surrogate pair") from None
    return text


def to_result(value: object, path: str) -> Result:
    """A Result: ours, the QDK's, its name, or the 0 or 1 that results of jobs hold."""
    result = as_result(value)
    if result is None and type(value) is int:
        result = _RESULTS.get(value)
    if result is None:
        advice = (
            "a lost qubit has no result" if is_lost(value) else "give Result.ZERO or Result.ONE, or 0 or 1"
        )
        raise refusal(value, "Result", path, advice)
    return result


def to_pauli(value: object, path: str) -> Pauli:
    """A Pauli: ours, the QDK's, or a name such as ``X`` or ``PauliX``."""
    pauli = as_pauli(value)
    if pauli is None:
        raise refusal(value, "Pauli", path, "give Pauli.I, .X, .Y or .Z, or 'I', 'X', 'Y' or 'Z'")
    return pauli


def to_range(value: object, path: str) -> range:
    """A Range: a range, or a slice with both ends; it ends before its stop, as everywhere in Python."""
    if isinstance(value, slice):
        if value.start is None or value.stop is None:
            raise refusal(value, "Range", path, "Q# cannot pass an open range; give both ends")
        step = 1 if value.step is None else value.step
        bounds = (to_int(part, path) for part in (value.start, value.stop, step))
        start, stop, step = bounds
        if step == 0:
            raise refusal(value, "Range", path, "its step is zero")
        value = range(start, stop, step)
    if not isinstance(value, range):
        raise refusal(value, "Range", path, "give a range, such as range(0, 4) for 0..3")
    for part in (value.start, last_of(value), value.step):
        if not INT_MIN <= part <= INT_MAX:
            raise refusal(value, "Range", path, f"Q# would write {shown(part)}, which is no Int of 64 bits")
    return value


def last_of(value: range) -> int:
    """The last number of a range as Q# writes it, which includes its end; before the first if it is empty."""
    return value[-1] if value else value.start - value.step


def _qubit(value: object, path: str) -> Any:
    raise refusal(
        value, "Qubit", path, "a qubit cannot be passed from Python; allocate it in an operation of yours"
    )


SCALAR_VALUES: Mapping[str, Callable[[object, str], Any]] = MappingProxyType(
    {
        "Int": to_int,
        "BigInt": to_big_int,
        "Double": to_double,
        "Bool": to_bool,
        "String": to_string,
        "Result": to_result,
        "Pauli": to_pauli,
        "Range": to_range,
        "Complex": to_complex,
        "Qubit": _qubit,
    }
)
"""How a value becomes the one that stands for it, by scalar type; each takes the value and its path."""
