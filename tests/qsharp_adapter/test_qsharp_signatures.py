import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import qdk
import qdk.qsharp

from qsharp_adapter.random_values import DECLARED, ONE_WAY, STRUCTS, random_type
from quire import QirProfile, Workspace
from quire.errors import InputError
from quire_qsharp import ArgumentError, CompilationError, EntryPoint, Signature, Source, signature
from quire_qsharp.binding import Arguments, bind
from quire_qsharp.callables import signature_at
from quire_qsharp.own_place import OwnPlace
from quire_qsharp.values import coerce

SOURCE = """
struct Point { X : Int, Y : Double }
newtype Bare = (Int, Double);
operation Bits(n : Int, angle : Double[]) : Result[] { [] }
function Take(p : Point, (a : Int, (b : Bool, c : Double[])), r : Range) : Int { 0 }
function Only(t : (Int, Double)) : Int { 0 }
function OnlyArray(x : Double[]) : Int { 0 }
function Nothing() : Int { 0 }
function UnitOnly(u : Unit) : Int { 0 }
function Anonymous(b : Bare) : Int { 0 }
function Apply(f : Int -> Int, g : (Qubit => Unit is Adj + Ctl)) : Int { f(2) }
function Generic<'T>(x : 'T, y : 'T[]) : 'T { x }
operation OnQubit(q : Qubit) : Unit is Adj { }
namespace My.Lib { operation Far(theta : Double) : Unit { } }
"""


def test_names_from_the_source_and_types_from_the_compiler() -> None:
    source = Source(SOURCE)
    assert [str(signature(name, source)) for name in ("Bits", "Take", "Far", "Nothing")] == [
        "Bits(n : Int, angle : Double[]) : Result[]",
        "Take(p : Point, (a : Int, (b : Bool, c : Double[])), r : Range) : Int",
        "My.Lib.Far(theta : Double) : Unit",
        "Nothing() : Int",
    ]
    assert signature("Take", source).is_function
    assert not signature("Bits", source).is_function


def test_the_compiler_agrees_on_random_heads() -> None:
    """Names are taken from the text only where the compiler's own type is the same."""
    rng = random.Random(3)
    structs = (*STRUCTS, *ONE_WAY)
    heads: dict[str, str] = {}
    for i in range(150):
        types = [random_type(rng, structs=structs) for _ in range(rng.randrange(4))]
        parameters = ", ".join(f"p{j} : {t}" for j, t in enumerate(types))
        heads[f"F{i}"] = f"({parameters}) : {random_type(rng, structs=structs)}"
    text = "\n".join(f'function {name}{head} {{ fail ""; }}' for name, head in heads.items())
    place = OwnPlace(Source([DECLARED, text]), QirProfile.ADAPTIVE)
    for name, head in heads.items():
        found = signature_at(place, name, None)
        assert isinstance(found, Signature)
        assert str(found) == f"{name}{head}"


@pytest.mark.parametrize("profile", ["Unrestricted", "Base", "Adaptive_RIF"])
def test_a_callable_of_the_users_interpreter(profile: str, make_context: Callable[..., Any]) -> None:
    code = make_context(profile, SOURCE).code
    assert str(signature(code.Bits)) == "Bits(n : Int, angle : Double[]) : Result[]"
    assert str(signature(code.My.Lib.Far)) == "My.Lib.Far(theta : Double) : Unit"


def test_without_the_source_there_are_types_and_no_names(make_context: Callable[..., Any]) -> None:
    context = make_context("Adaptive_RIF")
    # What is evaluated past quire has no source.
    context._interpreter.interpret(SOURCE, print)
    assert str(signature(context.code.Bits)) == "Bits(Int, Double[]) : Result[]"
    assert str(signature(context.code.OnQubit)) == "OnQubit(Qubit) : Unit"
    assert str(signature(context.code.Generic)) == "Generic(?, ?[]) : ?"
    assert str(signature(context.code.Take)) == "Take(Point, (Int, (Bool, Double[])), Range) : Int"
    (point, *_) = signature(context.code.Take).parameters
    assert coerce({"X": 1, "Y": 2}, point.type, "p") == (1, 2.0)


def test_a_callable_that_was_declared_anew_keeps_its_own_input(make_context: Callable[..., Any]) -> None:
    context = make_context("Base", "operation A(n : Int) : Unit { }")
    old = context.code.A
    context.eval("operation A(d : Double, p : Pauli) : Unit { }")
    assert [str(p.type) for p in signature(old).parameters] == ["Int"]
    assert [str(p) for p in signature(context.code.A).parameters] == ["d : Double", "p : Pauli"]


