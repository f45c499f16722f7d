"""Steps that decide which instruction comes next."""

from typing import Any

from quire.simulator.engines.branches import Branch, Frame, Step
from quire.simulator.engines.steps import Link
from quire.simulator.faults import PayloadError
from quire.simulator.limits import MAX_CALL_DEPTH
from quire.simulator.program import NO_REGISTER, Edge, Instruction


def _follow(link: Link, edge: Edge) -> Step:
    """Goes to another block of the function."""
    block = link.own_blocks[edge.block]
    targets = [target for target, _ in edge.moves]
    sources = [source for _, source in edge.moves]

    def step(branch: Branch, registers: list[Any]) -> None:
        if targets:
            for target, value in zip(targets, [registers[source] for source in sources], strict=True):
                registers[target] = value
        branch.enter(block)
        frame = branch.frames[-1]
        frame.block, frame.index = block, 0

    return step


def jump(link: Link, instruction: Instruction) -> Step:
    """Goes to a block."""
    return _follow(link, instruction.detail)


def branch(link: Link, instruction: Instruction) -> Step:
    """Goes to one of two blocks."""
    (condition,) = instruction.operands
    if_one, if_zero = (_follow(link, edge) for edge in instruction.detail)

    def step(branch: Branch, registers: list[Any]) -> None:
        (if_one if registers[condition] else if_zero)(branch, registers)

    return step


def switch(link: Link, instruction: Instruction) -> Step:
    """Goes to the block for a number."""
    (number,), (default, cases) = instruction.operands, instruction.detail
    otherwise = _follow(link, default)
    steps = {value: _follow(link, edge) for value, edge in cases.items()}

    def step(branch: Branch, registers: list[Any]) -> None:
        steps.get(registers[number], otherwise)(branch, registers)

    return step


def call(link: Link, instruction: Instruction) -> Step:
    """Enters a function."""
    operands, target, name = instruction.operands, instruction.target, instruction.detail
    callee, first = link.program.functions[name], link.blocks[name][0]

    def step(branch: Branch, registers: list[Any]) -> None:
        if len(branch.frames) >= MAX_CALL_DEPTH:
            raise PayloadError(
                f"line {instruction.line}: more than {MAX_CALL_DEPTH} functions are under way at once"
            )
        inner = list(callee.registers)
        for parameter, operand in zip(callee.parameters, operands, strict=True):
            inner[parameter] = registers[operand]
        branch.enter(first)
        branch.frames.append(Frame(first, 0, inner, target, len(branch.memory)))

    return step


def leave(_link: Link, instruction: Instruction) -> Step:
    """Returns from a function; from the entry point, a value is an exit code, and 0 means well."""

    def step(branch: Branch, registers: list[Any]) -> None:
        value = registers[instruction.operands[0]] if instruction.operands else 0
        frame = branch.frames.pop()
        del branch.memory[frame.memory :]
        if not branch.frames:
            if value:
                raise PayloadError(f"line {instruction.line}: the program ends with exit code {value}")
        elif frame.target != NO_REGISTER:
            branch.frames[-1].registers[frame.target] = value

    return step


def unreachable(_link: Link, _instruction: Instruction) -> Step:
    """Refuses to go on."""

    def step(_branch: Branch, _registers: list[Any]) -> None:
        raise ArithmeticError("it reaches a place that it declares unreachable")

    return step
