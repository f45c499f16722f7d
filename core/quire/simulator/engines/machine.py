"""Makes a program ready to run: each instruction becomes a step, linked to the blocks it leads to."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import attrs

from quire.simulator.engines import classical_steps, control_steps, quantum_steps
from quire.simulator.engines.branches import Block, Branch, Frame, Step
from quire.simulator.engines.errors import Errors
from quire.simulator.engines.noisy_steps import error_steps
from quire.simulator.engines.states import Prepare
from quire.simulator.engines.steps import Link
from quire.simulator.program import NO_REGISTER, Instruction, Program

# Applying the smallest gate takes as long as some classical instructions.
_GATE_COST = 5

_Maker = Callable[[Link, Instruction], Step]

_MAKERS: Mapping[str, _Maker] = MappingProxyType(
    {
        "gate": quantum_steps.gate,
        "measure": quantum_steps.measure,
        "reset": quantum_steps.reset,
        "read": quantum_steps.read,
        "write": quantum_steps.write,
        "record": quantum_steps.record,
        "record_result": quantum_steps.record_result,
        "open": quantum_steps.open_container,
        "jump": control_steps.jump,
        "branch": control_steps.branch,
        "switch": control_steps.switch,
        "call": control_steps.call,
        "return": control_steps.leave,
        "unreachable": control_steps.unreachable,
        "alloca": classical_steps.allocate,
        "load": classical_steps.load,
        "store": classical_steps.store,
        "address": classical_steps.address,
        "select": classical_steps.select,
    }
)


@attrs.frozen
class Machine:
    """A program that branches can run.

    Attributes:
        program: The program.
        entry: The block it begins with.
        blocks: All blocks of its functions.
    """

    program: Program
    entry: Block
    blocks: Sequence[Block]

    def start(self, branch: Branch) -> None:
        """Puts a branch at the beginning of the program."""
        branch.memory = list(self.program.memory)
        registers: list[Any] = list(self.program.functions[self.program.entry].registers)
        branch.frames = [Frame(self.entry, 0, registers, NO_REGISTER, len(branch.memory))]

    def release(self) -> None:
        """Empties the blocks, whose steps lead back to them: all would stay until garbage is collected."""
        for block in self.blocks:
            block.steps.clear()


def link(
    program: Program, qubits: Mapping[int, int], prepare: Prepare, errors: Errors | None = None
) -> Machine:
    """Makes a program ready to run.

    Args:
        program: The program.
        qubits: Its qubits that are in use, with their places in the state.
        prepare: Makes gates what the state applies.
        errors: What goes wrong on the way; None on an ideal machine.
    """
    blocks = {name: [Block() for _ in f.blocks] for name, f in program.functions.items()}
    for name, function in program.functions.items():
        scope = Link(program, function, blocks, blocks[name], qubits, prepare)
        for block, instructions in zip(blocks[name], function.blocks, strict=True):
            for instruction in instructions:
                make = _MAKERS.get(instruction.op, classical_steps.compute)
                block.steps.append(make(scope, instruction))
                block.lines.append(instruction.line)
                for fault in error_steps(scope, instruction, errors):
                    block.steps.append(fault)
                    block.lines.append(instruction.line)
                block.cost += _GATE_COST if instruction.op == "gate" else 1
    return Machine(program, blocks[program.entry][0], [block for own in blocks.values() for block in own])
