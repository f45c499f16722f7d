"""The QDK's objects live on one thread each, and panic on any other with an error that is no Exception."""

import gc
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import qdk

from quire import Workspace
from quire.errors import TranslationError
from quire_qsharp import Source, SourceUnknownError, contexts
from quire_qsharp.own_place import OwnPlace

FLIP = "operation Flip(n : Int) : Result { use q = Qubit(); for _ in 1..n { X(q); } MResetZ(q) }"


def elsewhere(action: Callable[[], Any]) -> Any:
    """Runs something on another thread and gives its answer, or raises its error."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(action).result()


@pytest.mark.parametrize("profile", ["Unrestricted", "Base"])
def test_an_operation_is_submitted_on_any_thread(
    profile: str, workspace: Workspace, make_context: Callable[..., Any]
) -> None:
    operation = make_context(profile, FLIP).code.Flip
    target = workspace.get_targets("ionq.simulator")
    for n in (1, 2):
        job = elsewhere(lambda n=n: target.submit(operation, args=(n,), shots=3))
        assert job.results().counts == {str(n % 2): 3}


def test_many_threads_submit_at_once(make_context: Callable[..., Any]) -> None:
    operation = make_context("Unrestricted", FLIP).code.Flip
    with Workspace("memory:", executor="inline") as workspace, ThreadPoolExecutor(8) as pool:
        target = workspace.get_targets("quantinuum.sim.h1-1e")
        jobs = list(pool.map(lambda n: target.submit(operation, args={"n": n}, shots=2), range(24)))
        assert [list(job.results().counts) for job in jobs] == [[str(n % 2)] for n in range(24)]


def test_an_interpreter_of_another_thread_whose_source_is_not_seen(workspace: Workspace) -> None:
    """Its use panics with a BaseException, which would end a pool's thread; here it is an error."""
    target = workspace.get_targets("ionq.simulator")
    ready, done = threading.Event(), threading.Event()
    found: list[Any] = []

    def own() -> None:
        context = qdk.Context(target_profile=qdk.TargetProfile.Base)
        context._interpreter.interpret(FLIP, print)
        found.append(context.code.Flip)
        found.append(target.submit(context.code.Flip, args=(1,), shots=3))
        ready.set()
        done.wait()
        found.clear()
        vars(context.code).clear()
        del context._interpreter

    owner = threading.Thread(target=own)
    owner.start()
    ready.wait()
    operation, job = found
    try:
        assert job.results().counts == {"1": 3}
        with pytest.raises((TranslationError, SourceUnknownError)) as caught:
            target.submit(operation, args=(2,))
        # What was compiled before needs no interpreter.
        assert target.submit(operation, args=(1,), shots=3).results().counts == {"1": 3}
        assert "another thread" in caught.value.message
        assert "import quire_qsharp" in caught.value.message
    finally:
        del operation, caught
        gc.collect()
        done.set()
        owner.join()


def test_our_thread_leaves_the_users_garbage_alone(make_context: Callable[..., Any]) -> None:
    """The collector runs on whichever thread allocates; ours must not free an interpreter of the user's."""
    unraisable: list[Any] = []
    hook, sys.unraisablehook = sys.unraisablehook, unraisable.append
    thresholds = gc.get_threshold()
    gc.collect()
    gc.disable()
    try:
        context = qdk.Context(target_profile=qdk.TargetProfile.Base)
        context.eval(FLIP)
        # The context is part of a circle, which only the collector can free.
        del context
        gc.set_threshold(1, 1, 1)
        gc.enable()
        gc.disable()
        contexts.THREAD.call(lambda: [[] for _ in range(10_000)])
        assert not gc.isenabled()
    finally:
        gc.set_threshold(*thresholds)
        gc.collect()
        gc.enable()
        sys.unraisablehook = hook
    assert unraisable == []


