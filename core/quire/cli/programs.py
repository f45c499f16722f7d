"""Which kind of program a file holds, by its suffix and, where that does not tell, by its content."""

import re
from collections.abc import Mapping
from pathlib import Path

from quire.errors import InputError
from quire.formats import HONEYWELL_OPENQASM, IONQ_CIRCUIT, QIR, RIGETTI_QUIL

QSHARP = "qsharp"

KINDS: Mapping[str, str] = {
    "qir": QIR,
    "openqasm": HONEYWELL_OPENQASM,
    "quil": RIGETTI_QUIL,
    "ionq": IONQ_CIRCUIT,
    QSHARP: QSHARP,
}
"""The payload format of each kind that ``--format`` names; Q# is none, it is compiled."""

_PROJECT = "qsharp.json"
_SUFFIXES = {
    ".ll": "qir",
    ".bc": "qir",
    ".qasm": "openqasm",
    ".qasm2": "openqasm",
    ".qasm3": "openqasm",
    ".quil": "quil",
    ".qs": QSHARP,
}
_CONTENTS: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    ("qir", re.compile(rb"\A(?:BC\xc0\xde|\xde\xc0\x17\x0b)")),
    ("openqasm", re.compile(rb"^\s*OPENQASM\s+[23]", re.MULTILINE)),
    ("ionq", re.compile(rb"\A\s*\{")),
    ("qir", re.compile(rb"^\s*(?:define\s[^\n]*@|; ModuleID|source_filename\s*=)", re.MULTILINE)),
    (QSHARP, re.compile(rb"^\s*(?:namespace\s+[\w.]+\s*\{|operation\s+\w+)", re.MULTILINE)),
    (
        "quil",
        re.compile(rb"^\s*(?:DECLARE|DEFGATE|DEFCIRCUIT|MEASURE|[A-Z]+(?:\([^)]*\))? \d+)", re.MULTILINE),
    ),
)


def kind_of(path: Path) -> str:
    """The kind of program that a file or folder holds: a key of ``KINDS``.

    Raises:
        InputError: It cannot be told.
    """
    if path.is_dir() or path.name == _PROJECT:
        if path.name != _PROJECT and not (path / _PROJECT).is_file():
            raise InputError(f"{path} is a folder without a {_PROJECT}", argument="FILE")
        return QSHARP
    kind = _SUFFIXES.get(path.suffix.lower())
    if kind is not None:
        return kind
    data = path.read_bytes()
    for found, content in _CONTENTS:
        if content.search(data):
            return found
    raise InputError(
        f"{path} looks like no program that quire knows; say which with --format {'|'.join(KINDS)}",
        argument="FILE",
    )


def program_of(path: Path, kind: str) -> tuple[object, dict[str, object]]:
    """What is to be submitted, and the options that go with it.

    Args:
        path: The file, or the folder of a Q# project.
        kind: A key of ``KINDS``.
    """
    if kind == QSHARP:
        return (path.parent if path.name == _PROJECT else path), {}
    return path.read_bytes(), {"input_data_format": KINDS[kind]}
