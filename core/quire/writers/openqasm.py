"""OpenQASM 2 as a payload, as Quantinuum's targets take it; nothing about SDKs.

The language is that of https://arxiv.org/abs/1707.03429. Programs include ``qelib1.inc`` with the gates that
Qiskit's exporter, whose programs those targets take, expects of it; what it lacks is defined in the program.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar

import attrs

from quire.errors import TranslationError
from quire.formats import HONEYWELL_OPENQASM, HONEYWELL_RESULTS
from quire.writers.frame import Frame
from quire.writers.gates import GATES

_QUBITS = "q"
_RYY = "gate ryy(theta) a,b { sdg a; sdg b; rxx(theta) a,b; s a; s b; }\n"
_GUARD = "if("
# Words of the languages 2 and 3, as readers of the latter read the former, and what the include file names.
_WORDS = """
gate qreg creg measure reset barrier if opaque include pi sin cos tan exp ln sqrt id u u0 u1 u2 u3 p r ch cp
cu cu1 cu3 crx cry crz csx cs csdg ccz cswap sxdg rzx iswap rccx rc3x rcccx c3x c3sqrtx c3sx c4x input output
bit bool int uint float angle complex array const let def defcal extern box durationof delay for while else
return break continue end in switch case default qubit ctrl negctrl inv pow gphase stretch duration void
mutable readonly cal defcalgrammar true false pragma sizeof mod popcount ceiling floor log tau euler
arcsin arccos arctan
"""
# Readers of the results take the last for no register.
_RESERVED = frozenset((*_WORDS.split(), *GATES, _QUBITS, "access_token"))


@attrs.frozen
class Register:
    """A classical register of a program.

    Attributes:
        name: Its name there, made fit for the language: letters, digits and underscores.
        first: The index of the result that is its bit 0.
        size: How many bits it has.
    """

    name: str
    first: int
    size: int


def _template(name: str) -> str:
    num_params, num_qubits = GATES[name]
    angle = "(%s)" if num_params else ""
    return f"{name}{angle} {','.join(['%s'] * num_qubits)};\n"


class OpenQasmFrame(Frame):
    """An OpenQASM 2 program under construction; see :class:`quire.writers.frame.Frame`.

    Attributes:
        registers: Its classical registers, in order; their bits are the results.
    """

    format: ClassVar[str] = HONEYWELL_OPENQASM
    output_format: ClassVar[str] = HONEYWELL_RESULTS
    gates: ClassVar[Mapping[str, str]] = MappingProxyType({name: _template(name) for name in GATES})
    measure: ClassVar[str] = "measure %s -> %s;\n"
    reset: ClassVar[str] = "reset %s;\n"

    def __init__(self, num_qubits: int, registers: Sequence[tuple[str, int]] = ()) -> None:
        """Begins an empty program.

        Args:
            num_qubits: How many qubits it may name.
            registers: Name and size of its classical registers, as for :meth:`add_register`.
        """
        super().__init__([f"{_QUBITS}[{i}]" for i in range(num_qubits)], [])
        self.registers: list[Register] = []
        for name, size in registers:
            self.add_register(name, size)

    def add_register(self, name: str, size: int) -> Register:
        """Adds a classical register.

        Args:
            name: What to name it, if the language and the other registers allow; else a name like it.
            size: How many bits it has; none, and it is left out of the program.

        Returns:
            The register; its results are ``results[first:first + size]``.
        """
        register = Register(self._name(name), len(self.results), size)
        self.registers.append(register)
        self.results += [f"{register.name}[{i}]" for i in range(size)]
        return register

    def _name(self, wished: str) -> str:
        plain = "".join(each if each.isascii() and each.isalnum() else "_" for each in wished)
        taken = {register.name for register in self.registers}
        # A prefix makes a name that begins as the language wants it, and is none of its words or gates.
        if not plain[:1].islower() or plain in _RESERVED:
            plain = f"c_{plain}" if plain else "c"
        name, number = plain, 1
        while name in taken:
            number += 1
            name = f"{plain}_{number}"
        return name

    def guard(self, start: int, register: Register, values: Sequence[int]) -> None:
        """Makes the lines from one on happen only if a register has one of some values.

        Args:
            start: The index in ``lines`` of the first of them.
            register: A register, which those lines must not write to.
            values: Its values, bit 0 being the least significant.

        Raises:
            TranslationError: A line depends on a register already, or writes to this one.
        """
        guarded = "".join(self.lines[start:]).splitlines(keepends=True)
        for line in guarded:
            if line.startswith(_GUARD):
                raise TranslationError("OpenQASM 2 has no conditions within conditions", element="if")
            if f"-> {register.name}[" in line and len(guarded) * len(values) > 1:
                raise TranslationError(
                    f"OpenQASM 2 conditions each gate alone, and register {register.name} changes before "
                    "the last of these",
                    element="if",
                )
        conditions = [f"{_GUARD}{register.name}=={value}) " for value in values]
        self.lines[start:] = [condition + line for condition in conditions for line in guarded]

    def writes(self, start: int, register: Register) -> bool:
        """Whether the lines from one on measure into a register."""
        return any(f"-> {register.name}[" in line for line in self.lines[start:])

    def text(self) -> bytes:
        """The whole program, UTF-8. Its answer is a string per register and shot, the highest bit first."""
        body = "".join(self.lines)
        head = ['OPENQASM 2.0;\ninclude "qelib1.inc";\n', _RYY if "ryy(" in body else ""]
        head.append(f"qreg {_QUBITS}[{len(self.qubits)}];\n")
        head += [f"creg {each.name}[{each.size}];\n" for each in self.registers if each.size]
        return "".join((*head, body)).encode()
