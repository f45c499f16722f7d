"""Writers of payload formats: one frame per format, to which adapters append a line per gate; no SDKs.

Every frame has a template for each gate of ``GATES`` (:mod:`quire.qir` has the frame of QIR), so that one
pass over a circuit writes any format.
"""

from quire.writers.frame import BlockFrame, Frame
from quire.writers.gates import GATES, GateShape, number_text
from quire.writers.ionq import IonqFrame
from quire.writers.ionq_native import IonqNativeFrame
from quire.writers.openqasm import OpenQasmFrame, Register
from quire.writers.quil import QuilFrame

__all__ = [
    "GATES",
    "BlockFrame",
    "Frame",
    "GateShape",
    "IonqFrame",
    "IonqNativeFrame",
    "OpenQasmFrame",
    "QuilFrame",
    "Register",
    "number_text",
]
