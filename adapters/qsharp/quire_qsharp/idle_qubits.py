"""Qubits that a program takes and does nothing to, left out of its QIR; nothing about where it comes from.

A batch of calls shows which qubits a call uses and not how many it has taken, so the others must not count in
a program that is compiled alone either: what a target accepts may not depend on the way there. They have no
effect on any outcome.
"""

import re
from collections.abc import Iterable

QUBIT = re.compile(r"%Qubit\* inttoptr \(i64 (\d+) to %Qubit\*\)")
"""A qubit in QIR of typed pointers, by its number."""

_NUM_QUBITS = re.compile(r'"required_num_qubits"="\d+"')
_DECLARED = re.compile(r"^declare .*$", re.MULTILINE)


def without_idle_qubits(qir: str) -> str:
    """A program whose qubits are counted from zero without a gap, in their old order.

    Args:
        qir: LLVM text as the Q# compiler writes it. A program that names qubits in another way, as those of
            profile Adaptive do, stays as it is.
    """
    named = QUBIT.findall(qir)
    declared = sum(line.count("%Qubit*") for line in _DECLARED.findall(qir))
    if qir.count("%Qubit*") != 2 * len(named) + declared or "%Qubit = type opaque" not in qir:
        return qir
    numbers = numbered(map(int, named))
    if any(old != new for old, new in numbers.items()):
        qir = QUBIT.sub(lambda match: qubit(numbers[int(match[1])]), qir)
    return _NUM_QUBITS.sub(f'"required_num_qubits"="{len(numbers)}"', qir)


def numbered(used: Iterable[int]) -> dict[int, int]:
    """New numbers of qubits by their old ones: from zero, in the same order."""
    return {old: new for new, old in enumerate(sorted(set(used)))}


def qubit(number: int) -> str:
    """A qubit as QIR names it."""
    return f"%Qubit* inttoptr (i64 {number} to %Qubit*)"
