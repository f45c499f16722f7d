"""The steps of a program at which errors happen: behind gates, and between a measurement and its result."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from quire.simulator.engines.branches import Branch, Step
from quire.simulator.engines.errors import Errors
from quire.simulator.engines.steps import Link
from quire.simulator.gates import SHAPES
from quire.simulator.program import UNDEFINED, Instruction

_PAULIS = "ixyz"


def error_steps(link: Link, instruction: Instruction, errors: Errors | None) -> Iterator[Step]:
    """The steps that follow an instruction's own where things go wrong; none on an ideal machine."""
    if errors is None:
        return
    if instruction.op == "measure" and any(errors.noise.measurement):
        yield _misreading(link, instruction, errors)
    elif instruction.op == "gate":
        operands = instruction.operands[SHAPES[instruction.detail].num_params :]
        for probability, registers in errors.of_gate(instruction.detail, operands):
            yield _depolarizing(link, probability, registers)


def _depolarizing(link: Link, probability: float, registers: Sequence[int]) -> Step:
    """Any Pauli but the identity, each as likely, on the qubits that these registers name."""
    words = list(itertools.product(_PAULIS, repeat=len(registers)))[1:]
    fixed = link.function.registers
    # Nearly all programs name their qubits by constants, so that errors can be prepared once.
    ready = (
        None
        if any(fixed[register] is UNDEFINED for register in registers)
        else [_error(link, word, [fixed[register] for register in registers]) for word in words]
    )

    def step(branch: Branch, values: list[Any]) -> None:
        kind = branch.draw_error(probability, len(words))
        if kind:
            error = (
                ready[kind - 1]
                if ready is not None
                else _error(link, words[kind - 1], [values[register] for register in registers])
            )
            turned, gates = error
            if not branch.held.isdisjoint(turned):
                branch.use(turned, 0)
            branch.state.apply(gates)
        branch.fate = None

    return step


def _error(link: Link, word: Sequence[str], qubits: Sequence[Any]) -> tuple[tuple[int, ...], list[Any]]:
    """A word of Paulis: the qubits it does more to than change signs, and its gates."""
    places = [link.place(qubit) for qubit in qubits]
    turned = tuple(place for letter, place in zip(word, places, strict=True) if letter in "xy")
    gates = [
        gate
        for letter, place in zip(word, places, strict=True)
        if letter != "i"
        for gate in link.prepare(letter, (place,), ())
    ]
    return turned, gates


def _misreading(link: Link, instruction: Instruction, errors: Errors) -> Step:
    """The result that was just measured, read wrongly; the qubit stays what it is."""
    _, register = instruction.operands

    def step(branch: Branch, values: list[Any]) -> None:
        result = link.result(values[register])
        bit = branch.read(result)
        if branch.draw_error(errors.noise.measurement[bit], 1):
            branch.results[result] = 1 - bit
        branch.fate = None

    return step
