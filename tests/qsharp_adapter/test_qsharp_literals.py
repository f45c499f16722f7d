import dataclasses
import enum
from collections import deque, namedtuple
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import attrs
import numpy as np
import pytest
import qdk

from quire_qsharp import ArgumentError, EntryPoint, Pauli, Result, parse_type, struct_type, to_literal


@dataclasses.dataclass
class Point:
    X: int
    Y: float


@attrs.frozen
class AttrsPoint:
    X: int
    Y: float


class NamedPoint(NamedTuple):
    X: int
    Y: float


class Level(enum.IntEnum):
    HIGH = 3


class Word(enum.StrEnum):
    HELLO = "hello"


POINT = struct_type("My.Lib.Point", {"X": "Int", "Y": "Double"})
NESTED = struct_type("Nested", {"Inner": POINT, "Angles": "Double[]"})


@pytest.mark.parametrize(
    ("value", "type", "literal"),
    [
        # numbers
        (5, None, "5"),
        (-(2**63), "Int", "-9223372036854775808"),
        (2**63 - 1, "Int", "9223372036854775807"),
        (Level.HIGH, "Int", "3"),
        (np.int8(-3), "Int", "-3"),
        (np.uint64(2**63 - 1), "Int", "9223372036854775807"),
        (5, "BigInt", "5L"),
        (-(2**100), "BigInt", "-1267650600228229401496703205376L"),
        (0.1, None, "0.1"),
        (1, "Double", "1.0"),
        (-0.0, "Double", "-0.0"),
        (5e-324, "Double", "5e-324"),
        (1e16, "Double", "1e+16"),
        (Fraction(1, 4), "Double", "0.25"),
        (Decimal("0.5"), "Double", "0.5"),
        (np.float32(0.1), "Double", "0.10000000149011612"),
        (np.float16(0.5), None, "0.5"),
        (np.longdouble("0.5"), "Double", "0.5"),
        (1 + 2j, None, "new Std.Math.Complex { Real = 1.0, Imag = 2.0 }"),
        (3, "Complex", "new Std.Math.Complex { Real = 3.0, Imag = 0.0 }"),
        ({"Real": 1, "Imag": -0.5}, "Std.Math.Complex", "new Std.Math.Complex { Real = 1.0, Imag = -0.5 }"),
        (np.complex64(1j), None, "new Std.Math.Complex { Real = 0.0, Imag = 1.0 }"),
        # other scalars
        (True, None, "true"),
        (np.bool_(False), "Bool", "false"),
        ('say "{x}" \\ //\n\t\r\0', None, '"say \\"{x}\\" \\\\ //\n\t\r\0"'),
        (Word.HELLO, "String", '"hello"'),
        (np.str_("ä"), None, '"ä"'),
        (Result.ONE, None, "One"),
        (qdk.Result.Zero, None, "Zero"),
        (1, "Result", "One"),
        ("Zero", "Result", "Zero"),
        (Pauli.Y, None, "PauliY"),
        ("X", "Pauli", "PauliX"),
        ("PauliZ", "Pauli", "PauliZ"),
        (range(4), None, "0..3"),
        (range(5, -1, -2), None, "5..-2..1"),
        (range(0, 8, 3), "Range", "0..3..6"),
        (range(0), None, "0..-1"),
        (range(3, 3, -1), None, "3..-1..4"),
        (slice(1, 5), None, "1..4"),
        (range(-(2**63), 2**63 - 1), "Range", "-9223372036854775808..9223372036854775806"),
        (range(0, 2**63, 2**62), "Range", "0..4611686018427387904..4611686018427387904"),
        (slice(8, 0, -3), "Range", "8..-3..2"),
        # tuples and arrays
        ((), None, "()"),
        (None, "Unit", "()"),
        ((1,), None, "(1,)"),
        ((1, 2.0, "x"), None, '(1, 2.0, "x")'),
        ([1, 2], "(Int, Double)", "(1, 2.0)"),
        ([0, 1], "Double[]", "[0.0, 1.0]"),
        ([0, 1.5], None, "[0.0, 1.5]"),
        ([0, 1j], None, to_literal([0j, 1j])),
        ((1, 2), "Int[]", "[1, 2]"),
        ([], None, "[]"),
        ([[], []], "Int[][]", "[[], []]"),
        ([[], [1]], None, "[[], [1]]"),
        ([(1, []), (2.0, [True])], None, "[(1.0, []), (2.0, [true])]"),
        ((i for i in range(3)), None, "[0, 1, 2]"),
        (range(3), "Int[]", "[0, 1, 2]"),
        (deque([1]), "Int[]", "[1]"),
        ({"a": 1}.values(), "Int[]", "[1]"),
        (np.array([[1, 2], [3, 4]], dtype=np.uint16), None, "[[1, 2], [3, 4]]"),
        (np.array([[0.5]], dtype=np.longdouble), None, "[[0.5]]"),
        (np.zeros((2, 0)), "Double[][]", "[[], []]"),
        (np.array([True]), "Bool[]", "[true]"),
        (np.array(["a"]), None, '["a"]'),
        (np.array(7), "Int", "7"),
        (np.array([1, 2], dtype=object), None, "[1, 2]"),
        (["X", Pauli.I], "Pauli[]", "[PauliX, PauliI]"),
        # structs
        ({"Y": 1, "X": 2}, POINT, "new My.Lib.Point { X = 2, Y = 1.0 }"),
        (Point(1, 2), POINT, "new My.Lib.Point { X = 1, Y = 2.0 }"),
        (AttrsPoint(1, 2), POINT, "new My.Lib.Point { X = 1, Y = 2.0 }"),
        (NamedPoint(1, 2), POINT, "new My.Lib.Point { X = 1, Y = 2.0 }"),
        (Point(1, 2.0), None, "new Point { X = 1, Y = 2.0 }"),
        ({"X": 1, "Y": 2.5}, "Other.Point", "new Other.Point { X = 1, Y = 2.5 }"),
        (
            {"Inner": Point(1, 0), "Angles": np.array([1, 2])},
            NESTED,
            "new Nested { Inner = new My.Lib.Point { X = 1, Y = 0.0 }, Angles = [1.0, 2.0] }",
        ),
        (
            np.array([(1, 2.5)], dtype=[("X", "i4"), ("Y", "f8")])[0],
            POINT,
            "new My.Lib.Point { X = 1, Y = 2.5 }",
        ),
        # callables
        ("H", "Qubit => Unit is Adj + Ctl", "H"),
        ("Std.Math.AbsI", "Int -> Int", "Std.Math.AbsI"),
        # type parameters take what the value is by default
        ([1, 2], "'T", "[1, 2]"),
    ],
)
def test_literal(value: Any, type: Any, literal: str) -> None:
    assert to_literal(value, type) == literal


