"""Which of quire's gates a Cirq gate is, exactly up to a global phase; no circuits, qubits, keys or formats.

No payload format has controlled blocks of our making, so a global phase never shows and ``global_shift``
does not matter. Where it does matter, inside ``cirq.ControlledGate``, the gate is first decomposed by Cirq
into these.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from numbers import Real
from types import MappingProxyType
from typing import Any

import cirq

Step = tuple[str, tuple[float, ...], tuple[int, ...] | None]
"""One of quire's gates: its name in ``quire.writers.GATES``; its angles, in radians; and which of the Cirq
gate's qubits it is on, or None if it is on all of them in order. No class, as most circuits make many."""
Steps = tuple[Step, ...]


class NotANumber(Exception):  # noqa: N818 - a signal between two modules, never seen by users
    """A gate has an angle that is not a number yet."""


NOTHING: Steps = ()
_Row = tuple[str, tuple[float, ...], tuple[int, ...]]
_Rule = Callable[[Any], Steps]
_Turn = Callable[[float], Steps]
_NO_PHASE = -0.5
"""The ``global_shift`` of ``cirq.rx`` and its like, whose determinant is 1."""
_NO_OTHERS: Mapping[float, str] = MappingProxyType({})


def joined(parts: Iterable[tuple[Steps, Sequence[int]]]) -> Steps:
    """Puts steps one after another.

    Args:
        parts: Pairs of steps and the qubits, by index, that they are on.
    """
    return tuple(
        (name, angles, tuple(qubits) if picks is None else tuple([qubits[i] for i in picks]))
        for steps, qubits in parts
        for name, angles, picks in steps
    )


def _steps(*rows: _Row) -> Steps:
    return rows


def _one(name: str) -> Steps:
    return ((name, (), None),)


def _real(value: Any) -> float:
    if type(value) is float:  # nearly always, and much faster than the question that follows
        return value
    if isinstance(value, Real):
        return float(value)
    raise NotANumber


class Power:
    """The rule of a gate with an exponent.

    Attributes:
        fixed: The steps for certain exponents between 0 and 2, of gates whose square is the identity up to
            a phase.
        turn: The steps for any other exponent, given pi times it; the same gates whatever it is.
    """

    __slots__ = ("fixed", "turn")

    def __init__(
        self, turn: _Turn, one: Steps | None = None, special: Mapping[float, str] = _NO_OTHERS
    ) -> None:
        """Makes a rule.

        Args:
            turn: The steps for any exponent.
            one: The steps for exponent 1; None if the gate's square is not the identity.
            special: quire's gates for other exponents.
        """
        self.turn = turn
        others = {exponent: _one(name) for exponent, name in special.items()}
        self.fixed: Mapping[float, Steps] = {} if one is None else {0: NOTHING, 1: one, **others}

    def __call__(self, gate: Any) -> Steps:
        """The steps of a gate.

        Raises:
            NotANumber: Its exponent is none.
        """
        exponent = _real(gate.exponent)
        steps = self.fixed.get(exponent % 2)
        return self.turn(math.pi * exponent) if steps is None else steps


class Rotation(Power):
    """The rule of ``cirq.Rx`` and its like, which keep the angle as it was given: no detour over turns."""

    __slots__ = ()

    def __call__(self, gate: Any) -> Steps:
        """The steps of a gate.

        Raises:
            NotANumber: Its angle is none.
        """
        return self.turn(_real(gate._rads))


def _turn(name: str) -> _Turn:
    """One step with one angle."""
    return lambda angle: ((name, (angle,), None),)


def _phase_on_two(angle: float) -> tuple[_Row, ...]:
    """exp(i angle) on |11>."""
    return ("rz", (angle / 2,), (0,)), ("rz", (angle / 2,), (1,)), ("rzz", (-angle / 2,), (0, 1))


def _phase_on_three(angle: float) -> tuple[_Row, ...]:
    """exp(i angle) on |111>."""
    quarter = angle / 4
    return (
        *(("rz", (quarter,), (i,)) for i in range(3)),
        *(("rzz", (-quarter,), pair) for pair in ((0, 1), (0, 2), (1, 2))),
        ("cx", (), (2, 1)),
        ("rzz", (quarter,), (0, 1)),
        ("cx", (), (2, 1)),
    )


def _conjugated(steps: tuple[_Row, ...], qubit: int, before: str, after: str) -> Steps:
    return _steps(
        *((name, (), (qubit,)) for name in before.split()),
        *steps,
        *((name, (), (qubit,)) for name in after.split()),
    )


def _hadamard(angle: float) -> Steps:
    quarter = math.pi / 4
    return _steps(("ry", (-quarter,), (0,)), ("rz", (angle,), (0,)), ("ry", (quarter,), (0,)))


