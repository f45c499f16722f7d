"""The gates that circuits are made of, by name: their shape and their effect on the computational basis.

What a gate *is* (its matrix) is each engine's to know; readers map a format's spelling to these names. The
meanings are those of the QIR and Q# specifications: ``rx(t) = exp(-i t X/2)`` and likewise ``ry``, ``rz``,
``rxx``, ``ryy`` and ``rzz``; ``r1(t) = diag(1, exp(i t))``; ``sx`` is the square root of X; controls come
first. Global phases mean nothing.
"""

from collections.abc import Mapping
from types import MappingProxyType

import attrs


@attrs.frozen
class GateShape:
    """What readers and engines must know of a gate without knowing its matrix.

    Attributes:
        num_params: How many angles it takes, in radians.
        num_qubits: How many qubits it acts on.
        num_diagonal: On how many of its first qubits it is diagonal, so that it commutes with measuring
            them: all for ``cz``, the controls for ``cx``, none for ``h``.
        permutes: Whether it maps each basis state to a basis state, up to a phase.
    """

    num_params: int
    num_qubits: int
    num_diagonal: int
    permutes: bool


def _shapes() -> dict[str, GateShape]:
    rows = (
        ("id z s sdg t tdg", 0, 1, 1, True),
        ("x y", 0, 1, 0, True),
        ("h sx sxdg", 0, 1, 0, False),
        ("rz r1", 1, 1, 1, True),
        ("rx ry", 1, 1, 0, False),
        ("cx cy", 0, 2, 1, True),
        ("cz", 0, 2, 2, True),
        ("swap", 0, 2, 0, True),
        ("rzz", 1, 2, 2, True),
        ("rxx ryy", 1, 2, 0, False),
        ("ccx", 0, 3, 2, True),
    )
    return {
        name: GateShape(params, qubits, diagonal, permutes)
        for names, params, qubits, diagonal, permutes in rows
        for name in names.split()
    }


SHAPES: Mapping[str, GateShape] = MappingProxyType(_shapes())
"""Every gate of a circuit by its name."""
