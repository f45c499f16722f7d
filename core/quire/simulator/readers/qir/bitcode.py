"""LLVM bitcode made text, so that it takes the same way as text; nothing about what it says.

LLVM's reader crashes, hangs or takes all memory on malformed bitcode, so it works in a process of its own,
with limits: ``disassembler.py`` beside this file.
"""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from quire.simulator.faults import PayloadError
from quire.simulator.readers.qir.module import shortened

_MAGIC = (b"BC\xc0\xde", b"\xde\xc0\x17\x0b")
"""How bitcode begins, bare and in its wrapper (https://llvm.org/docs/BitCodeFormat.html)."""

_SCRIPT = Path(__file__).with_name("disassembler.py")
_MAX_SECONDS = 60


def is_bitcode(data: bytes) -> bool:
    """Whether a payload is bitcode."""
    return data.startswith(_MAGIC)


def disassemble(data: bytes) -> str:
    """The text of a module in bitcode.

    Raises:
        PayloadError: LLVM cannot read it, or finds it invalid.
        ModuleNotFoundError: pyqir is not installed.
    """
    if importlib.util.find_spec("pyqir") is None:
        raise ModuleNotFoundError("No module named 'pyqir'", name="pyqir")
    # -P: the script's folder is not where its imports come from.
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        answer = subprocess.run(  # noqa: S603 - our own script; the payload is its input
            [sys.executable, "-P", str(_SCRIPT)],
            input=data,
            capture_output=True,
            env=environment,
            timeout=_MAX_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PayloadError(f"the bitcode cannot be read: LLVM takes more than {_MAX_SECONDS} s") from None
    if answer.returncode != 0:
        lines = answer.stderr.decode(errors="replace").split("\n")
        raise PayloadError(f"the bitcode cannot be read: {shortened(lines[0]) or 'LLVM gives up'}")
    return answer.stdout.decode()
