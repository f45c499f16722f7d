"""What an instruction's text may refer to: its function's registers, and what the module declares."""

from collections.abc import Mapping
from typing import Any

import attrs

from quire.simulator.program import UNDEFINED
from quire.simulator.readers.qir.globals import Globals
from quire.simulator.readers.qir.values import Type, UnreadableError, constant, take_type


@attrs.frozen
class Signature:
    """The types of a function that the module defines.

    Attributes:
        returns: The type it returns.
        parameters: Its parameters: type and register name.
    """

    returns: Type
    parameters: tuple[tuple[Type, str], ...]


@attrs.frozen
class Declarations:
    """What all functions of a module share.

    Attributes:
        signatures: The functions that it defines, by name.
        globals: Its global variables.
        num_qubits: How many qubits its entry point declares.
        num_results: How many results its entry point declares.
    """

    signatures: Mapping[str, Signature]
    globals: Globals
    num_qubits: int
    num_results: int


class Scope:
    """The registers of one function, made as its text names them.

    Attributes:
        declarations: What the module declares.
        values: What each register holds when the function begins.
    """

    def __init__(self, declarations: Declarations) -> None:
        self.declarations = declarations
        self.values: list[Any] = []
        self._constants: dict[tuple[Type, str], int] = {}
        self._names: dict[str, int] = {}
        self._kinds: dict[str, Type] = {}
        self._defined: set[str] = set()

    def typed(self, text: str) -> tuple[Type, int]:
        """The type and the register of an operand with its type, such as ``i64 %a``."""
        kind, rest = take_type(text)
        return kind, self.value(kind, rest)

    def operand(self, text: str, wanted: Type) -> int:
        """The register of an operand that must be of one type."""
        kind, register = self.typed(text)
        if kind != wanted:
            raise UnreadableError(f"an operand of type {wanted} is wanted, not {text!r}")
        return register

    def value(self, kind: Type, text: str) -> int:
        """The register of an operand of known type, such as ``%a`` or ``5``."""
        if text.startswith("%"):
            return self._register(text[1:], kind)
        key = (kind, text)
        if key not in self._constants:
            self._constants[key] = self._new(constant(kind, text, self.declarations.globals.address_of))
        return self._constants[key]

    def qubit(self, text: str) -> int:
        """The register of a qubit operand; a constant one is checked."""
        return self._index(text, "qubit", self.declarations.num_qubits)

    def result(self, text: str) -> int:
        """The register of a result operand; a constant one is checked."""
        return self._index(text, "result", self.declarations.num_results)

    def define(self, name: str, kind: Type) -> int:
        """The register that an instruction sets, which no other may set."""
        if name in self._defined:
            raise UnreadableError(f"%{name} is set a second time")
        self._defined.add(name)
        return self._register(name, kind)

    def require_all_defined(self) -> None:
        """Refuses a function that uses a register that nothing sets."""
        missing = sorted(self._names.keys() - self._defined)
        if missing:
            raise UnreadableError(f"%{missing[0]} is used and never set")

    def _index(self, text: str, what: str, bound: int) -> int:
        register = self.operand(text, "ptr")
        value = self.values[register]
        if value is not UNDEFINED and value >= bound:
            raise UnreadableError(f"{what} {value} is used, and the entry point declares {bound}")
        return register

    def _register(self, name: str, kind: Type) -> int:
        if name not in self._names:
            self._names[name] = self._new(UNDEFINED)
            self._kinds[name] = kind
        if self._kinds[name] != kind:
            raise UnreadableError(f"%{name} is of type {self._kinds[name]}, not {kind}")
        return self._names[name]

    def _new(self, value: Any) -> int:
        self.values.append(value)
        return len(self.values) - 1
