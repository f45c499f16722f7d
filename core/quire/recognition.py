"""Which kind of program a file or a text holds, by its suffix or its content; nothing is parsed here."""

import re
from collections.abc import Mapping

from quire.formats import HONEYWELL_OPENQASM, IONQ_CIRCUIT, QIR, RIGETTI_QUIL

QSHARP = "qsharp"

KINDS: Mapping[str, str] = {
    "qir": QIR,
    "openqasm": HONEYWELL_OPENQASM,
    "quil": RIGETTI_QUIL,
    "ionq": IONQ_CIRCUIT,
    QSHARP: QSHARP,
}
"""The payload format of each kind; Q# is none, it is compiled."""

SUFFIXES: Mapping[str, str] = {
    ".ll": "qir",
    ".bc": "qir",
    ".qasm": "openqasm",
    ".qasm2": "openqasm",
    ".qasm3": "openqasm",
    ".quil": "quil",
    ".qs": QSHARP,
}
"""The kind that a file's suffix, in lower case, stands for."""

# Text says what it is early; what stands far down is not looked at.
_LOOKED_AT = 1 << 16
_HEAD = 1 << 12

# Raw bitcode, and bitcode in the wrapper that Apple's tools put around it.
_BITCODE = (b"BC\xc0\xde", b"\xde\xc0\x17\x0b")
# A line of LLVM text that no other payload format has.
_LLVM = re.compile(
    rb"^\s*(?:define\s[^\n]*@|declare\s[^\n]*@|attributes\s+#|target\s+triple|source_filename\s*=|; ModuleID|"
    rb"%[\w.]+\s*=\s*type\s)",
    re.MULTILINE,
)
_OPENQASM = re.compile(rb"^\s*OPENQASM\s+[23]", re.MULTILINE)
_QSHARP = re.compile(rb"^\s*(?:namespace\s+[\w.]+\s*\{|operation\s+\w+\s*(?:<[^>]*>\s*)?\()", re.MULTILINE)
_QUIL = re.compile(rb"^\s*(?:DECLARE|DEFGATE|DEFCIRCUIT|MEASURE|[A-Z]+(?:\([^)]*\))? \d+)", re.MULTILINE)


def certain_kind(data: bytes) -> str | None:
    """The kind of a program that no other kind can be taken for: a key of ``KINDS``; None if there is none.

    It is asked for each program that comes as text or bytes, so what is cheap comes first.
    """
    if data.startswith(_BITCODE):
        return "qir"
    head = data[:_HEAD]
    if b"OPENQASM" in head and _OPENQASM.search(head):
        return "openqasm"
    if head.lstrip().startswith(b"{"):
        return "ionq"
    if _LLVM.search(data, 0, _LOOKED_AT):
        return "qir"
    if (b"operation" in head or b"namespace" in head) and _QSHARP.search(head):
        return QSHARP
    return None


def likely_kind(data: bytes) -> str | None:
    """The kind that a program looks like, for a file of unknown name: a key of ``KINDS``; None for none."""
    return certain_kind(data) or ("quil" if _QUIL.search(data) else None)
