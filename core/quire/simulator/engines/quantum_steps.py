"""Steps that touch qubits, results and the output."""

import math
from typing import Any

from quire.simulator.engines.arithmetic import signed
from quire.simulator.engines.branches import Branch, Step
from quire.simulator.engines.steps import Link
from quire.simulator.gates import SHAPES
from quire.simulator.program import UNDEFINED, Instruction


def gate(link: Link, instruction: Instruction) -> Step:
    """Applies a gate; one that the program fixes is prepared once."""
    shape = SHAPES[instruction.detail]
    constants = [link.function.registers[register] for register in instruction.operands]
    if any(value is UNDEFINED for value in constants):
        return _chosen_gate(link, instruction)
    qubits = tuple(map(link.place, constants[shape.num_params :]))
    gates = link.prepare(instruction.detail, qubits, constants[: shape.num_params])

    def step(branch: Branch, _registers: list[Any]) -> None:
        if not branch.held.isdisjoint(qubits):
            branch.use(qubits, shape.num_diagonal)
        branch.state.apply(gates)

    return step


def _chosen_gate(link: Link, instruction: Instruction) -> Step:
    """Applies a gate whose angle or qubits are known at run time only."""
    name, shape = instruction.detail, SHAPES[instruction.detail]
    angles = instruction.operands[: shape.num_params]
    places = instruction.operands[shape.num_params :]

    def step(branch: Branch, registers: list[Any]) -> None:
        qubits = tuple(link.place(registers[place]) for place in places)
        if len(set(qubits)) < len(qubits):
            raise IndexError(f"{name} acts on one qubit twice")
        params = [registers[angle] for angle in angles]
        if not all(map(math.isfinite, params)):
            raise ArithmeticError(f"{name} has an angle of {params[0]!r}")
        gates = link.prepare(name, qubits, params)
        if not branch.held.isdisjoint(qubits):
            branch.use(qubits, shape.num_diagonal)
        branch.state.apply(gates)

    return step


def measure(link: Link, instruction: Instruction) -> Step:
    """Measures a qubit into a result."""
    qubit, result = instruction.operands

    def step(branch: Branch, registers: list[Any]) -> None:
        branch.measure(link.place(registers[qubit]), link.result(registers[result]))

    return step


def reset(link: Link, instruction: Instruction) -> Step:
    """Resets a qubit."""
    (qubit,) = instruction.operands
    return lambda branch, registers: branch.reset(link.place(registers[qubit]))


def read(link: Link, instruction: Instruction) -> Step:
    """Sets a register to a result's bit."""
    (result,), target = instruction.operands, instruction.target

    def step(branch: Branch, registers: list[Any]) -> None:
        registers[target] = branch.read(link.result(registers[result]))

    return step


def write(link: Link, instruction: Instruction) -> Step:
    """Sets a result to a register's bit."""
    bit, result = instruction.operands

    def step(branch: Branch, registers: list[Any]) -> None:
        branch.results[link.result(registers[result])] = registers[bit] & 1

    return step


def record_result(link: Link, instruction: Instruction) -> Step:
    """Puts out a result."""
    (result,) = instruction.operands

    def step(branch: Branch, registers: list[Any]) -> None:
        branch.record(branch.results[link.result(registers[result])])

    return step


def record(_link: Link, instruction: Instruction) -> Step:
    """Puts out a classical value."""
    (operand,), kind = instruction.operands, instruction.detail

    def step(branch: Branch, registers: list[Any]) -> None:
        value = registers[operand]
        if kind == "i1":
            value = bool(value)
        elif kind == "i64":
            value = signed(value, 64)
        elif not math.isfinite(value):
            raise ArithmeticError(f"{value!r} is put out, which results cannot hold")
        branch.record(value)

    return step


def open_container(_link: Link, instruction: Instruction) -> Step:
    """Puts out the head of an array or tuple."""
    container = instruction.detail
    return lambda branch, _registers: branch.record(container)
