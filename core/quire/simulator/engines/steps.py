"""What an instruction needs to know of its program to become a step."""

from collections.abc import Mapping
from typing import Any

import attrs

from quire.simulator.engines.branches import Block
from quire.simulator.engines.states import Prepare
from quire.simulator.program import UNDEFINED, Function, Program


@attrs.frozen(eq=False)
class Link:
    """The surroundings of an instruction.

    Attributes:
        program: The program.
        function: The function it stands in.
        blocks: The blocks of all functions, by the function's name; they may still be empty.
        own_blocks: Those of its own function.
        qubits: The program's qubits that are in use, with their places in the state.
        prepare: Makes gates what the state applies.
    """

    program: Program
    function: Function
    blocks: Mapping[str, list[Block]]
    own_blocks: list[Block]
    qubits: Mapping[int, int]
    prepare: Prepare

    def place(self, qubit: Any) -> int:
        """The place in the state of a qubit that the program names.

        Raises:
            IndexError: It has none of this index.
        """
        place = self.qubits.get(qubit)
        if place is None:
            raise IndexError(f"there is no qubit {qubit}")
        return place

    def result(self, index: Any) -> int:
        """A result that the program names.

        Raises:
            IndexError: It has none of this index.
        """
        if index is UNDEFINED or index >= self.program.num_results:
            raise IndexError(f"there is no result {index}")
        number: int = index
        return number
