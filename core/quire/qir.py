"""QIR as text: the gates it names, and how a program of calls is framed; nothing about circuits or SDKs.

The text is LLVM IR with typed pointers, as today's Azure Quantum clients send it, after the base and
adaptive profiles of https://github.com/qir-alliance/qir-spec. Adapters append one line per operation::

    frame = QirFrame(num_qubits=2, num_results=2)
    append, q, r = frame.lines.append, frame.qubits, frame.results
    append(GATES["h"].call % q[0])
    append(GATES["rx"].call % (double(0.5), q[0]))
    append(GATES["cx"].call % (q[0], q[1]))
    append(MEASURE % (q[0], r[0]))
    data = frame.text(records=[("array", 2), ("result", 0), ("result", 1)])
"""

import math
from collections.abc import Iterable, Mapping
from types import MappingProxyType

import attrs

from quire.errors import InputError
from quire.formats import QirProfile

ENTRY_POINT = "ENTRYPOINT__main"
"""The entry point's name, the one that the Q# compiler and the service's own clients use."""

_QUBIT = "%Qubit*"
_RESULT = "%Result*"


@attrs.frozen
class QirGate:
    """A gate that QIR programs call.

    Attributes:
        symbol: The function's name, such as ``__quantum__qis__rx__body``.
        num_params: How many angles it takes, in radians, before its qubits.
        num_qubits: How many qubits it acts on, controls first.
        call: A line of a program: a ``%`` template over the angles' texts, then the qubits' operands.
    """

    symbol: str
    num_params: int
    num_qubits: int
    call: str = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        arguments = ["double %s"] * self.num_params + ["%s"] * self.num_qubits
        object.__setattr__(self, "call", f"  call void @{self.symbol}({', '.join(arguments)})\n")


def _gates() -> dict[str, QirGate]:
    shapes = {(0, 1): "h x y z s t sx", (1, 1): "rx ry rz", (0, 2): "cx cy cz swap", (1, 2): "rxx ryy rzz"}
    gates = {
        name: QirGate(f"__quantum__qis__{name}__body", params, qubits)
        for (params, qubits), names in shapes.items()
        for name in names.split()
    }
    gates["ccx"] = QirGate("__quantum__qis__ccx__body", 0, 3)
    gates["sdg"] = QirGate("__quantum__qis__s__adj", 0, 1)
    gates["tdg"] = QirGate("__quantum__qis__t__adj", 0, 1)
    return gates


GATES: Mapping[str, QirGate] = MappingProxyType(_gates())
"""The gates by quire's names: ``h x y z s sdg t tdg sx rx ry rz cx cy cz swap rxx ryy rzz ccx``."""

MEASURE = "  call void @__quantum__qis__mz__body(%s, %s)\n"
"""A measurement in the Z basis: a template over a qubit's and a result's operand."""

RESET = "  call void @__quantum__qis__reset__body(%s)\n"
"""A reset to |0>: a template over a qubit's operand. Adaptive profiles only."""

_READ_RESULT = "@__quantum__rt__read_result"

_RECORDS = {
    "result": "__quantum__rt__result_record_output",
    "array": "__quantum__rt__array_record_output",
    "tuple": "__quantum__rt__tuple_record_output",
}


def double(value: float) -> str:
    """An angle as LLVM reads it, exactly.

    Args:
        value: A finite number.

    Raises:
        InputError: It is infinite or not a number; either would make an invalid program.
    """
    number = float(value)
    if not math.isfinite(number):
        raise InputError(f"an angle must be finite, not {number!r}", argument="angle")
    text = repr(number)
    if "e" in text and "." not in text:
        # LLVM's grammar wants a point in every decimal number; Python leaves it out before an exponent.
        text = text.replace("e", ".0e")
    return text


