"""What a circuit is submitted as; nothing about how it is written."""

from qiskit import QuantumCircuit

from quire import Options, Payload, TargetSpec
from quire.errors import OptionError, TooManyQubitsError, TranslationError
from quire.formats import MICROSOFT_RESULTS_V2, QIR
from quire.qir import ENTRY_POINT
from quire_qiskit.bindings import bound
from quire_qiskit.header import to_metadata
from quire_qiskit.translation import translate

_WRITERS = {QIR: translate}
"""How a circuit is written, by payload format."""


def encode(circuit: QuantumCircuit, target: TargetSpec, options: Options) -> Payload:
    """Translates a circuit.

    Args:
        circuit: A circuit that measures something.
        target: Where it is to run.
        options: The submission's options: ``args``, the values of the circuit's parameters, and
            ``input_data_format``.

    Raises:
        OptionError: The values do not fit the circuit, or it is not written in the format asked for.
        TooManyQubitsError: The circuit has more qubits than the target.
        UnboundParameterError: The circuit has parameters without values.
        TranslationError: The circuit cannot be expressed for the target.
    """
    args = options.take_any("args")
    if args is not None:
        circuit = bound(circuit, args, "args")
    format = options.take("input_data_format", str, QIR)
    if format not in _WRITERS:
        raise OptionError(
            f"a Qiskit circuit is not written as {format!r}, only as {', '.join(_WRITERS)}",
            argument="input_data_format",
        )
    if format not in target.input_formats:
        raise TranslationError(f"{target.id} does not take {format}", argument="program", target=target.id)
    _check_width(circuit, target)
    return Payload(
        _WRITERS[format](circuit, target),
        format=format,
        output_format=MICROSOFT_RESULTS_V2,
        name=circuit.name,
        num_qubits=circuit.num_qubits,
        params={"items": [{"entryPoint": ENTRY_POINT, "arguments": []}]},
        metadata=to_metadata(circuit),
    )


def _check_width(circuit: QuantumCircuit, target: TargetSpec) -> None:
    """Refuses a circuit that is too wide before any time is spent on translating it."""
    if circuit.num_qubits > target.num_qubits:
        raise TooManyQubitsError(
            f"circuit {circuit.name} has {circuit.num_qubits} qubits; {target.id} has {target.num_qubits}",
            argument="program",
            target=target.id,
            needed=circuit.num_qubits,
            available=target.num_qubits,
        )
