"""Batches: every program that a sweep gives is the one that compiling alone gives."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from quire import Job, Workspace
from quire.errors import InputError, OptionError, QuireError
from quire.service.catalog import BUILT_IN_TARGETS
from quire_qsharp import (
    ArgumentError,
    CompilationError,
    CompiledProgram,
    EntryPoint,
    Source,
    compile_each,
    to_literal,
)
from quire_qsharp.batch import UnexpectedShapeError, normalized, split
from quire_qsharp.idle_qubits import without_idle_qubits
from quire_qsharp.own_place import OwnPlace

TARGETS = {spec.profile.value: spec for spec in BUILT_IN_TARGETS}
STRAIGHT = """
operation Bits(n : Int, angle : Double[]) : Result[] {
    use q = Qubit[n];
    for i in 0..n-1 { Rx(angle[i], q[i]); }
    let r = MeasureEachZ(q);
    ResetAll(q);
    return r;
}
operation Branching(x : Double) : Result {
    use q = Qubit();
    if x > 0.5 { Rx(x, q); } else { Ry(2.0 * x, q); H(q); }
    MResetZ(q)
}
operation Ancillas(n : Int, twice : Bool) : (Result[], Result, Unit) {
    use spare = Qubit[3];
    X(spare[1]);
    X(spare[1]);
    use q = Qubit[n];
    for i in 0..n-1 { X(q[i]); CNOT(q[i], spare[2]); }
    let r = MResetEachZ(q);
    use z = Qubit[2];
    CNOT(z[0], spare[0]);
    if twice { H(z[1]); let _ = M(z[1]); Reset(z[1]); }
    (r, MResetZ(z[1]), ())
}
operation Again(x : Double) : Result[] {
    use q = Qubit[2];
    Rx(x, q[0]);
    let a = M(q[0]);
    Reset(q[0]);
    Ry(x, q[0]);
    let b = MResetZ(q[0]);
    use z = Qubit();
    [a, b, MResetZ(z)]
}
struct Point { X : Int, Y : Double[] }
newtype Wrapped = Double;
operation Structs(p : Point, r : Range, w : Wrapped, t : (Pauli, Bool)) : Result[] {
    use q = Qubit[2];
    for i in r { Rx(p.Y[i], q[i]); }
    let (pauli, flag) = t;
    if flag { R(pauli, w!, q[p.X]); }
    MResetEachZ(q)
}
operation Silent(n : Int) : Unit { use q = Qubit[n]; ApplyToEach(H, q); ResetAll(q); }
"""
DYNAMIC = """
operation Feedback(x : Double) : (Bool, Int, Double) {
    use q = Qubit();
    Rx(x, q);
    let r = MResetZ(q);
    mutable d = 0.5;
    if r == One {
        set d = 2.0 * x;
        X(q);
        if MResetZ(q) == One { Rx(d, q); Reset(q); }
    }
    (r == One, r == One ? 5 | 7, d)
}
"""
SOURCES = {"Base": STRAIGHT, "Adaptive_RIF": STRAIGHT + DYNAMIC}


def points(name: str, rng: random.Random) -> Any:
    match name:
        case "Bits":
            n = rng.randint(1, 4)
            return (n, [rng.uniform(-4, 4) for _ in range(n)])
        case "Ancillas":
            return (rng.randint(1, 3), rng.random() < 0.5)
        case "Structs":
            point = {"X": rng.randrange(2), "Y": [rng.random(), rng.random()]}
            return (point, range(rng.randrange(3)), rng.random(), (rng.choice("XYZ"), rng.random() < 0.7))
        case "Silent":
            return (rng.randint(1, 4),)
        case _:
            return (rng.random(),)


@pytest.mark.parametrize("profile", ["Base", "Adaptive_RIF"])
def test_every_program_of_a_sweep_is_the_one_compiled_alone(
    profile: str, make_context: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(17)
    batches = counted(monkeypatch)
    context = make_context(profile, SOURCES[profile])
    source = Source(SOURCES[profile])
    names = [name for name in vars(context.code) if hasattr(vars(context.code)[name], "__global_callable")]
    assert len(names) in (6, 7)
    for name in names:
        args = [points(name, rng) for _ in range(12)]
        programs = list(compile_each(source.entry_point(name), args, TARGETS[profile]))
        for program, each in list(zip(programs, args, strict=True))[::2]:
            assert isinstance(program, CompiledProgram)
            literals = [
                to_literal(value, parameter.type)
                for value, parameter in zip(each, parameters_of(source, name), strict=True)
            ]
            alone = str(context.compile(f"{name}({', '.join(literals)})"))
            assert normalized(program.qir.decode()) == normalized(without_idle_qubits(alone))
    # Each sweep took one program alone, and then all others together; with more spare qubits, if need be.
    assert len(batches) == len(names)
    assert max(batches) <= 2


def parameters_of(source: Source, name: str) -> Any:
    from quire_qsharp import signature

    return signature(name, source).parameters


def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts the batches of each sweep: a new sweep begins with the first batch of another operation."""
    batches: list[int] = []
    seen: list[str] = []
    real = OwnPlace.compile_batch

    def count(self: OwnPlace, batch: Any) -> Any:
        if batch.name in seen:
            batches[-1] += 1
        else:
            seen.append(batch.name)
            batches.append(1)
        return real(self, batch)

    monkeypatch.setattr(OwnPlace, "compile_batch", count)
    return batches


