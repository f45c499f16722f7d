"""LLVM bitcode made text by pyqir, so that it takes the same way as text; nothing about what it says."""

from quire.simulator.faults import PayloadError

_MAGIC = (b"BC\xc0\xde", b"\xde\xc0\x17\x0b")
"""How bitcode begins, bare and in its wrapper (https://llvm.org/docs/BitCodeFormat.html)."""


def is_bitcode(data: bytes) -> bool:
    """Whether a payload is bitcode."""
    return data.startswith(_MAGIC)


def disassemble(data: bytes) -> str:
    """The text of a module in bitcode.

    LLVM's reader may end the process on malformed input; workers are processes of their own for this.

    Raises:
        PayloadError: LLVM cannot read it, or finds it invalid.
    """
    import pyqir

    try:
        module = pyqir.Module.from_bitcode(pyqir.Context(), data)
        problem = module.verify()
        text = str(module)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 - Rust panics derive from BaseException
        raise PayloadError(f"the bitcode cannot be read: {error}") from None
    if problem is not None:
        raise PayloadError(f"the bitcode is not valid: {problem}")
    return text
