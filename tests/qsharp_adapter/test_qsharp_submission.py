import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import qdk
import qdk.qsharp

from qsharp_adapter.random_bits import ANGLES, BITS, TARGETS, assert_follows, payload_of
from quire import Payload, Workspace
from quire.errors import InputError, OptionError, TooManyQubitsError, TranslationError
from quire_qsharp import (
    ArgumentError,
    CompilationError,
    EntryPoint,
    Source,
    to_literal,
)


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
    with pytest.raises(OptionError, match=r"takes no args= .* its source with entry_point= and args="):
        target.submit(Source(BITS).entry_point("GenerateRandomBits", 2, ANGLES), args=(2, ANGLES))
    with pytest.raises(OptionError, match=r"takes no args= .* its operation \(qsharp.code.Name\) with args="):
        target.submit(EntryPoint("GenerateRandomBits"), args=(2, ANGLES))
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


def test_a_point_with_a_number_too_large_to_be_shown_does_not_end_a_sweep(workspace: Workspace) -> None:
    source = Source(
        """
        operation Odd(b : BigInt, n : Int, r : Range) : Result {
            use q = Qubit();
            if b % 2L != 0L { X(q); }
            MResetZ(q)
        }
        """
    )
    huge = 10**5000 + 1
    fine = [(1, 0, range(3)), (huge, 0, range(3)), (-huge, 5, range(-(2**63), 2**63 - 1))]
    wrong = [(1, huge, range(3)), (1, 1, range(2**64)), (0.5, 1, range(3)), (1, 1, range(huge))]
    target = workspace.get_targets("ionq.simulator")
    found = list(target.submit_many(source.entry_point("Odd"), [*fine, *wrong, *fine], shots=2))
    assert [type(item).__name__ for item in found] == ["Job"] * 3 + ["ArgumentError"] * 4 + ["Job"] * 3
    for point in wrong:
        with pytest.raises(ArgumentError):
            target.submit(source.entry_point("Odd", *point))
    for point in fine:
        assert target.submit(source.entry_point("Odd", *point), shots=2).get_results() == {"1": 1.0}


def test_structs_of_one_field(workspace: Workspace, capfd: pytest.CaptureFixture[str]) -> None:
    """As values in an array that a loop goes through, they crash the compiler."""
    source = Source(
        """
        struct Lone { X : Int }
        struct Two { A : Lone, B : Lone[] }
        operation Sum(two : Two, more : Lone[]) : Result {
            use q = Qubit();
            let all = two.B + more + [two.A];
            for z in all { for _ in 1..z.X { X(q); } }
            MResetZ(q)
        }
        operation Alone(one : Lone) : Result { use q = Qubit(); for _ in 1..one.X { X(q); } MResetZ(q) }
        """
    )
    target = workspace.get_targets("ionq.simulator")
    one = {"X": 1}
    assert target.submit(
        source.entry_point("Sum", {"A": one, "B": [one]}, [one]), shots=2
    ).results().counts == {"1": 2}
    jobs = list(target.submit_many(source.entry_point("Alone"), [({"X": i},) for i in range(6)], shots=1))
    assert [job.get_results() for job in jobs] == [{str(i % 2): 1.0} for i in range(6)]
    assert capfd.readouterr() == ("", "")
