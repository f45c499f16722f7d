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

import functools
import re
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import ClassVar

import attrs

from quire.formats import MICROSOFT_RESULTS_V2, QIR, QirProfile
from quire.writers.frame import BlockFrame
from quire.writers.gates import GATES as SHAPES
from quire.writers.gates import number_text

ENTRY_POINT = "ENTRYPOINT__main"
"""The entry point's name, the one that the Q# compiler and the service's own clients use."""

double = number_text
"""An angle as LLVM reads it, exactly; see :func:`quire.writers.gates.number_text`."""

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


_SYMBOLS = {"sdg": "s__adj", "tdg": "t__adj"}


def _gates() -> dict[str, QirGate]:
    return {
        name: QirGate(f"__quantum__qis__{_SYMBOLS.get(name, f'{name}__body')}", *shape)
        for name, shape in SHAPES.items()
    }


GATES: Mapping[str, QirGate] = MappingProxyType(_gates())
"""The gates by quire's names: ``h x y z s sdg t tdg sx rx ry rz cx cy cz swap rxx ryy rzz ccx``."""

_OTHERS = {"measure": "__quantum__qis__mz__body", "reset": "__quantum__qis__reset__body"}

MEASURE = f"  call void @{_OTHERS['measure']}(%s, %s)\n"
"""A measurement in the Z basis: a template over a qubit's and a result's operand."""

RESET = f"  call void @{_OTHERS['reset']}(%s)\n"
"""A reset to |0>: a template over a qubit's operand. Adaptive profiles only."""

_READ_RESULT = "@__quantum__rt__read_result"

_RECORDS = {
    "result": "__quantum__rt__result_record_output",
    "array": "__quantum__rt__array_record_output",
    "tuple": "__quantum__rt__tuple_record_output",
}


class QirFrame(BlockFrame):
    """A QIR program under construction; see :class:`quire.writers.frame.BlockFrame`."""

    format: ClassVar[str] = QIR
    output_format: ClassVar[str] = MICROSOFT_RESULTS_V2
    gates: ClassVar[Mapping[str, str]] = MappingProxyType({name: gate.call for name, gate in GATES.items()})
    measure: ClassVar[str] = MEASURE
    reset: ClassVar[str] = RESET

    def __init__(self, num_qubits: int, num_results: int) -> None:
        """Begins an empty program.

        Args:
            num_qubits: How many qubits it may name.
            num_results: How many results it may name.
        """
        super().__init__(
            [f"{_QUBIT} inttoptr (i64 {i} to {_QUBIT})" for i in range(num_qubits)],
            [f"{_RESULT} inttoptr (i64 {i} to {_RESULT})" for i in range(num_results)],
        )
        self._has_branches = False

    def add_result(self) -> int:
        """See :meth:`quire.writers.frame.BlockFrame.add_result`."""
        index = len(self.results)
        self.results.append(f"{_RESULT} inttoptr (i64 {index} to {_RESULT})")
        return index

    def begin_block(self, name: str, go_to: str | None = None) -> None:
        """See :meth:`quire.writers.frame.BlockFrame.begin_block`. Adaptive profiles only."""
        self.lines.append(f"  br label %{go_to or name}\n{name}:\n")

    def branch(self, result: str, if_one: str, if_zero: str, begin: str) -> None:
        """See :meth:`quire.writers.frame.BlockFrame.branch`. Adaptive profiles only."""
        self._has_branches = True
        value = f"%is_one_{len(self.lines)}"
        self.lines.append(
            f"  {value} = call i1 {_READ_RESULT}({result})\n"
            f"  br i1 {value}, label %{if_one}, label %{if_zero}\n{begin}:\n"
        )

    def text(
        self,
        records: Iterable[tuple[str, int]],
        profile: QirProfile = QirProfile.BASE,
        called: Collection[str] | None = None,
    ) -> bytes:
        """Frames the lines as a whole program.

        Args:
            records: What the program puts out, in order: ``("array", length)``, ``("tuple", length)`` and
                ``("result", index)``.
            profile: The profile it claims; an adaptive one if it resets or measures in mid-circuit.
            called: What the lines call: gates by quire's names, ``measure`` and ``reset``, all that do and no
                other; None to have the lines read for it, which takes as long as joining them.

        Returns:
            The program, UTF-8.
        """
        record_lines: list[str] = []
        used = {"result"}
        for kind, number in records:
            used.add(kind)
            operand = self.results[number] if kind == "result" else f"i64 {number}"
            record_lines.append(f"  call void @{_RECORDS[kind]}({operand}, i8* null)\n")
        symbols = set(_CALLED.findall("".join(self.lines))) if called is None else self._symbols(called)
        return "".join(
            (
                "%Result = type opaque\n%Qubit = type opaque\n\n",
                f"define void @{ENTRY_POINT}() #0 {{\nblock_0:\n",
                *self.lines,
                *record_lines,
                "  ret void\n}\n\n",
                *_declarations(symbols, used),
                self._attributes(profile),
                _flags(profile),
            )
        ).encode()

    def _symbols(self, called: Collection[str]) -> set[str]:
        reads = {_READ_RESULT[1:]} if self._has_branches else set()
        return reads | {_OTHERS[name] if name in _OTHERS else GATES[name].symbol for name in called}

    def _attributes(self, profile: QirProfile) -> str:
        name = "adaptive_profile" if profile.is_adaptive else "base_profile"
        return (
            f'\nattributes #0 = {{ "entry_point" "output_labeling_schema" "qir_profiles"="{name}" '
            f'"required_num_qubits"="{len(self.qubits)}" "required_num_results"="{len(self.results)}" }}\n'
            'attributes #1 = { "irreversible" }\n'
        )


_CALLED = re.compile(r"@([^(]+)")


def _declared(gate: QirGate) -> str:
    arguments = ["double"] * gate.num_params + [_QUBIT] * gate.num_qubits
    return f"declare void @{gate.symbol}({', '.join(arguments)})\n"


_DECLARATIONS = {
    **{gate.symbol: _declared(gate) for gate in GATES.values()},
    _OTHERS["measure"]: f"declare void @{_OTHERS['measure']}({_QUBIT}, {_RESULT}) #1\n",
    _OTHERS["reset"]: f"declare void @{_OTHERS['reset']}({_QUBIT}) #1\n",
    _READ_RESULT[1:]: f"declare i1 {_READ_RESULT}({_RESULT})\n",
}


def _declarations(called: Collection[str], records: set[str]) -> list[str]:
    lines = [declaration for symbol, declaration in _DECLARATIONS.items() if symbol in called]
    for kind in sorted(records):
        first = _RESULT if kind == "result" else "i64"
        lines.append(f"declare void @{_RECORDS[kind]}({first}, i8*)\n")
    return lines


@functools.cache
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
