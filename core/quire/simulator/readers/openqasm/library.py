"""The gates of OpenQASM's include files, each with its exact matrix; which file has which.

Sources: the definitions of qelib1.inc in https://arxiv.org/abs/1707.03429 and, for the names that Qiskit has
added since, of Qiskit's circuit library; of stdgates.inc in
https://openqasm.com/language/standard_library.html; of hqslib1.inc in Quantinuum's user guide, where
``U1q(theta, phi)`` turns by theta around an axis of the XY plane.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import attrs

from quire.simulator.readers.arithmetic import Arithmetic
from quire.simulator.readers.builder import Gate
from quire.simulator.readers.modifiers import PHASE, inverse, under_control

Make = Callable[[Arithmetic, Sequence[Any], Sequence[Any]], list[Gate]]


@attrs.frozen
class LibraryGate:
    """A gate of an include file.

    Attributes:
        num_params: How many angles it takes.
        num_qubits: How many qubits it acts on.
        make: Makes it, of angles and qubits, a list of gates.
    """

    num_params: int
    num_qubits: int
    make: Make


def _named(name: str) -> Make:
    return lambda _a, params, qubits: [(name, tuple(qubits), tuple(params))]


def _of_angle(name: str, angle: float) -> Make:
    return lambda _a, _params, qubits: [(name, tuple(qubits), (angle,))]


def _u(a: Arithmetic, params: Sequence[Any], qubits: Sequence[Any]) -> list[Gate]:
    """The matrix with cos(theta/2) in its corner, as OpenQASM 2 and Qiskit have it."""
    theta, phi, lam = params
    target = tuple(qubits)
    if theta == 0:
        return [("r1", target, (a.binary("+", phi, lam),))]
    return [("r1", target, (lam,)), ("ry", target, (theta,)), ("r1", target, (phi,))]


def half(a: Arithmetic, angle: Any) -> Any:
    """Half of an angle."""
    return a.binary("/", a.real(angle), 2.0)


def _builtin_u(a: Arithmetic, params: Sequence[Any], qubits: Sequence[Any]) -> list[Gate]:
    """The built-in gate of OpenQASM 3, which has a global phase more."""
    return [(PHASE, (), (half(a, params[0]),)), *_u(a, params, qubits)]


def _phased(count: int) -> Make:
    """u2 and u3 as stdgates.inc has them: with the determinant 1."""

    def make(a: Arithmetic, params: Sequence[Any], qubits: Sequence[Any]) -> list[Gate]:
        phi, lam = params[-2:]
        theta = params[0] if count == 3 else math.pi / 2
        turned = half(a, a.negative(a.binary("+", phi, lam)))
        return [(PHASE, (), (turned,)), *_u(a, (theta, phi, lam), qubits)]

    return make


def _u2(a: Arithmetic, params: Sequence[Any], qubits: Sequence[Any]) -> list[Gate]:
    return _u(a, (math.pi / 2, *params), qubits)


def _under(count: int, make: Make) -> Make:
    """A gate under so many controls."""

    def make_controlled(a: Arithmetic, params: Sequence[Any], qubits: Sequence[Any]) -> list[Gate]:
        return under_control(make(a, params, qubits[count:]), qubits[:count], (True,) * count)

    return make_controlled


def _cu(a: Arithmetic, params: Sequence[Any], qubits: Sequence[Any]) -> list[Gate]:
    return [("r1", (qubits[0],), (params[3],)), *_under(1, _u)(a, params[:3], qubits)]


def _inverse(make: Make) -> Make:
    return lambda a, params, qubits: inverse(make(a, params, qubits), a)


def _u1q(a: Arithmetic, params: Sequence[Any], qubits: Sequence[Any]) -> list[Gate]:
    theta, phi = params
    target = tuple(qubits)
    return [("rz", target, (a.negative(phi),)), ("rx", target, (theta,)), ("rz", target, (phi,))]


def _rxxyyzz(_a: Arithmetic, params: Sequence[Any], qubits: Sequence[Any]) -> list[Gate]:
    return [
        (name, tuple(qubits), (angle,)) for name, angle in zip(("rxx", "ryy", "rzz"), params, strict=True)
    ]


def _rzx(_a: Arithmetic, params: Sequence[Any], qubits: Sequence[Any]) -> list[Gate]:
    second = (qubits[1],)
    return [("h", second, ()), ("rzz", tuple(qubits), tuple(params)), ("h", second, ())]


def _iswap(_a: Arithmetic, _params: Sequence[Any], qubits: Sequence[Any]) -> list[Gate]:
    pair = tuple(qubits)
    return [("rxx", pair, (-math.pi / 2,)), ("ryy", pair, (-math.pi / 2,))]


def _along(target: Any, turns: Sequence[Any]) -> list[Gate]:
    """Gates on one qubit by name, and where a qubit stands, a cx that it controls."""
    return [(turn, (target,), ()) if isinstance(turn, str) else ("cx", (turn, target), ()) for turn in turns]


def _rccx(_a: Arithmetic, _params: Sequence[Any], qubits: Sequence[Any]) -> list[Gate]:
    first, second, target = qubits
    turns = ("h", "t", second, "tdg", first, "t", second, "tdg", "h")
    return _along(target, turns)


def _rc3x(_a: Arithmetic, _params: Sequence[Any], qubits: Sequence[Any]) -> list[Gate]:
    first, second, third, target = qubits
    outer = ["h", "t", third, "tdg", "h"]
    inner = [first, "t", second, "tdg", first, "t", second, "tdg"]
    return _along(target, (*outer, *inner, *outer))


def _rows(text: str) -> dict[str, str]:
    """Names with what they are called here: ``ours`` or ``theirs=ours``."""
    pairs = (word.partition("=") for word in text.split())
    return {theirs: ours or theirs for theirs, _, ours in pairs}


def _common() -> dict[str, LibraryGate]:
    """What qelib1.inc and stdgates.inc share."""
    gates = {
        name: LibraryGate(0, 1, _named(ours)) for name, ours in _rows("x y z h s sdg t tdg sx id").items()
    }
    gates |= {n: LibraryGate(1, 1, _named(ours)) for n, ours in _rows("rx ry rz p=r1 u1=r1").items()}
    gates |= {name: LibraryGate(0, 2, _named(name)) for name in ("cx", "cy", "cz", "swap")}
    gates |= {
        name: LibraryGate(1, 2, _under(1, _named(ours)))
        for name, ours in _rows("crx=rx cry=ry crz=rz cp=r1").items()
    }
    gates["ch"] = LibraryGate(0, 2, _under(1, _named("h")))
    gates["ccx"] = LibraryGate(0, 3, _named("ccx"))
    gates["cswap"] = LibraryGate(0, 3, _under(1, _named("swap")))
    gates["cu"] = LibraryGate(4, 2, _cu)
    return gates


def _qelib1() -> dict[str, LibraryGate]:
    gates = _common()
    gates["sxdg"] = LibraryGate(0, 1, _named("sxdg"))
    gates["u0"] = LibraryGate(1, 1, lambda *_: [])
    gates["u2"] = LibraryGate(2, 1, _u2)
    gates["u3"] = gates["u"] = LibraryGate(3, 1, _u)
    gates["r"] = LibraryGate(2, 1, _u1q)
    gates |= {name: LibraryGate(1, 2, _named(name)) for name in ("rxx", "ryy", "rzz")}
    gates["rzx"] = LibraryGate(1, 2, _rzx)
    gates["iswap"] = LibraryGate(0, 2, _iswap)
    gates["cu1"] = gates["cp"]
    gates["cu3"] = LibraryGate(3, 2, _under(1, _u))
    gates["csx"] = LibraryGate(0, 2, _under(1, _named("sx")))
    gates["cs"] = LibraryGate(0, 2, _under(1, _named("s")))
    gates["csdg"] = LibraryGate(0, 2, _under(1, _named("sdg")))
    gates["ccz"] = LibraryGate(0, 3, _under(2, _named("z")))
    gates["rccx"] = LibraryGate(0, 3, _rccx)
    gates["rc3x"] = gates["rcccx"] = LibraryGate(0, 4, _rc3x)
    gates["c3x"] = LibraryGate(0, 4, _under(3, _named("x")))
    gates["c3sqrtx"] = gates["c3sx"] = LibraryGate(0, 4, _under(3, _named("sx")))
    gates["c4x"] = LibraryGate(0, 5, _under(4, _named("x")))
    return gates


def _hqslib1() -> dict[str, LibraryGate]:
    gates = _qelib1()
    gates["U1q"] = LibraryGate(2, 1, _u1q)
    gates["Rz"] = LibraryGate(1, 1, _named("rz"))
    gates["ZZ"] = LibraryGate(0, 2, _of_angle("rzz", math.pi / 2))
    gates["RZZ"] = LibraryGate(1, 2, _named("rzz"))
    gates["Rxxyyzz"] = LibraryGate(3, 2, _rxxyyzz)
    return gates


def _stdgates() -> dict[str, LibraryGate]:
    gates = _common()
    gates["CX"] = gates["cx"]
    gates["phase"], gates["cphase"] = gates["p"], gates["cp"]
    gates["u2"] = LibraryGate(2, 1, _phased(2))
    gates["u3"] = LibraryGate(3, 1, _phased(3))
    return gates


BUILT_IN: Mapping[str, Mapping[str, LibraryGate]] = MappingProxyType(
    {
        "2": {"U": LibraryGate(3, 1, _u), "CX": LibraryGate(0, 2, _named("cx"))},
        "3": {"U": LibraryGate(3, 1, _builtin_u)},
    }
)
"""The gates that need no include, by the language's version."""

INCLUDES: Mapping[str, Mapping[str, LibraryGate]] = MappingProxyType(
    {"qelib1.inc": _qelib1(), "hqslib1.inc": _hqslib1(), "stdgates.inc": _stdgates()}
)
"""The gates of each include file."""
