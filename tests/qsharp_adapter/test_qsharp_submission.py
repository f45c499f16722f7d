import itertools
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import qdk
import qdk.qsharp

from distributions import assert_counts_follow
from quire import Job, Payload, Workspace
from quire.errors import InputError, OptionError, TooManyQubitsError, TranslationError
from quire_qsharp import (
    ArgumentError,
    CompilationError,
    EntryPoint,
    Source,
    SourceUnknownError,
    to_literal,
)

TARGETS = {"ionq.simulator": "Base", "rigetti.sim.qvm": "Base", "quantinuum.sim.h1-1e": "Adaptive_RIF"}
BITS = """
operation GenerateRandomBits(n : Int, angle : Double[]) : Result[] {
    use q = Qubit[n];
    for i in 0..n-1 { Rx(angle[i], q[i]); }
    let r = MeasureEachZ(q);
    ResetAll(q);
    return r;
}
"""
ANGLES = [0.6, 2.1]
EXACT = {
    str(list(bits)): math.prod(
        math.sin(a / 2) ** 2 if bit else math.cos(a / 2) ** 2 for a, bit in zip(ANGLES, bits, strict=True)
    )
    for bits in itertools.product((0, 1), repeat=2)
}


def assert_follows(job: Job) -> None:
    assert_counts_follow(job.results().counts, EXACT)


def payload_of(workspace: Workspace, job: Job) -> str:
    return workspace.transport.get_input(job.id).decode()


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("profile", ["Unrestricted", "Base", "Adaptive_RI", "Adaptive_RIF", "Adaptive"])
def test_an_operation_runs_on_every_target_whatever_its_interpreter_compiles_for(
    target: str, profile: str, workspace: Workspace, make_context: Callable[..., Any]
) -> None:
    operation = make_context(profile, BITS).code.GenerateRandomBits
    job = workspace.get_targets(target).submit(operation, args=(2, ANGLES), shots=2000, seed=7)
    assert_follows(job)
    assert job.name == "GenerateRandomBits"
    assert job.details.input_params["target_profile"] == TARGETS[target]
    claimed = "base_profile" if TARGETS[target] == "Base" else "adaptive_profile"
    assert f'"qir_profiles"="{claimed}"' in payload_of(workspace, job)


def test_the_program_is_the_one_that_microsofts_compiler_makes(
    workspace: Workspace, make_context: Callable[..., Any]
) -> None:
    for target, profile in TARGETS.items():
        theirs = str(make_context(profile, BITS).compile(f"GenerateRandomBits(2, {to_literal(ANGLES)})"))
        operation = make_context("Unrestricted", BITS).code.GenerateRandomBits
        job = workspace.get_targets(target).submit(operation, args=(2, ANGLES))
        assert payload_of(workspace, job) == theirs


@pytest.mark.parametrize(
    "args",
    [
        (2, ANGLES),
        [2, ANGLES],
        {"n": 2, "angle": ANGLES},
        {"angle": np.array(ANGLES), "n": np.int32(2)},
        (2, tuple(ANGLES)),
        (2, (a for a in ANGLES)),
    ],
)
def test_arguments_in_order_and_by_name(
    args: Any, workspace: Workspace, make_context: Callable[..., Any]
) -> None:
    operation = make_context("Base", BITS).code.GenerateRandomBits
    assert_follows(workspace.get_targets("ionq.simulator").submit(operation, args=args, shots=500, seed=7))


def test_the_compiled_program_of_the_seed(workspace: Workspace, start_global: Callable[..., Any]) -> None:
    start_global("Base")
    qdk.qsharp.eval(BITS)
    target = workspace.get_targets("rigetti.sim.qvm")
    program = qdk.qsharp.compile(f"GenerateRandomBits(2, {to_literal(ANGLES, 'Double[]')})")
    assert_follows(target.submit(input_data=program, name="Job 1", shots=2000, seed=7))
    assert_follows(target.submit(program, shots=2000, seed=7))
    assert target.submit(program).name == "main"


