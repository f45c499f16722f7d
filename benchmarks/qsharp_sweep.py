"""What a parameter sweep of a Q# operation costs to compile: our ways beside the loop over f-strings.

The rows take turns, so the load of the machine falls on all alike; the loop over f-strings is what a program
for Microsoft's SDK does per point. Programs of ours are compared with theirs before anything is said.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence

from measurement import Section, main, scaled
from qdk import TargetProfile, code, qsharp

import quire_qsharp  # noqa: F401 - notes what is evaluated from here on
from quire import Job, Target, Workspace
from quire_qsharp import CompiledProgram, compile_each

POINTS = 1000
ROUNDS = 2
THEIRS = "qsharp.compile of an f-string"
SOURCE = """
operation GenerateRandomBits(n : Int, angle : Double[]) : Result[] {
    use q = Qubit[n];
    for i in 0..n-1 { Rx(angle[i], q[i]); }
    let r = MeasureEachZ(q);
    ResetAll(q);
    return r;
}
"""

Point = tuple[int, list[float]]
Programs = list[bytes]


def by_f_string(points: Sequence[Point], _target: Target) -> Programs:
    return [str(qsharp.compile(f"GenerateRandomBits({n}, {angle})")).encode() for n, angle in points]


def by_submit(points: Sequence[Point], target: Target) -> Programs:
    """Each job's program, as the service got it: the time includes that the job becomes durable."""
    jobs = [target.submit(code.GenerateRandomBits, args=point) for point in points]
    return [target.workspace.transport.get_input(job.id) for job in jobs]


def by_submit_many(points: Sequence[Point], target: Target) -> Programs:
    """The same, submitted as a sweep."""
    jobs = target.submit_many(code.GenerateRandomBits, points)
    return [target.workspace.transport.get_input(job.id) for job in jobs if isinstance(job, Job)]


def by_compile_each(points: Sequence[Point], target: Target) -> Programs:
    programs = compile_each(code.GenerateRandomBits, points, target)
    return [program.qir for program in programs if isinstance(program, CompiledProgram)]


def random_points(rng: random.Random, count: int) -> list[Point]:
    return [(2, [rng.uniform(-3, 3), rng.uniform(-3, 3)]) for _ in range(count)]


def measure(count: int) -> dict[str, float]:
    """Seconds for ``count`` points, by way of compiling."""
    ways: dict[str, Callable[[Sequence[Point], Target], Programs]] = {
        THEIRS: by_f_string,
        "target.submit, different points": by_submit,
        "target.submit_many, different points": by_submit_many,
        "compile_each, different points": by_compile_each,
        "target.submit, equal points": by_submit,
    }
    rng = random.Random(0)
    seconds = dict.fromkeys(ways, 0.0)
    qsharp.init(target_profile=TargetProfile.Base)
    qsharp.eval(SOURCE)
    with Workspace("memory:", executor="inline") as workspace:
        target = workspace.get_target("ionq.simulator")
        for compile_ in ways.values():
            compile_(random_points(rng, 3), target)
        equal = random_points(rng, 1)
        for _ in range(ROUNDS):
            for way, compile_ in ways.items():
                points = equal * (count // ROUNDS) if "equal" in way else random_points(rng, count // ROUNDS)
                start = time.perf_counter()
                programs = compile_(points, target)
                seconds[way] += time.perf_counter() - start
                if programs[::50] != by_f_string(points[::50], target):
                    raise SystemExit(f"{way} gives other programs")
    return seconds


def sections(quick: bool) -> Iterator[Section]:
    count = 40 if quick else POINTS
    seconds = measure(count)
    title = f"{count} points of GenerateRandomBits on two qubits, profile Base"
    yield Section(title, "ms per point", THEIRS, scaled(seconds, 1e3 / count))


if __name__ == "__main__":
    main(sections)
