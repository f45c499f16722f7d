"""IonQ's JSON as a payload, with the gate set ``native``: each gate as pulses, z turns as phases of the next.

After https://docs.ionq.com: ``gpi(p)`` and ``gpi2(p)`` are half and quarter turns of the Bloch sphere
around the axis of the XY plane at phase ``p``; ``ms(p0, p1, a)`` is ``exp(-i pi a P0 P1)`` for the Pauli
axes at these phases, ``zz(a)`` the same for Z and Z. Phases and angles are in turns; those of ``ms`` and
``zz`` are at most a quarter, as the machines want them. All is exact up to a global phase.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from types import MappingProxyType
from typing import ClassVar

from quire.writers.gates import GATES, number_text
from quire.writers.ionq import IonqFrame, ionq_program

_X, _Y, _MINUS_Y = 0.0, 0.25, 0.75
"""The phases of the axes in the XY plane."""
_TURN = 2 * math.pi
_HALF_PI = math.pi / 2
_MANY_TURNS = 64.0
_Z_TURNS = {"z": 0.5, "s": 0.25, "sdg": -0.25, "t": 0.125, "tdg": -0.125}


def _template(name: str) -> str:
    num_params, num_qubits = GATES[name]
    return " ".join((name, *["%s"] * (num_params + num_qubits))) + "\n"


class IonqNativeFrame(IonqFrame):
    """An IonQ circuit of native gates; its lines name quire's gates, and become pulses at the end."""

    gates: ClassVar[Mapping[str, str]] = MappingProxyType({name: _template(name) for name in GATES})
    keeps_text: ClassVar[bool] = False

    def __init__(self, num_qubits: int, entangler: str = "ms") -> None:
        """Begins an empty circuit.

        Args:
            num_qubits: How many qubits it has, measured or not.
            entangler: The gate on two qubits that the machine has: ``ms`` (Aria) or ``zz`` (Forte).
        """
        super().__init__(num_qubits)
        self._entangler = entangler

    def text(self) -> bytes:
        """The whole payload, UTF-8."""
        pulses = _Pulses(self.qubits, self._entangler == "zz")
        words = iter("".join(self.lines).split())
        for name in words:
            rule, (num_params, num_qubits) = _RULES[name], GATES[name]
            if num_params:
                rule(pulses, float(next(words)), *islice(words, num_qubits))
            else:
                rule(pulses, *islice(words, num_qubits))
        return ionq_program(len(self.qubits), "native", "".join(pulses.lines))


class _Texts(dict[float, str]):
    """The texts of phases and angles, each made once: a qubit's phase stays until it is turned around z."""

    def __missing__(self, value: float) -> str:
        text = repr(value + 0.0)
        text = self[value] = number_text(value) if "e" in text else text
        return text