def test_a_closure_has_a_signature(start_global: Callable[..., Any]) -> None:
    import qdk.qsharp

    start_global("Base")
    closure = qdk.qsharp.eval("(x, y) -> x + 0.5 * Std.Convert.IntAsDouble(y)")
    assert [str(p.type) for p in signature(closure).parameters] == ["Double", "Int"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Std.Math.AbsI", "Std.Math.AbsI(Int) : Int"),
        ("H", "H(Qubit) : Unit"),
        ("Std.Arrays.Mapped", "Std.Arrays.Mapped((? -> ?), ?[]) : ?[]"),
        ("Std.Math.Complex", "Std.Math.Complex(Double, Double) : Complex"),
    ],
)
def test_a_library_callable(name: str, shown: str) -> None:
    assert str(signature(name, Source())) == shown


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(CompilationError, match="Bit has no signature"):
        signature("Bit", Source(SOURCE))
    with pytest.raises(ValueError, match="is not a Q# operation"):
        signature(EntryPoint("1 + 1"))
    with pytest.raises(ValueError, match="is not a Q# operation"):
        signature(5)


def bound(name: str, given: Any) -> tuple[Any, ...]:
    return bind(signature(name, Source(SOURCE)), Arguments.of(given))


@pytest.mark.parametrize(
    ("name", "given", "values"),
    [
        ("Bits", (2, [1, 2]), (2, [1.0, 2.0])),
        ("Bits", [2, [1, 2]], (2, [1.0, 2.0])),
        ("Bits", {"angle": [1, 2], "n": 2}, (2, [1.0, 2.0])),
        ("OnlyArray", ([1, 2],), ([1.0, 2.0],)),
        ("OnlyArray", [1, 2], ([1.0, 2.0],)),
        ("OnlyArray", {"x": []}, ([],)),
        ("Only", ((1, 2),), ((1, 2.0),)),
        ("Only", (1, 2), ((1, 2.0),)),
        ("Nothing", None, ()),
        ("Nothing", (), ()),
        ("UnitOnly", None, ((),)),
        ("UnitOnly", ((),), ((),)),
        ("Take", ({"X": 1, "Y": 0}, (1, (True, [])), range(3)), ((1, 0.0), (1, (True, [])), range(3))),
        (
            "Take",
            {"p": {"X": 1, "Y": 0}, "a": 1, "b": True, "c": [1], "r": range(3)},
            ((1, 0.0), (1, (True, [1.0])), range(3)),
        ),
        ("Anonymous", ((1, 2.0),), ((1, 2.0),)),
    ],
)
def test_arguments_are_matched(name: str, given: Any, values: tuple[Any, ...]) -> None:
    assert bound(name, given) == values


def test_arguments_in_order_and_by_name_together() -> None:
    found = signature("Bits", Source(SOURCE))
    assert bind(found, Arguments((2,), {"angle": [1]})) == (2, [1.0])
    with pytest.raises(ArgumentError, match="given n twice"):
        bind(found, Arguments((2,), {"n": 2}))
    with pytest.raises(ArgumentError, match="takes 2 arguments, 4 given"):
        bind(found, Arguments((2, [], 3), {"other": 4}))


