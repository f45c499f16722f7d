"""The least profile that allows a program, by what its instructions do."""

from collections.abc import Iterator, Mapping, Sequence

from quire.formats import QirProfile
from quire.simulator.program import Edge, Function, Instruction

_ORDER = tuple(QirProfile)

_FLOAT = "fadd fsub fmul fdiv frem fneg fcmp sitofp uitofp fptosi fptoui"
_MEMORY = "alloca load store address inttoptr"
# Calls of functions count for nothing: they could be written out.
_PLAIN = "gate measure record_result open jump call return unreachable"

_PROFILES = {
    **dict.fromkeys(_FLOAT.split(), QirProfile.ADAPTIVE_RIF),
    **dict.fromkeys(_MEMORY.split(), QirProfile.ADAPTIVE),
    **dict.fromkeys(_PLAIN.split(), QirProfile.BASE),
}


def allows(profile: QirProfile, needed: QirProfile) -> bool:
    """Whether a target of one profile runs programs that need another."""
    return _ORDER.index(profile) >= _ORDER.index(needed)


def _needs(step: Instruction) -> QirProfile:
    if step.op == "record" and step.detail == "double":
        return QirProfile.ADAPTIVE_RIF
    return _PROFILES.get(step.op, QirProfile.ADAPTIVE_RI)


def edges_of(step: Instruction) -> Iterator[Edge]:
    """The edges on which an instruction leaves its block."""
    if step.op == "jump":
        yield step.detail
    elif step.op == "branch":
        yield from step.detail
    elif step.op == "switch":
        default, cases = step.detail
        yield default
        yield from cases.values()


def _has_loop(function: Function) -> bool:
    """Whether some block can be reached from itself: peels off blocks that nothing unpeeled leads to."""
    successors = [sorted({edge.block for edge in edges_of(block[-1])}) for block in function.blocks]
    incoming = [0] * len(successors)
    for targets in successors:
        for target in targets:
            incoming[target] += 1
    ready = [block for block, count in enumerate(incoming) if count == 0]
    peeled = 0
    while ready:
        peeled += 1
        for target in successors[ready.pop()]:
            incoming[target] -= 1
            if incoming[target] == 0:
                ready.append(target)
    return peeled < len(successors)


def _most_demanding(blocks: Sequence[Sequence[Instruction]]) -> Instruction:
    return max((step for block in blocks for step in block), key=lambda step: _ORDER.index(_needs(step)))


def least_profile(functions: Mapping[str, Function]) -> tuple[QirProfile, str]:
    """The least profile that allows these functions.

    Returns:
        The profile, and what asks for it.
    """
    profile, reason = QirProfile.BASE, ""
    for name, function in functions.items():
        if _has_loop(function):
            return QirProfile.ADAPTIVE, f"function {name} has a loop"
        step = _most_demanding(function.blocks)
        needed = _needs(step)
        if not allows(profile, needed):
            profile, reason = needed, f"line {step.line} has the instruction {step.op}"
    return profile, reason
