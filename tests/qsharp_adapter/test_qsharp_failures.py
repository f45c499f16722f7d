from collections.abc import Callable
from typing import Any

import pytest
import qdk
import qdk.qsharp

from quire import JobStatus, Workspace
from quire.errors import JobFailedError
from quire_qsharp import CompilationError, EntryPoint, Source
from quire_qsharp.failing import failing_program

SOURCE = """
operation Checked(n : Int) : Result { if n > 2 { fail $"too many: {n}"; } use q = Qubit(); MResetZ(q) }
operation Always() : Result { fail "boom"; }
operation Indexed(n : Int) : Result { let a = [0.5]; use q = Qubit(); Rx(a[n], q); MResetZ(q) }
operation Divided(n : Int) : Result { use q = Qubit[8 / n]; MResetZ(q[0]) }
operation Dynamic() : Result { use q = Qubit(); if MResetZ(q) == One { fail "measured One"; } MResetZ(q) }
"""
BASE = "\n".join(SOURCE.strip().splitlines()[:-1])


@pytest.mark.parametrize("target", ["ionq.simulator", "quantinuum.sim.h1-1e"])
@pytest.mark.parametrize(
    ("name", "args", "message"),
    [
        ("Checked", (5,), "program failed: too many: 5"),
        ("Always", (), "program failed: boom"),
        ("Indexed", (3,), "index out of range: 3"),
        ("Divided", (0,), "division by zero"),
    ],
)
def test_a_program_that_fails_is_a_failed_job(
    target: str, name: str, args: tuple[int, ...], message: str, workspace: Workspace
) -> None:
    job = workspace.get_targets(target).submit(Source(BASE).entry_point(name, *args), shots=10)
    job.wait_until_completed()
    assert job.status == JobStatus.FAILED
    assert job.name == name
    fault = job.details.error_data
    assert fault is not None
    assert (fault.code, fault.message) == ("ProgramFailed", message)
    with pytest.raises(JobFailedError, match=message):
        job.get_results()


def test_a_failure_in_the_users_own_interpreter(
    workspace: Workspace, make_context: Callable[..., Any]
) -> None:
    """The compiler crashes on a body that only fails."""
    code = make_context("Base", BASE).code
    for operation, args, message in ((code.Always, (), "boom"), (code.Checked, (4,), "too many: 4")):
        job = workspace.get_targets("ionq.simulator").submit(operation, args=args)
        with pytest.raises(JobFailedError, match=f"program failed: {message}"):
            job.get_results()


@pytest.mark.parametrize("body", ["use q = Qubit(); X(q); ", ""])
def test_a_long_message_arrives_whole(body: str, workspace: Workspace) -> None:
    """The compiler wraps its messages."""
    message = "the angles have the wrong length, " * 9 + "sorry"
    source = f'operation Main() : Result {{ {body} if 1 == 1 {{ fail "{message}"; }} use p = Qubit(); M(p) }}'
    job = workspace.get_targets("ionq.simulator").submit(Source(source))
    job.wait_until_completed()
    fault = job.details.error_data
    assert fault is not None
    assert fault.message == f"program failed: {message}"


def test_a_failure_in_a_measured_branch(workspace: Workspace) -> None:
    target = workspace.get_targets("quantinuum.sim.h1-1e")
    job = target.submit(Source(SOURCE).entry_point("Dynamic"), shots=10)
    with pytest.raises(JobFailedError, match="measured One"):
        job.get_results()


def test_the_same_operation_runs_where_it_does_not_fail(workspace: Workspace) -> None:
    target = workspace.get_targets("ionq.simulator")
    for n, count in ((5, None), (1, {"0": 3}), (6, None), (2, {"0": 3})):
        job = target.submit(Source(BASE).entry_point("Checked", n), shots=3)
        job.wait_until_completed()
        assert (job.results().counts if job.status == JobStatus.SUCCEEDED else None) == count


def test_a_failure_follows_the_sessions_policy(workspace: Workspace) -> None:
    target = workspace.get_targets("ionq.simulator")
    with target.open_session(job_failure_policy="Continue") as session:
        target.submit(Source(BASE).entry_point("Checked", 5))
        assert session.refresh().details.status == "Failure(s)"
        target.submit(Source(BASE).entry_point("Checked", 1))
    assert session.refresh().details.status == "Failed"
    assert [job.status for job in session.list_jobs()] == ["Failed", "Succeeded"]