@pytest.mark.parametrize(
    ("name", "given", "argument", "words"),
    [
        ("Bits", (2,), "args", "takes 2 arguments, 1 given"),
        ("Bits", (2, [], 3), "args", "takes 2 arguments, 3 given"),
        ("Bits", None, "args", "takes 2 arguments, 0 given"),
        ("Bits", 2, "args", "takes 2 arguments, 1 given"),
        ("Nothing", (1,), "args", "takes 0 arguments, 1 given"),
        ("OnlyArray", (0.1, 0.2), "args", "write args=([...],)"),
        ("Bits", {"n": 2, "angel": []}, "angel", "did you mean angle?"),
        ("Bits", {"n": 2}, "angle", "is not given angle"),
        ("Anonymous", {"X": 1, "Y": 2}, "X", "write args=({...},)"),
        ("Bits", (2, [0.5, "x"]), "angle[1]", "angle[1] : Double cannot be 'x' (str)"),
        ("Bits", {"n": 2.0, "angle": []}, "n", "n : Int cannot be 2.0 (float)"),
        ("Bits", (2, [[0.5]]), "angle[0]", "angle[0] : Double cannot be [0.5] (list)"),
        ("Take", ({"X": 1, "Y": "y"}, (1, (True, [])), range(3)), "p.Y", "p.Y : Double cannot be 'y'"),
        (
            "Take",
            ({"X": 1, "Y": 2}, (1, (True, [0j])), range(3)),
            "argument 2[1][1][0]",
            "Double cannot be 0j",
        ),
        ("Apply", ("H", "not a name!"), "g", "give a Q# callable"),
    ],
)
def test_a_mismatch_names_the_parameter(name: str, given: Any, argument: str, words: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        bound(name, given)
    assert caught.value.argument == argument
    assert words in caught.value.message


def test_names_that_are_not_known_cannot_be_given(make_context: Callable[..., Any]) -> None:
    context = make_context("Base")
    context._interpreter.interpret("operation A(n : Int) : Unit { }", print)
    with pytest.raises(
        ArgumentError, match=r"has no parameter whose name is known: .* its source was not seen"
    ):
        bind(signature(context.code.A), Arguments.of({"n": 1}))


HEADS = """
operation Hole(_ : Int, n : Int) : Result { use q = Qubit[n]; MResetZ(q[0]) }
operation Holes(_ : Int, _ : Bool) : Result { use q = Qubit(); MResetZ(q) }
operation Comma(// { of (x : Int)
    n : Int , ) : // and
    Result { use q = Qubit(); for _ in 1..n { X(q); } MResetZ(q) }
operation Inner(a : Int, (b : Int,)) : Result { use q = Qubit(); for _ in 1..a + b { X(q); } MResetZ(q) }
@Config(Base) operation Two(low : Int) : Result { use q = Qubit(); MResetZ(q) }
@Config(Unrestricted) operation Two(high : Double) : Result { use q = Qubit(); MResetZ(q) }
"""


def test_heads_of_odd_shapes(workspace: Workspace) -> None:
    source = Source(HEADS)
    target = workspace.get_target("ionq.simulator")
    assert str(signature("Comma", source)) == "Comma((n : Int,)) : Result"
    assert str(signature("Inner", source)) == "Inner(a : Int, (b : Int,)) : Result"
    one = {"1": 1.0}
    for program in (
        source.entry_point("Comma", n=1),
        source.entry_point("Comma", 1),
        source.entry_point("Comma", (1,)),
        source.entry_point("Inner", a=2, b=1),
        source.entry_point("Inner", 2, (1,)),
    ):
        assert target.submit(program, shots=2).get_results() == one
    assert target.submit(source.entry_point("Hole", 5, 1), shots=2).get_results() == {"0": 1.0}
    with pytest.raises(
        ArgumentError, match=r"has parameters without a name \(_\); give the arguments in order"
    ):
        target.submit(source.entry_point("Hole", n=1))
    with pytest.raises(ArgumentError, match=r"they have none \(_\), or its source was not seen"):
        target.submit(source.entry_point("Holes", x=1))


def test_an_operation_that_has_a_head_for_each_profile(
    workspace: Workspace, make_context: Callable[..., Any]
) -> None:
    operation = make_context("Unrestricted", HEADS).code.Two
    assert str(signature(operation)) == "Two(high : Double) : Result"
    target = workspace.get_target("ionq.simulator")
    assert target.submit(operation, args={"low": 3}, shots=2).get_results() == {"0": 1.0}
    with pytest.raises(ArgumentError, match="has no parameter 'high'"):
        target.submit(operation, args={"high": 3})


def test_what_is_no_entry_point_or_source(start_global: Callable[..., Any], workspace: Workspace) -> None:
    code = start_global("Base")
    qdk.qsharp.eval("operation Old() : Result { use q = Qubit(); MResetZ(q) }")
    old = code.Old
    for given, words in (
        (5, r"not 5 \(int\)$"),
        (old, "submit an operation itself, as target.submit"),
        ("  ", "not empty"),
    ):
        with pytest.raises(InputError, match=words):
            EntryPoint(given)
    for wrong, words in (
        (5, "not int"),
        ([5], "not int"),
        (b"x", "not int"),
        (Path("a.qs"), "Source.from_path"),
    ):
        with pytest.raises(InputError, match=words):
            Source(wrong)  # type: ignore[arg-type]
    start_global("Base")
    with pytest.raises(
        InputError, match=r"an interpreter that qsharp.init\(\) has ended; evaluate its source"
    ):
        workspace.get_target("ionq.simulator").submit(old)


def test_a_closure_that_cannot_be_passed_is_named(
    make_context: Callable[..., Any], workspace: Workspace
) -> None:
    source = "operation Run(n : Int, f : (Int -> Int)[]) : Result { use q = Qubit(); MResetZ(q) }"
    context = make_context("Unrestricted", source)
    closure = context.eval("x -> x + 1")
    with pytest.raises(ArgumentError, match=r"^f\[1\] : \(Int -> Int\) cannot be .* a closure has no name"):
        workspace.get_target("ionq.simulator").submit(context.code.Run, args=(1, ["Std.Math.AbsI", closure]))
