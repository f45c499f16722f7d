"""Arithmetic: done at once on numbers that are known, written into the program for those of run time."""

import math
import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from quire.simulator.readers.builder import BIT, INTEGER, REAL, Number, ProgramBuilder, Register

_WIDTH = 64

_PYTHON: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {
        "+": operator.add,
        "-": operator.sub,
        "*": operator.mul,
        "&": operator.and_,
        "|": operator.or_,
        "^": operator.xor,
        "<<": operator.lshift,
        ">>": operator.rshift,
        "==": operator.eq,
        "!=": operator.ne,
        "<": operator.lt,
        "<=": operator.le,
        ">": operator.gt,
        ">=": operator.ge,
    }
)
_INTEGER = {
    "+": "add",
    "-": "sub",
    "*": "mul",
    "/": "sdiv",
    "%": "srem",
    "&": "and",
    "|": "or",
    "^": "xor",
    "<<": "shl",
    ">>": "ashr",
}
_REAL = {"+": "fadd", "-": "fsub", "*": "fmul", "/": "fdiv", "%": "frem"}
_RELATIONS = {"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_MAX_SHIFT = 64


def kind_of(value: Number) -> str:
    """``BIT``, ``INTEGER`` or ``REAL``."""
    if isinstance(value, Register):
        return value.kind
    if isinstance(value, bool):
        return BIT
    return REAL if isinstance(value, float) else INTEGER


def wrapped(value: int, width: int = _WIDTH) -> int:
    """A whole number as a signed one of so many bits keeps it."""
    low = value & (1 << width) - 1
    return low - (1 << width) if low >> (width - 1) else low


class Arithmetic:
    """Arithmetic that writes what it cannot do into a program.

    Numbers that are known raise ``ArithmeticError`` for what has no value, and ``TypeError`` for what has no
    meaning; those of run time end the shot's program then.
    """

    def __init__(self, builder: ProgramBuilder) -> None:
        """Writes into this program."""
        self._builder = builder

    def real(self, value: Number) -> Number:
        """The number as a real one."""
        if not isinstance(value, Register):
            return float(value)
        if value.kind == REAL:
            return value
        op, width = ("uitofp", 1) if value.kind == BIT else ("sitofp", _WIDTH)
        return self._builder.emit(op, (value,), REAL, (width, _WIDTH))

    def integer(self, value: Number) -> Number:
        """The number as a whole one; what is behind the point is cut off."""
        if not isinstance(value, Register):
            return wrapped(int(value))
        if value.kind == INTEGER:
            return value
        op, width = ("zext", 1) if value.kind == BIT else ("fptosi", _WIDTH)
        return self._builder.emit(op, (value,), INTEGER, (width, _WIDTH))

    def bit(self, value: Number) -> Number:
        """Whether the number is not zero."""
        if not isinstance(value, Register):
            return bool(value)
        if value.kind == BIT:
            return value
        return self.compare("!=", value, 0)

    def truncated(self, value: Number, width: int, is_signed: bool) -> Number:
        """The low bits of a whole number, read as a number of so many bits."""
        if width >= _WIDTH:
            return value
        if not isinstance(value, Register):
            return wrapped(int(value), width) if is_signed else int(value) & (1 << width) - 1
        if not is_signed:
            return self._builder.emit("and", (value, (1 << width) - 1), INTEGER, _WIDTH)
        shift = _WIDTH - width
        high = self._builder.emit("shl", (value, shift), INTEGER, _WIDTH)
        return self._builder.emit("ashr", (high, shift), INTEGER, _WIDTH)

    def binary(self, op: str, a: Number, b: Number) -> Number:
        """``a op b`` for ``+ - * / % & | ^ << >>``; whole numbers are divided as such, towards zero."""
        kinds = (kind_of(a), kind_of(b))
        if not isinstance(a, Register) and not isinstance(b, Register):
            return _known(op, a, b)
        if REAL in kinds:
            if op not in _REAL:
                raise TypeError(f"{op} of real numbers")
            return self._builder.emit(_REAL[op], (self.real(a), self.real(b)), REAL)
        if kinds == (BIT, BIT) and op in ("&", "|", "^"):
            return self._builder.emit(_INTEGER[op], (a, b), BIT, 1)
        return self._builder.emit(_INTEGER[op], (self.integer(a), self.integer(b)), INTEGER, _WIDTH)

    def compare(self, op: str, a: Number, b: Number) -> Number:
        """``a op b`` for ``== != < <= > >=``."""
        if not isinstance(a, Register) and not isinstance(b, Register):
            return bool(_PYTHON[op](a, b))
        relation = _RELATIONS[op]
        if REAL in (kind_of(a), kind_of(b)):
            prefix = "u" if op == "!=" else "o"
            return self._builder.emit("fcmp", (self.real(a), self.real(b)), BIT, prefix + relation)
        if op not in ("==", "!="):
            relation = f"s{relation}"
        operands = (self.integer(a), self.integer(b))
        return self._builder.emit("icmp", operands, BIT, (relation, _WIDTH))

    def negative(self, value: Number) -> Number:
        """``-value``."""
        if not isinstance(value, Register):
            return -value
        if value.kind == REAL:
            return self._builder.emit("fneg", (value,), REAL)
        return self.binary("-", 0, value)

    def inverted(self, value: Number) -> Number:
        """Whether the number is zero."""
        bit = self.bit(value)
        return self._builder.emit("xor", (bit, 1), BIT, 1) if isinstance(bit, Register) else not bit


def _known(op: str, a: int | float, b: int | float) -> int | float:
    if op in ("/", "%"):
        return _divided(op, a, b)
    if op in ("<<", ">>") and not 0 <= b < _MAX_SHIFT:
        raise ArithmeticError(f"a shift by {b}")
    value = _PYTHON[op](a, b)
    if isinstance(value, float) and not math.isfinite(value):
        raise ArithmeticError(f"{a} {op} {b} is too large")
    result: int | float = wrapped(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return result


def _divided(op: str, a: int | float, b: int | float) -> int | float:
    if b == 0:
        raise ArithmeticError(f"{a} {op} 0")
    if isinstance(a, float) or isinstance(b, float):
        return a / b if op == "/" else math.fmod(a, b)
    quotient = abs(a) // abs(b)
    quotient = quotient if (a < 0) == (b < 0) else -quotient
    return quotient if op == "/" else a - b * quotient
