"""The operation that most tests submit, its exact distribution, and the targets that it is submitted to."""

import itertools
import math

from distributions import assert_counts_follow
from quire import Job, Workspace

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
