"""The drawing of a circuit: where each gate stands, in pixels; nothing about formats."""

from collections.abc import Sequence

import attrs

from quire.server.pages.sketches import MEASURE, Gate

ROW = 36
_MARGIN = 40
_GAP = 10
_LEAST_BOX = 28
_LETTER = 7.5


@attrs.frozen
class Mark:
    """A gate as it is drawn.

    Attributes:
        gate: The gate.
        label: What stands in its box.
        x: The middle of its column.
        width: The width of its box.
        rows: The vertical middles of its targets.
        control_rows: Those of its controls.
        top: The uppermost of all of them.
        bottom: The lowest.
    """

    gate: Gate
    label: str
    x: float
    width: float
    rows: tuple[int, ...]
    control_rows: tuple[int, ...]
    top: int
    bottom: int


@attrs.frozen
class Drawing:
    """A circuit as it is drawn.

    Attributes:
        width: Its width.
        height: Its height.
        qubits: The numbers of its qubits, each with the vertical middle of its line.
        marks: Its gates.
        words: The circuit in words.
    """

    width: float
    height: int
    qubits: tuple[tuple[int, int], ...]
    marks: tuple[Mark, ...]
    words: str


def draw(gates: Sequence[Gate]) -> Drawing:
    """Draws a circuit: each gate as far to the left as its qubits, and those between them, are free."""
    used = sorted({qubit for gate in gates for qubit in (*gate.targets, *gate.controls)})
    middle = {qubit: ROW // 2 + ROW * index for index, qubit in enumerate(used)}
    columns: list[list[Gate]] = []
    free_from = dict.fromkeys(middle.values(), 0)
    for gate in gates:
        rows = _rows(gate, middle)
        crossed = range(min(rows), max(rows) + 1, ROW)
        column = max(free_from[row] for row in crossed)
        free_from.update(dict.fromkeys(crossed, column + 1))
        if column == len(columns):
            columns.append([])
        columns[column].append(gate)
    marks: list[Mark] = []
    x = float(_MARGIN)
    for column_gates in columns:
        width = max(_box_width(_label(gate)) for gate in column_gates)
        marks += [_mark(gate, x + width / 2, middle) for gate in column_gates]
        x += width + _GAP
    qubits = tuple(middle.items())
    words = f"{len(gates)} gates on {len(used)} qubit{'s' if len(used) > 1 else ''}"
    return Drawing(x + _GAP, ROW * len(used), qubits, tuple(marks), words)


def _rows(gate: Gate, middle: dict[int, int]) -> list[int]:
    return [middle[qubit] for qubit in (*gate.targets, *gate.controls)]


def _label(gate: Gate) -> str:
    if gate.name == MEASURE or (gate.controls and gate.name == "X") or gate.name == "SWAP":
        return ""
    return f"{gate.name}({gate.parameter})" if gate.parameter else gate.name


def _box_width(label: str) -> float:
    return max(_LEAST_BOX, len(label) * _LETTER + 12)


def _mark(gate: Gate, x: float, middle: dict[int, int]) -> Mark:
    rows, label = _rows(gate, middle), _label(gate)
    return Mark(
        gate,
        label,
        x,
        _box_width(label),
        tuple(middle[qubit] for qubit in gate.targets),
        tuple(middle[qubit] for qubit in gate.controls),
        min(rows),
        max(rows),
    )