def test_entry_points_by_name_and_expression(workspace: Workspace, start_global: Callable[..., Any]) -> None:
    start_global("Unrestricted")
    qdk.qsharp.eval(BITS)
    target = workspace.get_targets("quantinuum.sim.h1-1e")
    for program in (
        EntryPoint("GenerateRandomBits", 2, ANGLES),
        EntryPoint("GenerateRandomBits", 2, angle=ANGLES),
        EntryPoint("GenerateRandomBits", n=2, angle=ANGLES),
        EntryPoint(f"GenerateRandomBits(2, {ANGLES})"),
        EntryPoint(f"{{ let n = 2; GenerateRandomBits(n, {ANGLES}) }}"),
    ):
        assert_follows(target.submit(program, shots=500, seed=7))


def test_a_source_of_its_own(workspace: Workspace) -> None:
    target = workspace.get_targets("ionq.simulator")
    source = Source(BITS)
    for job in (
        target.submit(source.entry_point("GenerateRandomBits", 2, ANGLES), shots=500, seed=7),
        target.submit(source, args=(2, ANGLES), shots=500, seed=7),
        target.submit(source, entry_point="GenerateRandomBits", args={"n": 2, "angle": ANGLES}, shots=500),
        target.submit(source, entry_point=f"GenerateRandomBits(2, {ANGLES})", shots=500),
    ):
        assert_follows(job)


def test_a_file(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "bits.qs"
    path.write_text("\ufeff" + BITS, encoding="utf-8")
    job = workspace.get_targets("ionq.simulator").submit(path, args=(2, ANGLES), shots=500, seed=7)
    assert_follows(job)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "src" / "Lib").mkdir(parents=True)
    (tmp_path / "qsharp.json").write_text("{}")
    (tmp_path / "src" / "Main.qs").write_text(
        "import Lib.Bits.*;\n"
        "operation Start(angle : Double[]) : Result[] { GenerateRandomBits(new Size { N = 2 }, angle) }\n"
    )
    (tmp_path / "src" / "Lib" / "Bits.qs").write_text(
        "struct Size { N : Int }\n"
        + BITS.replace("n : Int", "size : Size").replace("use q", "let n = size.N;\n    use q")
    )
    return tmp_path


@pytest.mark.parametrize("target", TARGETS)
def test_a_project(target: str, project: Path, workspace: Workspace) -> None:
    at = workspace.get_targets(target)
    assert_follows(at.submit(project, entry_point="Start", args=(ANGLES,), shots=500, seed=7))
    assert_follows(at.submit(project, entry_point="Main.Start", args={"angle": ANGLES}, shots=500, seed=7))
    size = {"N": 2}
    job = at.submit(project, entry_point="Lib.Bits.GenerateRandomBits", args=(size, ANGLES), shots=500)
    assert_follows(job)


def test_a_project_is_compiled_anew_when_a_file_changes(project: Path, workspace: Workspace) -> None:
    target = workspace.get_targets("ionq.simulator")
    first = target.submit(project, entry_point="Start", args=(ANGLES,))
    main = project / "src" / "Main.qs"
    main.write_text(main.read_text().replace("N = 2", "N = 1 "))
    second = target.submit(project, entry_point="Start", args=(ANGLES,))
    assert payload_of(workspace, first) != payload_of(workspace, second)
    assert set(second.results().counts) == {"[0]", "[1]"}


def test_a_project_that_depends_on_another(project: Path, workspace: Workspace, tmp_path: Path) -> None:
    """It is compiled anew when a file of the other changes."""
    user = tmp_path / "user"
    (user / "src").mkdir(parents=True)
    (user / "qsharp.json").write_text('{"dependencies": {"Bits": {"path": ".."}}}')
    (user / "src" / "Main.qs").write_text("operation Begin() : Result[] { Bits.Start([0.0, 0.0]) }")
    main = project / "src" / "Main.qs"
    main.write_text(main.read_text() + "export Start;\n")
    target = workspace.get_targets("ionq.simulator")
    assert target.submit(user, entry_point="Begin", shots=4).results().counts == {"[0, 0]": 4}
    main.write_text(main.read_text().replace("N = 2", "N = 1 "))
    assert target.submit(user, shots=4).results().counts == {"[0]": 4}


def test_a_project_that_is_mended_compiles(project: Path, workspace: Workspace) -> None:
    target = workspace.get_targets("ionq.simulator")
    manifest = project / "qsharp.json"
    manifest.write_text("{")
    with pytest.raises(CompilationError):
        target.submit(project, entry_point="Start", args=(ANGLES,))
    manifest.write_text("{}")
    assert_follows(target.submit(project, entry_point="Start", args=(ANGLES,), shots=500, seed=7))


