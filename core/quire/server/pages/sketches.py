"""Circuits read off payloads at a glance: plain lists of gates only, by patterns, within narrow bounds.

This is for drawings and decides nothing: it understands a small part of each format, and gives up on
anything else. What a program means is the simulators' to say, in worker processes.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping

import attrs

from quire.formats import HONEYWELL_OPENQASM, IONQ_CIRCUIT, QIR, RIGETTI_QUIL

MAX_GATES = 300
MAX_QUBITS = 24
MEASURE = "measure"
_MAX_LABEL = 12


@attrs.frozen
class Gate:
    """A gate of a sketch.

    Attributes:
        name: Its name, upper case; ``measure`` for measurements.
        targets: The qubits that it acts on.
        controls: The qubits that control it.
        parameter: Its angles as written, shortened; empty if there are none.
    """

    name: str
    targets: tuple[int, ...]
    controls: tuple[int, ...] = ()
    parameter: str = ""


class _UnclearError(Exception):
    """There is more in a program than a glance can tell."""


def sketch(text: str, format: str) -> list[Gate] | None:
    """The gates of a program; None if a glance cannot tell, or there are too many to draw.

    Args:
        text: The program.
        format: Its format's id.
    """
    reader = _READERS.get(format)
    if reader is None:
        return None
    gates: list[Gate] = []
    try:
        for gate in reader(text):
            gates.append(gate)
            if len(gates) > MAX_GATES or max((*gate.targets, *gate.controls)) >= MAX_QUBITS:
                return None
    except (_UnclearError, ValueError, RecursionError):
        return None
    return gates or None


_CONTROLS: Mapping[str, tuple[str, int]] = {
    "CNOT": ("X", 1),
    "CX": ("X", 1),
    "CY": ("Y", 1),
    "CZ": ("Z", 1),
    "CH": ("H", 1),
    "CCX": ("X", 2),
    "CCNOT": ("X", 2),
    "CCZ": ("Z", 2),
}
"""Gates that are drawn with controls: what the target does, and how many controls come first."""


def _gate(name: str, qubits: list[int], parameter: str = "") -> Gate:
    name = name.upper()
    if not qubits or len(set(qubits)) != len(qubits):
        raise _UnclearError
    if len(parameter) > _MAX_LABEL:
        parameter = parameter[: _MAX_LABEL - 1] + "…"
    base, controls = _CONTROLS.get(name, (name, 0))
    if len(qubits) <= controls:
        raise _UnclearError
    return Gate(base, tuple(qubits[controls:]), tuple(qubits[:controls]), parameter)


# QIR

_CALL = re.compile(
    r"call [^@]{0,80}@__quantum__qis__([a-z0-9_]{1,30}?)__(body|adj|ctl|ctladj)\(([^\n]{0,400})\)"
)
_QIR_ARGUMENT = re.compile(r"double ([^,)]{1,40})|inttoptr \(i64 (\d{1,4}) to [^)]{1,20}\)|\bnull\b")
_QIR_MEASUREMENTS = ("mz", "m", "mresetz")
_BRANCH = re.compile(r"^[ \t]*(?:br i1|switch|phi|invoke)\b", re.MULTILINE)


def _of_qir(text: str) -> Iterator[Gate]:
    if _BRANCH.search(text) or text.count("\ndefine ") > 1:
        raise _UnclearError
    for name, kind, arguments in _CALL.findall(text):
        if kind.startswith("ctl"):
            raise _UnclearError
        qubits, angles = [], []
        for match in _QIR_ARGUMENT.finditer(arguments):
            if match[1] is not None:
                angles.append(_short_number(match[1]))
            else:
                qubits.append(int(match[2] or 0))
        if name in _QIR_MEASUREMENTS:
            yield Gate(MEASURE, (qubits[0],)) if qubits else _gate(name, [])
        else:
            yield _gate(name + ("†" if kind == "adj" else ""), qubits, ", ".join(angles))


def _short_number(text: str) -> str:
    if text.startswith("0x"):
        return "…"
    return f"{float(text):.3g}"


# IonQ's circuits


def _of_ionq(text: str) -> Iterator[Gate]:
    document = json.loads(text)
    entries = document.get("circuit") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise _UnclearError
    for entry in entries[: MAX_GATES + 1]:
        yield _ionq_gate(entry)


def _ionq_gate(entry: object) -> Gate:
    if not isinstance(entry, dict) or not isinstance(entry.get("gate"), str):
        raise _UnclearError
    controls = _numbers(entry, "control")
    targets = _numbers(entry, "target")
    if not targets or len({*controls, *targets}) != len(controls) + len(targets):
        raise _UnclearError
    angle = entry.get("rotation", entry.get("phase"))
    parameter = f"{angle:.3g}" if isinstance(angle, int | float) else ""
    gate = _gate(entry["gate"][:20], [*controls, *targets], parameter)
    if gate.controls:
        return gate
    return attrs.evolve(gate, targets=tuple(targets), controls=tuple(controls))


def _numbers(entry: Mapping[str, object], name: str) -> list[int]:
    one, many = entry.get(name), entry.get(f"{name}s")
    found = many if isinstance(many, list) else [] if one is None else [one]
    numbers = [number for number in found if type(number) is int and number >= 0]
    if len(numbers) != len(found):
        raise _UnclearError
    return numbers


# OpenQASM

_COMMENT = re.compile(r"//[^\n]*")
_IGNORED = re.compile(r"(?:OPENQASM|include|creg|bit|barrier)\b")
_REGISTER = re.compile(r"(?:qreg (\w+)\s*\[(\d{1,4})\]|qubit\s*\[(\d{1,4})\]\s*(\w+)|qubit (\w+))")
_QASM_MEASURE = re.compile(
    r"(?:[\w\[\]]+\s*=\s*measure ([\w\[\]]+)|measure ([\w\[\]]+)\s*(?:->\s*[\w\[\]]+)?)"
)
_QASM_GATE = re.compile(r"(\w+)\s*(?:\(([^()]{0,80}(?:\([^()]*\)[^()]*)?)\))?\s+([\w\[\],\s]+)")
_OPERAND = re.compile(r"(\w+)(?:\[(\d{1,4})\])?")


def _of_openqasm(text: str) -> Iterator[Gate]:
    if "/*" in text:
        raise _UnclearError
    registers: dict[str, range] = {}
    for raw in _COMMENT.sub("", text).split(";"):
        statement = " ".join(raw.split())
        if not statement or _IGNORED.match(statement):
            continue
        if register := _REGISTER.fullmatch(statement):
            name = register[1] or register[4] or register[5]
            begin = max((qubits.stop for qubits in registers.values()), default=0)
            registers[name] = range(begin, begin + int(register[2] or register[3] or 1))
        elif measured := _QASM_MEASURE.fullmatch(statement):
            for qubit in _operand(measured[1] or measured[2], registers):
                yield Gate(MEASURE, (qubit,))
        elif gate := _QASM_GATE.fullmatch(statement):
            yield from _broadcast(gate[1], gate[2] or "", gate[3].split(","), registers)
        else:
            raise _UnclearError


def _operand(text: str, registers: Mapping[str, range]) -> list[int]:
    match = _OPERAND.fullmatch(text.strip())
    if match is None or match[1] not in registers:
        raise _UnclearError
    qubits = registers[match[1]]
    if match[2] is None:
        return list(qubits[: MAX_QUBITS + 1])
    if int(match[2]) >= len(qubits):
        raise _UnclearError
    return [qubits[int(match[2])]]


def _broadcast(name: str, parameter: str, texts: list[str], registers: Mapping[str, range]) -> Iterator[Gate]:
    operands = [_operand(text, registers) for text in texts]
    width = max(map(len, operands))
    if any(len(operand) not in (1, width) for operand in operands):
        raise _UnclearError
    for index in range(width):
        qubits = [operand[index if len(operand) > 1 else 0] for operand in operands]
        yield _gate(name, qubits, parameter.replace(" ", ""))


# Quil

_QUIL_IGNORED = ("DECLARE ", "PRAGMA ", "FENCE", "HALT")
_QUIL_MEASURE = re.compile(r"MEASURE (\d{1,4})(?: [\w\[\]]+)?")
_QUIL_GATE = re.compile(r"([A-Z][A-Z0-9]*)(?:\(([^()]{0,80})\))?((?: \d{1,4})+)")


def _of_quil(text: str) -> Iterator[Gate]:
    for raw in text.splitlines():
        line = " ".join(raw.partition("#")[0].split())
        if not line or line.startswith(_QUIL_IGNORED):
            continue
        if measured := _QUIL_MEASURE.fullmatch(line):
            yield Gate(MEASURE, (int(measured[1]),))
        elif gate := _QUIL_GATE.fullmatch(line):
            yield _gate(gate[1], [int(number) for number in gate[3].split()], gate[2] or "")
        else:
            raise _UnclearError


_READERS: Mapping[str, Callable[[str], Iterator[Gate]]] = {
    QIR: _of_qir,
    IONQ_CIRCUIT: _of_ionq,
    HONEYWELL_OPENQASM: _of_openqasm,
    RIGETTI_QUIL: _of_quil,
}
