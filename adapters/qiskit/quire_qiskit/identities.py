"""Gates of Qiskit that no payload format has, as short lists of gates that all have; exact up to a phase."""

import math
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from quire_qiskit.angles import Angle

Step = tuple[str, tuple[Angle, ...], tuple[int, ...]]
"""A gate of every format, its angles, and which of the written gate's qubits it acts on."""

_HALF_PI = math.pi / 2


def _u(theta: Angle, phi: Angle, lam: Angle) -> tuple[Step, ...]:
    return (("rz", (lam,), (0,)), ("ry", (theta,), (0,)), ("rz", (phi,), (0,)))


def _cp(theta: Angle) -> tuple[Step, ...]:
    half = theta / 2
    return (("rz", (half,), (0,)), ("rz", (half,), (1,)), ("rzz", (-half,), (0, 1)))


def _crz(theta: Angle) -> tuple[Step, ...]:
    return (("rz", (theta / 2,), (1,)), ("rzz", (-theta / 2,), (0, 1)))


def _cry(theta: Angle) -> tuple[Step, ...]:
    flip: Step = ("cx", (), (0, 1))
    return (("ry", (theta / 2,), (1,)), flip, ("ry", (-theta / 2,), (1,)), flip)


def _between_hadamards(steps: Iterable[Step]) -> tuple[Step, ...]:
    hadamard: Step = ("h", (), (1,))
    return (hadamard, *steps, hadamard)


IDENTITIES: Mapping[str, Callable[..., tuple[Step, ...]]] = MappingProxyType(
    {
        "id": lambda: (),
        "global_phase": lambda _: (),
        "p": lambda theta: (("rz", (theta,), (0,)),),
        "u1": lambda theta: (("rz", (theta,), (0,)),),
        "u": _u,
        "u3": _u,
        "u2": lambda phi, lam: _u(_HALF_PI, phi, lam),
        "r": lambda theta, phi: (("rz", (-phi,), (0,)), ("rx", (theta,), (0,)), ("rz", (phi,), (0,))),
        "sxdg": lambda: (("x", (), (0,)), ("sx", (), (0,))),
        "cp": _cp,
        "cu1": _cp,
        "crz": _crz,
        "crx": lambda theta: _between_hadamards(_crz(theta)),
        "cry": _cry,
        "rzx": lambda theta: _between_hadamards((("rzz", (theta,), (0, 1)),)),
    }
)
"""The steps of each, given its angles."""
