"""What Quil's expressions come to: complex numbers if known at once, else real numbers at run time."""

import cmath
import math
import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from quire.simulator.readers.arithmetic import Arithmetic
from quire.simulator.readers.builder import Number, Register
from quire.simulator.readers.quil.source import problem

Value = complex | Number
Memory = Callable[[str, int], Number]
"""Gives what a word of memory holds, given its region and offset."""

_FUNCTIONS: Mapping[str, Callable[[complex], complex]] = MappingProxyType(
    {
        "SIN": cmath.sin,
        "COS": cmath.cos,
        "SQRT": cmath.sqrt,
        "EXP": cmath.exp,
        "CIS": lambda value: cmath.exp(1j * value),
    }
)
_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "^": operator.pow}
)


class Expressions:
    """Evaluates the expressions of one program."""

    def __init__(self, arithmetic: Arithmetic, memory: Memory) -> None:
        """Evaluates with this memory."""
        self._arithmetic = arithmetic
        self._memory = memory

    def angle(self, expression: Any, variables: Mapping[str, Value]) -> Number:
        """The real number that a parameter comes to.

        Raises:
            PayloadError: It comes to none.
        """
        value = self.value(expression, variables)
        if isinstance(value, Register):
            return self._arithmetic.real(value)
        number = complex(value)
        if number.imag or not math.isfinite(number.real):
            raise problem(f"a gate's parameter is {number}, which is no real number")
        return number.real

    def number(self, expression: Any, variables: Mapping[str, Value]) -> complex:
        """The complex number that an entry of a matrix comes to.

        Raises:
            PayloadError: It comes to none before the program runs.
        """
        value = self.value(expression, variables)
        if isinstance(value, Register):
            raise problem("a gate's definition depends on memory that the program writes to")
        number = complex(value)
        if not cmath.isfinite(number):
            raise problem(f"an entry of a gate's definition is {number}, which is not finite")
        return number

    def value(self, expression: Any, variables: Mapping[str, Value]) -> Value:
        """What an expression comes to."""
        kind = type(expression).__name__
        try:
            return self._of_kind(kind, expression, variables)
        except (ArithmeticError, ValueError, TypeError) as error:
            raise problem(f"an expression has no value: {error}") from None

    def _of_kind(self, kind: str, expression: Any, variables: Mapping[str, Value]) -> Value:
        if kind in ("Pi", "PiConstant"):
            return math.pi
        inner = expression._0
        if kind == "Number":
            return complex(inner)
        if kind == "Variable":
            if inner not in variables:
                raise problem(f"the parameter %{inner} is not defined")
            return variables[inner]
        if kind == "Address":
            return self._memory(inner.name, inner.index)
        if kind == "Prefix":
            value = self.value(inner.expression, variables)
            return self._negative(value) if str(inner.operator).strip() == "-" else value
        if kind == "FunctionCall":
            return self._function(inner, variables)
        left, right = self.value(inner.left, variables), self.value(inner.right, variables)
        return self._infix(str(inner.operator).strip(), left, right)

    def _negative(self, value: Value) -> Value:
        return self._arithmetic.negative(value) if isinstance(value, Register) else -value

    def _function(self, call: Any, variables: Mapping[str, Value]) -> Value:
        value = self.value(call.expression, variables)
        name = str(call.function).upper()
        if isinstance(value, Register):
            raise problem(f"{name} of memory that the program writes to")
        return _FUNCTIONS[name](value)

    def _infix(self, op: str, left: Value, right: Value) -> Value:
        if not isinstance(left, Register) and not isinstance(right, Register):
            return _known(op, left, right)
        if op == "^":
            raise problem("a power of memory that the program writes to")
        # Without conversion, whole numbers of memory would be divided as such.
        return self._arithmetic.binary(op, self._real(left), self._real(right))

    def _real(self, value: Value) -> Number:
        if isinstance(value, Register):
            return self._arithmetic.real(value)
        number = complex(value)
        if number.imag:
            raise TypeError(f"{number} is combined with memory, which is real")
        return number.real


def _known(op: str, left: complex, right: complex) -> complex:
    value: complex = _OPERATORS[op](left, right)
    return value