def _swap(angle: float) -> Steps:
    half = angle / 2
    return _steps(*((name, (half,), (0, 1)) for name in ("rxx", "ryy", "rzz")))


def _hop(angle: float) -> tuple[_Row, ...]:
    """exp(-i angle/2 (XX + YY))."""
    return ("rxx", (angle,), (0, 1)), ("ryy", (angle,), (0, 1))


def _iswap(angle: float) -> Steps:
    return _steps(*_hop(-angle / 2))


def _fsim(gate: Any) -> Steps:
    return _steps(*_hop(_real(gate.theta)), *_phase_on_two(-_real(gate.phi)))


def _phased_x(gate: Any) -> Steps:
    phase, angle = math.pi * _real(gate.phase_exponent), math.pi * _real(gate.exponent)
    return _steps(("rz", (-phase,), (0,)), ("rx", (angle,), (0,)), ("rz", (phase,), (0,)))


def _phased_xz(gate: Any) -> Steps:
    axis, z = _real(gate.axis_phase_exponent), _real(gate.z_exponent)
    angle = math.pi * _real(gate.x_exponent)
    return _steps(
        ("rz", (-math.pi * axis,), (0,)), ("rx", (angle,), (0,)), ("rz", (math.pi * (axis + z),), (0,))
    )


def _molmer_sorensen(gate: Any) -> Steps:
    return (("rxx", (2 * _real(gate.rads),), None),)


def _nothing(gate: Any) -> Steps:
    if cirq.is_parameterized(gate):
        raise NotANumber
    return NOTHING


_AXES: Mapping[type, tuple[str, str]] = {
    **dict.fromkeys((cirq.Rx, cirq.XPowGate), ("h", "h")),
    **dict.fromkeys((cirq.Ry, cirq.YPowGate), ("sdg h", "h s")),
    **dict.fromkeys((cirq.Rz, cirq.ZPowGate), ("", "")),
}
"""What turns each axis into Z, and back."""


def controlled_rotation(gate: cirq.ControlledGate) -> Steps | None:
    """The steps of a rotation about an axis with one control, exactly; None for any other gate.

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


_X = Power(_turn("rx"), _one("x"), {0.5: "sx"})
_Y = Power(_turn("ry"), _one("y"))
_Z = Power(_turn("rz"), _one("z"), {0.25: "t", 0.5: "s", 1.5: "sdg", 1.75: "tdg"})

_FREDKIN = _steps(("cx", (), (2, 1)), ("ccx", (), (0, 1, 2)), ("cx", (), (2, 1)))
_CCZ = _conjugated((("ccx", (), (0, 1, 2)),), 2, "h", "h")

RULES: dict[type, _Rule] = {
    cirq.XPowGate: _X,
    cirq.YPowGate: _Y,
    cirq.ZPowGate: _Z,
    type(cirq.X): _X,
    type(cirq.Y): _Y,
    type(cirq.Z): _Z,
    cirq.Rx: Rotation(_turn("rx")),
    cirq.Ry: Rotation(_turn("ry")),
    cirq.Rz: Rotation(_turn("rz")),
    cirq.HPowGate: Power(_hadamard, _one("h")),
    cirq.PhasedXPowGate: _phased_x,
    cirq.PhasedXZGate: _phased_xz,
    cirq.CXPowGate: Power(lambda angle: _conjugated(_phase_on_two(angle), 1, "h", "h"), _one("cx")),
    cirq.CZPowGate: Power(lambda angle: _steps(*_phase_on_two(angle)), _one("cz")),
    cirq.CCXPowGate: Power(lambda angle: _conjugated(_phase_on_three(angle), 2, "h", "h"), _one("ccx")),
    cirq.CCZPowGate: Power(lambda angle: _steps(*_phase_on_three(angle)), _CCZ),
    cirq.SwapPowGate: Power(_swap, _one("swap")),
    cirq.ISwapPowGate: Power(_iswap),
    cirq.FSimGate: _fsim,
    cirq.XXPowGate: Power(_turn("rxx")),
    cirq.YYPowGate: Power(_turn("ryy")),
    cirq.ZZPowGate: Power(_turn("rzz")),
    cirq.MSGate: _molmer_sorensen,
    cirq.CSwapGate: lambda _: _FREDKIN,
    cirq.IdentityGate: _nothing,
    cirq.GlobalPhaseGate: _nothing,
    cirq.WaitGate: _nothing,
}
"""The rule of each gate type, exactly that type; subclasses may mean something else."""
if hasattr(cirq, "CYPowGate"):  # since Cirq 1.7; before, a controlled Y decomposes into a controlled X
    RULES[cirq.CYPowGate] = Power(
        lambda angle: _conjugated(_phase_on_two(angle), 1, "sdg h", "h s"), _one("cy")
    )
