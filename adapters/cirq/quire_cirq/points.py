"""One circuit at many points: translated once where that gives the very same programs."""

from collections.abc import Iterable, Iterator

import attrs
import cirq

from quire import Options, Payload, TargetSpec
from quire.errors import OptionError, QuireError
from quire_cirq.payload import PARAMS, Encoding, resolver_of
from quire_cirq.plain_values import plain_values
from quire_cirq.template import Template


def encode_points(
    circuit: cirq.AbstractCircuit, target: TargetSpec, points: Iterable[object], options: Options
) -> Iterator[Payload | QuireError]:
    """Translates a circuit at many points, each when it is asked for.

    Args:
        circuit: The circuit.
        target: Where it is to run.
        points: The values of the circuit's parameters: mappings or resolvers.
        options: What ``quire_cirq.payload.encode`` takes, but for the values.

    Returns:
        For each point what ``encode`` would return or raise.

    Raises:
        OptionError: Values are given for all points, or circuits are not written as asked for.
    """
    if options.take_any("param_resolver") is not None:
        raise OptionError("the points are the parameters' values; give no param_resolver=", argument="args")
    encoding = Encoding.of(target, options)
    return PointEncoder(circuit, encoding).payloads(points)


class PointEncoder:
    """Translates one circuit, point by point."""

    def __init__(self, circuit: cirq.AbstractCircuit, encoding: Encoding) -> None:
        """Begins; nothing is translated yet.

        Args:
            circuit: The circuit; it must not change.
            encoding: How it is written.
        """
        self._circuit = circuit
        self._encoding = encoding
        self._number = 0
        self._template: tuple[Template, Payload] | None = None

    def payloads(self, points: Iterable[object]) -> Iterator[Payload | QuireError]:
        """The payload at each point, or the error in its place."""
        for point in points:
            try:
                yield self.payload(cirq.ParamResolver() if point is None else point, "args")
            except QuireError as error:
                yield error

    def payload(self, point: object, argument: str) -> Payload:
        """The payload at a point.

        Args:
            point: The values of the circuit's parameters: a mapping or a resolver.
            argument: What it was given as, for messages.

        Raises:
            QuireError: As for :meth:`quire_cirq.payload.Encoding.payload` and ``resolver_of``.
        """
        # Without a resolver, whose making takes longer than a look at the values.
        return self._filled(point) or self._translated(resolver_of(point, argument))

    def _translated(self, resolver: cirq.ParamResolver) -> Payload:
        self._number += 1
        if self._number == 2:  # a template for a single point would cost more than it saves
            self._template = self._encoding.template(self._circuit, resolver)
            if (filled := self._filled(resolver)) is not None:
                return filled
        return self._encoding.payload(self._circuit, resolver)

    def _filled(self, point: object) -> Payload | None:
        if self._template is None:
            return None
        values = plain_values(point)
        if values is None:
            return None
        template, rest = self._template
        data = template.filled(values)
        if data is None:
            return None
        return attrs.evolve(rest, data=data, metadata={**rest.metadata, PARAMS: values.json()})