@pytest.mark.parametrize("profile", ["Unrestricted", "Base"])
def test_a_project_in_the_users_interpreter(
    profile: str, project: Path, workspace: Workspace, make_context: Callable[..., Any]
) -> None:
    code = make_context(profile, project_root=str(project)).code
    for target in ("ionq.simulator", "quantinuum.sim.h1-1e"):
        job = workspace.get_targets(target).submit(code.Main.Start, args={"angle": ANGLES}, shots=500, seed=7)
        assert_follows(job)


def test_a_folder_or_file_that_is_no_program(workspace: Workspace, tmp_path: Path) -> None:
    target = workspace.get_targets("ionq.simulator")
    with pytest.raises(InputError, match=r"holds no qsharp\.json"):
        target.submit(tmp_path)
    with pytest.raises(InputError, match=r"neither a \.qs file"):
        target.submit(tmp_path / "missing.qs")
    with pytest.raises(InputError, match="no installed adapter knows"):
        target.submit(tmp_path / "circuit.qasm")
    (tmp_path / "latin.qs").write_bytes(b"// \xe4")
    with pytest.raises(InputError, match="is not UTF-8"):
        target.submit(tmp_path / "latin.qs")
    with pytest.raises(InputError, match="holds no qsharp"):
        target.submit(Source(project_root=str(tmp_path)).entry_point("Main"))
    (tmp_path / "two.qs").write_text("operation A() : Unit { } operation B() : Unit { }")
    with pytest.raises(InputError, match=r"no single entry point \(it declares A, B\)"):
        target.submit(tmp_path / "two.qs")


def test_structs_ranges_and_newtypes_as_arguments(
    workspace: Workspace, make_context: Callable[..., Any]
) -> None:
    source = """
    struct Turn { Angles : Double[], Which : Range }
    newtype Flips = (Int, Pauli[]);
    operation Run(turn : Turn, flips : Flips) : Result[] {
        use q = Qubit[2];
        let (count, paulis) = flips!;
        for i in turn.Which { Rx(turn.Angles[i], q[i]); }
        for _ in 1..count { ApplyPauli(paulis, q); }
        MResetEachZ(q)
    }
    """
    turn = {"Angles": ANGLES, "Which": range(2)}
    for profile in ("Unrestricted", "Base"):
        operation = make_context(profile, source).code.Run
        for target in TARGETS:
            job = workspace.get_targets(target).submit(
                operation, args=(turn, (2, ["X", "Y"])), shots=500, seed=7
            )
            assert_follows(job)


def test_callables_as_arguments(workspace: Workspace, make_context: Callable[..., Any]) -> None:
    source = """
    operation Turn(q : Qubit) : Unit { X(q); }
    operation Apply(first : Qubit => Unit, second : Qubit => Unit) : Result {
        use q = Qubit(); first(q); second(q); MResetZ(q)
    }
    """
    for profile in ("Unrestricted", "Base"):
        context = make_context(profile, source)
        for target in TARGETS:
            at = workspace.get_targets(target)
            for args in ((context.code.Turn, "Z"), ("Turn", "Z"), ("X", context.code.Turn), ("X", "X")):
                ones = at.submit(context.code.Apply, args=args, shots=5).results().counts
                assert ones == {"0" if args == ("X", "X") or args[0] == "X" else "1": 5}


def test_a_callable_that_eval_gives(workspace: Workspace, start_global: Callable[..., Any]) -> None:
    start_global("Base")
    qdk.qsharp.eval(BITS)
    callable_ = qdk.qsharp.eval("GenerateRandomBits")
    for target in TARGETS:
        job = workspace.get_targets(target).submit(callable_, args=(2, ANGLES), shots=500, seed=7)
        assert_follows(job)


def test_a_closure_is_refused(workspace: Workspace, start_global: Callable[..., Any]) -> None:
    start_global("Base")
    closure = qdk.qsharp.eval("() => { use q = Qubit(); X(q); MResetZ(q) }")
    with pytest.raises(CompilationError, match="a closure cannot be compiled; declare an operation"):
        workspace.get_targets("ionq.simulator").submit(closure)


