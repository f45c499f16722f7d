import itertools

import pytest

from quire_qsharp.declarations import Declarations
from quire_qsharp.items import assembled, items
from quire_qsharp.syntax import joined, tokens

SOURCE = r"""
// operation Commented(x : Int) : Unit { }
import Std.Math.*;
namespace A.B {
    open Std.Arrays;
    /// The documentation says operation Documented(x : Int) : Unit { }
    struct Point { X : Int, Y : Double, P : Inner[] }
    struct Inner { C : Complex }
    newtype Nested = (A: Int, (B: Double, C : Bool));
    newtype Bare = (Int, Double);
    newtype Single = Int;
    newtype Function = (Int -> Int);
    newtype Named = (X : Int);
    /// Generates
    @EntryPoint()
    operation Gen(
        n : Int, // how many
        angle : Double[],
        (p : Point, _ : (Qubit => Unit is Adj + Ctl)),
        f : (Int, 'T) -> 'T[]
    ) : (Result[], Point) is Adj + Ctl {
        let s = $"x {n + f("}")} \{ {"nested { }"}";
        let t = "operation Nope(a : Int) : Unit { }";
        body (...) { }
    }
    internal function G<'T, 'U>(x : 'T) : ('T -> 'U)[] { fail "x"; }
}
let x = 3;
operation Main() : Unit { let a = 1..3; let b = 1.5; for i in 0..2..10 { } }
function Add(a:Int,b:Int):Int{a+b}
Main(); { let y = 5; }
"""


def heads(source: str) -> dict[str, str]:
    return {
        head.name: f"({', '.join(map(str, head.parameters))}) : {head.output}"
        for head in Declarations([(source, "")]).callables.values()
    }


def test_heads_are_read_past_comments_strings_and_interpolation() -> None:
    assert heads(SOURCE) == {
        "A.B.Gen": "(n : Int, angle : Double[], (p : A.B.Point, (Qubit => Unit is Adj + Ctl)), "
        "f : ((Int, 'T) -> 'T[])) : (Result[], A.B.Point)",
        "A.B.G": "(x : 'T) : ('T -> 'U)[]",
        "Main": "() : Unit",
        "Add": "(a : Int, b : Int) : Int",
    }


def test_structs_and_newtypes_have_their_fields() -> None:
    structs = Declarations([(SOURCE, "")]).structs
    shown = {
        name: [
            (field.name, str(field.type), [part.name for part in field.parts]) for field in made.fields or ()
        ]
        for name, made in structs.items()
    }
    assert shown == {
        "A.B.Point": [("X", "Int", []), ("Y", "Double", []), ("P", "A.B.Inner[]", [])],
        "A.B.Inner": [("C", "Complex", [])],
        "A.B.Nested": [("A", "Int", []), (None, "(Double, Bool)", ["B", "C"])],
        "A.B.Bare": [(None, "Int", []), (None, "Double", [])],
        "A.B.Single": [(None, "Int", [])],
        "A.B.Function": [(None, "(Int -> Int)", [])],
        "A.B.Named": [("X", "Int", [])],
    }
    assert [name for name, made in structs.items() if not made.is_newtype] == ["A.B.Inner", "A.B.Point"]


def test_statements_between_items_are_left_out() -> None:
    kept = assembled(items(SOURCE))
    assert "let x = 3" not in kept
    assert "Main();" not in kept
    assert heads(kept) == heads(SOURCE)
    assert "/// Generates" in kept
    assert "@EntryPoint()" in kept


def test_items_know_their_place() -> None:
    (item,) = items("\n\n  operation A() : Unit {\n }  ")
    assert (item.first, item.last) == ((3, 3), (4, 3))
    assert item.covers(3, 3)
    assert not item.covers(4, 3)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("@EntryPoint() operation Start() : Unit { } operation Main() : Unit { }", "Start"),
        ("operation Other() : Unit { } operation Main() : Unit { }", "Main"),
        ("namespace N { operation Main() : Unit { } } operation B() : Unit { }", "N.Main"),
        ("operation Only(x : Int) : Unit { }", "Only"),
        ("operation A() : Unit { } operation B() : Unit { }", None),
        ("", None),
    ],
)
def test_entry_point(source: str, name: str | None) -> None:
    found = Declarations([(source, "")]).entry_point()
    assert (None if found is None else found.name) == name


def test_a_name_is_found_with_and_without_its_namespace() -> None:
    found = Declarations(
        [
            ("namespace A { function F() : Unit { } function G() : Unit { } }", ""),
            ("function F() : Unit { }", "B.C"),
        ]
    )
    assert found.find("A.F") is not None
    assert found.find("C.F") is not None
    assert str(getattr(found.find("G"), "name", None)) == "A.G"
    assert found.find("F") is None
    assert found.find("H") is None


def test_a_struct_is_seen_from_its_own_namespace_first() -> None:
    found = Declarations(
        [
            ("struct P { X : Int } operation F(p : P) : Unit { }", "A"),
            ("struct P { X : Double } operation F(p : P) : Unit { }", "B"),
        ]
    )
    assert str(found.callables["A.F"].parameters[0]) == "p : A.P"
    assert str(found.callables["B.F"].parameters[0]) == "p : B.P"


@pytest.mark.parametrize(
    "source", ['let s = "open', '$"{ open', "operation A() : Unit {", "newtype X = Int", "operation A"]
)
def test_what_is_not_closed_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match=r"closed|without"):
        items(source)


def test_a_struct_that_contains_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="contains itself"):
        Declarations([("struct A { X : B[] } struct B { X : A }", "")])


def test_tokens_hold_every_character_but_blanks_and_comments() -> None:
    found = tokens(SOURCE)
    for before, after in itertools.pairwise(found):
        gap = SOURCE[before.end : after.start]
        assert all(not line.strip() or line.strip().startswith("//") for line in gap.split("\n"))
    assert joined(tokens("Qubit => Unit is  Adj /* */")) == "Qubit=>Unit is Adj/**/"
