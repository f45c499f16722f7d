"""How a circuit's classical bits are grouped in records and counts; nothing about what is measured into them.

Bit 0 of the circuit is the last of all records, as it is the rightmost character of Qiskit's counts.
"""

from collections.abc import Iterator

import attrs
from qiskit import QuantumCircuit
from qiskit.circuit import ClassicalRegister


@attrs.frozen
class BitGroups:
    """A circuit's classical bits, from the first to the last, in groups that do not overlap.

    Attributes:
        groups: Name and size of each group: the registers, and each run of bits in no register, which has
            no name. Where registers overlap or are not in the order of their bits, one nameless group.
    """

    groups: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, circuit: QuantumCircuit) -> "BitGroups":
        """The groups of a circuit's bits."""
        groups: list[tuple[str, int]] = []
        reached = 0
        for register in circuit.cregs:
            start = _start(circuit, register, reached)
            if start is None:
                return cls((("", circuit.num_clbits),))
            if start > reached:
                groups.append(("", start - reached))
            groups.append((register.name, register.size))
            reached = start + register.size
        if circuit.num_clbits > reached:
            groups.append(("", circuit.num_clbits - reached))
        return cls(tuple(groups))

    @property
    def creg_sizes(self) -> list[list[str | int]]:
        """The groups as the header of a Qiskit result names them; none if there is no register at all."""
        if len(self.groups) == 1 and not self.groups[0][0]:
            return []
        return [[name, size] for name, size in self.groups]

    def records(self, result_of: list[int]) -> Iterator[tuple[str, int]]:
        """The output records, in the order of Microsoft's Qiskit clients: last group first, high bit first.

        Args:
            result_of: The result that each bit shows.
        """
        sizes = [size for _, size in self.groups if size] or [len(result_of)]
        if len(sizes) > 1:
            yield "tuple", len(sizes)
        end = len(result_of)
        for size in reversed(sizes):
            yield "array", size
            for bit in reversed(range(end - size, end)):
                yield "result", result_of[bit]
            end -= size


def _start(circuit: QuantumCircuit, register: ClassicalRegister, reached: int) -> int | None:
    """The first bit of a register whose bits lie together, in order and after those reached; else None."""
    if list(register) == circuit.clbits[reached : reached + register.size]:  # of nearly all circuits
        return reached
    bits = [circuit.find_bit(bit).index for bit in register]
    start = bits[0] if bits else reached
    together = bits == list(range(start, start + len(bits)))
    return start if together and start >= reached else None
