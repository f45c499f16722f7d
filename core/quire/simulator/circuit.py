"""The one record between payload formats and engines: a flat list of operations, and what it puts out.

Programs whose course depends on what they measure are no circuits; see ``quire.simulator.program``.
"""

from collections.abc import Sequence

import attrs

from quire.simulator.output import Output

Operation = tuple[str, tuple[int, ...], tuple[float, ...]]
"""A name, the indices it acts on, its angles in radians: a plain tuple, because there may be a million.

``("rx", (qubit,), (angle,))`` for a gate of ``quire.simulator.gates``, ``("measure", (qubit, result), ())``
and ``("reset", (qubit,), ())``.
"""

MEASURE = "measure"
RESET = "reset"


@attrs.frozen
class Circuit:
    """Operations in the order in which they happen; the first qubits and results have index 0.

    Attributes:
        operations: The operations; their indices are below the two numbers that follow.
        num_qubits: How many qubits the program declares, all in |0> at first.
        num_results: How many results it declares, all 0 until measured.
        output: Which results it puts out, and how they nest.
        virtual: Names of gates that a reader wrote to spell others, and that are none of the machine's.
    """

    operations: Sequence[Operation]
    num_qubits: int
    num_results: int
    output: Output
    virtual: frozenset[str] = frozenset()
