"""The gates that circuits are made of, by name: their shape and their effect on the computational basis.

What a gate *is* (its matrix) is each engine's to know; readers map a format's spelling to these names. The
meanings are those of the QIR and Q# specifications: ``rx(t) = exp(-i t X/2)`` and likewise ``ry``, ``rz``,
``rxx``, ``ryy`` and ``rzz``; ``r1(t) = diag(1, exp(i t))``; ``sx`` is the square root of X whose determinant
is i; controls come first. Global phases mean nothing, but that of a controlled gate's base is the control's.

Beside the named gates there are two families, whose names :func:`controlled` and :func:`unitary` give.
"""

import re
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


_CONTROLLED = re.compile(r"ctrl(\d{1,3})\.(.+)")
_UNITARY = re.compile(r"unitary(\d{1,2})")
# Controlled gates with names of their own: the base gate and how many controls it has.
_BASES = {"cx": ("x", 1), "cy": ("y", 1), "cz": ("z", 1), "ccx": ("x", 2)}
_NAMES = {base: name for name, base in _BASES.items()}


def split_controls(name: str) -> tuple[str, int]:
    """A gate's base and its number of controls: ``("x", 2)`` for ``ccx``, ``("h", 0)`` for ``h``."""
    found = _CONTROLLED.fullmatch(name)
    if found is not None:
        return found[2], int(found[1])
    return _BASES.get(name, (name, 0))


def controlled(name: str, count: int = 1) -> str:
    """The name of a gate with more controls; they come before the qubits that it has."""
    base, present = split_controls(name)
    total = present + count
    if total == 0:
        return base
    return _NAMES.get((base, total), f"ctrl{total}.{base}")


def unitary(num_qubits: int) -> str:
    """The name of the gates that are given by their matrices.

    Their parameters are the matrix row by row, the real and the imaginary part of each entry in turn. The
    first qubit is the most significant bit of a row's and a column's index.
    """
    return f"unitary{num_qubits}"


def _derived(name: str) -> GateShape:
    found = _UNITARY.fullmatch(name)
    if found is not None:
        num_qubits = int(found[1])
        return GateShape(2 * 4**num_qubits, num_qubits, 0, permutes=False)
    base, count = split_controls(name)
    if not count:
        raise KeyError(name)
    shape = SHAPES[base]
    return GateShape(
        shape.num_params, count + shape.num_qubits, count + shape.num_diagonal, permutes=shape.permutes
    )


class _Shapes(dict[str, GateShape]):
    def __missing__(self, name: str) -> GateShape:
        self[name] = shape = _derived(name)
        return shape


SHAPES: Mapping[str, GateShape] = MappingProxyType(_Shapes(_shapes()))
"""Every gate of a circuit by its name."""
