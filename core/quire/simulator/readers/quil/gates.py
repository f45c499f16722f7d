"""Quil's gates: the standard ones, those a program defines, and modifiers.

Source: https://github.com/quil-lang/quil, the specification's tables of standard gates, and quilc's file of
them for the names that only its QVM knows.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from quire.simulator.gates import unitary
from quire.simulator.readers.arithmetic import Arithmetic
from quire.simulator.readers.builder import Gate, Number, Register
from quire.simulator.readers.modifiers import PHASE, inverse, under_control
from quire.simulator.readers.paulis import MAX_MATRIX_QUBITS, evolution
from quire.simulator.readers.quil.expressions import Expressions, Value
from quire.simulator.readers.quil.source import problem, unknown_operator

Make = Callable[[Arithmetic, Sequence[Number], Sequence[Any]], list[Gate]]

_MAX_DEPTH = 100
_MAX_MODIFIERS = 64
_MAX_EXPANSION = 500_000
_TOLERANCE = 1e-6


def _half(a: Arithmetic, angle: Number) -> Number:
    return a.binary("/", a.real(angle), 2.0)


def _named(name: str) -> Make:
    return lambda _a, params, qubits: [(name, tuple(qubits), tuple(params))]


def _phase_at(values: tuple[bool, bool]) -> Make:
    """A phase for one basis state of two qubits."""
    return lambda _a, params, qubits: under_control([(PHASE, (), tuple(params))], tuple(qubits), values)


def _xy(a: Arithmetic, params: Sequence[Number], qubits: Sequence[Any]) -> list[Gate]:
    angle = (_half(a, a.negative(params[0])),)
    return [("rxx", tuple(qubits), angle), ("ryy", tuple(qubits), angle)]


def _xy_of(angle: float) -> Make:
    return lambda a, _params, qubits: _xy(a, (angle,), qubits)


def _pswap(a: Arithmetic, params: Sequence[Number], qubits: Sequence[Any]) -> list[Gate]:
    pair = tuple(qubits)
    return [("swap", pair, ()), ("rzz", pair, tuple(params)), (PHASE, (), (_half(a, params[0]),))]


def _fsim(a: Arithmetic, params: Sequence[Number], qubits: Sequence[Any]) -> list[Gate]:
    return [*_xy(a, params[:1], qubits), *_phase_at((True, True))(a, params[1:], qubits)]


def _phased_fsim(a: Arithmetic, params: Sequence[Number], qubits: Sequence[Any]) -> list[Gate]:
    # z turns of the first and the second qubit around an XY gate; gamma is a phase of each excitation.
    theta, zeta, chi, gamma, phi = params
    first, second = ((qubit,) for qubit in qubits)
    before = _half(a, a.binary("+", zeta, chi))
    after = _half(a, a.binary("-", zeta, chi))
    return [
        ("rz", first, (before,)),
        ("rz", second, (a.negative(before),)),
        *_xy(a, (theta,), qubits),
        ("rz", first, (after,)),
        ("rz", second, (a.negative(after),)),
        ("r1", first, (a.negative(gamma),)),
        ("r1", second, (a.negative(gamma),)),
        *_phase_at((True, True))(a, (phi,), qubits),
    ]


def _can(_a: Arithmetic, params: Sequence[Number], qubits: Sequence[Any]) -> list[Gate]:
    return [
        (name, tuple(qubits), (angle,)) for name, angle in zip(("rxx", "ryy", "rzz"), params, strict=True)
    ]


def _standard() -> dict[str, tuple[int, int, Make]]:
    gates: dict[str, tuple[int, int, Make]] = {}
    rows = (
        (0, 1, {"I": "id", "X": "x", "Y": "y", "Z": "z", "H": "h", "S": "s", "T": "t"}),
        (1, 1, {"RX": "rx", "RY": "ry", "RZ": "rz", "PHASE": "r1"}),
        (0, 2, {"CNOT": "cx", "CZ": "cz", "SWAP": "swap"}),
        (1, 2, {"CPHASE": "ctrl1.r1", "RXX": "rxx", "RYY": "ryy", "RZZ": "rzz"}),
        (0, 3, {"CCNOT": "ccx", "CSWAP": "ctrl1.swap"}),
    )
    for params, qubits, names in rows:
        gates |= {name: (params, qubits, _named(ours)) for name, ours in names.items()}
    gates["CPHASE00"] = (1, 2, _phase_at((False, False)))
    gates["CPHASE01"] = (1, 2, _phase_at((False, True)))
    gates["CPHASE10"] = (1, 2, _phase_at((True, False)))
    gates["ISWAP"] = (0, 2, _xy_of(math.pi))
    gates["SQISW"] = gates["SQISWAP"] = (0, 2, _xy_of(math.pi / 2))
    gates["XY"] = gates["PISWAP"] = (1, 2, _xy)
    gates["PSWAP"] = (1, 2, _pswap)
    gates["FSIM"] = (2, 2, _fsim)
    gates["PHASEDFSIM"] = (5, 2, _phased_fsim)
    gates["CAN"] = (3, 2, _can)
    return gates


_STANDARD: Mapping[str, tuple[int, int, Make]] = MappingProxyType(_standard())


class Gates:
    """The gates that a program may apply."""

    def __init__(
        self, definitions: Mapping[str, Any], arithmetic: Arithmetic, expressions: Expressions
    ) -> None:
        """The standard gates, and those of these definitions."""
        self._definitions = definitions
        self._arithmetic = arithmetic
        self._expressions = expressions
        # By name and parameters: a gate's gates on the qubits 0, 1 ...
        self._kept: dict[tuple[Any, ...], Sequence[Gate]] = {}
        self._depth = 0

    def applied(self, gate: Any, qubits: Sequence[int], variables: Mapping[str, Value]) -> Sequence[Gate]:
        """An application, as gates of a circuit.

        Args:
            gate: The application.
            qubits: Its qubits.
            variables: What the parameters stand for that its expressions name.
        """
        params = [self._expressions.angle(parameter, variables) for parameter in gate.parameters]
        if len(set(qubits)) < len(qubits):
            raise problem(f"{gate.to_quil_or_debug()} acts on one qubit twice")
        modifiers = [str(modifier).upper() for modifier in gate.modifiers]
        if len(modifiers) > _MAX_MODIFIERS:
            raise problem(f"{gate.name} has more than {_MAX_MODIFIERS} modifiers")
        return self._modified(gate, modifiers, params, qubits)

    def _modified(
        self, gate: Any, modifiers: Sequence[str], params: Sequence[Number], qubits: Sequence[int]
    ) -> list[Gate]:
        if not modifiers:
            return self._plain(gate, params, qubits)
        first, rest = modifiers[0], modifiers[1:]
        if first == "DAGGER":
            return inverse(self._modified(gate, rest, params, qubits), self._arithmetic)
        if not qubits:
            raise problem(f"{gate.to_quil_or_debug()} has more controls than qubits")
        control, others = qubits[:1], qubits[1:]
        if first == "CONTROLLED":
            return under_control(self._modified(gate, rest, params, others), control, (True,))
        if len(params) % 2:
            raise problem(f"{gate.to_quil_or_debug()} is forked with an odd number of parameters")
        half = len(params) // 2
        return [
            *under_control(self._modified(gate, rest, params[:half], others), control, (False,)),
            *under_control(self._modified(gate, rest, params[half:], others), control, (True,)),
        ]

    def _plain(self, gate: Any, params: Sequence[Number], qubits: Sequence[int]) -> list[Gate]:
        definition = self._definitions.get(gate.name)
        if definition is None:
            num_params, num_qubits, make = self._known(gate)
            self._require(gate, len(params) == num_params and len(qubits) == num_qubits)
            return make(self._arithmetic, params, qubits)
        self._require(gate, len(params) == len(definition.parameters))
        key = (gate.name, len(qubits), *params)
        gates = self._kept.get(key)
        if gates is None:
            gates = self._defined(gate, definition, params, len(qubits))
            if not any(isinstance(param, Register) for param in params):
                self._kept[key] = gates
        return [(name, tuple([qubits[place] for place in places]), angles) for name, places, angles in gates]

    def _known(self, gate: Any) -> tuple[int, int, Make]:
        found = _STANDARD.get(gate.name)
        if found is None:
            raise unknown_operator(gate.to_quil_or_debug(), gate.name)
        return found

    def _require(self, gate: Any, fits: bool) -> None:
        if not fits:
            raise problem(f"{gate.to_quil_or_debug()} has a wrong number of parameters or qubits")

    def _defined(self, gate: Any, definition: Any, params: Sequence[Number], count: int) -> Sequence[Gate]:
        variables = dict(zip(definition.parameters, params, strict=True))
        specification = definition.specification
        kind, inner = type(specification).__name__, specification._0
        if kind == "PauliSum":
            self._require(gate, count == len(inner.arguments))
            return self._pauli_sum(inner, variables)
        if kind == "Sequence":
            self._require(gate, count == len(inner.qubits))
            return self._sequence(gate, inner, variables)
        self._require(gate, len(inner) == 1 << count)
        if count > MAX_MATRIX_QUBITS:
            raise problem(f"{gate.name} has a matrix on more than {MAX_MATRIX_QUBITS} qubits")
        rows = _permutation(inner) if kind == "Permutation" else self._matrix(inner, variables)
        if rows is None or not _is_unitary(rows):
            raise problem(f"the definition of {gate.name} is not unitary")
        entries = tuple(part for row in rows for entry in row for part in (entry.real, entry.imag))
        return [(unitary(count), tuple(range(count)), entries)]

    def _matrix(self, rows: Sequence[Sequence[Any]], variables: Mapping[str, Value]) -> Any:
        if any(len(row) != len(rows) for row in rows):
            return None
        return [[self._expressions.number(entry, variables) for entry in row] for row in rows]

    def _pauli_sum(self, definition: Any, variables: Mapping[str, Value]) -> Sequence[Gate]:
        places = {name: place for place, name in enumerate(definition.arguments)}
        terms = []
        for term in definition.terms:
            letters = ["I"] * len(places)
            for letter, name in term.arguments:
                if name not in places or letters[places[name]] != "I":
                    raise problem(f"a Pauli term names {name}, which is no argument or stands there twice")
                letters[places[name]] = str(letter).rpartition(".")[2]
            coefficient = self._expressions.number(term.expression, variables)
            if coefficient.imag:
                raise problem(f"a Pauli term has the coefficient {coefficient}, which is not real")
            terms.append(("".join(letters), coefficient.real))
        # What is under a control keeps its global phase: that of terms that are the identity alone.
        phase = sum(coefficient for word, coefficient in terms if not word.strip("I"))
        turning = [(word, coefficient) for word, coefficient in terms if word.strip("I")]
        return [(PHASE, (), (-phase,)), *evolution(tuple(range(len(places))), turning)]

    def _sequence(self, gate: Any, definition: Any, variables: Mapping[str, Value]) -> Sequence[Gate]:
        if self._depth >= _MAX_DEPTH:
            raise problem(f"{gate.name}: gates are defined by one another more than {_MAX_DEPTH} deep")
        places = {name: place for place, name in enumerate(definition.qubits)}
        self._depth += 1
        gates: list[Gate] = []
        try:
            for inner in definition.gates:
                gates += self.applied(inner, [_place(qubit, places) for qubit in inner.qubits], variables)
                if len(gates) > _MAX_EXPANSION:
                    raise problem(f"{gate.name} comes to more than {_MAX_EXPANSION} operations")
        finally:
            self._depth -= 1
        return gates


def _place(qubit: Any, places: Mapping[str, int]) -> int:
    name = getattr(qubit, "_0", None)
    if not isinstance(name, str) or name not in places:
        raise problem(f"a gate's definition names {qubit.to_quil_or_debug()}, which is no argument of it")
    return places[name]


def _permutation(columns: Sequence[int]) -> list[list[complex]] | None:
    """The matrix whose row i has its 1 in the column that the list has at place i."""
    if sorted(columns) != list(range(len(columns))):
        return None
    rows = [[0j] * len(columns) for _ in columns]
    for row, column in enumerate(columns):
        rows[row][column] = 1 + 0j
    return rows


def _is_unitary(rows: Sequence[Sequence[complex]]) -> bool:
    import numpy

    matrix = numpy.array(rows)
    product = matrix @ matrix.conj().T
    return bool(numpy.abs(product - numpy.eye(len(rows))).max() < _TOLERANCE)