@pytest.mark.parametrize("message", ["boom", 'say "no" \\ %s\n', "ä🙂\0", ""])
def test_a_failing_program_fails_with_its_message_in_a_worker_process(message: str) -> None:
    with Workspace("memory:", workers=1) as workspace:
        job = workspace.get_targets("ionq.simulator").submit(failing_program(message))
        job.wait_until_completed()
        fault = job.details.error_data
        assert fault is not None
        assert (fault.code, fault.message) == ("ProgramFailed", message)


def test_a_failing_program_is_valid_llvm() -> None:
    import pyqir

    module = pyqir.Module.from_ir(pyqir.Context(), failing_program('x "y" \\').decode())
    assert module.verify() is None


def test_a_constant_result_is_refused_with_the_compilers_reason(workspace: Workspace) -> None:
    with pytest.raises(CompilationError, match="Result literals `One` and `Zero` cannot be included"):
        workspace.get_targets("ionq.simulator").submit(Source("operation Main() : Result { Zero }"))


def test_a_name_that_a_failed_evaluation_left_behind_is_no_failing_program(
    workspace: Workspace, start_global: Callable[..., Any]
) -> None:
    """The interpreter knows the type of ``Left``, and has no operation of that name."""
    start_global("Base")
    good = "operation Left() : Result { use q = Qubit(); X(q); MResetZ(q) }"
    with pytest.raises(qdk.qsharp.QSharpError, match="expected Int, found Bool"):
        qdk.qsharp.eval(good + " operation Bad() : Int { true }")
    qdk.qsharp.eval("operation Calls() : Result { Left() }")
    target = workspace.get_targets("ionq.simulator")
    for program in (EntryPoint("Left"), EntryPoint("Left()"), qdk.code.Calls):
        with pytest.raises(CompilationError, match="name is not bound") as caught:
            target.submit(program)
        assert "evaluate the source anew" in str(caught.value)
    assert list(workspace.list_jobs()) == []
    qdk.qsharp.eval(good)
    assert target.submit(EntryPoint("Left"), shots=2).get_results() == {"1": 1.0}


def test_a_program_may_fail_with_the_compilers_words(workspace: Workspace) -> None:
    source = 'operation Main() : Result { use q = Qubit(); if true { fail "name is not bound"; } MResetZ(q) }'
    job = workspace.get_targets("ionq.simulator").submit(Source(source))
    with pytest.raises(JobFailedError, match="program failed: name is not bound"):
        job.get_results()


ONLY_FAIL = """
operation Fails() : Result { fail "at once"; }
operation Later(n : Int) : Result[] { use q = Qubit[n]; X(q[0]); fail $"n = {n}"; }
operation Inner() : Result { Fails() }
operation Specialized() : Result { body (...) { fail "in a body" } }
operation Or(n : Int) : Result { if n > 0 { use q = Qubit(); X(q); return MResetZ(q); } fail "none"; }
operation Fine() : Result { use q = Qubit(); X(q); MResetZ(q) }
"""


@pytest.mark.parametrize("target", ["ionq.simulator", "quantinuum.sim.h1-1e"])
@pytest.mark.parametrize("profile", ["Unrestricted", "Base", "Adaptive_RIF"])
def test_a_body_that_only_fails_makes_no_noise(
    profile: str,
    target: str,
    workspace: Workspace,
    make_context: Callable[..., Any],
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The compiler crashes on such a body, and prints its panic past Python."""
    code = make_context(profile, ONLY_FAIL).code
    at = workspace.get_targets(target)
    for name, args, message in (
        ("Fails", (), "at once"),
        ("Later", (2,), "n = 2"),
        ("Inner", (), "at once"),
        ("Specialized", (), "in a body"),
        ("Or", (0,), "none"),
    ):
        job = at.submit(getattr(code, name), args=args)
        with pytest.raises(JobFailedError, match=f"program failed: {message}"):
            job.get_results()
    jobs = list(at.submit_many(code.Later, [(n,) for n in range(1, 6)]))
    assert [job.status for job in jobs] == ["Failed"] * 5
    for name, args in (("Or", (1,)), ("Fine", ())):
        assert at.submit(getattr(code, name), args=args, shots=2).get_results() == {"1": 1.0}
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")
