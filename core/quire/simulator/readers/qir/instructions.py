"""LLVM's instructions as QIR programs use them: the text of one becomes one instruction of the program."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from quire.simulator.program import NO_REGISTER, Instruction
from quire.simulator.readers.qir.calls import read_call
from quire.simulator.readers.qir.scope import Scope
from quire.simulator.readers.qir.values import (
    ArrayType,
    Type,
    UnreadableError,
    split_commas,
    take_type,
    width_of,
    words_of,
)

_Reader = Callable[[Scope, str, str, int], Instruction]
"""Takes the scope, the text behind the opcode, the name of the register to set, and the line's number."""

_FLAGS = re.compile(
    r"(?:(?:nuw|nsw|nneg|nusw|inbounds|exact|disjoint|samesign|volatile|fast|nnan|ninf|nsz|arcp|contract|afn|"
    r"reassoc) )*"
)
_ALIGNMENT = re.compile(r", align \d+$")
_CONVERSION = re.compile(r"(.*) to (.*)$")

_INTEGER_OPS = "add sub mul udiv sdiv urem srem and or xor shl lshr ashr"
_FLOAT_OPS = "fadd fsub fmul fdiv frem"
_INTEGER_RELATIONS = frozenset(("eq", "ne", "slt", "sle", "sgt", "sge", "ult", "ule", "ugt", "uge"))
_ORDERS = ("eq", "gt", "ge", "lt", "le", "ne")
_FLOAT_RELATIONS = frozenset(
    {"true", "false", "ord", "uno"}.union("o" + o for o in _ORDERS).union("u" + o for o in _ORDERS)
)


def _unflagged(text: str) -> str:
    flags = _FLAGS.match(text)
    return text[flags.end() :] if flags else text


def _pair(scope: Scope, text: str) -> tuple[Type, tuple[int, int]]:
    """Two operands of one type: ``i64 %a, %b``."""
    kind, rest = take_type(text)
    parts = split_commas(rest)
    if len(parts) != 2:
        raise UnreadableError("two operands are wanted")
    return kind, (scope.value(kind, parts[0]), scope.value(kind, parts[1]))


def _integer(op: str) -> _Reader:
    def read(scope: Scope, text: str, name: str, line: int) -> Instruction:
        kind, operands = _pair(scope, _unflagged(text))
        return Instruction(op, scope.define(name, kind), operands, width_of(kind), line)

    return read


def _floating(op: str) -> _Reader:
    def read(scope: Scope, text: str, name: str, line: int) -> Instruction:
        kind, operands = _pair(scope, _unflagged(text))
        _require(kind, "double")
        return Instruction(op, scope.define(name, kind), operands, None, line)

    return read


def _require(kind: Type, wanted: Type) -> None:
    if kind != wanted:
        raise UnreadableError(f"type {wanted} is wanted, not {kind}")


def _negate(scope: Scope, text: str, name: str, line: int) -> Instruction:
    operand = scope.operand(_unflagged(text), "double")
    return Instruction("fneg", scope.define(name, "double"), (operand,), None, line)


def _compare_integers(scope: Scope, text: str, name: str, line: int) -> Instruction:
    relation, _, rest = _unflagged(text).partition(" ")
    kind, operands = _pair(scope, rest)
    width = 64 if kind == "ptr" else width_of(kind)
    if relation not in _INTEGER_RELATIONS:
        raise UnreadableError(f"unknown relation {relation}")
    return Instruction("icmp", scope.define(name, "i1"), operands, (relation, width), line)


def _compare_floats(scope: Scope, text: str, name: str, line: int) -> Instruction:
    relation, _, rest = _unflagged(text).partition(" ")
    kind, operands = _pair(scope, rest)
    _require(kind, "double")
    if relation not in _FLOAT_RELATIONS:
        raise UnreadableError(f"unknown relation {relation}")
    return Instruction("fcmp", scope.define(name, "i1"), operands, relation, line)


def _select(scope: Scope, text: str, name: str, line: int) -> Instruction:
    parts = split_commas(_unflagged(text))
    if len(parts) != 3:
        raise UnreadableError("three operands are wanted")
    condition = scope.operand(parts[0], "i1")
    kind, chosen = scope.typed(parts[1])
    other = scope.operand(parts[2], kind)
    return Instruction("select", scope.define(name, kind), (condition, chosen, other), None, line)


def _convert(op: str) -> _Reader:
    def read(scope: Scope, text: str, name: str, line: int) -> Instruction:
        parts = _CONVERSION.match(_unflagged(text))
        if parts is None:
            raise UnreadableError("a conversion names two types")
        source, operand = scope.typed(parts[1].strip())
        target, rest = take_type(parts[2].strip())
        if rest:
            raise UnreadableError(f"unexpected {rest!r}")
        widths = _CONVERSIONS[op](source, target)
        return Instruction(op, scope.define(name, target), (operand,), widths, line)

    return read


