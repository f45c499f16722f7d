"""Gates, measurements and resets of OpenQASM programs, on single qubits and on registers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from quire.simulator.faults import PayloadError
from quire.simulator.readers.builder import Register
from quire.simulator.readers.modifiers import PHASE
from quire.simulator.readers.openqasm.values import Bits, Qubits
from quire.simulator.readers.openqasm.writer import Handler, Writer


def _gate(w: Writer, node: Any) -> None:
    operands = w.operands(node.qubits)
    for qubits in _broadcast(operands, lambda why: w.fault(node, why)):
        for gate in w.gates.call(node, qubits):
            if gate[0] != PHASE:
                w.builder.gate(gate)


def _reset(w: Writer, node: Any) -> None:
    for operand in w.operands(node.qubits):
        for qubit in operand.items:
            w.builder.reset(qubit)


def measured(w: Writer, node: Any) -> Bits:
    """Measures the qubits of a node into new bits."""
    (operand,) = w.operands(node.qubits)
    bits = w.new_bits(len(operand.items), operand.is_register, node)
    measure_into(w, operand, bits, node)
    return bits


def measure_into(w: Writer, qubits: Qubits, bits: Bits, node: Any) -> None:
    """Measures qubits into as many bits."""
    if len(qubits.items) != len(bits.items):
        raise w.fault(node, f"{len(qubits.items)} qubits are measured into {len(bits.items)} bits")
    for qubit, bit in zip(qubits.items, bits.items, strict=True):
        w.builder.measure(qubit, bit)


def _measure(w: Writer, node: Any) -> None:
    if node.target is None:
        measured(w, node)
        return
    (operand,) = w.operands(node.qubits)
    measure_into(w, operand, _bits_of(w, node.target), node)


def _bits_of(w: Writer, node: Any) -> Bits:
    bits = w.expressions.value(node)
    if not isinstance(bits, Bits):
        raise w.fault(node, "bits are needed")
    return bits


def _broadcast(
    operands: Sequence[Qubits], fault: Callable[[str], PayloadError]
) -> Iterable[Sequence[int | Register]]:
    """The qubits of each application of a gate: registers side by side, single qubits each time."""
    sizes = {len(operand.items) for operand in operands if operand.is_register}
    if not sizes:
        return [[operand.items[0] for operand in operands]]
    if len(sizes) > 1:
        raise fault(f"registers of different sizes, {', '.join(map(str, sorted(sizes)))}")
    (size,) = sizes
    return zip(
        *(operand.items if operand.is_register else [operand.items[0]] * size for operand in operands),
        strict=True,
    )


HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        "QuantumGate": _gate,
        "QuantumPhase": _gate,
        "QuantumReset": _reset,
        "QuantumMeasurementStatement": _measure,
    }
)
