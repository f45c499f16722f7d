"""Which QIR calls a Cirq gate is, exactly up to a global phase; nothing about circuits, qubits or keys.

QIR has no controlled blocks, so a global phase never shows and ``global_shift`` does not matter. Where it
does matter, inside ``cirq.ControlledGate``, the gate is first decomposed by Cirq into these.
"""

import math
from collections.abc import Callable, Mapping
from numbers import Real
from types import MappingProxyType
from typing import Any, NamedTuple

import cirq

from quire.qir import GATES, double


class Calls(NamedTuple):
    """A gate as lines of QIR.

    Attributes:
        text: The lines, with ``%s`` for each qubit operand.
        picks: For each ``%s``, which of the gate's qubits it is; None if they are the gate's own in order.
    """

    text: str
    picks: tuple[int, ...] | None


class NotANumber(Exception):  # noqa: N818 - a signal between two modules, never seen by users
    """A gate has an angle that is not a number yet."""


NOTHING = Calls("", ())
_Step = tuple[str, tuple[float, ...], tuple[int, ...]]
"""One QIR call: the gate's name in ``quire.qir.GATES``, its angles, and which qubits."""
_Rule = Callable[[Any], Calls]
_Rotation = Callable[[float], Calls]
_NO_PHASE = -0.5
"""The ``global_shift`` of ``cirq.rx`` and its like, whose determinant is 1."""
_NO_OTHERS: Mapping[float, str] = MappingProxyType({})


def call(name: str, *angles: float) -> Calls:
    """One QIR call on the gate's own qubits in order."""
    gate = GATES[name]
    return Calls(gate.call % (*map(double, angles), *("%s",) * gate.num_qubits), None)


def calls(*steps: _Step) -> Calls:
    """Several QIR calls."""
    return joined((call(name, *angles), qubits) for name, angles, qubits in steps)


def joined(parts: Any) -> Calls:
    """Puts calls one after another.

    Args:
        parts: Pairs of calls and the qubits, by index, that they are on.
    """
    texts: list[str] = []
    picks: list[int] = []
    for part, qubits in parts:
        texts.append(part.text)
        picks += qubits if part.picks is None else [qubits[i] for i in part.picks]
    return Calls("".join(texts), tuple(picks))


def _real(value: Any) -> float:
    if type(value) is float:
        return value
    if isinstance(value, Real):
        return float(value)
    raise NotANumber


def _power(one: Calls, rotation: _Rotation, special: Mapping[float, str] = _NO_OTHERS) -> _Rule:
    """The rule of a gate with an exponent, whose square is the identity up to a phase.

    Args:
        one: The calls for exponent 1.
        rotation: The calls for any exponent, given pi times it.
        special: QIR gates for other exponents between 0 and 2.
    """
    others = {turn: call(name) for turn, name in special.items()}
    fixed = {0: NOTHING, 1: one, **others}

    def rule(gate: Any) -> Calls:
        exponent = _real(gate.exponent)
        return fixed.get(exponent % 2) or rotation(math.pi * exponent)

    return rule


def _turn(name: str) -> _Rotation:
    """One QIR call with one angle, quickly."""
    gate = GATES[name]
    text = gate.call % ("%s", *("%%s",) * gate.num_qubits)
    return lambda angle: Calls(text % double(angle), None)


def _rotation(name: str) -> _Rule:
    """The rule of ``cirq.Rx`` and its like, which keep the angle as it was given: no detour over turns."""
    turn = _turn(name)

    def rule(gate: Any) -> Calls:
        return turn(_real(gate._rads))

    return rule


def _phase_on_two(angle: float) -> tuple[_Step, ...]:
    """exp(i angle) on |11>."""
    return ("rz", (angle / 2,), (0,)), ("rz", (angle / 2,), (1,)), ("rzz", (-angle / 2,), (0, 1))


def _phase_on_three(angle: float) -> tuple[_Step, ...]:
    """exp(i angle) on |111>."""
    quarter = angle / 4
    return (
        *(("rz", (quarter,), (i,)) for i in range(3)),
        *(("rzz", (-quarter,), pair) for pair in ((0, 1), (0, 2), (1, 2))),
        ("cx", (), (2, 1)),
        ("rzz", (quarter,), (0, 1)),
        ("cx", (), (2, 1)),
    )


def _conjugated(steps: tuple[_Step, ...], qubit: int, before: str, after: str) -> Calls:
    return calls(
        *((name, (), (qubit,)) for name in before.split()),
        *steps,
        *((name, (), (qubit,)) for name in after.split()),
    )


def _hadamard(angle: float) -> Calls:
    quarter = math.pi / 4
    return calls(("ry", (-quarter,), (0,)), ("rz", (angle,), (0,)), ("ry", (quarter,), (0,)))


def _swap(angle: float) -> Calls:
    half = angle / 2
    return calls(*((name, (half,), (0, 1)) for name in ("rxx", "ryy", "rzz")))


def _hop(angle: float) -> tuple[_Step, ...]:
    """exp(-i angle/2 (XX + YY))."""
    return ("rxx", (angle,), (0, 1)), ("ryy", (angle,), (0, 1))


