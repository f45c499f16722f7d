"""Arithmetic in programs is what LLVM's reference says, each operation against Python's own numbers."""

import math
import random
import struct

import pytest

from simulator.llvm_lines import bool_of, double_of, fault_of_line, int_of
from simulator.runs import entry_point, fault_of

WIDTH = 64
EDGES = [0, 1, -1, 2, -2, 7, -7, 2**63 - 1, -(2**63), 63, 64]


def _wrap(value):
    return (value + 2**63) % 2**64 - 2**63


def _truncated(a, b):
    quotient = abs(a) // abs(b)
    return quotient if (a < 0) == (b < 0) else -quotient


INTEGER_OPS = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "sdiv": _truncated,
    "srem": lambda a, b: a - b * _truncated(a, b),
    "udiv": lambda a, b: (a % 2**64) // (b % 2**64),
    "urem": lambda a, b: (a % 2**64) % (b % 2**64),
    "and": lambda a, b: a & b,
    "or": lambda a, b: a | b,
    "xor": lambda a, b: a ^ b,
    "shl": lambda a, b: a << b,
    "lshr": lambda a, b: (a % 2**64) >> b,
    "ashr": lambda a, b: a >> b,
}


def _meaningless(op, b):
    return b == 0 if "div" in op or "rem" in op else op in ("shl", "lshr", "ashr") and not 0 <= b < WIDTH


@pytest.mark.parametrize("op", INTEGER_OPS)
def test_integer_arithmetic(op):
    for a in EDGES:
        for b in EDGES:
            line = f"  %r = {op} i64 {a}, {b}"
            if _meaningless(op, b):
                assert "line 3" in fault_of_line(line)
            else:
                assert int_of(line) == _wrap(INTEGER_OPS[op](a, b)), line


def test_flags_and_comments_change_nothing():
    assert int_of("  %x = add nuw nsw i64 3, 4 ; a comment\n  %r = sdiv exact i64 %x, 7, !dbg !5") == 1


@pytest.mark.parametrize("width", [1, 3, 8, 32, 33])
def test_narrow_integers_wrap_at_their_width(width):
    rng = random.Random(width)
    for _ in range(5):
        a, b = (rng.randrange(-(2 ** (width - 1)), 2 ** (width - 1)) for _ in range(2))
        lines = f"  %n = mul i{width} {a}, {b}\n  %r = zext i{width} %n to i64"
        assert int_of(lines) == a * b % 2**width
        lines = f"  %n = add i{width} {a}, {b}\n  %r = sext i{width} %n to i64"
        assert int_of(lines) == (a + b + 2 ** (width - 1)) % 2**width - 2 ** (width - 1)
    assert int_of(f"  %n = trunc i64 -1 to i{width}\n  %r = zext i{width} %n to i64") == 2**width - 1


RELATIONS = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "slt": lambda a, b: a < b,
    "sle": lambda a, b: a <= b,
    "sgt": lambda a, b: a > b,
    "sge": lambda a, b: a >= b,
    "ult": lambda a, b: a % 2**64 < b % 2**64,
    "ule": lambda a, b: a % 2**64 <= b % 2**64,
    "ugt": lambda a, b: a % 2**64 > b % 2**64,
    "uge": lambda a, b: a % 2**64 >= b % 2**64,
}


@pytest.mark.parametrize("relation", RELATIONS)
def test_integer_comparisons(relation):
    for a in EDGES[:8]:
        for b in EDGES[:8]:
            assert bool_of(f"  %r = icmp {relation} i64 {a}, {b}") is RELATIONS[relation](a, b)


def _hexadecimal(value):
    return "0x" + struct.pack(">d", value).hex().upper()


FLOATS = [0.0, -0.0, 1.5, -2.25, 1e300, math.inf, -math.inf, math.nan]
FLOAT_ORDERS = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
}