def _widening(source: Type, target: Type) -> tuple[int, int]:
    if width_of(source) >= width_of(target):
        raise UnreadableError(f"{source} is not narrower than {target}")
    return width_of(source), width_of(target)


def _narrowing(source: Type, target: Type) -> tuple[int, int]:
    return _widening(target, source)[::-1]


def _to_float(source: Type, target: Type) -> tuple[int, int]:
    _require(target, "double")
    return width_of(source), 0


def _from_float(source: Type, target: Type) -> tuple[int, int]:
    _require(source, "double")
    return 0, width_of(target)


def _to_pointer(source: Type, target: Type) -> tuple[int, int]:
    _require(target, "ptr")
    _require(source, "i64")
    return 64, 64


def _same(source: Type, target: Type) -> tuple[int, int]:
    _require(source, target)
    return 0, 0


_CONVERSIONS: dict[str, Callable[[Type, Type], tuple[int, int]]] = {
    "zext": _widening,
    "sext": _widening,
    "trunc": _narrowing,
    "sitofp": _to_float,
    "uitofp": _to_float,
    "fptosi": _from_float,
    "fptoui": _from_float,
    "inttoptr": _to_pointer,
    "bitcast": _same,
}


def _allocate(scope: Scope, text: str, name: str, line: int) -> Instruction:
    parts = split_commas(_ALIGNMENT.sub("", text))
    kind, rest = take_type(parts[0] if parts else "")
    if rest or len(parts) > 2:
        raise UnreadableError("this form of alloca is not supported")
    count = scope.operand(parts[1], "i64") if len(parts) == 2 else scope.value("i64", "1")
    return Instruction("alloca", scope.define(name, "ptr"), (count,), words_of(kind), line)


def _load(scope: Scope, text: str, name: str, line: int) -> Instruction:
    parts = split_commas(_ALIGNMENT.sub("", _unflagged(text)))
    kind, rest = take_type(parts[0] if parts else "")
    if rest or len(parts) != 2 or isinstance(kind, ArrayType):
        raise UnreadableError("this form of load is not supported")
    return Instruction("load", scope.define(name, kind), (scope.operand(parts[1], "ptr"),), kind, line)


def _store(scope: Scope, text: str, name: str, line: int) -> Instruction:
    parts = split_commas(_ALIGNMENT.sub("", _unflagged(text)))
    if name or len(parts) != 2:
        raise UnreadableError("this form of store is not supported")
    kind, value = scope.typed(parts[0])
    return Instruction("store", NO_REGISTER, (value, scope.operand(parts[1], "ptr")), kind, line)


def _address(scope: Scope, text: str, name: str, line: int) -> Instruction:
    parts = split_commas(_unflagged(text))
    if len(parts) < 2:
        raise UnreadableError("getelementptr wants a type and an address")
    kind, rest = take_type(parts[0])
    if rest or kind == "i8":
        raise UnreadableError("getelementptr over bytes is not supported")
    operands, strides = [scope.operand(parts[1], "ptr")], []
    for index, part in enumerate(parts[2:]):
        if index:
            if not isinstance(kind, ArrayType):
                raise UnreadableError("getelementptr goes deeper than its type")
            kind = kind.element
        index_kind, register = scope.typed(part)
        operands.append(register)
        strides.append((words_of(kind), width_of(index_kind)))
    return Instruction("address", scope.define(name, "ptr"), tuple(operands), tuple(strides), line)


def _readers() -> dict[str, _Reader]:
    readers: dict[str, _Reader] = {op: _integer(op) for op in _INTEGER_OPS.split()}
    readers |= {op: _floating(op) for op in _FLOAT_OPS.split()}
    readers |= {op: _convert(op) for op in _CONVERSIONS}
    return readers | {
        "fneg": _negate,
        "icmp": _compare_integers,
        "fcmp": _compare_floats,
        "select": _select,
        "alloca": _allocate,
        "load": _load,
        "store": _store,
        "getelementptr": _address,
    }


_READERS: Mapping[str, _Reader] = MappingProxyType(_readers())


def read_instruction(scope: Scope, text: str, name: str, line: int) -> list[Instruction]:
    """Reads an instruction that does not leave its block.

    Args:
        scope: What it may refer to.
        text: The instruction without the register it sets.
        name: That register's name; empty if it sets none.
        line: Its line's number.

    Returns:
        One instruction; two for a measurement with reset, none for a call without effect.

    Raises:
        UnreadableError: It is not an instruction that QIR programs use, or is malformed.
    """
    op, _, rest = text.partition(" ")
    if op in ("call", "tail"):
        return read_call(scope, text, name, line)
    if op not in _READERS:
        raise UnreadableError(f"unsupported instruction {op!r}")
    if bool(name) == (op == "store"):
        raise UnreadableError(f"{op} cannot be used like this")
    return [_READERS[op](scope, rest.strip(), name, line)]