def test_what_is_compiled_in_a_batch_is_what_submit_finds(
    workspace: Workspace, make_context: Callable[..., Any]
) -> None:
    for profile in ("Unrestricted", "Base"):
        operation = make_context(profile, STRAIGHT).code.Bits
        args = [(2, [0.1 * i, 0.2 + i]) for i in range(40)]
        for target in workspace.get_targets():
            programs = list(compile_each(operation, args, target))
            for each, program in list(zip(args, programs, strict=True))[::13]:
                assert isinstance(program, CompiledProgram)
                job = target.submit(operation, args=each)
                assert workspace.transport.get_input(job.id) == program.qir
                assert job.name == program.name == "Bits"


def test_the_programs_run(workspace: Workspace) -> None:
    source = Source(STRAIGHT)
    target = workspace.get_targets("ionq.simulator")
    args = [{"n": 2, "twice": i % 2 == 0} for i in range(6)]
    for program in compile_each(source.entry_point("Ancillas"), args, target):
        assert target.submit(program, shots=4).results().counts == {"([1, 1], 0, ())": 4}


def test_failures_are_values_in_their_place(workspace: Workspace) -> None:
    source = Source(
        'operation Checked(n : Int) : Result { if n == 5 { fail "five"; } use q = Qubit[n]; MResetZ(q[0]) }'
    )
    target = workspace.get_targets("ionq.simulator")
    args: list[Any] = [(n,) for n in range(1, 9)]
    args[2] = ("three",)
    args[6] = (1, 2)
    found = list(compile_each(source.entry_point("Checked"), args, target))
    assert [type(item) for item in found] == [
        CompiledProgram,
        CompiledProgram,
        ArgumentError,
        *[CompiledProgram] * 3,
        ArgumentError,
        CompiledProgram,
    ]
    counts: list[Any] = []
    for item in found:
        if isinstance(item, QuireError):
            counts.append(None)
            continue
        job = target.submit(item, shots=2)
        job.wait_until_completed()
        counts.append(job.status.value if job.details.error_data else job.results().counts)
    zero = {"0": 2}
    assert counts == [zero, zero, None, zero, "Failed", zero, None, zero]


def test_a_sweep_that_the_profile_cannot_express() -> None:
    source = Source(STRAIGHT + DYNAMIC)
    found = list(compile_each(source.entry_point("Feedback"), [0.1, 0.2], TARGETS["Base"]))
    assert [type(item) for item in found] == [CompilationError] * 2


def test_a_sweep_after_the_operation_was_declared_anew(make_context: Callable[..., Any]) -> None:
    """What quire declares for a batch names the operation, and must not name the old one."""
    body = "operation Turn(x : Double) : Result {{ use q = Qubit(); {gate}(x, q); MResetZ(q) }}"
    context = make_context("Unrestricted")
    for gate in ("Rx", "Ry", "Rz"):
        context.eval(body.format(gate=gate))
        found = list(compile_each(context.code.Turn, [0.1 * i for i in range(1, 9)], TARGETS["Base"]))
        for item in found:
            assert isinstance(item, CompiledProgram)
            assert f"__quantum__qis__{gate.lower()}__body(double" in item.qir.decode()


def test_points_are_taken_as_they_are_needed(make_context: Callable[..., Any]) -> None:
    taken: list[int] = []

    def endless() -> Any:
        for i in range(10**9):
            taken.append(i)
            yield (1, [i / 7])

    operation = make_context("Unrestricted", STRAIGHT).code.Bits
    sweep = compile_each(operation, endless(), TARGETS["Base"])
    assert taken == []
    next(sweep)
    assert len(taken) == 1
    next(sweep)
    assert len(taken) == 17


