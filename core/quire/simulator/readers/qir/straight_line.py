"""The fast way to read QIR: entry points of one block that only call quantum functions with constants.

It reads what it surely understands and otherwise answers None; the full reader then reads the program or
says what is wrong with it. A body is a million lines at worst, and most of them repeat their head or their
operands, so both are looked up and parsed once.
"""

import math
import re
import struct
from collections.abc import Callable
from functools import partial

from quire.simulator.circuit import MEASURE, RESET, Circuit, Operation
from quire.simulator.gates import SHAPES
from quire.simulator.output import Container, Output
from quire.simulator.readers.qir.module import Module
from quire.simulator.readers.qir.symbols import GATES, RUNTIME, Runtime

_HEAD = re.compile(r"\s*(?:tail )?call (?:fastcc |ccc )?void @([\w.]+)$")
_LABEL = re.compile(r"\s*(?:[\w.$-]+|\"[^\"]*\"):\s*(?:;.*)?$")
_RETURN = re.compile(r"\s*ret (?:void|i\d+ 0)\s*(?:;.*)?$")
_NUMBER = re.compile(r"double (?:([+-]?\d+\.\d*(?:[eE][+-]?\d+)?)|0x([0-9A-Fa-f]{16}))$")
_POINTER = r"(?:%{0}\*|ptr) (?:nonnull |noundef )*(?:null|inttoptr \(i64 (\d{{1,18}}) to (?:%{0}\*|ptr)\))"
_QUBIT, _RESULT = _POINTER.format("Qubit"), _POINTER.format("Result")
_TAIL = r"\)(?: #\d+)?\s*(?:;.*)?$"
_LABEL_OPERAND = r"(?:i8\*|ptr) [^;]*"
_QUBITS = {count: re.compile(", ".join([_QUBIT] * count) + _TAIL) for count in (1, 2, 3)}
_MEASURED = re.compile(f"{_QUBIT}, {_RESULT}{_TAIL}")
_RECORDED = re.compile(f"{_RESULT}, {_LABEL_OPERAND}{_TAIL}")
_COUNT = re.compile(rf"i64 (\d{{1,18}}), {_LABEL_OPERAND}{_TAIL}")

_Handler = Callable[[str], None]


class _UnfitError(Exception):
    """A line is for the full reader."""


class _Operands(dict[str, tuple[int, ...]]):
    """The indices that the rest of a line names, by its text."""

    def __init__(self, pattern: re.Pattern[str], bounds: tuple[int, ...], distinct: bool = False) -> None:
        super().__init__()
        self._match = pattern.match
        self._bounds = bounds
        self._distinct = distinct

    def __missing__(self, rest: str) -> tuple[int, ...]:
        found = self._match(rest)
        if found is None:
            raise _UnfitError
        # A null pointer is index 0.
        indices = tuple(int(text or 0) for text in found.groups())
        if any(index >= bound for index, bound in zip(indices, self._bounds, strict=True)):
            raise _UnfitError
        if self._distinct and len(set(indices)) < len(indices):
            raise _UnfitError
        self[rest] = indices
        return indices


class _Angles(dict[str, tuple[float, ...]]):
    """The angle that a line names, by its text."""

    def __missing__(self, text: str) -> tuple[float, ...]:
        found = _NUMBER.match(text)
        if found is None:
            raise _UnfitError
        value = float(found[1]) if found[1] else struct.unpack(">d", bytes.fromhex(found[2]))[0]
        if not math.isfinite(value):
            raise _UnfitError
        self[text] = (value,)
        return self[text]


