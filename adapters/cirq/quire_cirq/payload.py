"""A Cirq circuit as a QIR payload, with the metadata that its results need; nothing about jobs."""

from collections.abc import Mapping

import cirq

from quire import Options, Payload, TargetSpec
from quire.errors import OptionError
from quire.formats import MICROSOFT_RESULTS_V2, QIR
from quire.qir import ENTRY_POINT
from quire_cirq.measurements import to_metadata
from quire_cirq.writer import CircuitWriter

PARAMS = "cirq_params"
"""The metadata key that holds the parameters' values, as Cirq's JSON."""


def encode(circuit: cirq.AbstractCircuit, target: TargetSpec, options: Options) -> Payload:
    """Translates a circuit.

    Args:
        circuit: The circuit. Its qubits get indices in sorted order.
        target: Where it is to run.
        options: May hold ``param_resolver``, the values of the circuit's parameters, also called ``args``.

    Raises:
        TranslationError: It cannot be expressed for the target.
        UnboundParameterError: It has parameters without values.
        OptionError: They are neither a mapping nor a ``cirq.ParamResolver``, or are given under both names.
    """
    resolver = _resolver(options)
    qubits = sorted(circuit.all_qubits())
    writer = CircuitWriter(qubits, target, resolver)
    data = writer.write(circuit)
    return Payload(
        data,
        format=QIR,
        output_format=MICROSOFT_RESULTS_V2,
        name="cirq-job",
        num_qubits=len(qubits),
        params={"entryPoint": ENTRY_POINT, "arguments": [], "target_profile": target.profile.value},
        metadata={
            "cirq": "True",
            "qubits": str(len(qubits)),
            PARAMS: cirq.to_json(resolver, indent=None),
            **to_metadata(tuple(writer.records.values())),
        },
    )


def _resolver(options: Options) -> cirq.ParamResolver:
    taken = [(name, options.take_any(name)) for name in ("param_resolver", "args")]
    given = [(name, values) for name, values in taken if values is not None]
    if not given:
        return cirq.ParamResolver()
    if len(given) > 1:
        raise OptionError("give the parameters' values as param_resolver= or as args=", argument="args")
    name, values = given[0]
    if not isinstance(values, Mapping | cirq.ParamResolver):
        # A sequence has no meaning: Cirq gives a circuit's parameters no order.
        raise OptionError(f"{name}= takes a mapping or a cirq.ParamResolver, not {values!r}", argument=name)
    return cirq.ParamResolver(values)
