"""Circuits taken apart into groups of qubits that no gate connects: memory follows the largest group."""

from collections.abc import Iterable, Sequence

import attrs

from quire.simulator.circuit import Operation
from quire.simulator.engines.samples import Samples, distinct
from quire.simulator.engines.terminal import Terminal


@attrs.frozen
class Component:
    """A group of qubits, as a circuit of its own.

    Attributes:
        terminal: The circuit; its qubits are counted anew.
        columns: The places of its sources among those of the whole circuit.
    """

    terminal: Terminal
    columns: tuple[int, ...]


def components(terminal: Terminal) -> list[Component]:
    """Takes a circuit apart; what was never measured belongs to no component."""
    roots = _roots(terminal)
    members: dict[int, list[int]] = {}
    for qubit, root in enumerate(roots):
        members.setdefault(root, []).append(qubit)
    gates: dict[int, list[Operation]] = {root: [] for root in members}
    for operation in terminal.gates:
        gates[roots[operation[1][0]]].append(operation)
    return [_component(terminal, qubits, gates[root]) for root, qubits in members.items()]


def _roots(terminal: Terminal) -> list[int]:
    """For each qubit, the one that stands for its group."""
    parents = list(range(terminal.num_qubits))

    def root(qubit: int) -> int:
        while parents[qubit] != qubit:
            parents[qubit] = qubit = parents[parents[qubit]]
        return qubit

    for _, indices, _ in terminal.gates:
        for other in indices[1:]:
            parents[root(other)] = root(indices[0])
    return [root(qubit) for qubit in range(terminal.num_qubits)]


def _component(terminal: Terminal, qubits: Sequence[int], gates: Sequence[Operation]) -> Component:
    places = {qubit: place for place, qubit in enumerate(qubits)}
    moved = [(name, tuple(map(places.__getitem__, indices)), params) for name, indices, params in gates]
    columns = tuple(column for column, source in enumerate(terminal.sources) if source in places)
    sources = tuple(places[terminal.sources[column]] for column in columns)
    return Component(Terminal(moved, len(qubits), sources, has_reset=False), columns)


def joined(parts: Iterable[tuple[Component, Samples]], num_columns: int) -> Samples:
    """The samples of a whole circuit from those of its components, which are independent."""
    parts = list(parts)
    keys, order = distinct(zip(*(samples.order for _, samples in parts), strict=True))
    rows = []
    for key in keys:
        row = [0] * num_columns
        for (component, samples), number in zip(parts, key, strict=True):
            for column, bit in zip(component.columns, samples.rows[number], strict=True):
                row[column] = bit
        rows.append(row)
    return Samples(rows, order)
