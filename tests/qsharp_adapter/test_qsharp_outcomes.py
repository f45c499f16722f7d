"""What an operation returns, as Python: every shape, in record order."""

from typing import Any

import pytest
import qdk
import qdk.qsharp

from quire import Workspace
from quire_qsharp import ArgumentError, Pauli, Result, Source, from_result, signature, struct_type

# X on the first and third of three qubits: no order of these bits is another one's mirror image.
PREPARE = """
operation Bits() : Result[] { use q = Qubit[3]; X(q[0]); X(q[1]); MResetEachZ(q) }
"""
BASE = [
    ("Result", "Bits()[1]", 1, "1"),
    ("Result[]", "Bits()", [1, 1, 0], "[1, 1, 0]"),
    ("(Result, Result)", "{ let r = Bits(); (r[0], r[2]) }", (1, 0), "(1, 0)"),
    ("(Result,)", "{ let r = Bits(); (r[0],) }", (1,), "(1)"),
    ("(Result[], Result)", "{ let r = Bits(); (r[1...], r[2]) }", ([1, 0], 0), "([1, 0], 0)"),
    ("Result[][]", "{ let r = Bits(); [r[0..0], [], r[1..2]] }", [[1], [], [1, 0]], "[[1], [], [1, 0]]"),
    ("(Result[], Result)[]", "{ let r = Bits(); [([], r[0])] }", [([], 1)], "[([], 1)]"),
    ("((Result[], Result), Result)", "{ let r = Bits(); (([], r[2]), r[0]) }", (([], 0), 1), "(([], 0), 1)"),
    ("Result[]", "{ let _ = Bits(); [] }", [], "[]"),
    ("Unit", "{ let _ = Bits(); }", (), "()"),
    ("(Unit, Result)", "{ let r = Bits(); ((), r[0]) }", ((), 1), "((), 1)"),
    ("Unit[]", "{ let _ = Bits(); [(), ()] }", [(), ()], "[(), ()]"),
]
ADAPTIVE = [
    ("Bool", "Bits()[0] == One", True, "true"),
    ("Bool[]", "{ let r = Bits(); [r[0] == One, r[2] == One] }", [True, False], "[true, false]"),
    ("Int", "{ let r = Bits(); ResultArrayAsInt(r) }", 3, "3"),
    ("Int", "{ let r = Bits(); r[2] == One ? 5 | -7 }", -7, "-7"),
    ("Double", "{ let r = Bits(); r[0] == One ? 0.5 | 0.25 }", 0.5, "0.5"),
    (
        "(Bool, Int, Double, Result, Unit, Int[])",
        "{ let r = Bits(); (r[0] == Zero, 3, -1.5, r[2], (), []) }",
        (False, 3, -1.5, 0, (), []),
        "(false, 3, -1.5, 0, (), [])",
    ),
]
CASES = [("ionq.simulator", *case) for case in BASE] + [
    ("quantinuum.sim.h1-1e", *case) for case in BASE + ADAPTIVE
]


@pytest.fixture(scope="module")
def source() -> Source:
    """One source with all cases, so that a profile's context is made once."""
    heads = [f"operation Case{i}() : {case[0]}" for i, case in enumerate(BASE + ADAPTIVE)]
    bodies = [case[1] for case in BASE + ADAPTIVE]
    declared = [f"{head} {{ {body} }}" for head, body in zip(heads, bodies, strict=True)]
    return Source("\n".join(["import Std.Convert.*;", PREPARE, *declared]))


@pytest.mark.parametrize(("target", "type_", "body", "outcome", "display"), CASES)
def test_outcome(
    target: str, type_: str, body: str, outcome: Any, display: str, source: Source, workspace: Workspace
) -> None:
    index = [case[:2] for case in BASE + ADAPTIVE].index((type_, body))
    entry = source.entry_point(f"Case{index}")
    job = workspace.get_targets(target).submit(entry, shots=4)
    results = job.results()
    assert list(results.shots or ()) == [outcome] * 4
    assert repr(list(results.shots or ())) == repr([outcome] * 4)
    assert job.get_results() == {display: 1.0}
    assert [(entry.outcome, entry.count) for entry in results.histogram] == [(outcome, 4)]
    output = signature(f"Case{index}", source).output
    assert str(output) == type_
    assert from_result((results.shots or ())[0], output) == outcome


@pytest.mark.parametrize(
    ("value", "type_", "result"),
    [
        (1, "Result", Result.ONE),
        ([0, 1], "Result[]", [Result.ZERO, Result.ONE]),
        ((True, [1]), "(Bool, Result[])", (True, [Result.ONE])),
        (1, "Int", 1),
        (1, "Double", 1.0),
        ((), "Unit", ()),
        (None, "Unit", ()),
        (qdk.Result.One, None, Result.ONE),
        (qdk.qsharp.Pauli.Y, None, Pauli.Y),
        ([(qdk.Result.Zero, None)], None, [(Result.ZERO, ())]),
        ("<Range> 0..2..6", "Range", range(0, 7, 2)),
        ("<Range> 0..2..6", None, "<Range> 0..2..6"),
        ("One", None, "One"),
        ((1, 2.5), struct_type("P", {"X": "Int", "Y": "Double"}), {"X": 1, "Y": 2.5}),
    ],
)
def test_results_back_to_python(value: Any, type_: Any, result: Any) -> None:
    found = from_result(value, type_)
    assert repr(found) == repr(result)


@pytest.mark.parametrize(
    ("value", "type_", "argument"),
    [
        (2, "Result", "result"),
        (True, "Int", "result"),
        (1, "Bool", "result"),
        ([1, 2], "Result[]", "result[1]"),
        ((1,), "(Int, Int)", "result"),
        ([1], "(Int,)", "result"),
        ("One", "Result", "result"),
        ("0..3", "Range", "result"),
        ("<Range> 0...", "Range", "result"),
        (1, struct_type("P", {"X": "Int", "Y": "Int"}), "result"),
    ],
)
def test_what_is_no_value_of_the_type_is_refused(value: Any, type_: Any, argument: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        from_result(value, type_)
    assert caught.value.argument == argument


def test_a_results_members_compare_with_what_jobs_give() -> None:
    assert Result.ONE == 1
    assert [Result.ZERO, Result.ONE] == [0, 1]
