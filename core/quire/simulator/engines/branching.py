"""Runs a program with control flow from its beginning to its shots, on any kind of quantum state."""

from collections.abc import Callable, Mapping

import numpy

from quire.simulator.engines.branches import Branch, Run
from quire.simulator.engines.errors import Errors
from quire.simulator.engines.machine import link
from quire.simulator.engines.samples import Shots
from quire.simulator.engines.states import Prepare, QuantumState
from quire.simulator.gates import SHAPES
from quire.simulator.limits import MAX_RECORDS
from quire.simulator.output import nest
from quire.simulator.program import UNDEFINED, Program

_QUBIT_OPS = frozenset(("gate", "measure", "reset"))


def qubits_in_use(program: Program) -> Mapping[int, int]:
    """The qubits that a program may touch, with their places in a state that holds no others."""
    used: set[int] = set()
    for function in program.functions.values():
        for step in (step for block in function.blocks for step in block if step.op in _QUBIT_OPS):
            first = SHAPES[step.detail].num_params if step.op == "gate" else 0
            last = None if step.op == "gate" else 1
            for register in step.operands[first:last]:
                qubit = function.registers[register]
                if qubit is UNDEFINED:
                    # It is chosen at run time, so it may be any.
                    return {qubit: qubit for qubit in range(program.num_qubits)}
                used.add(qubit)
    return {qubit: place for place, qubit in enumerate(sorted(used))}


def run_branches(
    program: Program,
    qubits: Mapping[int, int],
    new_state: Callable[[int], QuantumState],
    prepare: Prepare,
    shots: int,
    rng: numpy.random.Generator,
    errors: Errors | None = None,
) -> Shots:
    """Runs a program.

    Args:
        program: The program.
        qubits: Its qubits that are in use, with their places in the state.
        new_state: Makes a state of some qubits, all |0>.
        prepare: Makes gates what that state applies.
        shots: How often.
        rng: Where chance comes from.
        errors: What goes wrong on the way; None on an ideal machine.

    Raises:
        PayloadError: The program does what has no meaning, or takes too long.
    """
    width = max(1, len(qubits))
    flips = [prepare("x", (place,), ()) for place in range(width)]
    run = Run(flips, MAX_RECORDS // shots, rng)
    branch = Branch(run, new_state(width), shots, program.num_results)
    machine = link(program, qubits, prepare, errors)
    machine.start(branch)
    run.waiting.append(branch)
    try:
        run.finish()
    finally:
        machine.release()
    values = [nest(records) for records in run.outcomes()]
    order = run.order
    if len(values) > 1:
        # The shots of a branch came together; independent shots come mixed.
        order = rng.permutation(order).tolist()
    return Shots(values, order)
