"""A program with places for its angles: written once, then filled in for each set of parameters' values.

What is filled in is what a translation with these values would write, to the last digit: the same formulas
are worked out in the same order, with the same gates' rules. Where values change more than numbers, such as
an exponent that turns a rotation into another gate, there is no answer, and one has to translate.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby, repeat
from operator import itemgetter, mod, mul
from typing import Any

import attrs
import cirq

from quire.errors import QuireError
from quire.writers import number_text
from quire_cirq.gate_table import GateTable
from quire_cirq.gates import RULES, NotANumber, Power, Steps
from quire_cirq.plain_values import Decimals, PlainValues

_MARK = "\0"
_A_TURN, _ANOTHER_TURN = 0.3, 0.7
_Values = Mapping[str, Any]
_Formula = Callable[[_Values], Any]
_Hole = Callable[[_Values], Sequence[float] | None]
"""The angles of some gates, given the parameters' values; None if one of them is another gate with these."""


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
        self._holes: list[_Hole | _Scaled] = []
        self._fillings: list[_Hole] = []
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
            hole: _Hole | _Scaled = _scaled(gate, rule) or _hole_of_power(gate, rule)
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
        self._fillings = list(_merged(self._holes))
        return True

    def filled(self, values: PlainValues) -> bytes | None:
        """The program with values for its parameters; None if filling in is not enough to have it."""
        angles: list[float] = []
        try:
            for fill in self._fillings:
                filling = fill(values.by_name)
                if filling is None:
                    return None
                angles += filling
            texts = _texts(angles, values.decimals)
        except (QuireError, ArithmeticError, LookupError, TypeError, ValueError):
            return None  # the translation says what is wrong
        parts = self._parts.copy()
        parts[1::2] = texts
        return "".join(parts).encode()


def _texts(angles: list[float], decimals: Decimals) -> list[str]:
    """``number_text`` of each; in one go, if all of them are as ``repr`` writes them."""
    texts = list(map(decimals.__getitem__, angles))
    together = "".join(texts)
    # An exponent, an infinity, NaN or one of NumPy's numbers; or a zero, whose sign is not written.
    if "e" in together or "n" in together or 0.0 in angles:
        return list(map(number_text, angles))
    return texts


@attrs.frozen
class _Scaled:
    """The angle of the commonest gate: it has one, and its exponent is a parameter times a number.

    Attributes:
        name: The parameter's.
        factor: The number.
        fixed: The exponents, between 0 and 2, with which it is another gate.
    """

    name: str
    factor: Any
    fixed: frozenset[float]


def _scaled(gate: Any, rule: Power) -> _Scaled | None:
    product = _product(gate.exponent)
    return _Scaled(*product, frozenset(rule.fixed)) if product and _is_one_turn(rule) else None


def _is_one_turn(rule: Power) -> bool:
    return all(_angles(rule.turn(angle)) == (angle,) for angle in (_A_TURN, _ANOTHER_TURN))


def _merged(holes: Iterable[_Hole | _Scaled]) -> Iterable[_Hole]:
    """Holes in their order, with one for all that are alike and in a row."""
    for _, group in groupby(holes, lambda hole: isinstance(hole, _Scaled)):
        scaled: list[_Scaled] = []
        for hole in group:
            if isinstance(hole, _Scaled):
                scaled.append(hole)
            else:
                yield hole
        if scaled:
            yield _hole_of_scaled(scaled)


def _hole_of_scaled(scaled: Sequence[_Scaled]) -> _Hole:
    names = [each.name for each in scaled]
    factors = [each.factor for each in scaled]
    fixed = frozenset().union(*(each.fixed for each in scaled))

    def angles(values: _Values) -> list[float] | None:
        exponents = list(map(float, map(mul, map(values.__getitem__, names), factors)))
        if not fixed.isdisjoint(map(mod, exponents, repeat(2))):
            turns = zip(exponents, scaled, strict=True)
            if any(exponent % 2 in each.fixed for exponent, each in turns):
                return None
        return list(map(mul, repeat(math.pi), exponents))

    return angles


def _hole_of_power(gate: Any, rule: Power) -> _Hole:
    formula, fixed, turn = _compiled(gate.exponent), rule.fixed, rule.turn

    def angles(values: _Values) -> tuple[float, ...] | None:
        exponent = float(formula(values))
        if fixed and exponent % 2 in fixed:
            return None
        return _angles(turn(math.pi * exponent))

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
    if formula.is_Mul or formula.is_Add:
        return _folded(list(map(_compiled, formula.args)), is_product=formula.is_Mul)
    return lambda values: cirq.ParamResolver(values).value_of(formula)


def _product(formula: Any) -> tuple[str, Any] | None:
    """The symbol's name and the number, if a formula is the product of two such, as those of ``cirq.ry``."""
    if getattr(formula, "is_Symbol", False):
        return formula.name, 1
    if not getattr(formula, "is_Mul", False) or len(formula.args) != 2:
        return None
    symbol, number = sorted(formula.args, key=lambda part: not part.is_Symbol)
    if not symbol.is_Symbol or number.free_symbols:
        return None
    factor = cirq.ParamResolver().value_of(number)
    # Of the same value, and several times as fast as one of NumPy's.
    return symbol.name, float(factor) if isinstance(factor, float) else factor


def _folded(parts: list[_Formula], is_product: bool) -> _Formula:
    """Sums and products, from the left like Cirq's: in another order they would be rounded otherwise."""
    first, *rest = parts

    def folded(values: _Values) -> Any:
        total = first(values)
        for part in rest:
            total = total * part(values) if is_product else total + part(values)
        return total

    return folded
