"""Steps that compute, and steps that use memory."""

from typing import Any

from quire.simulator.engines import arithmetic
from quire.simulator.engines.branches import Branch, Step
from quire.simulator.engines.steps import Link
from quire.simulator.faults import PayloadError
from quire.simulator.limits import MAX_MEMORY_WORDS
from quire.simulator.program import FIRST_ADDRESS, UNDEFINED, Instruction


def compute(_link: Link, instruction: Instruction) -> Step:
    """Sets a register to a function of one or two others."""
    op, target, operands, detail, _ = instruction
    if len(operands) == 1:
        (operand,) = operands
        unary = arithmetic.unary(op, detail)

        def step(_branch: Branch, registers: list[Any]) -> None:
            registers[target] = unary(registers[operand])

        return step
    left, right = operands
    function = arithmetic.binary(op, detail)

    def pair_step(_branch: Branch, registers: list[Any]) -> None:
        registers[target] = function(registers[left], registers[right])

    return pair_step


def select(_link: Link, instruction: Instruction) -> Step:
    """Sets a register to one of two others."""
    (condition, chosen, other), target = instruction.operands, instruction.target

    def step(_branch: Branch, registers: list[Any]) -> None:
        registers[target] = registers[chosen] if registers[condition] else registers[other]

    return step


def allocate(_link: Link, instruction: Instruction) -> Step:
    """Takes memory until the function returns."""
    (count,), target, words = instruction.operands, instruction.target, instruction.detail

    def step(branch: Branch, registers: list[Any]) -> None:
        wanted = registers[count] * words
        if len(branch.memory) + wanted > MAX_MEMORY_WORDS:
            raise PayloadError(f"line {instruction.line}: more than {MAX_MEMORY_WORDS} values in memory")
        registers[target] = FIRST_ADDRESS + len(branch.memory)
        branch.memory += [UNDEFINED] * wanted

    return step


def _word(branch: Branch, address: Any, least: int) -> int:
    word: int = address - FIRST_ADDRESS
    if not least <= word < len(branch.memory):
        raise IndexError("an address outside of the memory that may be used")
    return word


def load(_link: Link, instruction: Instruction) -> Step:
    """Reads a word of memory."""
    (address,), target = instruction.operands, instruction.target
    kind = float if instruction.detail == "double" else int

    def step(branch: Branch, registers: list[Any]) -> None:
        value = branch.memory[_word(branch, registers[address], 0)]
        if type(value) is not kind:
            raise TypeError("a word of memory is read as what was not written there")
        registers[target] = value

    return step


def store(link: Link, instruction: Instruction) -> Step:
    """Writes a word of memory that is no constant."""
    value, address = instruction.operands
    constants = link.program.num_constants

    def step(branch: Branch, registers: list[Any]) -> None:
        branch.memory[_word(branch, registers[address], constants)] = registers[value]

    return step


def address(_link: Link, instruction: Instruction) -> Step:
    """Computes the address of an element."""
    (base, *indices), target, strides = instruction.operands, instruction.target, instruction.detail

    def step(_branch: Branch, registers: list[Any]) -> None:
        address = registers[base]
        for index, (stride, width) in zip(indices, strides, strict=True):
            address += arithmetic.signed(registers[index], width) * stride
        registers[target] = address

    return step
