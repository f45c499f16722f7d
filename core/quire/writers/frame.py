"""What the frames of all payload formats have in common: templates, operands, and what each can express."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar


class Frame:
    """A program under construction in one payload format.

    Adapters append a line per operation, made by the frame's own templates::

        append, q, r = frame.lines.append, frame.qubits, frame.results
        append(frame.gates["h"] % q[0])
        append(frame.gates["rx"] % (number_text(0.5), q[0]))
        append(frame.gates["cx"] % (q[0], q[1]))
        append(frame.measure % (q[0], r[0]))

    Attributes:
        format: The payload format's id.
        output_format: The result format to ask for.
        gates: A ``%`` template for each of quire's gates: over the texts of its angles, then its qubits'
            operands, each once and in order.
        measure: A template over a qubit's and a result's operand. Unused where ``measures`` is False.
        reset: A template over a qubit's operand. Unused where ``is_adaptive`` is False.
        measures: Whether programs say what is measured; else all qubits are, at the end.
        is_adaptive: Whether programs may go on with a qubit after its measurement, and reset it.
        keeps_text: Whether the body stays as it is, so that the texts of its numbers may be exchanged for
            others after it was framed.
        lines: The body's lines so far; append to it.
        qubits: The operand of each qubit, by index.
        results: The operand of each result, by index.
    """

    format: ClassVar[str]
    output_format: ClassVar[str]
    gates: ClassVar[Mapping[str, str]]
    measure: ClassVar[str] = ""
    reset: ClassVar[str] = ""
    measures: ClassVar[bool] = True
    is_adaptive: ClassVar[bool] = True
    keeps_text: ClassVar[bool] = True

    def __init__(self, qubits: list[str], results: list[str]) -> None:
        """Begins an empty program.

        Args:
            qubits: The operands of its qubits.
            results: The operands of its results.
        """
        self.lines: list[str] = []
        self.qubits = qubits
        self.results = results


class BlockFrame(Frame, ABC):
    """A frame whose programs branch between blocks, on single measured bits."""

    def __init__(self, qubits: list[str], results: list[str]) -> None:
        """Begins an empty program; see :class:`Frame`."""
        super().__init__(qubits, results)
        self._num_blocks = 1

    @abstractmethod
    def add_result(self) -> int:
        """Adds a result that the program may name, for programs read in one pass; returns its index."""

    def new_block(self) -> str:
        """A name for a further block of the program, which :meth:`begin_block` then begins."""
        name = f"block_{self._num_blocks}"
        self._num_blocks += 1
        return name

    @abstractmethod
    def begin_block(self, name: str, go_to: str | None = None) -> None:
        """Ends the present block and begins the named one.

        Args:
            name: The block that the lines after this are in.
            go_to: The block that the present one goes on to; the one that begins unless given.
        """

    @abstractmethod
    def branch(self, result: str, if_one: str, if_zero: str, begin: str) -> None:
        """Ends the present block with a choice by a measured result.

        Args:
            result: The operand of a result that has been measured.
            if_one: The block to go on with if it is one.
            if_zero: The block to go on with if it is zero.
            begin: The block that the lines after this are in.
        """