def test_errors_on_the_thread_reach_the_caller_and_do_not_end_it() -> None:
    class PanicError(BaseException):
        pass

    def panic() -> None:
        raise PanicError("at the disco")

    with pytest.raises(RuntimeError, match="PanicError: at the disco"):
        contexts.THREAD.call(panic)
    assert contexts.THREAD.call(lambda: 5) == 5


def test_a_crash_of_the_compiler_is_an_error_and_the_next_program_compiles(workspace: Workspace) -> None:
    """The QDK's compiler panics on this sum; its interpreter does not."""
    from quire_qsharp import CompilationError

    source = Source(
        FLIP + " operation Sum() : Result { let z = 1.0 + 2.0i; use q = Qubit(); Rx(z.Real, q); MResetZ(q) }"
    )
    target = workspace.get_targets("ionq.simulator")
    with pytest.raises(CompilationError, match="the Q# compiler crashed on Sum, which is a bug of the QDK"):
        target.submit(source.entry_point("Sum"))
    assert target.submit(source.entry_point("Flip", 1), shots=3).results().counts == {"1": 3}


def test_contexts_are_few_and_recycled(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contexts, "MAX_CONTEXTS", 2)
    monkeypatch.setattr(contexts, "MAX_EXPRESSIONS", 5)
    target = workspace.get_targets("ionq.simulator")
    for i in range(4):
        source = Source(f"operation Only{i}() : Result {{ use q = Qubit(); MResetZ(q) }}")
        target.submit(source.entry_point(f"Only{i}"))
        assert len(contexts.CONTEXTS._held) <= 2
    source = Source(FLIP)
    for n in range(8):
        job = target.submit(source.entry_point(f"Flip({n} + 0)"), shots=2)
        assert job.results().counts == {str(n % 2): 2}
        assert all(held.expressions < 5 for held in contexts.CONTEXTS._held.values())


def test_a_longer_source_grows_from_the_shorter_one(make_context: Callable[..., Any]) -> None:
    context = make_context("Unrestricted", "function GrowA() : Int { 1 }")
    first = OwnPlace(Source("function GrowA() : Int { 1 }"), _adaptive())
    assert first.evaluate() is None
    held = next(reversed(contexts.CONTEXTS._held.values()))
    context.eval("function GrowB() : Int { GrowA() }")
    longer = Source(["function GrowA() : Int { 1 }", "function GrowB() : Int { GrowA() }"])
    assert OwnPlace(longer, _adaptive()).evaluate() is None
    assert next(reversed(contexts.CONTEXTS._held.values())) is held


def _adaptive() -> Any:
    from quire import QirProfile

    return QirProfile.ADAPTIVE


def run_script(script: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", textwrap.dedent(script)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_program_ends_quietly() -> None:
    """Contexts that are freed on another thread than their own would complain at the end."""
    done = run_script(
        f"""
        from quire import Workspace
        from quire_qsharp import Source
        with Workspace("memory:", executor="inline") as workspace:
            for name in ("ionq.simulator", "quantinuum.sim.h1-1e"):
                target = workspace.get_targets(name)
                print(target.submit(Source({FLIP!r}).entry_point("Flip", 1), shots=2).get_results())
        """
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["{'1': 1.0}"] * 2


def test_a_forked_child_compiles_on_a_thread_of_its_own() -> None:
    done = run_script(
        f"""
        import os
        from quire import QirProfile
        from quire_qsharp import Source
        from quire_qsharp.own_place import OwnPlace
        place = OwnPlace(Source({FLIP!r}), QirProfile.BASE)
        assert isinstance(place.compile_call("Flip", None, (1,)), str)
        if os.fork() == 0:
            text = place.compile_call("Flip", None, (2,))
            os._exit(0 if isinstance(text, str) and text.count("x__body(%Qubit* in") == 2 else 1)
        print(os.waitstatus_to_exitcode(os.wait()[1]))
        """
    )
    assert (done.stdout, done.stderr) == ("0\n", "")