def _iswap(gate: Any) -> Calls:
    return calls(*_hop(-math.pi / 2 * _real(gate.exponent)))


def _fsim(gate: Any) -> Calls:
    return calls(*_hop(_real(gate.theta)), *_phase_on_two(-_real(gate.phi)))


def _phased_x(gate: Any) -> Calls:
    phase, angle = math.pi * _real(gate.phase_exponent), math.pi * _real(gate.exponent)
    return calls(("rz", (-phase,), (0,)), ("rx", (angle,), (0,)), ("rz", (phase,), (0,)))


def _phased_xz(gate: Any) -> Calls:
    axis, z = _real(gate.axis_phase_exponent), _real(gate.z_exponent)
    angle = math.pi * _real(gate.x_exponent)
    return calls(
        ("rz", (-math.pi * axis,), (0,)), ("rx", (angle,), (0,)), ("rz", (math.pi * (axis + z),), (0,))
    )


def _molmer_sorensen(gate: Any) -> Calls:
    return call("rxx", 2 * _real(gate.rads))


def _nothing(gate: Any) -> Calls:
    if cirq.is_parameterized(gate):
        raise NotANumber
    return NOTHING


_AXES: Mapping[type, tuple[str, str]] = {
    **dict.fromkeys((cirq.Rx, cirq.XPowGate), ("h", "h")),
    **dict.fromkeys((cirq.Ry, cirq.YPowGate), ("sdg h", "h s")),
    **dict.fromkeys((cirq.Rz, cirq.ZPowGate), ("", "")),
}
"""What turns each axis into Z, and back."""


def controlled_rotation(gate: cirq.ControlledGate) -> Calls | None:
    """The calls of a rotation about an axis with one control, exactly; None for any other gate.

    Powers without a shift are others: Cirq knows them as powers of CX, CY and CZ.
    """
    rotation: Any = gate.sub_gate
    axis = _AXES.get(type(rotation))
    if axis is None or gate.num_controls() != 1 or not gate.control_values.is_trivial:
        return None
    shift = _real(rotation.global_shift)
    if not shift:
        return None
    angle = _real(rotation._rads) if hasattr(rotation, "_rads") else math.pi * _real(rotation.exponent)
    on_target = ("rz", (angle / 2,), (1,)), ("rzz", (-angle / 2,), (0, 1))
    phase = () if shift == _NO_PHASE else (("rz", (angle * (shift - _NO_PHASE),), (0,)),)
    return _conjugated((*phase, *on_target), 1, *axis)


_X = _power(call("x"), _turn("rx"), {0.5: "sx"})
_Y = _power(call("y"), _turn("ry"))
_Z = _power(call("z"), _turn("rz"), {0.25: "t", 0.5: "s", 1.5: "sdg", 1.75: "tdg"})

_FREDKIN = calls(("cx", (), (2, 1)), ("ccx", (), (0, 1, 2)), ("cx", (), (2, 1)))
_CCZ = _conjugated((("ccx", (), (0, 1, 2)),), 2, "h", "h")

RULES: dict[type, _Rule] = {
    cirq.XPowGate: _X,
    cirq.YPowGate: _Y,
    cirq.ZPowGate: _Z,
    type(cirq.X): _X,
    type(cirq.Y): _Y,
    type(cirq.Z): _Z,
    cirq.Rx: _rotation("rx"),
    cirq.Ry: _rotation("ry"),
    cirq.Rz: _rotation("rz"),
    cirq.HPowGate: _power(call("h"), _hadamard),
    cirq.PhasedXPowGate: _phased_x,
    cirq.PhasedXZGate: _phased_xz,
    cirq.CXPowGate: _power(call("cx"), lambda angle: _conjugated(_phase_on_two(angle), 1, "h", "h")),
    cirq.CZPowGate: _power(call("cz"), lambda angle: calls(*_phase_on_two(angle))),
    cirq.CCXPowGate: _power(call("ccx"), lambda angle: _conjugated(_phase_on_three(angle), 2, "h", "h")),
    cirq.CCZPowGate: _power(_CCZ, lambda angle: calls(*_phase_on_three(angle))),
    cirq.SwapPowGate: _power(call("swap"), _swap),
    cirq.ISwapPowGate: _iswap,
    cirq.FSimGate: _fsim,
    cirq.XXPowGate: lambda gate: call("rxx", math.pi * _real(gate.exponent)),
    cirq.YYPowGate: lambda gate: call("ryy", math.pi * _real(gate.exponent)),
    cirq.ZZPowGate: lambda gate: call("rzz", math.pi * _real(gate.exponent)),
    cirq.MSGate: _molmer_sorensen,
    cirq.CSwapGate: lambda _: _FREDKIN,
    cirq.IdentityGate: _nothing,
    cirq.GlobalPhaseGate: _nothing,
    cirq.WaitGate: _nothing,
}
"""The rule of each gate type, exactly that type; subclasses may mean something else."""
if hasattr(cirq, "CYPowGate"):  # since Cirq 1.7; before, a controlled Y decomposes into a controlled X
    RULES[cirq.CYPowGate] = _power(
        call("cy"), lambda angle: _conjugated(_phase_on_two(angle), 1, "sdg h", "h s")
    )
