"""A program with places for its angles: written once, then filled in for each set of parameters' values.

What is filled in is what a translation with these values would write, to the last digit: the same formulas
are worked out in the same order, with the same gates' rules. Where values change more than numbers, such as
an exponent that turns a rotation into another gate, there is no answer, and one has to translate.
"""

import math
from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

import cirq
import numpy as np

from quire.errors import QuireError
from quire.writers import number_text
from quire_cirq.gate_table import GateTable
from quire_cirq.gates import RULES, NotANumber, Power, Steps

_MARK = "\0"
_A_TURN, _ANOTHER_TURN = 0.3, 0.7
_PLAIN_NUMBERS = frozenset((float, int, np.float64))
_Values = Mapping[str, Any]
_Formula = Callable[[_Values], Any]
_Hole = Callable[[_Values], tuple[float, ...] | None]
"""The angles of a gate, given the parameters' values; None if it is another gate with them."""


class _Place(float):
    """An angle that is yet to come."""


class Template:
    """The holes of a program, and once it is written, its text between them."""

    def __init__(self, first: cirq.ParamResolver) -> None:
        """Begins without holes.

        Args:
            first: A set of values that programs are alike to, in what is more than numbers.
        """
        self._first = first
        self._holes: list[_Hole] = []
        self._num_places = 0
        self._parts: list[str] = []

    def number(self, angle: float) -> str:
        """The text of an angle; a mark, if it is to be filled in."""
        return _MARK if type(angle) is _Place else number_text(angle)

    def opened(self, gate: cirq.Gate) -> Steps | None:
        """The steps of a gate with parameters, with places for its angles; None if it has no steps."""
        rule = RULES.get(type(gate))
        if isinstance(rule, Power):
            steps: Steps | None = rule.turn(_A_TURN)
            hole = _hole_of_power(gate, rule)
        else:
            steps = GateTable(self._first).steps(gate)
            hole = _hole_of_any(gate, steps)
        if steps is None:
            return None
        self._holes.append(hole)
        self._num_places += sum(len(angles) for _, angles, _ in steps)
        return tuple((name, tuple(map(_Place, angles)), picks) for name, angles, picks in steps)

    def close(self, program: bytes) -> bool:
        """Takes the program that was written with the marks; False if it does not have them all, once."""
        chunks = program.decode().split(_MARK)
        if len(chunks) != self._num_places + 1:
            return False
        self._parts = [""] * (2 * len(chunks) - 1)
        self._parts[::2] = chunks
        return True

    def filled(self, resolver: cirq.ParamResolver) -> bytes | None:
        """The program with values for its parameters; None if filling in is not enough to have it.

        Args:
            resolver: The values. Any but plain numbers by name are for a translation.
        """
        values: Any = resolver.param_dict
        if not is_plain(values):
            return None
        angles: list[float] = []
        try:
            for hole in self._holes:
                filling = hole(values)
                if filling is None:
                    return None
                angles += filling
            texts = _texts(angles)
        except (QuireError, ArithmeticError, LookupError, TypeError, ValueError):
            return None  # the translation says what is wrong
        parts = self._parts.copy()
        parts[1::2] = texts
        return "".join(parts).encode()


def _texts(angles: list[float]) -> list[str]:
    """``number_text`` of each; in one go, if all of them are as ``repr`` writes them."""
    texts = list(map(repr, angles))
    together = "".join(texts)
    # An exponent, an infinity, NaN or one of NumPy's numbers; or a zero, whose sign is not written.
    if "e" in together or "n" in together or 0.0 in angles:
        return list(map(number_text, angles))
    return texts


def is_plain(values: Mapping[Any, Any]) -> bool:
    """Whether all that is named is a number, by its name."""
    return set(map(type, values)) <= {str} and set(map(type, values.values())) <= _PLAIN_NUMBERS


def _hole_of_power(gate: Any, rule: Power) -> _Hole:
    formula, fixed, turn = _compiled(gate.exponent), rule.fixed, rule.turn
    is_one = all(_angles(turn(angle)) == (angle,) for angle in (_A_TURN, _ANOTHER_TURN))

    def angles(values: _Values) -> tuple[float, ...] | None:
        exponent = float(formula(values))
        if fixed and exponent % 2 in fixed:
            return None
        angle = math.pi * exponent
        return (angle,) if is_one else _angles(turn(angle))

    return angles


def _hole_of_any(gate: cirq.Gate, sample: Steps | None) -> _Hole:
    shape = _shape(sample)

    def angles(values: _Values) -> tuple[float, ...] | None:
        try:
            steps = GateTable(cirq.ParamResolver(values)).steps(gate)
        except NotANumber:
            return None
        if steps is None or _shape(steps) != shape:
            return None
        return _angles(steps)

    return angles


def _shape(steps: Steps | None) -> list[tuple[str, tuple[int, ...] | None]]:
    return [(name, picks) for name, _, picks in steps or ()]


def _angles(steps: Steps) -> tuple[float, ...]:
    return tuple([each for _, angles, _ in steps for each in angles])


def _compiled(formula: Any) -> _Formula:
    """What ``cirq.ParamResolver.value_of`` answers for a formula, for values that are numbers."""
    if getattr(formula, "is_Symbol", False):
        value: _Formula = itemgetter(formula.name)
        return value
    if not getattr(formula, "free_symbols", None):
        constant = cirq.ParamResolver().value_of(formula)
        return lambda _: constant
    if formula.is_Mul and len(formula.args) == 2:
        symbol, factor = sorted(formula.args, key=lambda part: not part.is_Symbol)
        if symbol.is_Symbol and not factor.free_symbols:
            return _scaled(symbol.name, cirq.ParamResolver().value_of(factor))
    if formula.is_Mul or formula.is_Add:
        return _folded(list(map(_compiled, formula.args)), is_product=formula.is_Mul)
    return lambda values: cirq.ParamResolver(values).value_of(formula)


def _scaled(name: str, factor: Any) -> _Formula:
    """The commonest product, such as that of ``cirq.ry``, at a third of the cost of any product."""
    return lambda values: values[name] * factor


def _folded(parts: list[_Formula], is_product: bool) -> _Formula:
    """Sums and products, from the left like Cirq's: in another order they would be rounded otherwise."""
    first, *rest = parts

    def folded(values: _Values) -> Any:
        total = first(values)
        for part in rest:
            total = total * part(values) if is_product else total + part(values)
        return total

    return folded