class _Body(dict[str, _Handler]):
    """What is read so far, and as a mapping: what to do with a line, by its text before the parenthesis."""

    def __init__(self, module: Module) -> None:
        super().__init__()
        self.operations: list[Operation] = []
        self.records: list[Container | int] = []
        self._known: set[int] = set()
        self._functions = module.functions
        qubits, results = module.num_qubits, module.num_results
        self._qubits = {
            count: _Operands(pattern, (qubits,) * count, distinct=True) for count, pattern in _QUBITS.items()
        }
        self._measured = _Operands(_MEASURED, (qubits, results))
        self._recorded = _Operands(_RECORDED, (results,))
        self._angles = _Angles()

    def __missing__(self, head: str) -> _Handler:
        found = _HEAD.match(head)
        if found is None:
            if head.strip() and not head.lstrip().startswith(";"):
                raise _UnfitError
            handler: _Handler = _skip
        elif found[1] in self._functions:
            raise _UnfitError
        elif found[1] in GATES:
            handler = self._gate(GATES[found[1]])
        elif found[1] in RUNTIME:
            handler = self._runtime(RUNTIME[found[1]])
        else:
            raise _UnfitError
        self[head] = handler
        return handler

    def _gate(self, name: str) -> _Handler:
        shape = SHAPES[name]
        append, angles, qubits = self.operations.append, self._angles, self._qubits[shape.num_qubits]

        def plain(rest: str) -> None:
            append((name, qubits[rest], ()))

        def rotation(rest: str) -> None:
            angle, _, rest = rest.partition(", ")
            append((name, qubits[rest], angles[angle]))

        return rotation if shape.num_params else plain

    def _runtime(self, what: Runtime) -> _Handler:
        if what is Runtime.NOTHING:
            return _skip
        if what not in _HANDLERS:
            raise _UnfitError
        return partial(_HANDLERS[what], self)

    def _measure(self, rest: str) -> None:
        operands = self._measured[rest]
        if operands[1] in self._known:
            # What was recorded is the value before; a circuit puts out the last value of each result.
            raise _UnfitError
        self.operations.append((MEASURE, operands, ()))

    def _measure_reset(self, rest: str) -> None:
        self._measure(rest)
        self.operations.append((RESET, self._measured[rest][:1], ()))

    def _reset(self, rest: str) -> None:
        self.operations.append((RESET, self._qubits[1][rest], ()))

    def _record_result(self, rest: str) -> None:
        operands = self._recorded[rest]
        self.records += operands
        self._known.update(operands)

    def _record_array(self, rest: str) -> None:
        self.records.append(Container(False, _count(rest)))

    def _record_tuple(self, rest: str) -> None:
        self.records.append(Container(True, _count(rest)))


_HANDLERS: dict[Runtime, Callable[[_Body, str], None]] = {
    Runtime.MEASURE: _Body._measure,
    Runtime.MEASURE_RESET: _Body._measure_reset,
    Runtime.RESET: _Body._reset,
    Runtime.RECORD_RESULT: _Body._record_result,
    Runtime.RECORD_ARRAY: _Body._record_array,
    Runtime.RECORD_TUPLE: _Body._record_tuple,
}


def _count(rest: str) -> int:
    found = _COUNT.match(rest)
    if found is None:
        raise _UnfitError
    return int(found[1])


def _skip(_rest: str) -> None:
    """Passes over a line without effect."""


def _block(module: Module) -> list[str] | None:
    """The lines of the entry point between its label and its return; None if it cannot be one block."""
    first, stop = module.entry.first, module.entry.stop
    lines = module.lines
    while stop > first and not lines[stop - 1].strip():
        stop -= 1
    if stop == first or not _RETURN.match(lines[stop - 1]):
        return None
    return lines[first + bool(_LABEL.match(lines[first])) : stop - 1]


def read_straight_line(module: Module) -> Circuit | None:
    """Reads a module's entry point if it is straight-line; None if the full reader must look at it.

    Raises:
        PayloadError: Its output records do not make a value.
    """
    block = _block(module)
    if block is None:
        return None
    body = _Body(module)
    try:
        for line in block:
            head, _, rest = line.partition("(")
            body[head](rest)
    except _UnfitError:
        return None
    finally:
        body.clear()  # what it maps to leads back to it, so it would stay until the garbage is collected
    return Circuit(body.operations, module.num_qubits, module.num_results, Output(tuple(body.records)))
