"""Structs as arguments where the operation knows them by another name than their own."""

from collections.abc import Callable
from typing import Any

import pytest

from quire import Workspace
from quire_qsharp import Source, signature
from quire_qsharp.declarations import Declarations

LIBRARY = """
namespace A.B {
    struct Turn { Count : Int, Sign : Complex }
    newtype Pair = (First : Int, Second : Double);
    export Turn, Pair;
}
namespace Other { struct Turn { Angle : Double } export Turn; }
"""
BODY = "use q = Qubit(); for _ in 1..count { X(q); } MResetZ(q)"
TURN = {"Count": 1, "Sign": 2j}
CASES = {
    "by another name": ("import A.B.Turn as T;", "t : T", "let count = t.Count;", TURN, "A.B.Turn"),
    "by its name, one of two": ("import A.B.Turn;", "t : Turn", "let count = t.Count;", TURN, "A.B.Turn"),
    "the other one": (
        "import Other.Turn;",
        "t : Turn",
        "let count = t.Angle > 0.0 ? 1 | 0;",
        {"Angle": 1},
        "Other.Turn",
    ),
    "by an array of it": (
        "import A.B.Turn as T;",
        "t : (T, Int)[]",
        "let (u, _) = t[0]; let count = u.Count;",
        [(TURN, 2)],
        "(A.B.Turn, Int)[]",
    ),
    "opened": ("open A.B;", "t : Pair", "let count = t::First;", (1, 2), "A.B.Pair"),
    "opened by another name": ("open A.B as Z;", "t : Z.Pair", "let count = t::First;", (1, 2), "A.B.Pair"),
    "namespace by another name": ("import A.B as Z;", "t : Z.Turn", "let count = t.Count;", TURN, "A.B.Turn"),
    "all of a namespace": ("import A.B.*;", "t : Turn", "let count = t.Count;", TURN, "A.B.Turn"),
    "in full": ("", "t : A.B.Turn", "let count = t.Count;", TURN, "A.B.Turn"),
    "complex": (
        "import Std.Math.Complex as C;",
        "t : C",
        "let count = t.Real > 0.0 ? 1 | 2;",
        1 + 2j,
        "Complex",
    ),
    "complex of an opened library": ("import Std.Math.*;", "t : Complex", "let count = 1;", 1j, "Complex"),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
@pytest.mark.parametrize("namespace", ["", "C"])
def test_a_struct_by_the_name_that_an_import_gives_it(
    namespace: str,
    case: tuple[str, str, str, Any, str],
    workspace: Workspace,
    make_context: Callable[..., Any],
) -> None:
    imports, parameter, read, value, type_ = case
    operation = f"{imports} operation Run({parameter}) : Result {{ {read} {BODY} }}"
    text = LIBRARY + (f"namespace C {{ {operation} }}" if namespace else operation)
    source = Source(text)
    assert str(signature("Run", source)) == f"{namespace + '.' * bool(namespace)}Run(t : {type_}) : Result"
    target = workspace.get_target("ionq.simulator")
    assert target.submit(source.entry_point("Run", value), shots=2).get_results() == {"1": 1.0}
    found = list(target.submit_many(source.entry_point("Run"), [(value,)] * 4, shots=2))
    assert [job.get_results() for job in found] == [{"1": 1.0}] * 4
    code = make_context("Base", text).code
    run = code.C.Run if namespace else code.Run
    assert target.submit(run, args={"t": value}, shots=2).get_results() == {"1": 1.0}


def test_a_field_of_an_imported_type() -> None:
    text = LIBRARY + "namespace C { import A.B.Turn as T; struct Outer { Turns : T[] } }"
    (field,) = Declarations([(text, "")]).structs["C.Outer"].fields or ()
    assert str(field.type) == "A.B.Turn[]"


def test_the_librarys_complex_by_another_name_in_a_source_without_structs() -> None:
    text = "import Std.Math.Complex as Cplx; operation Op(c : Cplx[]) : Unit { }"
    assert str(Declarations([(text, "")]).callables["Op"].parameters[0]) == "c : Complex[]"
    assert str(signature("Op", Source(text))) == "Op(c : Complex[]) : Unit"