@pytest.mark.parametrize(
    ("value", "type", "argument", "words"),
    [
        (True, "Int", "value", "a bool is not an integer"),
        (5.0, "Int", "value", "a float is not an integer, even a whole one"),
        (Decimal(5), "Int", "value", "give an int"),
        (Result.ONE, "Int", "value", "a Result is not an integer"),
        ("5", "Int", "value", "give an int"),
        (2**63, "Int", "value", "64 bits"),
        (2**63, None, "value", "64 bits"),
        (np.uint64(2**63), "Int", "value", "64 bits"),
        (-(2**63) - 1, "Int", "value", "64 bits"),
        (True, "BigInt", "value", "a bool is not an integer"),
        (1.0, "BigInt", "value", "a float"),
        (float("nan"), None, "value", "finite"),
        (float("inf"), "Double", "value", "finite"),
        (10**400, "Double", "value", "too large for a double"),
        (Fraction(10**5000, 3), "Double", "value", "too large for a double"),
        (Decimal("1e400"), "Double", "value", "finite"),
        (Decimal("sNaN"), "Double", "value", "finite"),
        (2**53 + 1, "Double", "value", "write float(...), 9007199254740992.0"),
        (Fraction(1, 3), "Double", "value", "cannot hold it exactly"),
        (Decimal("0.1"), None, "value", "cannot hold it exactly"),
        (Decimal("NaN"), "Double", "value", "finite"),
        (np.longdouble("0.1"), "Double", "value", "cannot hold it exactly"),
        (True, "Double", "value", "give a float or an int"),
        ("0.5", "Double", "value", "give a float or an int"),
        (1j, "Double", "value", "give a float or an int"),
        (complex("nan"), "Complex", "value", "both parts must be finite"),
        ({"Real": 1}, "Complex", "value", "give a float or an int"),
        (1, "Bool", "value", "give True or False"),
        ("\ud800", None, "value", "surrogate"),
        (b"x", "String", "value", "give a str"),
        (2, "Result", "value", "give Result.ZERO or Result.ONE"),
        (True, "Result", "value", "give Result.ZERO or Result.ONE"),
        (qdk.Result.Loss, "Result", "value", "a lost qubit"),
        (1, "Pauli", "value", "give Pauli.I"),
        ("W", "Pauli", "value", "give Pauli.I"),
        (slice(None, 5), "Range", "value", "open range"),
        (slice(0, 5, 0), "Range", "value", "its step is zero"),
        ([0, 1], "Range", "value", "give a range"),
        (range(2**63, 2**63 + 1), "Range", "value", "Q# would write 9223372036854775808, which is no Int"),
        (range(2**64), "Range", "value", "Q# would write 18446744073709551615, which is no Int"),
        (range(0, 10**5000, 7), None, "value", "an integer of 16610 bits, which is no Int"),
        (slice(0, 2**70), "Range", "value", "64 bits"),
        (range(-(2**63), -(2**63)), "Range", "value", "Q# would write -9223372036854775809"),
        (0, "Qubit", "value", "allocate it"),
        ([1, 2, 3], "(Int, Int)", "value", "3 items instead of 2"),
        (1, "(Int, Int)", "value", "give a tuple"),
        (1, "Unit", "value", "give () or None"),
        ([0.5, [1, "x"]], "(Double, Double[])", "value[1][1]", "give a float or an int"),
        ("ab", "String[]", "value", "give a list"),
        (b"ab", "Int[]", "value", "give a list"),
        ({1, 2}, "Int[]", "value", "give a list"),
        ({"a": 1}, "Int[]", "value", "give a list"),
        (5, "Int[]", "value", "give a list"),
        ([[1], [1.5]], "Int[][]", "value[1][0]", "a float is not an integer"),
        ([1, True], None, "value[1]", "one type"),
        ([[1], 1], None, "value[1]", "one type"),
        ([(1,), (1, 2)], None, "value[1]", "one type"),
        (None, None, "value", "no Q# type by default"),
        ({"X": 1}, None, "value", "no Q# type by default; to_literal(value, type="),
        (object(), None, "value", "no Q# type by default"),
        (np.array(["2020-01-01"], dtype="datetime64[ns]"), None, "value[0]", "no Q# type by default"),
        (np.ma.masked_array([1, 2], mask=[0, 1]), "Int[]", "value[1]", "give an int"),
        ({"X": 1}, POINT, "value", "it lacks Y"),
        ({"X": 1, "Y": 2, "Z": 3}, POINT, "value", "it has Z"),
        ((1, 2.0), POINT, "value", "give a dict(X=..., Y=...)"),
        (namedtuple("Pair", "A B")(1, 2), POINT, "value", "give a dict"),
        ({"Inner": {"X": 1, "Y": "y"}, "Angles": []}, NESTED, "value.Inner.Y", "give a float"),
        ({"bad name": 1}, "Foo", "value", "not the name of a field"),
        ("H; X", "Qubit => Unit", "value", "give a Q# callable"),
        (lambda x: x, "Int -> Int", "value", "give a Q# callable"),
    ],
)
def test_refusal_names_path_type_and_what_would_be_right(
    value: Any, type: Any, argument: str, words: str
) -> None:
    with pytest.raises(ArgumentError) as caught:
        to_literal(value, type)
    assert caught.value.argument == argument
    assert words in caught.value.message
    assert caught.value.message.startswith(f"{argument} : {caught.value.type}")


