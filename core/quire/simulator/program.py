"""Programs whose course may depend on what they measure: functions of blocks of instructions over registers.

The second record between payload formats and engines, for what a flat circuit cannot say. It is data; how an
instruction is carried out is known to ``quire.simulator.engines.machine`` alone.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import attrs

from quire.formats import QirProfile
from quire.simulator.circuit import Circuit
from quire.simulator.output import Container

NO_REGISTER = -1


class Instruction(NamedTuple):
    """One step.

    ================  ==============================================  ======================================
    op                operands                                        detail
    ================  ==============================================  ======================================
    gate              its angles, then its qubits                     the gate's name
    measure           a qubit, a result
    reset             a qubit
    read              a result
    write             a bit, a result
    record            a classical value                               ``"i1"``, ``"i64"`` ..., ``"double"``
    record_result     a result
    open                                                              a ``Container``
    jump                                                              an ``Edge``
    branch            a bit                                           the edges for 1 and for 0
    switch            a number                                        the default edge, and edges by number
    call              the arguments                                   the function's name
    return            the value, if there is one
    unreachable
    alloca            how many                                        words of each
    load, store       an address (after the value to store)           the value's type
    address           an address, then indices                        the stride of each index, in words
    any other         numbers                                         the bit width, or what the op needs
    ================  ==============================================  ======================================

    Attributes:
        op: What it does.
        target: The register that takes its value, or ``NO_REGISTER``.
        operands: The registers it works on; constants lie in registers, too.
        detail: What else it needs to know.
        line: Where it stands in the payload, from 1; 0 if nowhere.
    """

    op: str
    target: int
    operands: tuple[int, ...]
    detail: Any
    line: int


class Edge(NamedTuple):
    """A way from one block to another.

    Attributes:
        block: The index of the block it leads to.
        moves: Registers to set on the way, all at once: (target, source).
    """

    block: int
    moves: tuple[tuple[int, int], ...]


class Undefined:
    """The value of a register before it is set; whoever uses it has an invalid program."""

    __slots__ = ()

    def _refuse(self, *_: object) -> Any:
        raise TypeError("a value is used before it is computed")

    __eq__ = __ne__ = __bool__ = __hash__ = _refuse


UNDEFINED = Undefined()


@attrs.frozen(eq=False)
class Function:
    """A function of a program.

    Attributes:
        blocks: Its blocks, entered at the first; each ends in an instruction that leaves it.
        registers: What its registers hold when it begins: constants, or ``UNDEFINED``.
        parameters: The registers that take its arguments.
    """

    blocks: Sequence[Sequence[Instruction]]
    registers: Sequence[Any]
    parameters: tuple[int, ...] = ()


@attrs.frozen(eq=False)
class Program:
    """A program with control flow.

    Integers of n bits are kept as 0 <= value < 2**n; pointers are qubit or result indices, or addresses of
    memory words from ``first_address`` on.

    Attributes:
        functions: Its functions by name.
        entry: The name of the one to run.
        num_qubits: How many qubits it declares.
        num_results: How many results it declares.
        memory: What its global variables hold at first, word by word.
        num_constants: How many of these words, from the first, may not be written.
        profile: The least QIR profile that allows all of it.
        reason: What asks for that profile, for people.
    """

    functions: Mapping[str, Function]
    entry: str
    num_qubits: int
    num_results: int
    memory: tuple[Any, ...] = ()
    num_constants: int = 0
    profile: QirProfile = QirProfile.BASE
    reason: str = ""


FIRST_ADDRESS = 2**40
"""The address of the first memory word: beyond all indices, so that no qubit is taken for memory."""


def program_of(circuit: Circuit) -> Program:
    """A circuit as a program of one block."""
    constants: dict[tuple[type, float], int] = {}

    def register(value: float) -> int:
        # The type is part of the key, because 1 == 1.0.
        return constants.setdefault((type(value), value), len(constants))

    steps = [
        Instruction(
            name if name in ("measure", "reset") else "gate",
            NO_REGISTER,
            tuple(map(register, (*params, *indices))),
            name,
            0,
        )
        for name, indices, params in circuit.operations
    ]
    for record in circuit.output.records:
        if isinstance(record, Container):
            steps.append(Instruction("open", NO_REGISTER, (), record, 0))
        else:
            steps.append(Instruction("record_result", NO_REGISTER, (register(record),), None, 0))
    steps.append(Instruction("return", NO_REGISTER, (), None, 0))
    registers = [value for _, value in constants]
    function = Function((steps,), registers)
    return Program({"": function}, "", circuit.num_qubits, circuit.num_results)
