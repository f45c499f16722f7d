"""Qubits in a line: an order in which the gates of a circuit reach over few others."""

from collections.abc import Sequence

from quire.simulator.engines.terminal import Terminal


def line_order(terminal: Terminal) -> list[int]:
    """The qubits of a circuit in an order that suits a matrix product state.

    Returns:
        The qubits as they are numbered, or walked through from neighbour to neighbour: the order in which the
        distances between the qubits of the gates have the smaller sum.
    """
    plain = list(range(terminal.num_qubits))
    walked = _walk(terminal)
    return walked if _reach(terminal, walked) < _reach(terminal, plain) else plain


def _walk(terminal: Terminal) -> list[int]:
    """All qubits, each group breadth first from a qubit with the fewest neighbours."""
    neighbours: list[set[int]] = [set() for _ in range(terminal.num_qubits)]
    for _, qubits, _ in terminal.gates:
        for qubit in qubits:
            neighbours[qubit].update(qubits)
    walk: list[int] = []
    seen: set[int] = set()
    for start in sorted(range(terminal.num_qubits), key=lambda qubit: len(neighbours[qubit])):
        layer = [] if start in seen else [start]
        while layer:
            seen.update(layer)
            walk += layer
            # A dict keeps the order and drops what comes twice.
            found = dict.fromkeys(other for qubit in layer for other in sorted(neighbours[qubit]))
            layer = [qubit for qubit in found if qubit not in seen]
    return walk


def _reach(terminal: Terminal, order: Sequence[int]) -> int:
    sites = {qubit: site for site, qubit in enumerate(order)}
    total = 0
    for name, qubits, _ in terminal.gates:
        # A swap only renames its qubits.
        if len(qubits) > 1 and name != "swap":
            found = [sites[qubit] for qubit in qubits]
            total += max(found) - min(found)
    return total