class _Pulses:
    """The pulses of a circuit. What a qubit turned around z is taken off its later pulses' phases.

    Qubits are their operands, as they are written.
    """

    def __init__(self, qubits: Iterable[str], has_zz: bool) -> None:
        self.lines: list[str] = []
        self._turned = dict.fromkeys(qubits, 0.0)
        self._has_zz = has_zz
        self._texts = _Texts()

    def _pulse(self, kind: str, axis: float, qubit: str) -> None:
        phase = self._texts[math.remainder(axis - self._turned[qubit], 1.0)]
        self.lines.append(f'{{"gate":"{kind}","phase":{phase},"target":{qubit}}},\n')

    def _phase(self, axis: float, qubit: str) -> str:
        return self._texts[math.remainder(axis - self._turned[qubit], 1.0)]

    def _x(self, qubit: str) -> None:
        self._pulse("gpi", _X, qubit)

    def _y(self, qubit: str) -> None:
        self._pulse("gpi", _Y, qubit)

    def _sx(self, qubit: str) -> None:
        self._pulse("gpi2", _X, qubit)

    def _h(self, qubit: str) -> None:
        self._turned[qubit] += 0.5
        self._pulse("gpi2", _Y, qubit)

    def turn(self, turns: float, qubit: str) -> None:
        """Turns a qubit around z, which takes no pulse."""
        self._turned[qubit] += turns

    def _rz(self, angle: float, qubit: str) -> None:
        self._turned[qubit] += _within_a_turn(angle) / _TURN

    def _rx(self, angle: float, qubit: str) -> None:
        self._around(_X, angle, qubit)

    def _ry(self, angle: float, qubit: str) -> None:
        self._around(_Y, angle, qubit)

    def _around(self, axis: float, angle: float, qubit: str) -> None:
        """A turn around an axis of the XY plane: the axis is brought to z, and back."""
        self._pulse("gpi2", axis - 0.25, qubit)
        self._rz(angle, qubit)
        self._pulse("gpi2", axis + 0.25, qubit)

    def _rxx(self, angle: float, first: str, second: str) -> None:
        self._pair(_X, angle, first, second)

    def _ryy(self, angle: float, first: str, second: str) -> None:
        self._pair(_Y, angle, first, second)

    def _pair(self, axis: float, angle: float, first: str, second: str) -> None:
        """``exp(-i angle/2 P P)`` for the axis P of the XY plane."""
        if not self._has_zz:
            self._ms(axis, angle, first, second)
            return
        for qubit in (first, second):
            self._pulse("gpi2", axis - 0.25, qubit)
        self._zz(angle, first, second)
        for qubit in (first, second):
            self._pulse("gpi2", axis + 0.25, qubit)

    def _rzz(self, angle: float, first: str, second: str) -> None:
        if self._has_zz:
            self._zz(angle, first, second)
            return
        for qubit in (first, second):
            self._pulse("gpi2", _Y, qubit)
        self._ms(_X, angle, first, second)
        for qubit in (first, second):
            self._pulse("gpi2", _MINUS_Y, qubit)

    def _ms(self, axis: float, angle: float, first: str, second: str) -> None:
        rest, is_odd = _reduced(angle)
        # A turn the other way is one around the opposite axis of one of the qubits.
        phases = self._phase(axis if rest >= 0 else axis + 0.5, first), self._phase(axis, second)
        self.lines.append(
            f'{{"gate":"ms","angle":{self._texts[abs(rest) / _TURN]},'
            f'"phases":[{phases[0]},{phases[1]}],"targets":[{first},{second}]}},\n'
        )
        if is_odd:
            self._pulse("gpi", axis, first)
            self._pulse("gpi", axis, second)

    def _zz(self, angle: float, first: str, second: str) -> None:
        rest, is_odd = _reduced(angle)
        if rest < 0:
            self._pulse("gpi", _X, first)
        self.lines.append(
            f'{{"gate":"zz","angle":{self._texts[abs(rest) / _TURN]},"targets":[{first},{second}]}},\n'
        )
        if rest < 0:
            self._pulse("gpi", _X, first)
        if is_odd:
            self._turned[first] += 0.5
            self._turned[second] += 0.5

    def _cx(self, control: str, target: str) -> None:
        if self._has_zz:
            self._h(target)
            self._cz(control, target)
            self._h(target)
            return
        # The control's z is brought to x for the one entangling pulse, and back.
        self._pulse("gpi2", _Y, control)
        self._ms(_X, -_HALF_PI, control, target)
        self._pulse("gpi2", _MINUS_Y, control)
        self._turned[control] += 0.25
        self._pulse("gpi2", _X, target)

    def _cy(self, control: str, target: str) -> None:
        self._turned[target] -= 0.25
        self._cx(control, target)
        self._turned[target] += 0.25

    def _cz(self, control: str, target: str) -> None:
        if not self._has_zz:
            self._h(target)
            self._cx(control, target)
            self._h(target)
            return
        self._zz(-_HALF_PI, control, target)
        self._turned[control] += 0.25
        self._turned[target] += 0.25

    def _swap(self, first: str, second: str) -> None:
        self._rxx(_HALF_PI, first, second)
        self._ryy(_HALF_PI, first, second)
        self._rzz(_HALF_PI, first, second)

    def _ccx(self, first: str, second: str, target: str) -> None:
        # A phase for the state of three ones, by the parities of all subsets, between two Hadamards.
        self._h(target)
        for control, turn in ((second, -0.125), (first, 0.125), (second, -0.125), (first, 0.125)):
            self._cx(control, target)
            self._turned[target] += turn
        self._turned[second] += 0.125
        self._cx(first, second)
        self._turned[first] += 0.125
        self._turned[second] -= 0.125
        self._cx(first, second)
        self._h(target)


def _within_a_turn(angle: float) -> float:
    """An angle between minus and plus half a turn."""
    if abs(angle) < _MANY_TURNS:
        return math.remainder(angle, _TURN)
    # The turn's own rounding counts for angles of many turns, and the machine's sine knows all its digits.
    return math.atan2(math.sin(angle), math.cos(angle))


def _reduced(angle: float) -> tuple[float, bool]:
    """An angle between minus and plus a quarter turn, and whether half a turn is missing to the given one."""
    whole = _within_a_turn(angle)
    rest = math.remainder(whole, math.pi)
    return rest, round((whole - rest) / math.pi) % 2 == 1


def _z_turn(turns: float) -> Callable[[_Pulses, str], None]:
    return lambda pulses, qubit: pulses.turn(turns, qubit)


_RULES: Mapping[str, Callable[..., None]] = MappingProxyType(
    {
        **{name: _z_turn(turns) for name, turns in _Z_TURNS.items()},
        "x": _Pulses._x,
        "y": _Pulses._y,
        "sx": _Pulses._sx,
        "h": _Pulses._h,
        "rx": _Pulses._rx,
        "ry": _Pulses._ry,
        "rz": _Pulses._rz,
        "rxx": _Pulses._rxx,
        "ryy": _Pulses._ryy,
        "rzz": _Pulses._rzz,
        "cx": _Pulses._cx,
        "cy": _Pulses._cy,
        "cz": _Pulses._cz,
        "swap": _Pulses._swap,
        "ccx": _Pulses._ccx,
    }
)
