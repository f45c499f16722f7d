from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from quire import QirProfile, Workspace
from quire.errors import InputError
from quire_qsharp import CompilationError, Source

FITS_ALL = "operation Plain(n : Int) : Result[] { use q = Qubit[n]; Turn(q[n - 1]); MResetEachZ(q) }"
TURN = "operation Turn(q : Qubit) : Unit { X(q); }"
# What each profile is the first to express, and the compiler's reason on the next poorer one.
ADAPTIVE_RI = (
    "operation Branch() : Int { use q = Qubit(); X(q); MResetZ(q) == One ? 5 | 7 }",
    "UseOfDynamicBool",
)
ADAPTIVE_RIF = (
    "operation Number() : Double { use q = Qubit(); X(q); MResetZ(q) == One ? 0.5 | 0.25 }",
    "UseOfDynamicBool",
)
ADAPTIVE = (
    "operation Loop() : Int { mutable n = 0; use q = Qubit(); "
    "repeat { set n += 1; X(q); } until MResetZ(q) == One; n }",
    "LoopWithDynamicCondition",
)
NEVER = ('operation Text() : String { "x" }', "UseOfAdvancedOutput")


@pytest.mark.parametrize(
    ("target", "operation", "profiles"),
    [
        ("ionq.simulator", ADAPTIVE_RI, ("Adaptive_RI", "Adaptive_RIF", "Adaptive")),
        ("rigetti.sim.qvm", ADAPTIVE_RIF, ("Adaptive_RIF", "Adaptive")),
        ("quantinuum.sim.h1-1e", ADAPTIVE, ("Adaptive",)),
        ("quantinuum.sim.h1-1e", NEVER, ()),
    ],
)
def test_what_a_profile_cannot_express(
    target: str, operation: tuple[str, str], profiles: tuple[str, ...], workspace: Workspace
) -> None:
    source, reason = operation
    name = source.partition("(")[0].removeprefix("operation ")
    with pytest.raises(CompilationError) as caught:
        workspace.get_targets(target).submit(Source([TURN, FITS_ALL, source]).entry_point(name))
    error = caught.value
    assert error.profiles == profiles
    specs = [each.spec for each in workspace.get_targets()]
    assert error.targets == tuple(spec.id for spec in specs if spec.profile in profiles)
    assert bool(error.targets) == bool({"Adaptive_RI", "Adaptive_RIF"} & set(profiles))
    assert all(able in error.message for able in error.targets)
    assert any(code.endswith(reason) for code in error.codes)
    assert error.profile == workspace.get_targets(target).spec.profile
    assert error.target == target
    for words in (error.reason.strip().splitlines()[0], target, str(error.profile), ", ".join(profiles)):
        assert words in error.message


def test_the_targets_that_could_run_a_sweep(workspace: Workspace) -> None:
    source, _ = ADAPTIVE_RI
    name = source.partition("(")[0].removeprefix("operation ")
    operation = Source([TURN, FITS_ALL, source]).entry_point(name)
    (error,) = workspace.get_targets("ionq.simulator").submit_many(operation, [()])
    assert isinstance(error, CompilationError)
    assert "quantinuum.sim.h1-1e" in error.targets


@pytest.mark.parametrize("is_one_text", [True, False])
def test_what_the_profile_does_not_fit_does_not_hinder_the_rest(
    is_one_text: bool, workspace: Workspace, make_context: Callable[..., Any]
) -> None:
    """The compiler refuses a whole text for one of its declarations."""
    uses_it = "operation Twice() : Int { Branch() + Branch() }"
    texts = [ADAPTIVE_RI[0], TURN, uses_it, ADAPTIVE[0], FITS_ALL]
    code = make_context("Unrestricted", *(["\n".join(texts)] if is_one_text else texts)).code
    for target, runs, refused in (
        ("ionq.simulator", {"Plain": "[0, 1]"}, ("Branch", "Twice", "Loop")),
        ("quantinuum.sim.h1-1e", {"Plain": "[0, 1]", "Branch": "5", "Twice": "10"}, ("Loop",)),
    ):
        at = workspace.get_targets(target)
        for name, outcome in runs.items():
            job = at.submit(getattr(code, name), args=(2,) if name == "Plain" else (), shots=3)
            assert job.results().counts == {outcome: 3}
        for name in refused:
            with pytest.raises(CompilationError, match=f"{name} cannot be expressed in QIR profile"):
                at.submit(getattr(code, name))


def test_the_reason_is_about_the_program_alone(workspace: Workspace) -> None:
    source = Source("\n".join([ADAPTIVE_RI[0], ADAPTIVE[0], TURN, FITS_ALL]))
    with pytest.raises(CompilationError) as caught:
        workspace.get_targets("ionq.simulator").submit(source.entry_point("Branch"))
    assert "Loop" not in caught.value.reason


def test_a_project_with_declarations_that_do_not_fit(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "qsharp.json").write_text("{}")
    (tmp_path / "src" / "Main.qs").write_text(f"import Parts.*;\n{FITS_ALL}\n{ADAPTIVE_RI[0]}")
    (tmp_path / "src" / "Parts.qs").write_text(f"{TURN}\n{ADAPTIVE[0]}\nexport Turn;")
    target = workspace.get_targets("ionq.simulator")
    job = target.submit(tmp_path, entry_point="Plain", args=(2,), shots=3)
    assert job.results().counts == {"[0, 1]": 3}


def test_an_expression_in_a_source_that_does_not_fit(workspace: Workspace) -> None:
    source = Source([TURN, FITS_ALL, ADAPTIVE_RI[0]])
    target = workspace.get_targets("ionq.simulator")
    job = target.submit(source.entry_point("{ let n = 2; Plain(n) }"), shots=3)
    assert job.results().counts == {"[0, 1]": 3}
    with pytest.raises(CompilationError, match="cannot be expressed"):
        target.submit(source.entry_point("{ let n = 2; (Plain(n), Branch()) }"))


def test_source_that_is_wrong_in_itself_is_refused_with_the_compilers_words(workspace: Workspace) -> None:
    target = workspace.get_targets("ionq.simulator")
    with pytest.raises(CompilationError, match=r"expected Int, found Double") as caught:
        target.submit(Source("operation Main() : Int { 0.5 }"))
    assert caught.value.profiles == ()
    assert caught.value.codes == ("Qsc.TypeCk.TyMismatch",)
    with pytest.raises(InputError, match="is not closed"):
        target.submit(Source("operation Main() : Int {"))


def test_a_bad_source_leaves_nothing_behind(workspace: Workspace) -> None:
    """A text of which the second declaration fails must not lend the first to another source."""
    target = workspace.get_targets("ionq.simulator")
    good = "operation Good() : Result { use q = Qubit(); MResetZ(q) }"
    with pytest.raises(CompilationError):
        target.submit(Source(f"{good} operation Bad() : Int {{ 0.5 }}").entry_point("Good"))
    assert target.submit(Source(good), shots=3).results().counts == {"0": 3}
    with pytest.raises(CompilationError, match="Good"):
        target.submit(Source("operation Other() : Unit { }").entry_point("Good"))


def test_profiles_are_named_as_the_qdk_names_them() -> None:
    import qdk

    for profile in QirProfile:
        assert hasattr(qdk.TargetProfile, profile.value)
