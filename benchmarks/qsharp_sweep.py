"""What a parameter sweep of a Q# operation costs to compile: our ways beside the loop over f-strings.

The rows take turns, so the load of the machine falls on all alike; the loop over f-strings is what a program
for Microsoft's SDK does per point. Programs of ours are compared with theirs before anything is said.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from measurement import Section, main, scaled
from qdk import TargetProfile, code, qsharp

import quire_qsharp  # noqa: F401 - notes what is evaluated from here on
from quire import Job, Target, Workspace
from quire_qsharp import CompiledProgram, compile_each

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
operation Ansatz(n : Int, angle : Double[]) : Result[] {
    use q = Qubit[n];
    for layer in 0..Length(angle) / n - 1 {
        for i in 0..n-1 { Ry(angle[layer * n + i], q[i]); }
        for i in 0..n-2 { CNOT(q[i], q[i + 1]); }
    }
    MResetEachZ(q)
}
"""

Point = tuple[int, list[float]]
Programs = list[bytes]


@dataclass(frozen=True)
class Sweep:
    """An operation of the source, its numbers of qubits and angles, and of points that are measured.

    Where jobs take much longer to run than to compile, they are compiled and not submitted.
    """

    name: str
    num_qubits: int
    num_angles: int
    points: int
    is_submitted: bool

    @property
    def operation(self) -> Any:
        return getattr(code, self.name)

    def random_points(self, rng: random.Random, count: int) -> list[Point]:
        return [(self.num_qubits, [rng.uniform(-3, 3) for _ in range(self.num_angles)]) for _ in range(count)]


SWEEPS = (
    Sweep("GenerateRandomBits", 2, 2, 1000, is_submitted=True),
    Sweep("Ansatz", 20, 100, 200, is_submitted=False),
)


def by_f_string(sweep: Sweep, points: Sequence[Point], _target: Target) -> Programs:
    return [str(qsharp.compile(f"{sweep.name}({n}, {angle})")).encode() for n, angle in points]


def by_submit(sweep: Sweep, points: Sequence[Point], target: Target) -> Programs:
    """Each job's program, as the service got it: the time includes that the job becomes durable."""
    jobs = [target.submit(sweep.operation, args=point) for point in points]
    return [target.workspace.transport.get_input(job.id) for job in jobs]


def by_submit_many(sweep: Sweep, points: Sequence[Point], target: Target) -> Programs:
    """The same, submitted as a sweep."""
    jobs = target.submit_many(sweep.operation, points)
    return [target.workspace.transport.get_input(job.id) for job in jobs if isinstance(job, Job)]


def by_compile_each(sweep: Sweep, points: Sequence[Point], target: Target) -> Programs:
    programs = compile_each(sweep.operation, points, target)
    return [program.qir for program in programs if isinstance(program, CompiledProgram)]


def measure(sweep: Sweep, count: int) -> dict[str, float]:
    """Seconds for ``count`` points, by way of compiling."""
    ways: dict[str, Callable[[Sweep, Sequence[Point], Target], Programs]] = {
        THEIRS: by_f_string,
        "compile_each, different points": by_compile_each,
        "compile_each, equal points": by_compile_each,
    }
    if sweep.is_submitted:
        ways |= {
            "target.submit, different points": by_submit,
            "target.submit_many, different points": by_submit_many,
            "target.submit, equal points": by_submit,
        }
    rng = random.Random(0)
    seconds = dict.fromkeys(ways, 0.0)
    with Workspace("memory:", executor="inline") as workspace:
        target = workspace.get_target("ionq.simulator")
        for compile_ in ways.values():
            compile_(sweep, sweep.random_points(rng, 3), target)
        equal = sweep.random_points(rng, 1)
        for _ in range(ROUNDS):
            for way, compile_ in ways.items():
                share = count // ROUNDS
                points = equal * share if "equal" in way else sweep.random_points(rng, share)
                start = time.perf_counter()
                programs = compile_(sweep, points, target)
                seconds[way] += time.perf_counter() - start
                if programs[::50] != by_f_string(sweep, points[::50], target):
                    raise SystemExit(f"{way} gives other programs")
    return seconds


def sections(quick: bool) -> Iterator[Section]:
    qsharp.init(target_profile=TargetProfile.Base)
    qsharp.eval(SOURCE)
    for sweep in SWEEPS:
        count = 40 if quick else sweep.points
        seconds = measure(sweep, count)
        size = f"{sweep.num_qubits} qubits and {sweep.num_angles} angles"
        title = f"{count} points of {sweep.name} with {size}, profile Base"
        yield Section(title, "ms per point", THEIRS, scaled(seconds, 1e3 / count))


if __name__ == "__main__":
    main(sections)
