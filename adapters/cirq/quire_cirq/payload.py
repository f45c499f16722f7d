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
        options: May hold ``param_resolver``, the values of the circuit's parameters.

    Raises:
        TranslationError: It cannot be expressed for the target.
        UnboundParameterError: It has parameters without values.
        OptionError: ``param_resolver`` is neither a mapping nor a ``cirq.ParamResolver``.
    """
    resolver = _resolver(options.take_any("param_resolver"))
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


def _resolver(values: object) -> cirq.ParamResolver:
    if values is None or isinstance(values, Mapping | cirq.ParamResolver):
        return cirq.ParamResolver(values)
    raise OptionError(
        f"param_resolver= takes a mapping or a cirq.ParamResolver, not {values!r}", argument="param_resolver"
    )