def test_equal_points_are_compiled_once(
    make_context: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    batches = counted(monkeypatch)
    operation = make_context("Unrestricted", STRAIGHT).code.Bits
    programs = list(compile_each(operation, [(1, [0.75])] * 200, TARGETS["Base"]))
    assert len({program.qir for program in programs if isinstance(program, CompiledProgram)}) == 1
    assert batches == []


def test_arguments_that_compare_equal_and_differ_are_told_apart() -> None:
    source = Source("operation Turn(x : Double) : Result { use q = Qubit(); Rx(1.0 / x, q); MResetZ(q) }")
    found = list(compile_each(source.entry_point("Turn"), [1.0, 2.0, 1, 2.0], TARGETS["Base"]))
    texts = [item.qir for item in found if isinstance(item, CompiledProgram)]
    assert texts[0] == texts[2]
    assert texts[1] == texts[3]
    source = Source("operation Nothing(x : Double) : Result { use q = Qubit(); Rx(x, q); MResetZ(q) }")
    plus, minus = compile_each(source.entry_point("Nothing"), [0.0, -0.0], TARGETS["Base"])
    assert isinstance(plus, CompiledProgram)
    assert isinstance(minus, CompiledProgram)
    assert b"double 0.0," in plus.qir
    assert b"double -0.0," in minus.qir


def test_a_sweep_needs_an_operation() -> None:
    for wrong in (EntryPoint("1 + 1"), Source(STRAIGHT).entry_point("Bits", 1, [0.5]), 5, "Bits"):
        with pytest.raises(InputError, match="a sweep needs a Q# operation without arguments"):
            compile_each(wrong, [], TARGETS["Base"])


# The splitter refuses what it does not know


@pytest.fixture(scope="module")
def batch_text() -> str:
    """The QIR of a batch of three calls."""
    from quire_qsharp.batch import Batch

    source = Source(STRAIGHT)
    calls = tuple(f"Again({x})" for x in (0.1, 0.2, 0.3))
    batch = Batch("Again", ("Double",), "Result[]", calls, None, spare=6)
    text = OwnPlace(source, TARGETS["Base"].profile).compile_batch(batch)
    assert isinstance(text, str)
    assert len(split(text, 3)) == 3
    return text


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("call void @QuireMark(", "call void @Other("),
        ("define i64 @ENTRYPOINT__main()", "define i64 @ENTRYPOINT__main()\n}\ndefine void @g()"),
        ("@__quantum__rt__initialize(", "@__quantum__rt__begin("),
        ('c"2_a0a0r\\00"', 'c"2_t0a0r\\00"'),
        ('c"2_a0a0r\\00"', 'c"2_a9a0r\\00"'),
        ("double 0.2, %Qubit* inttoptr (i64 1", "double 0.2, %Qubit* inttoptr (i64 "),
        ("%Result* inttoptr (i64 3 to", "%Result* inttoptr (i64 5 to"),
        ("_record_output(", "_note("),
    ],
)
def test_another_shape_is_refused(was: str, now: str, batch_text: str) -> None:
    assert was in batch_text
    with pytest.raises(UnexpectedShapeError):
        split(batch_text.replace(was, now), 3)


def test_another_number_of_calls_is_refused(batch_text: str) -> None:
    with pytest.raises(UnexpectedShapeError, match="3 markers for 4 calls"):
        split(batch_text, 4)


def test_a_batch_that_cannot_be_split_is_compiled_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from quire_qsharp import sweeps

    def refuse(qir: str, count: int) -> list[str]:
        raise UnexpectedShapeError("something new")

    monkeypatch.setattr(sweeps, "split", refuse)
    source = Source("operation Fresh(x : Double) : Result { use q = Qubit(); Rx(x, q); MResetZ(q) }")
    found = list(compile_each(source.entry_point("Fresh"), [0.1, 0.2, 0.3, 0.4, 0.5], TARGETS["Base"]))
    for item, x in zip(found, (0.1, 0.2, 0.3, 0.4, 0.5), strict=True):
        assert isinstance(item, CompiledProgram)
        assert f"double {x},".encode() in item.qir


def test_a_submitted_sweep_runs_the_programs_that_single_submissions_run(
    make_context: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = make_context("Unrestricted", STRAIGHT).code.Bits
    points: list[Any] = [(2, [i / 7, 1.0]) for i in range(20)]
    points[11] = (2, ["not an angle"])
    with Workspace("memory:", executor="inline") as workspace:
        target = workspace.get_target("rigetti.sim.qvm")
        batches = counted(monkeypatch)
        with target.open_session() as session:
            jobs = list(target.submit_many(operation, points, shots=3, name="point"))
        assert batches
        alone = [target.submit(operation, args=point) for point in points[:11] + points[12:]]
        refused = jobs.pop(11)
        assert isinstance(refused, ArgumentError)
        taken = [job for job in jobs if isinstance(job, Job)]
        assert [job.name for job in taken] == [f"point {i}" for i in range(20) if i != 11]
        assert {job.session_id for job in taken} == {session.id}
        assert [job.input() for job in taken] == [job.input() for job in alone]
        assert [job.details.input_params["arguments"] for job in taken] == [[]] * 19


def test_a_submitted_sweep_whose_operation_has_its_arguments_already() -> None:
    source = Source("operation Turn(x : Double) : Result { use q = Qubit(); Rx(x, q); MResetZ(q) }")
    with Workspace("memory:", executor="inline") as workspace:
        target = workspace.get_target("rigetti.sim.qvm")
        with pytest.raises(OptionError, match="takes no args="):
            list(target.submit_many(source.entry_point("Turn", 1.0), [2.0]))