def test_integers_that_python_does_not_write_in_decimal() -> None:
    assert to_literal(2**2000 - 1, "BigInt") == f"{2**2000 - 1}L"
    assert to_literal(2**20000, "BigInt") == f"0x1{'0' * 5000}L"
    assert to_literal([-(2**20000)], "BigInt[]") == f"[-0x1{'0' * 5000}L]"
    huge = 10**5000
    refused: list[tuple[Any, str | None, str]] = [
        (huge, "Int", "an integer of 16610 bits (int): an Int has 64 bits"),
        (-huge, None, "an Int has 64 bits"),
        (huge, "Double", "too large for a double"),
        (huge, "Complex", "too large for a double"),
        (huge, "String", "an integer of 16610 bits (int): give a str"),
        (huge, "Result", "give Result.ZERO"),
        ([1, {"a": huge}], "Int", "an integer of 16610 bits"),
    ]
    for value, type_, words in refused:
        with pytest.raises(ArgumentError) as caught:
            to_literal(value, type_)
        assert words in str(caught.value)
    shown = repr(EntryPoint("Op", huge, angles=[huge]))
    assert shown == "EntryPoint('Op', an integer of 16610 bits, angles=[an integer of 16610 bits])"


def test_a_value_that_contains_itself_is_refused() -> None:
    value: list[Any] = [1]
    value.append(value)
    with pytest.raises(ArgumentError, match="contains itself"):
        to_literal(value)


def test_the_same_list_twice_is_no_circle() -> None:
    row = [1, 2]
    assert to_literal([row, row]) == "[[1, 2], [1, 2]]"


@pytest.mark.parametrize(
    "text", ["", "Int[", "(Int", "5", "Int Int", "(,)", "Int -> ", "Double[];", "Foo { }"]
)
def test_what_is_not_a_type_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a Q# type"):
        to_literal(1, text)


def test_long_arrays_are_refused_at_the_item() -> None:
    angles = [0.5] * 1000
    assert to_literal(angles, "Double[]").count("0.5") == 1000
    angles[777] = float("nan")
    with pytest.raises(ArgumentError) as caught:
        to_literal(angles, "Double[]")
    assert caught.value.argument == "value[777]"


@pytest.mark.parametrize(
    "text",
    [
        "Int",
        "Double[][]",
        "Unit",
        "(Int,)",
        "(Int, (Double, Bool)[])",
        "(Qubit => Unit is Adj + Ctl)",
        "(((Int, Double) -> Result[]) => Unit)",
        "('T -> 'U)[]",
        "My.Lib.Point[]",
    ],
)
def test_a_type_is_printed_as_it_was_written(text: str) -> None:
    assert str(parse_type(text)) == text
    assert str(parse_type(text.replace(" ", ""))) == text
