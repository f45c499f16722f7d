"""A parametrised circuit's program with its angles left open, to be filled in point by point, bit for bit."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter
from qiskit.exceptions import QiskitError

from quire import TargetSpec
from quire.errors import QuireError
from quire.writers import number_text
from quire_qiskit.angles import MARK, CannotTemplate, Held, OpenAngles
from quire_qiskit.programs import Form, Program, written

_EXACT_INTEGERS = 2**53


class Template:
    """A program with open angles.

    Attributes:
        program: The program; its data have marks in the places of the open angles.
    """

    def __init__(self, program: Program, parameters: Sequence[Parameter], holes: Sequence[Held]) -> None:
        """Prepares a program for being filled in; :func:`template_of` makes it.

        Args:
            program: The program.
            parameters: The circuit's parameters, in order.
            holes: The open angles, in the order of the marks.

        Raises:
            CannotTemplate: There are not as many marks.
        """
        pieces = program.data.decode().split(MARK)
        if len(pieces) != len(holes) + 1:
            raise CannotTemplate
        self.program = program
        self._parameters = parameters
        self._holes = holes
        self._parts = [""] * (2 * len(holes) + 1)
        self._parts[::2] = pieces

    def filled(self, point: object) -> Program | None:
        """The program at a point.

        Args:
            point: Values for all parameters: in order, or by parameter or name.

        Returns:
            The program, as translating the circuit with these values gives it; None if they are not all
            plain finite numbers, so that the SDK must say what they mean.
        """
        values = _plain_values(point, self._parameters)
        if values is None:
            return None
        texts = list(map(repr, values))
        # An exponent needs a closer look.
        if "e" in "".join(texts):
            texts = list(map(number_text, values))
        parts = self._parts.copy()
        try:
            parts[1::2] = [
                number_text(hole.at(values)) if hole.index is None else texts[hole.index]
                for hole in self._holes
            ]
        except (QuireError, QiskitError, ArithmeticError, RuntimeError, TypeError, ValueError):
            # An expression has no value here.
            return None
        return attrs.evolve(self.program, data="".join(parts).encode())


def template_of(circuit: QuantumCircuit, target: TargetSpec, form: Form) -> Template | None:
    """The template of a circuit; None if there is none, or if the circuit cannot be translated.

    Args:
        circuit: A circuit with parameters.
        target: Where it is to run.
        form: How to write it.
    """
    if not circuit.num_parameters:
        return None
    parameters = list(circuit.parameters)
    angles = OpenAngles(parameters)
    try:
        program = written(circuit, target, form, angles) if form.gateset != "native" else None
        return Template(program, parameters, angles.holes) if program and program.keeps_text else None
    except (CannotTemplate, QuireError):
        # Translating the circuit with its values says what is wrong with it, if anything is.
        return None


def _plain_values(point: object, parameters: Sequence[Parameter]) -> list[float] | None:
    given = _in_order(point, parameters)
    if given is None or len(given) != len(parameters):
        return None
    if set(map(type, given)) != {float}:
        if not all(map(_is_plain, given)):
            return None
        given = list(map(float, given))
    # A negative zero becomes zero. A sum is finite only if all of its parts are.
    values = [value + 0.0 for value in given]
    return values if math.isfinite(sum(values)) else None


def _in_order(point: object, parameters: Sequence[Parameter]) -> Sequence[Any] | None:
    if isinstance(point, list | tuple):
        return point
    if isinstance(point, Mapping):
        if len(point) != len(parameters):
            return None
        try:
            return [point[p] if p in point else point[p.name] for p in parameters]
        except KeyError:
            return None
    if getattr(point, "ndim", None) == 1 and hasattr(point, "tolist"):
        values: Sequence[Any] = point.tolist()
        return values
    return None


def _is_plain(value: object) -> bool:
    if type(value) is int:
        return abs(value) <= _EXACT_INTEGERS
    return isinstance(value, float)
