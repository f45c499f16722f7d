"""The angles of gates: their values, their texts, and those that a template leaves open."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import attrs
from qiskit.circuit import Parameter, ParameterExpression

from quire.errors import TranslationError, UnboundParameterError
from quire.writers import number_text

MARK = "\0"
"""What stands in a template in the place of an angle that is left open; no payload format has it."""


def number(value: Any) -> float:
    """The value of a gate's parameter.

    Args:
        value: A number of any type, or an expression.

    Raises:
        UnboundParameterError: It is an expression with parameters that have no value.
        TranslationError: It is a complex number with an imaginary part.
    """
    if isinstance(value, ParameterExpression):
        if value.parameters:
            raise unbound(value.parameters)
        value = value.numeric()
    if isinstance(value, complex):
        if value.imag:
            raise TranslationError(f"an angle must be real, not {value}", element=str(value))
        value = value.real
    return float(value)


def unbound(parameters: Iterable[Any]) -> UnboundParameterError:
    """The error to raise for parameters that have no value."""
    names = tuple(sorted(parameter.name for parameter in parameters))
    return UnboundParameterError(
        f"no value for {', '.join(names)}: give the circuit's parameters values with assign_parameters()",
        argument="program",
        element=names[0],
        parameters=names,
    )


class CannotTemplate(Exception):  # noqa: N818 - a signal between modules, never seen by users
    """What parameters the circuit has are not the angles of single gates."""


@attrs.frozen
class Held:
    """An angle that a template leaves open.

    Arithmetic with it is done when it is known, in the same steps as with a number.

    Attributes:
        at: Its value, given the values of the circuit's parameters in order.
        index: Which of the parameters it is; None if it is anything made of them.
    """

    at: Callable[[Sequence[float]], float]
    index: int | None = None

    def __neg__(self) -> "Held":
        return Held(lambda values: -self.at(values))

    def __truediv__(self, divisor: float) -> "Held":
        return Held(lambda values: self.at(values) / divisor)


Angle = Any
"""A number, or a ``Held`` one."""


class Angles(dict[Any, str]):
    """The texts of angles, by their values, made when they are first asked for."""

    def __missing__(self, value: Any) -> str:
        text = self[value] = number_text(value if type(value) is float else number(value))
        return text

    def value(self, parameter: Any) -> Angle:
        """The angle that a gate's parameter is; see :func:`number`."""
        return number(parameter)

    def require_values(self, parameters: Iterable[Any]) -> None:
        """Told the parameters of what the SDK is to take apart; here, nothing is wrong with any."""


class OpenAngles(Angles):
    """The same for a template: open angles are written as marks.

    Attributes:
        holes: The open angles, one for each mark written, in order.
    """

    def __init__(self, parameters: Iterable[Parameter]) -> None:
        """Begins without angles.

        Args:
            parameters: The circuit's parameters.
        """
        super().__init__()
        self.holes: list[Held] = []
        self._places = {parameter: index for index, parameter in enumerate(parameters)}

    def __missing__(self, value: Any) -> str:
        if is_open(value):
            value = self.value(value)
        if isinstance(value, Held):
            self.holes.append(value)
            return MARK
        return super().__missing__(value)

    def value(self, parameter: Any) -> Angle:
        """The angle that a gate's parameter is; an open one of several parameters is none.

        Raises:
            CannotTemplate: It is such an angle: with all of them put in one after another, its last digit
                depends on their order.
        """
        if not is_open(parameter):
            return number(parameter)
        if isinstance(parameter, Parameter):
            return self._parameter(parameter)
        if len(parameter.parameters) != 1:
            raise CannotTemplate
        (inner,) = parameter.parameters
        at = self._parameter(inner).at
        return Held(lambda values: _real(parameter.bind({inner: at(values)})))

    def require_values(self, parameters: Iterable[Any]) -> None:
        """Refuses open parameters: how the SDK computes with them is not known here.

        Raises:
            CannotTemplate: There are some.
        """
        if any(map(is_open, parameters)):
            raise CannotTemplate

    def _parameter(self, parameter: Parameter) -> Held:
        if parameter not in self._places:
            raise CannotTemplate
        index = self._places[parameter]
        return Held(lambda values: values[index], index)


def _real(expression: ParameterExpression) -> float:
    """The value of an expression.

    Raises:
        TypeError: It is complex; what becomes of that when a circuit is bound, the SDK must say.
    """
    value = expression.numeric()
    if isinstance(value, complex):
        raise TypeError(f"{expression} is complex")
    return float(value)


def is_open(value: Any) -> bool:
    """Whether an angle has parameters without values."""
    return isinstance(value, ParameterExpression) and bool(value.parameters)
