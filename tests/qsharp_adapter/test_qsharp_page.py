"""docs/qsharp.md: its examples run as they stand there, and each row of its tables is true."""

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import qdk.qsharp

from quire_qsharp import ArgumentError, Pauli, Result, from_result, parse_type, struct_type, to_literal
from quire_qsharp.declarations import Declarations

PAGE = (Path(__file__).parents[2] / "docs" / "qsharp.md").read_text()
POINT = struct_type("Point", {"X": "Int", "Y": "Double"})
DECLARED = """
struct Point { X : Int, Y : Double }
newtype Named = (Count : Int, Angle : Double);
newtype Bare = (Int, Double);
newtype Wrapped = Double;
namespace My.Lib { struct Far { Z : Complex } }
"""


@dataclass
class PointClass:
    X: int
    Y: float


class NamedPoint(NamedTuple):
    X: int
    Y: float


NAMES = {
    "np": np,
    "Fraction": Fraction,
    "Decimal": Decimal,
    "Result": Result,
    "Pauli": Pauli,
    "qsharp": qdk.qsharp,
    "PointClass": PointClass,
    "NamedPoint": NamedPoint,
}


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under a head row, without their backticks."""
    lines = PAGE.splitlines()
    start = lines.index(heading) + 2
    end = next(i for i in range(start, len(lines)) if not lines[i].startswith("|"))
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines[start:end]]


LITERALS = rows("| type | Python value | literal |")


@pytest.mark.parametrize(("type_", "value", "literal"), LITERALS)
def test_row_of_the_literal_table(type_: str, value: str, literal: str) -> None:
    structs = Declarations([(DECLARED, "")]).structs
    assert to_literal(eval(value, dict(NAMES)), parse_type(type_, structs)) == literal


@pytest.mark.parametrize(("value", "literal"), rows("| Python value alone | literal |"))
def test_row_of_the_table_of_defaults(value: str, literal: str, make_context: Callable[..., Any]) -> None:
    assert to_literal(eval(value, dict(NAMES))) == literal
    context = make_context("Unrestricted", "struct PointClass { X : Int, Y : Double }")
    seen = context.eval(f"({literal}, 0)")[0]
    if not literal.count(".."):
        # A range comes back as text where no type says what it is.
        assert to_literal(from_result(seen) if "PointClass" not in value else seen) == literal


def test_every_literal_of_the_table_has_its_type(make_context: Callable[..., Any]) -> None:
    """The compiler takes each literal for the type of its row, and gives back what it was made from."""
    context = make_context("Unrestricted", DECLARED)
    structs = Declarations([(DECLARED, "")]).structs
    assert len(LITERALS) > 40
    for i, (text, value, literal) in enumerate(LITERALS):
        context.eval(f"function Row{i}(x : {text}) : {text} {{ x }}")
        type_ = parse_type(text, structs)
        if text in ("Bare", "(Int -> Int)"):
            # The interpreter gives no Python value for these.
            context.eval(f"{{ let _ = Row{i}({literal}); }}")
            continue
        seen = from_result(context.eval(f"Row{i}({literal})"), type_)
        assert to_literal(seen, type_) == to_literal(eval(value, dict(NAMES)), type_)


def test_what_is_said_to_be_refused_is() -> None:
    table = {cells[0] for cells in rows("| refused | because |")}
    circle: list[Any] = []
    circle.append(circle)
    cases: dict[str, list[tuple[Any, Any]]] = {
        "`True` for `Int`, `1` for `Bool`": [(True, "Int"), (1, "Bool")],
        "`5.0` for `Int`": [(5.0, "Int")],
        "`2**63` for `Int`": [(2**63, "Int")],
        '`float("nan")`, `float("inf")`': [(float("nan"), None), (float("inf"), "Double")],
        '`2**53 + 1`, `Fraction(1, 3)`, `Decimal("0.1")` for `Double`': [
            (2**53 + 1, "Double"),
            (Fraction(1, 3), "Double"),
            (Decimal("0.1"), "Double"),
        ],
        '`{1, 2}`, `b"ab"`, `"ab"` for an array': [({1, 2}, "Int[]"), (b"ab", "Int[]"), ("ab", "String[]")],
        "`slice(None, 5)`": [(slice(None, 5), "Range")],
        "a dict with a field too many or too few": [
            ({"X": 1, "Y": 2.0, "Z": 3}, POINT),
            ({"X": 1}, POINT),
        ],
        "`range(2**64)`, `slice(0, 2**63)` for `Range`": [
            (range(2**64), "Range"),
            (slice(0, 2**63), "Range"),
        ],
        "`10**400` for `Double`": [(10**400, "Double")],
        "a list that contains itself": [(circle, None)],
        "a Python function for a callable": [(lambda x: x, "Int -> Int")],
        "a `Qubit`": [(0, "Qubit")],
    }
    assert {name.strip("`") for name in cases} == table
    for values in cases.values():
        for value, type_ in values:
            with pytest.raises(ArgumentError):
                to_literal(value, type_)


def test_the_examples_print_what_they_show(tmp_path: Path) -> None:
    blocks = re.findall(r"```(python|text)\n(.*?)```", PAGE, re.DOTALL)
    script = "".join(text for kind, text in blocks if kind == "python")
    shown = "".join(text for kind, text in blocks if kind == "text")
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", script],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={"QUIRE_WORKSPACE": str(tmp_path / "page.db"), "PATH": ""},
    )
    assert done.stderr == ""
    assert done.stdout == shown
