from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from qsharp_adapter.random_bits import ANGLES, BITS, TARGETS, assert_follows, payload_of
from quire import Workspace
from quire_qsharp import (
    SourceUnknownError,
)


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