def test_options_that_a_program_does_not_take_are_refused(
    workspace: Workspace, make_context: Callable[..., Any]
) -> None:
    target = workspace.get_targets("ionq.simulator")
    context = make_context("Base", BITS)
    operation = context.code.GenerateRandomBits
    with pytest.raises(OptionError, match="entry_point="):
        target.submit(operation, args=(2, ANGLES), entry_point="Main")
    with pytest.raises(OptionError, match="args="):
        target.submit(context.compile(operation, 2, ANGLES), args=(2, ANGLES))
    with pytest.raises(OptionError, match="args="):
        target.submit(Source(BITS).entry_point("GenerateRandomBits", 2, ANGLES), args=(2, ANGLES))
    with pytest.raises(InputError, match=r"is an expression and takes no args="):
        target.submit(Source(BITS), entry_point="1 + 1", args=(2,))
    with pytest.raises(InputError, match="takes no arguments"):
        EntryPoint("GenerateRandomBits(2, [])", 2)


def test_wrong_arguments_are_refused_before_the_compiler_hears_of_them(
    workspace: Workspace, make_context: Callable[..., Any]
) -> None:
    operation = make_context("Unrestricted", BITS).code.GenerateRandomBits
    with pytest.raises(ArgumentError, match=r"angle\[1\] : Double cannot be nan"):
        workspace.get_targets("ionq.simulator").submit(operation, args=(2, [0.5, math.nan]))
    assert workspace.list_jobs() == []


def test_an_unknown_operation_lists_close_names(workspace: Workspace) -> None:
    with pytest.raises(CompilationError, match="did you mean GenerateRandomBits") as caught:
        workspace.get_targets("ionq.simulator").submit(Source(BITS).entry_point("GenerateRandomBit", 2, []))
    assert "Qsc.Resolve.NotFound" in caught.value.codes


def test_more_qubits_than_the_target_has(workspace: Workspace, make_context: Callable[..., Any]) -> None:
    """Profile Base cannot reset: what is measured and then reset takes a second qubit."""
    operation = make_context("Unrestricted", BITS).code.GenerateRandomBits
    with pytest.raises(TooManyQubitsError, match="MResetEachZ avoid") as caught:
        workspace.get_targets("rigetti.sim.qvm").submit(operation, args=(11, [0.0] * 11))
    assert (caught.value.needed, caught.value.available) == (22, 20)
    job = workspace.get_targets("quantinuum.sim.h1-1e").submit(operation, args=(11, [0.0] * 11))
    assert '"required_num_qubits"="11"' in payload_of(workspace, job)


# Whose source is not seen


@contextmanager
def unseen(context: Any) -> Iterator[Callable[[str], None]]:
    """Evaluates past quire, as a notebook's cell magic does."""
    yield lambda source: context._interpreter.interpret(source, print)


@pytest.mark.parametrize(
    ("profile", "runs_on"),
    [
        ("Unrestricted", set()),
        ("Base", set(TARGETS)),
        ("Adaptive_RI", {"quantinuum.sim.h1-1e"}),
        ("Adaptive", set()),
    ],
)
def test_without_the_source_the_interpreters_own_profile_must_do(
    profile: str, runs_on: set[str], workspace: Workspace, make_context: Callable[..., Any]
) -> None:
    context = make_context(profile)
    with unseen(context) as evaluate:
        evaluate(BITS)
    operation = context.code.GenerateRandomBits
    for name in TARGETS:
        target = workspace.get_targets(name)
        if name in runs_on:
            assert_follows(target.submit(operation, args=(2, ANGLES), shots=500, seed=7))
            continue
        with pytest.raises(SourceUnknownError) as caught:
            target.submit(operation, args=(2, ANGLES))
        advice = ("import quire_qsharp", f"TargetProfile.{TARGETS[name]}", "Source(text)")
        for words in ("GenerateRandomBits", *advice):
            assert words in caught.value.message


