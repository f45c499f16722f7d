"""What a parameter sweep of a Q# operation costs to compile: our ways beside the loop over f-strings.

Run it with ``uv run benchmarks/qsharp_sweep.py [points]``. The rows take turns, so the load of the machine
falls on all alike; the loop over f-strings is what a program for Microsoft's SDK does per point. Programs of
ours are compared with theirs before anything is printed.
"""

import random
import sys
import time
from collections.abc import Callable, Sequence

from qdk import TargetProfile, code, qsharp
from rich.console import Console
from rich.table import Table

import quire_qsharp  # noqa: F401 - notes what is evaluated from here on
from quire import Job, Target, Workspace
from quire_qsharp import CompiledProgram, compile_each

POINTS = 1000
ROUNDS = 2
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
        "qsharp.compile of an f-string": by_f_string,
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


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else POINTS
    seconds = measure(count)
    theirs = next(iter(seconds.values()))
    table = Table("way", "s", "ms per point", "ratio")
    for way, took in seconds.items():
        table.add_row(way, f"{took:.2f}", f"{took / count * 1000:.3f}", f"{theirs / took:.1f}")
    Console().print(f"{count} points of GenerateRandomBits on two qubits, profile Base")
    Console().print(table)


if __name__ == "__main__":
    main()
