"""LLVM's arithmetic on Python numbers: integers of n bits lie in 0 .. 2**n - 1, doubles are floats.

What LLVM leaves undefined (dividing by zero, shifting by the width or more, a float beyond the range of the
integer) raises ``ArithmeticError``. Doubles follow IEEE 754; comparisons give 0 or 1.
"""

import math
import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

Binary = Callable[[Any, Any], Any]
Unary = Callable[[Any], Any]


def signed(value: int, width: int) -> int:
    """The signed meaning of an integer of n bits."""
    return value - (1 << width) if value >> (width - 1) else value


def _wrapped(apply: Callable[[int, int], int]) -> Callable[[int], Binary]:
    def of_width(width: int) -> Binary:
        mask = (1 << width) - 1
        return lambda a, b: apply(a, b) & mask

    return of_width


def _signed_division(width: int) -> Binary:
    def divide(a: int, b: int) -> int:
        x, y = signed(a, width), signed(b, width)
        quotient = abs(x) // abs(y)
        return (quotient if (x < 0) == (y < 0) else -quotient) & ((1 << width) - 1)

    return divide


def _signed_remainder(width: int) -> Binary:
    def remainder(a: int, b: int) -> int:
        x, y = signed(a, width), signed(b, width)
        rest = abs(x) % abs(y)
        return (-rest if x < 0 else rest) & ((1 << width) - 1)

    return remainder


def _shift(apply: Callable[[int, int, int], int]) -> Callable[[int], Binary]:
    def of_width(width: int) -> Binary:
        mask = (1 << width) - 1

        def shift(a: int, b: int) -> int:
            if b >= width:
                raise ArithmeticError(f"a shift by {b} of {width} bits")
            return apply(a, b, width) & mask

        return shift

    return of_width


_INTEGER: Mapping[str, Callable[[int], Binary]] = MappingProxyType(
    {
        "add": _wrapped(operator.add),
        "sub": _wrapped(operator.sub),
        "mul": _wrapped(operator.mul),
        "udiv": _wrapped(operator.floordiv),
        "urem": _wrapped(operator.mod),
        "sdiv": _signed_division,
        "srem": _signed_remainder,
        "and": _wrapped(operator.and_),
        "or": _wrapped(operator.or_),
        "xor": _wrapped(operator.xor),
        "shl": _shift(lambda a, b, _: a << b),
        "lshr": _shift(lambda a, b, _: a >> b),
        "ashr": _shift(lambda a, b, width: signed(a, width) >> b),
    }
)


def _divide(a: float, b: float) -> float:
    if b != 0:
        return a / b
    if a == 0 or math.isnan(a):
        return math.nan
    return math.copysign(math.inf, a) * math.copysign(1.0, b)


def _remainder(a: float, b: float) -> float:
    if math.isinf(a) or b == 0:
        return math.nan
    return math.fmod(a, b)


_FLOAT: Mapping[str, Binary] = MappingProxyType(
    {
        "fadd": operator.add,
        "fsub": operator.sub,
        "fmul": operator.mul,
        "fdiv": _divide,
        "frem": _remainder,
    }
)

_RELATIONS: Mapping[str, Binary] = MappingProxyType(
    {
        "eq": operator.eq,
        "ne": operator.ne,
        "lt": operator.lt,
        "le": operator.le,
        "gt": operator.gt,
        "ge": operator.ge,
    }
)


def _integer_relation(name: str, width: int) -> Binary:
    if name in ("eq", "ne"):
        relation = _RELATIONS[name]
        return lambda a, b: int(relation(a, b))
    relation = _RELATIONS[name[1:]]
    # Turning the sign bit over makes the order of signed numbers that of unsigned ones.
    flip = 1 << (width - 1) if name[0] == "s" else 0
    return lambda a, b: int(relation(a ^ flip, b ^ flip))


def _float_relation(name: str) -> Binary:
    if name in ("true", "false"):
        return lambda _a, _b: int(name == "true")
    if name in ("ord", "uno"):
        return lambda a, b: int((a != a or b != b) == (name == "uno"))
    relation = _RELATIONS[name[1:]]
    unordered = int(name[0] == "u")
    return lambda a, b: unordered if a != a or b != b else int(relation(a, b))


def _to_integer(low: int, high: int, mask: int) -> Unary:
    def convert(value: float) -> int:
        if not math.isfinite(value) or not low <= int(value) <= high:
            raise ArithmeticError(f"{value!r} as an integer")
        return int(value) & mask

    return convert


def _conversion(name: str, source: int, target: int) -> Unary:
    mask = (1 << target) - 1
    functions: dict[str, Unary] = {
        "zext": lambda value: value,
        "sext": lambda value: signed(value, source) & mask,
        "trunc": lambda value: value & mask,
        "sitofp": lambda value: float(signed(value, source)),
        "uitofp": float,
        "fptosi": _to_integer(-(1 << (target - 1)) if target else 0, mask >> 1, mask),
        "fptoui": _to_integer(0, mask, mask),
        "inttoptr": lambda value: value,
        "bitcast": lambda value: value,
    }
    return functions[name]


def unary(op: str, detail: Any) -> Unary:
    """The function of an operation with one operand.

    Args:
        op: LLVM's name of it, such as ``zext``.
        detail: For conversions, the widths of the integers they take and give, in bits.
    """
    return operator.neg if op == "fneg" else _conversion(op, *detail)


def binary(op: str, detail: Any) -> Binary:
    """The function of an operation with two operands.

    Args:
        op: LLVM's name of it, such as ``add``.
        detail: The width of integers in bits; for comparisons the relation, for integers with the width.
    """
    if op == "icmp":
        return _integer_relation(*detail)
    if op == "fcmp":
        return _float_relation(detail)
    return _FLOAT[op] if op in _FLOAT else _INTEGER[op](detail)
