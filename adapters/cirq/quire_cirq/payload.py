"""A Cirq circuit as a payload, with the metadata that its results need; nothing about jobs."""

from collections.abc import Mapping

import attrs
import cirq

from quire import Options, Payload, TargetSpec
from quire.errors import OptionError, TranslationError
from quire.formats import IONQ_CIRCUIT
from quire_cirq.measurements import to_metadata
from quire_cirq.plain_values import resolver_json
from quire_cirq.program import FORMATS, GATESETS, new_program
from quire_cirq.template import Template
from quire_cirq.writer import CircuitWriter

PARAMS = "cirq_params"
"""The metadata key that holds the parameters' values, as Cirq's JSON."""


@attrs.frozen
class Encoding:
    """How circuits are written.

    Attributes:
        target: Where they are to run.
        format: The payload format; one of those that the target takes.
        gateset: ``qis`` or ``native``; for IonQ's format only.
    """

    target: TargetSpec
    format: str
    gateset: str

    @classmethod
    def of(cls, target: TargetSpec, options: Options) -> "Encoding":
        """What options ask for.

        Args:
            target: Where circuits are to run.
            options: May hold ``input_data_format`` (QIR unless given, if the target takes it) and, for IonQ's
                format, ``gateset``.

        Raises:
            OptionError: Circuits are not written that way, or the target does not take the format.
            TranslationError: The target takes no format that circuits are written in.
        """
        taken = [format for format in FORMATS if format in target.input_formats]
        if not taken:
            raise TranslationError(
                f"{target.id} takes {', '.join(target.input_formats)}, and a Cirq circuit is written as "
                f"{', '.join(FORMATS)}",
                target=target.id,
            )
        format = options.take("input_data_format", str, taken[0])
        if format not in taken:
            raise OptionError(
                f"a Cirq circuit is submitted to {target.id} as {' or '.join(taken)}, not as {format!r}",
                argument="input_data_format",
            )
        gateset = options.take("gateset", str, "")
        if gateset and (format != IONQ_CIRCUIT or gateset not in GATESETS):
            raise OptionError(
                f"gateset= takes {' or '.join(GATESETS)}, and only with input_data_format={IONQ_CIRCUIT!r}; "
                f"it was {gateset!r}, with {format}",
                argument="gateset",
            )
        return cls(target, format, gateset)

    def payload(self, circuit: cirq.AbstractCircuit, resolver: cirq.ParamResolver) -> Payload:
        """Translates a circuit with values for its parameters.

        Raises:
            TranslationError: It cannot be expressed for the target.
            UnboundParameterError: It has parameters without values.
        """
        return self._written(circuit, resolver, None)

    def template(
        self, circuit: cirq.AbstractCircuit, first: cirq.ParamResolver
    ) -> tuple[Template, Payload] | None:
        """Translates a circuit whose parameters get their values later.

        Args:
            circuit: The circuit.
            first: Some of the values that they may get.

        Returns:
            What to fill in, and a payload with all that does not depend on it; None if there is no such way.
        """
        if not new_program(self.format, self.gateset, 0, self.target).frame.keeps_text:
            return None
        template = Template(first)
        try:
            payload = self._written(circuit, cirq.ParamResolver(), template)
        except TranslationError:
            return None
        return (template, payload) if template.close(payload.data) else None

    def _written(
        self, circuit: cirq.AbstractCircuit, resolver: cirq.ParamResolver, template: Template | None
    ) -> Payload:
        qubits = sorted(circuit.all_qubits())
        program = new_program(self.format, self.gateset, len(qubits), self.target)
        writer = CircuitWriter(qubits, self.target, resolver, program, template)
        data = writer.write(circuit)
        return Payload(
            data,
            format=self.format,
            output_format=program.frame.output_format,
            name="cirq-job",
            num_qubits=len(qubits),
            params=program.params(),
            metadata={
                "cirq": "True",
                "qubits": str(len(qubits)),
                PARAMS: resolver_json(resolver),
                **to_metadata(tuple(writer.records.values())),
            },
        )


def encode(circuit: cirq.AbstractCircuit, target: TargetSpec, options: Options) -> Payload:
    """Translates a circuit.

    Args:
        circuit: The circuit. Its qubits get indices in sorted order.
        target: Where it is to run.
        options: May hold ``param_resolver``, the values of the circuit's parameters, also called ``args``,
            and what :meth:`Encoding.of` takes.

    Raises:
        TranslationError: It cannot be expressed for the target.
        UnboundParameterError: It has parameters without values.
        OptionError: They are neither a mapping nor a ``cirq.ParamResolver``, or are given under both names;
            or circuits are not written as asked for.
    """
    given = {name: options.take_any(name) for name in ("param_resolver", "args")}
    given = {name: values for name, values in given.items() if values is not None}
    if len(given) > 1:
        raise OptionError("give the parameters' values as param_resolver= or as args=", argument="args")
    resolver = cirq.ParamResolver()
    for name, values in given.items():
        resolver = resolver_of(values, name)
    return Encoding.of(target, options).payload(circuit, resolver)


def resolver_of(values: object, name: str) -> cirq.ParamResolver:
    """Parameters' values in Cirq's form.

    Args:
        values: A mapping or a resolver.
        name: The argument that they were given as.

    Raises:
        OptionError: They are something else.
    """
    if isinstance(values, Mapping | cirq.ParamResolver):
        return cirq.ParamResolver(values)
    # A sequence has no meaning: Cirq gives a circuit's parameters no order.
    raise OptionError(f"{name}= takes a mapping or a cirq.ParamResolver, not {values!r}", argument=name)
