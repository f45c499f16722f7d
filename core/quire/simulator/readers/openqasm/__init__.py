"""The reader of ``honeywell.openqasm.v1``: OpenQASM 2 with Quantinuum's gates, and OpenQASM 3."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from quire.model import TargetSpec
from quire.simulator.faults import PayloadError
from quire.simulator.output import Container
from quire.simulator.readers.builder import ProgramBuilder
from quire.simulator.readers.openqasm.inputs import Inputs
from quire.simulator.readers.openqasm.operations import measured
from quire.simulator.readers.openqasm.source import Source
from quire.simulator.readers.openqasm.statements import HANDLERS
from quire.simulator.readers.openqasm.subroutines import call
from quire.simulator.readers.openqasm.writer import Writer
from quire.simulator.reading import Reading


def read_openqasm(data: bytes, target: TargetSpec, params: Mapping[str, Any]) -> Reading:
    """Reads an OpenQASM program; what it puts out are its registers of classical bits, in order.

    A register that is compared with a number, or used as one, has its first bit as the least significant.

    Args:
        data: The payload.
        target: The target it is for.
        params: The job's parameters; ``inputs`` gives values to the program's inputs.

    Raises:
        PayloadError: It cannot be read, or is too wide for the target.
    """
    builder = ProgramBuilder(PayloadError)
    inputs = Inputs(params)
    writer = Writer(Source(data), builder, HANDLERS, inputs)
    writer.expressions.call = partial(call, writer)
    writer.expressions.measure = partial(measured, writer)
    try:
        writer.write()
    finally:
        # What leads to itself, and the whole program with it, would stay until garbage is collected.
        del writer.expressions.call, writer.expressions.measure
        writer.global_scope.clear()
    inputs.require_taken()
    highest = max(writer.expressions.physical_qubits, default=-1)
    if highest >= target.num_qubits:
        raise PayloadError(f"there is no qubit ${highest}: {target.id} has {target.num_qubits}")
    if builder.num_qubits > target.num_qubits:
        raise PayloadError(
            f"the program declares {builder.num_qubits} qubits, and {target.id} has {target.num_qubits}"
        )
    registers = writer.registers
    records: list[Container | int] = []
    if len(registers) != 1:
        records.append(Container(True, len(registers)))
    for _, bits in registers:
        records.append(Container(False, len(bits.items)))
        records += (item for item in bits.items if isinstance(item, int))
    return Reading((builder.finish(records),), tuple(name for name, _ in registers))
