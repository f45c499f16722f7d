"""Names in Q# are of any script: what the compiler takes as one is one to the adapter too."""

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from qdk.qsharp import QSharpError

from quire import Workspace
from quire_qsharp import ArgumentError, EntryPoint, Source, compile_each, signature, to_literal
from quire_qsharp.scalars import IDENTIFIER
from quire_qsharp.syntax import tokens

SOURCE = """
namespace Физика {
    struct Größe { Wert : Double, Länge : Int }
    newtype 対 = (左 : Int, Right : Double);
    operation Drehe(winkel : Double, größe : Größe) : Result {
        use q = Qubit();
        Rx(winkel + größe.Wert, q);
        for _ in 1..größe.Länge { X(q); }
        MResetZ(q)
    }
}
operation Über(θ : Int, (ß : Bool, मीना : Double[])) : Result {
    use q = Qubit();
    for _ in 1..θ { X(q); }
    if ß { X(q); }
    for x in मीना { Rx(x, q); }
    MResetZ(q)
}
operation Nimm(p : Физика.対, f : (Int -> Int)) : Result {
    use q = Qubit();
    if f(p::左) == 3 { X(q); }
    MResetZ(q)
}
function Plus½(x : Int) : Int { x + 2 }
operation Ascii(µ : Int) : Result { use q = Qubit(); for _ in 1..µ { X(q); } MResetZ(q) }
"""
# Letters of many scripts, letter-like signs, digits, numbers, marks, signs, an emoji, blanks.
CHARACTERS = (
    "aZ\u00e9\u00df\u00b5\u03a9\u0416\u05d0\u0627\u4e2d\u3042\ud55c\u0939\u093e\u03c0\U0001d4b3\u2177\u24d0\u00b2\u00bd"
    "\u0663\u06609\u00b7\u0301\u200d\u203f\u00b0\u20ac\u2192\U0001f600\u201c\u00a0\u2028\u3000"
)


def test_operations_parameters_and_structs_of_any_script(
    workspace: Workspace, make_context: Callable[..., Any]
) -> None:
    code = make_context("Unrestricted", SOURCE).code
    source = Source(SOURCE)
    target = workspace.get_target("ionq.simulator")
    value = {"Wert": 0, "Länge": 1}
    for program in (
        source.entry_point("Über", 3, ß=False, मीना=[]),
        source.entry_point("Физика.Drehe", winkel=0, größe=value),
        source.entry_point("Drehe", 0.0, value),
        source.entry_point("Nimm", (1, 0.5), "Plus½"),
        source.entry_point("Ascii", 1),
    ):
        assert target.submit(program, shots=2).get_results() == {"1": 1.0}
    assert target.submit(source, entry_point="Über", args=(1, (False, [])), shots=2).results().counts == {
        "1": 2
    }
    for operation, args in (
        (code.Über, {"θ": 1, "ß": False, "मीना": ()}),
        (code.Физика.Drehe, (0.0, value)),
        (code.Ascii, {"µ": 1}),
    ):
        assert target.submit(operation, args=args, shots=2).get_results() == {"1": 1.0}
    assert str(signature(code.Über)) == "Über(θ : Int, (ß : Bool, मीना : Double[])) : Result"
    assert str(signature("Nimm", source)) == "Nimm(p : Физика.対, f : (Int -> Int)) : Result"


def test_a_sweep_of_an_operation_of_any_script() -> None:
    with Workspace("memory:", executor="inline") as workspace:
        target = workspace.get_target("ionq.simulator")
        points = [{"θ": i, "ß": i % 3 == 0, "मीना": []} for i in range(6)]
        found = list(compile_each(Source(SOURCE).entry_point("Über"), points, target))
        outcomes = [target.submit(program, shots=2).get_results() for program in found]
    assert outcomes == [{str((i + (i % 3 == 0)) % 2): 1.0} for i in range(6)]


def test_errors_name_parameters_of_any_script(workspace: Workspace) -> None:
    target = workspace.get_target("ionq.simulator")
    with pytest.raises(ArgumentError, match=r"मीना\[1\] : Double cannot be 'x'"):
        target.submit(Source(SOURCE).entry_point("Über", 3, ß=False, मीना=[1, "x"]))
    with pytest.raises(ArgumentError, match=r"größe : Физика\.Größe cannot be .* it lacks Länge"):
        target.submit(Source(SOURCE).entry_point("Drehe", 1, {"Wert": 1}))


def test_names_that_python_spells_in_another_way(workspace: Workspace) -> None:
    """Python reads the micro sign in its source as the Greek letter, and so on; Q# does not."""
    micro, greek = "\u00b5", "\u03bc"
    assert unicodedata.normalize("NFKC", micro) == greek
    given = {greek: 1}
    target = workspace.get_target("ionq.simulator")
    assert micro in SOURCE
    assert greek not in SOURCE
    for program in (
        Source(SOURCE).entry_point("Ascii", **given),
        Source(SOURCE).entry_point("Ascii", µ=1),
    ):
        assert target.submit(program, shots=2).get_results() == {"1": 1.0}
    both = f"operation Two({micro} : Int, {greek} : Int) : Result {{ use q = Qubit(); MResetZ(q) }}"
    with pytest.raises(ArgumentError, match=f"is not given {micro}"):
        target.submit(Source(both).entry_point("Two", **given))


def test_what_the_compiler_takes_as_a_name_is_one(make_context: Callable[..., Any]) -> None:
    """By the compiler itself: letters and numbers of every kind continue a name; nothing else does."""
    context = make_context("Unrestricted")
    refused = []
    for char in CHARACTERS:
        for name in (char, f"a{char}b"):
            try:
                context.eval(f"{{ let {name} = 1; {name} }}")
            except QSharpError:
                refused.append(name)
                continue
            assert IDENTIFIER.fullmatch(name), name
            assert [(token.kind, token.text) for token in tokens(f" {name}(")] == [
                ("word", name),
                ("sign", "("),
            ]
            assert to_literal(name, "Int -> Int") == name
    assert {"a→b", "²", "a€b", "9", "a\u00a0b", "a\u2028b"} <= set(refused)
    # A blank ends a name, whatever it looks like, so that no text can add a second expression.
    for blank in " \t\n\u00a0\u1680\u2003\u2028\u2029\u202f\u3000\x85":
        assert EntryPoint(f"A{blank}B").is_expression
        with pytest.raises(ArgumentError):
            to_literal(f"H{blank}X", "Qubit => Unit")


def test_a_head_that_is_not_understood_spoils_no_other(workspace: Workspace) -> None:
    """Its operation is called by what the compiler says of it."""
    from quire_qsharp.declarations import Declarations

    odd = "operation Odd(n Int) : Result { }\noperation None { }\noperation Fine(n : Int) : Result { }"
    assert list(Declarations([(odd, "")]).callables) == ["Fine"]
