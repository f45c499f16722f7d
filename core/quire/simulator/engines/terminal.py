"""Circuits that measure at the end only, cut down to what their output depends on."""

from collections.abc import Collection, Mapping, Sequence

import attrs

from quire.simulator.circuit import MEASURE, RESET, Circuit, Operation
from quire.simulator.gates import SHAPES

UNMEASURED = -1


@attrs.frozen
class Terminal:
    """Gates, then one look at all qubits.

    Attributes:
        gates: The gates that matter to the output, on qubits counted anew from 0.
        num_qubits: How many qubits these are; each of them is used.
        sources: For each recorded result in record order, the qubit it is read from, or ``UNMEASURED``.
        has_reset: Whether the circuit had resets, all of them without effect on its output.
    """

    gates: Sequence[Operation]
    num_qubits: int
    sources: tuple[int, ...]
    has_reset: bool


def terminal_form(circuit: Circuit) -> Terminal | None:
    """The circuit as gates and a last look; None if it measures or resets in mid-circuit.

    A measurement may be followed by what does not disturb it: gates that are diagonal on the qubit, such as
    using it as a control, measuring it again, or resetting it for good.
    """
    gates: list[Operation] = []
    used: set[int] = set()
    measured: set[int] = set()
    discarded: set[int] = set()
    sources: dict[int, int] = {}
    has_reset = False
    for operation in circuit.operations:
        name, indices, _ = operation
        if name == MEASURE:
            if indices[0] in discarded:
                return None
            sources[indices[1]] = indices[0]
            measured.add(indices[0])
        elif name == RESET:
            has_reset = True
            # A qubit not used yet stays what it is.
            discarded.update(used.intersection(indices))
        else:
            if (measured or discarded) and _disturbs(name, indices, measured, discarded):
                return None
            gates.append(operation)
            used.update(indices)
    wanted = {sources[result] for result in circuit.output.results if result in sources}
    if len(wanted) < len(used):
        gates = _light_cone(gates, wanted)
        used = wanted.union(*(indices for _, indices, _ in gates))
    else:
        used |= wanted
    return _compacted(gates, used, sources, circuit.output.results, has_reset)


def whole_form(circuit: Circuit) -> Terminal | None:
    """The circuit with all of its gates, for runs in which each gate may go wrong.

    None if it resets, or goes on with a qubit that was measured, in whatever way.
    """
    gates: list[Operation] = []
    used: set[int] = set()
    sources: dict[int, int] = {}
    measured: set[int] = set()
    for operation in circuit.operations:
        name, indices, _ = operation
        if name == MEASURE:
            sources[indices[1]] = indices[0]
            measured.add(indices[0])
        elif name == RESET or not measured.isdisjoint(indices):
            return None
        else:
            gates.append(operation)
            used.update(indices)
    return _compacted(gates, used | measured, sources, circuit.output.results, has_reset=False)


def _disturbs(
    name: str, indices: tuple[int, ...], measured: Collection[int], discarded: Collection[int]
) -> bool:
    """Whether a gate makes it matter that qubits were measured, or reset, before it."""
    turned = indices[SHAPES[name].num_diagonal :]
    return any(qubit in discarded for qubit in indices) or any(qubit in measured for qubit in turned)


def _light_cone(gates: Sequence[Operation], wanted: Collection[int]) -> list[Operation]:
    """The gates that the probabilities of the wanted qubits depend on, found from the last to the first.

    Of a qubit, the rest of the circuit may need its state, or only its distribution over 0 and 1, or nothing.
    """
    stateful: set[int] = set()
    distributed = set(wanted)
    kept: list[Operation] = []
    for operation in reversed(gates):
        name, indices, _ = operation
        shape = SHAPES[name]
        if stateful.isdisjoint(indices):
            if distributed.isdisjoint(indices[shape.num_diagonal :]):
                # It changes phases, and qubits that nothing depends on: such copies of a measured qubit are
                # what the Q# compiler leaves of a reset in the base profile.
                continue
            if shape.permutes:
                distributed.update(indices)
                kept.append(operation)
                continue
        stateful.update(indices)
        kept.append(operation)
    kept.reverse()
    return kept


def _compacted(
    gates: list[Operation],
    used: set[int],
    sources: Mapping[int, int],
    results: tuple[int, ...],
    has_reset: bool,
) -> Terminal:
    """Counts the used qubits anew, from 0 and without gaps."""
    places = {qubit: place for place, qubit in enumerate(sorted(used))}
    if any(qubit != place for qubit, place in places.items()):
        gates = [(name, tuple(map(places.__getitem__, indices)), params) for name, indices, params in gates]
    columns = tuple(places[sources[r]] if r in sources else UNMEASURED for r in results)
    return Terminal(gates, len(places), columns, has_reset)