@pytest.mark.parametrize("order", FLOAT_ORDERS)
def test_float_comparisons(order):
    for a in FLOATS:
        for b in FLOATS:
            unordered = math.isnan(a) or math.isnan(b)
            exact = FLOAT_ORDERS[order](a, b)
            operands = f"double {_hexadecimal(a)}, {_hexadecimal(b)}"
            assert bool_of(f"  %r = fcmp o{order} {operands}") is (exact and not unordered)
            assert bool_of(f"  %r = fcmp fast u{order} {operands}") is (exact or unordered)
            assert bool_of(f"  %r = fcmp uno {operands}") is unordered
            assert bool_of(f"  %r = fcmp ord {operands}") is not unordered


def test_float_arithmetic():
    for a in (0.1, -3.75, 1e-300, 12345.678):
        for b in (0.3, -2.5, 7.0):
            assert double_of(f"  %r = fadd double {_hexadecimal(a)}, {_hexadecimal(b)}") == a + b
            assert double_of(f"  %r = fsub double {_hexadecimal(a)}, {_hexadecimal(b)}") == a - b
            assert double_of(f"  %r = fmul double {_hexadecimal(a)}, {_hexadecimal(b)}") == a * b
            assert double_of(f"  %r = fdiv double {_hexadecimal(a)}, {_hexadecimal(b)}") == a / b
            assert double_of(f"  %r = frem double {_hexadecimal(a)}, {_hexadecimal(b)}") == math.fmod(a, b)
    assert double_of("  %r = fneg double 1.5") == -1.5


@pytest.mark.parametrize(
    ("a", "b", "quotient"),
    [
        ("1.0", "0.0", math.inf),
        ("-1.0", "0.0", -math.inf),
        ("1.0", "-0.0", -math.inf),
        ("0.0", "0.0", math.nan),
    ],
)
def test_dividing_floats_by_zero_follows_ieee_754(a, b, quotient):
    expected = _hexadecimal(quotient)
    relation = "uno" if math.isnan(quotient) else "oeq"
    assert bool_of(f"  %q = fdiv double {a}, {b}\n  %r = fcmp {relation} double %q, {expected}") is True


@pytest.mark.parametrize("value", ["0.0", "nan"])
def test_what_json_cannot_hold_is_not_put_out(value):
    text = "1.0, 0.0" if value == "0.0" else f"{_hexadecimal(math.nan)}, 1.0"
    assert "cannot hold" in fault_of_line(f"%r = fdiv double {text}", "double", "double")


def test_conversions_between_integers_and_floats():
    assert double_of("  %r = sitofp i64 -7 to double") == -7.0
    assert double_of("  %r = uitofp i64 -1 to double") == float(2**64 - 1)
    assert double_of("  %r = uitofp i1 true to double") == 1.0
    assert int_of("  %r = fptosi double -2.9 to i64") == -2
    assert int_of("  %r = fptoui double 2.9 to i64") == 2
    assert "no meaning" in fault_of_line("%r = fptosi double 1.0e19 to i64")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.0", 1.0),
        ("-2.5e-3", -0.0025),
        ("+4.", 4.0),
        ("1.0e+16", 1e16),
        ("3.141592653589793", math.pi),
        (_hexadecimal(0.1), 0.1),
        ("0x3FF0000000000000", 1.0),
    ],
)
def test_spellings_of_doubles(text, value):
    assert double_of(f"  %r = fadd double {text}, 0.0") == value


@pytest.mark.parametrize("text", ["1", "1e5", ".5", "0x3FF", "inf", "nan", "1_0.0", "0xH3C00", "true"])
def test_what_llvm_does_not_take_for_a_double(text):
    assert "QIR line 3" in fault_of_line(f"%r = fadd double {text}, 0.0", "double", "double")
    body = f"  call void @__quantum__qis__rx__body(double {text}, ptr null)\n  ret void"
    assert "QIR line 3" in fault_of(entry_point(body)).message