def test_what_was_declared_behind_our_back_is_not_mistaken(
    workspace: Workspace, make_context: Callable[..., Any]
) -> None:
    """The seen source declares another version: compiling that one would run the wrong program."""
    flip = "operation Flip(q : Qubit) : Unit { X(q); }"
    run = "operation Run() : Result { use q = Qubit(); Flip(q); MResetZ(q) }"
    target = workspace.get_targets("quantinuum.sim.h1-1e")
    context = make_context("Base", flip)
    with unseen(context) as evaluate:
        evaluate("operation Flip(q : Qubit) : Unit { I(q); }")
    context.eval(run)
    assert target.submit(context.code.Run, shots=5).results().counts == {"0": 5}
    assert "base_profile" in payload_of(workspace, target.submit(context.code.Run))
    other = make_context("Unrestricted", flip)
    with unseen(other) as evaluate:
        evaluate("operation Flip(q : Qubit) : Unit { I(q); }")
    other.eval(run)
    with pytest.raises(SourceUnknownError):
        target.submit(other.code.Run)


def test_the_latest_declaration_counts_and_an_old_callable_keeps_its_own(
    workspace: Workspace, make_context: Callable[..., Any]
) -> None:
    target = workspace.get_targets("quantinuum.sim.h1-1e")
    context = make_context("Unrestricted", "operation Run() : Result { use q = Qubit(); MResetZ(q) }")
    old = context.code.Run
    assert target.submit(old, shots=5).results().counts == {"0": 5}
    context.eval("operation Run() : Result { use q = Qubit(); X(q); MResetZ(q) }")
    assert target.submit(context.code.Run, shots=5).results().counts == {"1": 5}
    assert target.submit(old, shots=5).results().counts == {"0": 5}


def test_settings_of_the_interpreter_are_those_of_the_program(
    workspace: Workspace, make_context: Callable[..., Any]
) -> None:
    source = """operation Run() : Result {
        use q = Qubit();
        if Std.Core.ConfigValue("flip", false) { X(q); }
        MResetZ(q)
    }"""
    for flip, counts in ((True, {"1": 5}), (False, {"0": 5})):
        operation = make_context("Unrestricted", source, qdk_config={"flip": flip}).code.Run
        assert workspace.get_targets("ionq.simulator").submit(operation, shots=5).results().counts == counts


# Programs that are compiled already


def test_a_compiled_program_for_another_profile_is_refused(
    workspace: Workspace, make_context: Callable[..., Any]
) -> None:
    program = make_context("Adaptive_RI", BITS).compile("GenerateRandomBits(2, [0.6, 2.1])")
    with pytest.raises(TranslationError, match="compiled for QIR profile Adaptive_RI, and ionq") as caught:
        workspace.get_targets("ionq.simulator").submit(program)
    assert "TargetProfile.Base" in caught.value.message
    assert_follows(workspace.get_targets("quantinuum.sim.h1-1e").submit(program, shots=500, seed=7))
    richest = make_context("Adaptive", BITS).compile("GenerateRandomBits(2, [0.6, 2.1])")
    with pytest.raises(TranslationError, match="compiled for QIR profile Adaptive, and"):
        workspace.get_targets("quantinuum.sim.h1-1e").submit(richest)


class Represented:
    """Any object with QIR of its own, as other tools make them."""

    def __init__(self, qir: Any) -> None:
        self.qir = qir

    def _repr_qir_(self, **_: Any) -> Any:
        return self.qir


def test_whatever_represents_itself_as_qir(workspace: Workspace, make_context: Callable[..., Any]) -> None:
    import pyqir

    text = str(make_context("Base", BITS).compile("GenerateRandomBits(2, [0.6, 2.1])"))
    bitcode = pyqir.Module.from_ir(pyqir.Context(), text).bitcode
    target = workspace.get_targets("ionq.simulator")
    for qir in (text, text.encode(), bitcode):
        assert_follows(target.submit(Represented(qir), shots=500, seed=7))
    with pytest.raises(TranslationError, match="gives int"):
        target.submit(Represented(5))


def test_what_is_no_qsharp_is_left_to_others(workspace: Workspace, make_context: Callable[..., Any]) -> None:
    text = str(make_context("Base", BITS).compile("GenerateRandomBits(2, [0.6, 2.1])"))
    target = workspace.get_targets("ionq.simulator")
    assert_follows(target.submit(text, shots=500, seed=7))
    assert_follows(target.submit(Payload(text.encode()), shots=500, seed=7))
    with pytest.raises(InputError, match="no installed adapter knows"):
        target.submit(object())
    with pytest.raises(InputError, match="no installed adapter knows"):
        target.submit(lambda: None)