class QirFrame:
    """A QIR program under construction.

    Attributes:
        lines: The body's lines so far; append to it.
        qubits: The operand of each qubit, by index.
        results: The operand of each result, by index.
    """

    def __init__(self, num_qubits: int, num_results: int) -> None:
        """Begins an empty program.

        Args:
            num_qubits: How many qubits it may name.
            num_results: How many results it may name.
        """
        self.lines: list[str] = []
        self.qubits = [f"{_QUBIT} inttoptr (i64 {i} to {_QUBIT})" for i in range(num_qubits)]
        self.results = [f"{_RESULT} inttoptr (i64 {i} to {_RESULT})" for i in range(num_results)]
        self._num_blocks = 1

    def add_result(self) -> int:
        """Adds a result that the program may name, for programs read in one pass; returns its index."""
        index = len(self.results)
        self.results.append(f"{_RESULT} inttoptr (i64 {index} to {_RESULT})")
        return index

    def new_block(self) -> str:
        """A name for a further block of the program, which :meth:`begin_block` then begins."""
        name = f"block_{self._num_blocks}"
        self._num_blocks += 1
        return name

    def begin_block(self, name: str, go_to: str | None = None) -> None:
        """Ends the present block and begins the named one. Adaptive profiles only.

        Args:
            name: The block that the lines after this are in.
            go_to: The block that the present one goes on to; the one that begins unless given.
        """
        self.lines.append(f"  br label %{go_to or name}\n{name}:\n")

    def branch(self, result: str, if_one: str, if_zero: str, begin: str) -> None:
        """Ends the present block with a choice by a measured result. Adaptive profiles only.

        Args:
            result: The operand of a result that has been measured.
            if_one: The block to go on with if it is one.
            if_zero: The block to go on with if it is zero.
            begin: The block that the lines after this are in.
        """
        value = f"%is_one_{len(self.lines)}"
        self.lines.append(
            f"  {value} = call i1 {_READ_RESULT}({result})\n"
            f"  br i1 {value}, label %{if_one}, label %{if_zero}\n{begin}:\n"
        )

    def text(self, records: Iterable[tuple[str, int]], profile: QirProfile = QirProfile.BASE) -> bytes:
        """Frames the lines as a whole program.

        Args:
            records: What the program puts out, in order: ``("array", length)``, ``("tuple", length)`` and
                ``("result", index)``.
            profile: The profile it claims; an adaptive one if it resets or measures in mid-circuit.

        Returns:
            The program, UTF-8.
        """
        record_lines: list[str] = []
        used = {"result"}
        for kind, number in records:
            used.add(kind)
            operand = self.results[number] if kind == "result" else f"i64 {number}"
            record_lines.append(f"  call void @{_RECORDS[kind]}({operand}, i8* null)\n")
        body = "".join(self.lines)
        return "".join(
            (
                "%Result = type opaque\n%Qubit = type opaque\n\n",
                f"define void @{ENTRY_POINT}() #0 {{\nblock_0:\n",
                body,
                *record_lines,
                "  ret void\n}\n\n",
                *_declarations(body, used),
                self._attributes(profile),
                _flags(profile),
            )
        ).encode()

    def _attributes(self, profile: QirProfile) -> str:
        name = "adaptive_profile" if profile.is_adaptive else "base_profile"
        return (
            f'\nattributes #0 = {{ "entry_point" "output_labeling_schema" "qir_profiles"="{name}" '
            f'"required_num_qubits"="{len(self.qubits)}" "required_num_results"="{len(self.results)}" }}\n'
            'attributes #1 = { "irreversible" }\n'
        )


def _declarations(body: str, records: set[str]) -> list[str]:
    lines = []
    for gate in GATES.values():
        if f"@{gate.symbol}(" in body:
            arguments = ["double"] * gate.num_params + [_QUBIT] * gate.num_qubits
            lines.append(f"declare void @{gate.symbol}({', '.join(arguments)})\n")
    if "@__quantum__qis__mz__body(" in body:
        lines.append(f"declare void @__quantum__qis__mz__body({_QUBIT}, {_RESULT}) #1\n")
    if "@__quantum__qis__reset__body(" in body:
        lines.append(f"declare void @__quantum__qis__reset__body({_QUBIT}) #1\n")
    if f"{_READ_RESULT}(" in body:
        lines.append(f"declare i1 {_READ_RESULT}({_RESULT})\n")
    for kind in sorted(records):
        first = _RESULT if kind == "result" else "i64"
        lines.append(f"declare void @{_RECORDS[kind]}({first}, i8*)\n")
    return lines


def _flags(profile: QirProfile) -> str:
    flags = [
        'i32 1, !"qir_major_version", i32 1',
        'i32 7, !"qir_minor_version", i32 0',
        'i32 1, !"dynamic_qubit_management", i1 false',
        'i32 1, !"dynamic_result_management", i1 false',
    ]
    if profile.is_adaptive:
        flags.append('i32 1, !"int_computations", !"i64"')
    names = ", ".join(f"!{i}" for i in range(len(flags)))
    rows = "".join(f"!{i} = !{{{flag}}}\n" for i, flag in enumerate(flags))
    return f"\n!llvm.module.flags = !{{{names}}}\n\n{rows}"
