"""The reader of ``qir.v1``: LLVM text or bitcode that follows QIR's base or adaptive profile."""

from quire.model import TargetSpec
from quire.simulator.circuit import Circuit
from quire.simulator.faults import PayloadError
from quire.simulator.limits import MAX_PAYLOAD_BYTES
from quire.simulator.program import Program
from quire.simulator.readers.qir.bitcode import disassemble, is_bitcode
from quire.simulator.readers.qir.control_flow import read_control_flow
from quire.simulator.readers.qir.module import scan_module
from quire.simulator.readers.qir.straight_line import read_straight_line


def _text(data: bytes) -> str:
    if not data:
        raise PayloadError("the payload is empty")
    if len(data) > MAX_PAYLOAD_BYTES:
        raise PayloadError(f"the payload has {len(data)} bytes; the simulator takes {MAX_PAYLOAD_BYTES}")
    if is_bitcode(data):
        return disassemble(data)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise PayloadError(f"the payload is neither LLVM bitcode nor UTF-8 text: {error}") from None


def read_qir(data: bytes, entry_point: str | None, target: TargetSpec) -> Circuit | Program:
    """Reads a QIR program.

    Args:
        data: The payload.
        entry_point: The entry point to run; None for the program's own.
        target: The target it is for.

    Returns:
        A circuit if the program is straight-line, else a program.

    Raises:
        PayloadError: It cannot be read, or is too large for the target.
    """
    module = scan_module(_text(data), entry_point, target)
    return read_straight_line(module) or read_control_flow(module)
