"""Qubits that nothing is done to: they count neither in a sweep nor alone, and both give the same program."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from quire import Job, Workspace
from quire.errors import TooManyQubitsError
from quire_qsharp import Source
from quire_qsharp.batch import normalized
from quire_qsharp.idle_qubits import without_idle_qubits

WIDE = """
operation Wide(n : Int, used : Int[], x : Double) : Result[] {
    use q = Qubit[n];
    for i in used { Rx(x, q[i]); }
    mutable found = [];
    for i in used { set found += [M(q[i])]; Reset(q[i]); }
    use p = Qubit();
    Rx(x, p);
    set found += [MResetZ(p)];
    for i in used { Ry(x, q[i]); set found += [MResetZ(q[i])]; }
    found
}
"""
SHAPES = [(2, [0]), (40, [39]), (40, [3, 17]), (5, [4, 0]), (40, []), (29, [28, 27]), (1, [0]), (60, [1])]


@pytest.mark.parametrize("target", ["ionq.simulator", "quantinuum.sim.h1-1e"])
@pytest.mark.parametrize("order", [1, -1])
def test_qubits_that_a_program_does_not_use_count_neither_in_a_sweep_nor_alone(
    target: str, order: int
) -> None:
    points = [(n, used, 0.25 + i / 8 * order) for i, (n, used) in enumerate(SHAPES)][::order]
    source = Source(WIDE)
    with Workspace("memory:", executor="inline") as workspace:
        handle = workspace.get_target(target)
        swept = list(handle.submit_many(source.entry_point("Wide"), points, shots=3))
        # Another text, so that nothing is remembered of it.
        other = Source(f"// alone {order}\n{WIDE}")
        alone = [handle.submit(other.entry_point("Wide", *point), shots=3) for point in points]
        for (_, used, _), first, second in zip(points, swept, alone, strict=True):
            assert isinstance(first, Job)
            assert normalized(first.input().decode()) == normalized(second.input().decode())
            seen = set(re.findall(rb"inttoptr \(i64 (\d+) to %Qubit\*\)", first.input()))
            assert seen == {str(number).encode() for number in range(len(seen))}
            assert f'"required_num_qubits"="{len(seen)}"'.encode() in first.input()
            # In profile Base, qubits that are used after their measurement take others.
            assert len(seen) == len(used) + 1 or (
                target == "ionq.simulator" and len(seen) <= 3 * len(used) + 1
            )


def test_too_many_qubits_are_refused_in_a_sweep_as_alone() -> None:
    source = Source(
        "operation All(n : Int) : Result[] { use q = Qubit[n]; ApplyToEach(H, q); MResetEachZ(q) }"
    )
    with Workspace("memory:", executor="inline") as workspace:
        target = workspace.get_target("ionq.simulator")
        swept = list(target.submit_many(source.entry_point("All"), [2, 30, 29, 31, 3, 30], shots=1))
        assert [type(item) for item in swept[1::2]] == [TooManyQubitsError] * 3
        with pytest.raises(TooManyQubitsError) as caught:
            target.submit(source.entry_point("All", 30))
        assert str(caught.value) == str(swept[1])


def test_qubits_are_counted_without_gaps(make_context: Callable[..., Any]) -> None:
    """Programs of profile Adaptive name qubits in another way, and stay as they are."""
    for profile, is_less in (("Base", True), ("Adaptive_RIF", True), ("Adaptive", False)):
        whole = str(make_context(profile, WIDE).compile("Wide(39, [38], 0.5)"))
        less = without_idle_qubits(whole)
        assert int(re.search(r'"required_num_qubits"="(\d+)"', whole)[1]) >= 39  # type: ignore[index]
        assert (less != whole) == is_less
        assert without_idle_qubits(less) == less
        assert len(less.splitlines()) == len(whole.splitlines())
