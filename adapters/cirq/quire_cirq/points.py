"""One circuit at many points: translated once where that gives the very same programs."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import attrs
import cirq

from quire import Options, Payload, TargetSpec
from quire.errors import OptionError, QuireError
from quire_cirq.payload import PARAMS, Encoding, resolver_of
from quire_cirq.template import Template, is_plain


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
                yield self.payload(cirq.ParamResolver() if point is None else resolver_of(point, "args"))
            except QuireError as error:
                yield error

    def payload(self, resolver: cirq.ParamResolver) -> Payload:
        """The payload at a point.

        Raises:
            QuireError: As for :meth:`quire_cirq.payload.Encoding.payload`.
        """
        self._number += 1
        if self._number == 2:  # a template for a single point would cost more than it saves
            self._template = self._encoding.template(self._circuit, resolver)
        return self._filled(resolver) or self._encoding.payload(self._circuit, resolver)

    def _filled(self, resolver: cirq.ParamResolver) -> Payload | None:
        if self._template is None:
            return None
        template, rest = self._template
        data = template.filled(resolver)
        if data is None:
            return None
        metadata = {**rest.metadata, PARAMS: params_text(resolver)}
        return attrs.evolve(rest, data=data, metadata=metadata)


def params_text(resolver: cirq.ParamResolver) -> str:
    """``cirq.to_json`` of a resolver, on one line; at a fraction of its cost if its values are plain."""
    values: Any = resolver.param_dict
    if not is_plain(values):
        return cirq.to_json(resolver, indent=None)
    return json.dumps({"cirq_type": "ParamResolver", "param_dict": list(values.items())})
