"""What a profile cannot express is left out with all that uses it, and with nothing that only looks so."""

from collections.abc import Callable
from typing import Any

import pytest

from quire import Workspace
from quire_qsharp import CompilationError, EntryPoint, Source
from quire_qsharp.items import items
from quire_qsharp.locals import local_words
from quire_qsharp.references import References
from quire_qsharp.syntax import tokens

# Profile Base cannot express it: it branches on a measurement.
FLIP = "operation Flip() : Int { use q = Qubit(); H(q); MResetZ(q) == One ? 1 | 0 }"
ONE = "use q = Qubit(); X(q); MResetZ(q)"
INNOCENT = {
    "variable": f"operation Good(n : Int) : Result {{ let Flip = 1; let k = Flip + Flip; {ONE} }}",
    "mutable variable": f"operation Good(n : Int) : Result {{ mutable Flip = 1; set Flip += Flip; {ONE} }}",
    "variables in a tuple": f"operation Good(n : Int) : Result {{ let (a, (Flip, _)) = (1, (2, 3)); {ONE} }}",
    "loop": f"operation Good(n : Int) : Result {{ for Flip in 0..2 {{ let x = Flip; }} {ONE} }}",
    "qubit": "operation Good(n : Int) : Result { use Flip = Qubit(); X(Flip); MResetZ(Flip) }",
    "qubit of a block": "operation Good(n : Int) : Result { use Flip = Qubit() { X(Flip); MResetZ(Flip) } }",
    "parameter": f"operation Good(Flip : Int) : Result {{ let x = Flip; {ONE} }}",
    "parameter in a tuple": f"operation Help((Flip : Int, b : Bool)) : Int {{ Flip }} "
    f"operation Good(n : Int) : Result {{ let x = Help(1, true); {ONE} }}",
    "callable parameter": "operation Help(Flip : (Int -> Int)) : Int { Flip(1) } "
    "function Same(x : Int) : Int { x } "
    f"operation Good(n : Int) : Result {{ let x = Help(Same); {ONE} }}",
    "field": f"struct S {{ Flip : Int, B : Int }} operation Good(n : Int) : Result {{ "
    f"let s = new S {{ Flip = 3, B = 2 }}; let t = new S {{ ...s, Flip = 4 }}; let u = s w/ Flip <- 5; "
    f"let x = s.Flip + t::Flip + u.Flip; {ONE} }}",
    "field of a newtype": f"newtype T = (Flip : Int, B : Int); "
    f"operation Good(n : Int) : Result {{ let t = T(1, 2); let x = t::Flip; {ONE} }}",
    "comment and string": f'operation Good(n : Int) : Result {{ // Flip()\n let s = "Flip()"; {ONE} }}',
    "another namespace's": f"namespace B {{ operation Flip() : Result {{ {ONE} }} }} "
    "operation Good(n : Int) : Result { B.Flip() }",
    "another namespace's, inside of it": f"namespace B {{ operation Flip() : Result {{ {ONE} }} "
    "operation Good(n : Int) : Result { Flip() } }",
    "another namespace's, imported": f"namespace B {{ operation Flip() : Result {{ {ONE} }} }} "
    "namespace C { import B.Flip; operation Good(n : Int) : Result { Flip() } }",
    "another namespace's, by another name": f"namespace B {{ operation Flip() : Result {{ {ONE} }} }} "
    "namespace C { import B.Flip as Turn; operation Good(n : Int) : Result { Turn() } }",
}
GUILTY = {
    "call": "operation Bad() : Int { Flip() }",
    "call before a variable of that name": "operation Bad() : Int { let Flip = Flip(); Flip }",
    "call beside a block": "operation Bad() : Int { if true { let Flip = 1; } Flip() }",
    "call behind a loop": "operation Bad() : Int { for Flip in 0..1 { } Flip() }",
    "value": "function Run(f : (Unit => Int)) : Unit { } operation Bad() : Int { Run(Flip); 3 }",
    "through another": "operation B1() : Int { Flip() } operation Bad() : Int { B1() }",
    "text": 'operation Bad() : Int { Message($"{Flip()}"); 3 }',
    "import": "namespace B { import A.Flip; operation Bad() : Int { Flip() } }",
    "import by another name": "namespace B { import A.Flip as Turn; operation Bad() : Int { Turn() } }",
    "open": "namespace B { open A; operation Bad() : Int { Flip() } }",
    "open by another name": "namespace B { open A as Z; operation Bad() : Int { Z.Flip() } }",
    "field and call": "struct S { Flip : Int } operation Bad() : Int { (new S { Flip = Flip() }).Flip }",
    "lambda": "operation Bad() : Int { let f = () => Flip(); f() }",
}


def run(workspace: Workspace, program: Any, **options: Any) -> Any:
    return workspace.get_target("ionq.simulator").submit(program, shots=2, **options).get_results()


@pytest.mark.parametrize("source", INNOCENT.values(), ids=INNOCENT)
def test_what_does_not_use_it_is_compiled(source: str, workspace: Workspace) -> None:
    assert run(workspace, Source(f"{FLIP} {source}").entry_point("Good", 1)) == {"1": 1.0}


@pytest.mark.parametrize("source", GUILTY.values(), ids=GUILTY)
def test_what_uses_it_is_refused(source: str, workspace: Workspace) -> None:
    first = f"namespace A {{ {FLIP} }}" if "A" in source else FLIP
    whole = Source(f"{first} {source} operation Good() : Result {{ {ONE} }}")
    with pytest.raises(CompilationError, match="Bad cannot be expressed in QIR profile Base"):
        run(workspace, whole.entry_point("Bad"))
    assert run(workspace, whole.entry_point("Good")) == {"1": 1.0}


def test_a_library_does_not_take_the_place_of_what_is_left_out(workspace: Workspace) -> None:
    """Without it, the name would mean the library's, and the program something else."""
    source = Source(
        """
        operation ResetAll(q : Qubit[]) : Unit { for x in q { if MResetZ(x) == Zero { X(x); } } }
        operation Bad() : Result { use q = Qubit[1]; ResetAll(q); MResetZ(q[0]) }
        operation Good(ResetAll : Int) : Result { use q = Qubit(); for _ in 1..ResetAll { X(q); } MResetZ(q) }
        """
    )
    with pytest.raises(CompilationError, match="Bad cannot be expressed in QIR profile Base"):
        run(workspace, source.entry_point("Bad"))
    assert run(workspace, source.entry_point("Good", 1)) == {"1": 1.0}


def test_what_is_declared_anew_takes_the_place_of_what_did_not_fit(
    workspace: Workspace, make_context: Callable[..., Any]
) -> None:
    code = make_context(
        "Unrestricted",
        FLIP,
        "operation Old() : Int { Flip() }",
        f"operation Flip() : Result {{ {ONE} }}",
        "operation New() : Result { Flip() }",
    ).code
    for operation in (code.Flip, code.New):
        assert run(workspace, operation) == {"1": 1.0}
    with pytest.raises(CompilationError, match="Old cannot be expressed"):
        run(workspace, code.Old)


def test_imports_of_what_is_left_out_are_left_out(
    workspace: Workspace, make_context: Callable[..., Any]
) -> None:
    fine = f"operation Fine() : Result {{ {ONE} }}"
    for imports in ("import A.Flip; import A.Fine;", "import A.Flip, A.Fine as Fine;", "import A.*;"):
        code = make_context(
            "Unrestricted",
            f"namespace A {{ {FLIP} {fine} }}",
            imports,
            "operation Good() : Result { Fine() }",
        ).code
        assert run(workspace, code.Good) == {"1": 1.0}
        assert run(workspace, code.A.Fine) == {"1": 1.0}
        with pytest.raises(CompilationError, match="Flip cannot be expressed"):
            run(workspace, code.A.Flip)


def test_expressions(workspace: Workspace) -> None:
    source = Source(f"{FLIP} operation Good(n : Int) : Result {{ {ONE} }}")
    assert run(workspace, source.entry_point("{ let Flip = 1; Good(Flip) }")) == {"1": 1.0}
    with pytest.raises(CompilationError, match="cannot be expressed"):
        run(workspace, source.entry_point("{ let n = Flip(); Good(n) }"))
    with pytest.raises(CompilationError, match="cannot be expressed"):
        run(workspace, source, entry_point="Flip")
    assert EntryPoint("{ 1 }").is_expression


def test_local_words() -> None:
    text = "operation Op(a : a, (b : Int)) : b { let c = c; { let d = (c, a); } d; for e in e { e; } e }"
    found = tokens(text)
    local = local_words(found)
    assert [
        token.text + "!" * (i in local) for i, token in enumerate(found) if token.text in set("abcde")
    ] == ["a!", "a!", "b!", "b!", "c!", "c", "d!", "c!", "a!", "d", "e!", "e", "e!", "e"]


def test_references_name_the_declaration_that_was_meant() -> None:
    texts = [
        "operation F() : Unit { } operation G() : Unit { F(); H(); }",
        "namespace N { operation F() : Unit { } operation H() : Unit { F(); G(); } }",
        "operation F() : Unit { } operation K() : Unit { F(); N.F(); G(); Std.F(); }",
    ]
    links = References([items(text) for text in texts]).links()
    assert links[(0, "G")] == {(0, "F")}
    assert links[(1, "N.H")] == {(1, "N.F"), (0, "G")}
    assert links[(2, "K")] == {(2, "F"), (1, "N.F"), (0, "G")}
