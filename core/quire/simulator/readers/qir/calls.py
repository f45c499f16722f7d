"""Calls in QIR programs: of quantum functions, by symbol, and of functions that the module defines."""

import math
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from quire.simulator.gates import SHAPES
from quire.simulator.output import Container
from quire.simulator.program import NO_REGISTER, UNDEFINED, Instruction
from quire.simulator.readers.qir.scope import Scope
from quire.simulator.readers.qir.symbols import GATES, RUNTIME, Runtime
from quire.simulator.readers.qir.values import UnreadableError, split_commas, take_type

_CALL = re.compile(r"(?:tail )?call (?:(?:fastcc|ccc|zeroext|signext|noundef) )*(.*)$")
_CALLEE = re.compile(r'@([\w.$-]+|"[^"]*")\((.*)\)(?: #\d+)?$')
_RECORDED_TYPES = MappingProxyType(
    {
        "__quantum__rt__bool_record_output": "i1",
        "__quantum__rt__int_record_output": "i64",
        "__quantum__rt__double_record_output": "double",
    }
)


def read_call(scope: Scope, text: str, name: str, line: int) -> list[Instruction]:
    """Reads a call; see ``read_instruction``."""
    call = _CALL.match(text)
    if call is None:
        raise UnreadableError("this form of call is not supported")
    returns, rest = take_type(call[1])
    callee = _CALLEE.match(rest)
    if callee is None:
        raise UnreadableError("this form of call is not supported")
    symbol, arguments = callee[1], split_commas(callee[2])
    if symbol in scope.declarations.signatures:
        return [_call_function(scope, symbol, returns, arguments, name, line)]
    if symbol in GATES:
        steps = [_gate(scope, GATES[symbol], arguments, line)]
    elif symbol in RUNTIME:
        steps = _RUNTIME[RUNTIME[symbol]](scope, symbol, arguments, line)
    else:
        raise UnreadableError(f"unknown function @{symbol}")
    wanted = "i1" if symbol in RUNTIME and RUNTIME[symbol] is Runtime.READ else "void"
    if returns != wanted or bool(name) != (wanted != "void"):
        raise UnreadableError(f"@{symbol} returns {wanted}")
    if name:
        return [steps[0]._replace(target=scope.define(name, wanted))]
    return steps


def _call_function(
    scope: Scope, symbol: str, returns: object, arguments: list[str], name: str, line: int
) -> Instruction:
    signature = scope.declarations.signatures[symbol]
    if returns != signature.returns or (name and returns == "void"):
        raise UnreadableError(f"@{symbol} returns {signature.returns}")
    if len(arguments) != len(signature.parameters):
        raise UnreadableError(f"@{symbol} takes {len(signature.parameters)} arguments")
    operands = tuple(
        scope.operand(text, kind) for text, (kind, _) in zip(arguments, signature.parameters, strict=True)
    )
    target = scope.define(name, signature.returns) if name else NO_REGISTER
    return Instruction("call", target, operands, symbol, line)


def _count(arguments: list[str], wanted: int, symbol: str) -> None:
    if len(arguments) != wanted:
        raise UnreadableError(f"{symbol} takes {wanted} arguments, not {len(arguments)}")


def _recorded(arguments: list[str], symbol: str) -> str:
    """What an output function records; the label beside it means nothing here, but must be a pointer."""
    _count(arguments, 2, symbol)
    if take_type(arguments[1])[0] != "ptr":
        raise UnreadableError(f"the label of {symbol} is no pointer")
    return arguments[0]


def _gate(scope: Scope, name: str, arguments: list[str], line: int) -> Instruction:
    shape = SHAPES[name]
    _count(arguments, shape.num_params + shape.num_qubits, name)
    angles = [_angle(scope, text) for text in arguments[: shape.num_params]]
    qubits = [scope.qubit(text) for text in arguments[shape.num_params :]]
    fixed = [value for value in map(scope.values.__getitem__, qubits) if value is not UNDEFINED]
    if len(set(fixed)) < len(fixed):
        raise UnreadableError(f"{name} acts on one qubit twice")
    return Instruction("gate", NO_REGISTER, (*angles, *qubits), name, line)


def _angle(scope: Scope, text: str) -> int:
    """The register of an angle; a constant one must be finite."""
    register = scope.operand(text, "double")
    value = scope.values[register]
    if value is not UNDEFINED and not math.isfinite(value):
        raise UnreadableError("an angle must be finite")
    return register


def _measure(scope: Scope, symbol: str, arguments: list[str], line: int) -> list[Instruction]:
    _count(arguments, 2, symbol)
    operands = (scope.qubit(arguments[0]), scope.result(arguments[1]))
    return [Instruction("measure", NO_REGISTER, operands, None, line)]


def _measure_reset(scope: Scope, symbol: str, arguments: list[str], line: int) -> list[Instruction]:
    (measure,) = _measure(scope, symbol, arguments, line)
    return [measure, Instruction("reset", NO_REGISTER, measure.operands[:1], None, line)]


def _reset(scope: Scope, symbol: str, arguments: list[str], line: int) -> list[Instruction]:
    _count(arguments, 1, symbol)
    return [Instruction("reset", NO_REGISTER, (scope.qubit(arguments[0]),), None, line)]


def _read(scope: Scope, symbol: str, arguments: list[str], line: int) -> list[Instruction]:
    _count(arguments, 1, symbol)
    return [Instruction("read", NO_REGISTER, (scope.result(arguments[0]),), None, line)]


def _write(scope: Scope, symbol: str, arguments: list[str], line: int) -> list[Instruction]:
    _count(arguments, 2, symbol)
    operands = (scope.operand(arguments[0], "i1"), scope.result(arguments[1]))
    return [Instruction("write", NO_REGISTER, operands, None, line)]


def _record_result(scope: Scope, symbol: str, arguments: list[str], line: int) -> list[Instruction]:
    result = scope.result(_recorded(arguments, symbol))
    return [Instruction("record_result", NO_REGISTER, (result,), None, line)]


def _record_value(scope: Scope, symbol: str, arguments: list[str], line: int) -> list[Instruction]:
    kind = _RECORDED_TYPES[symbol]
    value = scope.operand(_recorded(arguments, symbol), kind)
    return [Instruction("record", NO_REGISTER, (value,), kind, line)]


def _open(scope: Scope, symbol: str, arguments: list[str], line: int) -> list[Instruction]:
    length = scope.values[scope.operand(_recorded(arguments, symbol), "i64")]
    if length is UNDEFINED or length >= 2**63:
        raise UnreadableError("the length of a recorded array or tuple must be a constant, not negative")
    container = Container(RUNTIME[symbol] is Runtime.RECORD_TUPLE, length)
    return [Instruction("open", NO_REGISTER, (), container, line)]


def _nothing(_scope: Scope, _symbol: str, _arguments: list[str], _line: int) -> list[Instruction]:
    return []


_RUNTIME: Mapping[Runtime, Callable[[Scope, str, list[str], int], list[Instruction]]] = MappingProxyType(
    {
        Runtime.MEASURE: _measure,
        Runtime.MEASURE_RESET: _measure_reset,
        Runtime.RESET: _reset,
        Runtime.READ: _read,
        Runtime.WRITE: _write,
        Runtime.RECORD_RESULT: _record_result,
        Runtime.RECORD_ARRAY: _open,
        Runtime.RECORD_TUPLE: _open,
        Runtime.RECORD_VALUE: _record_value,
        Runtime.NOTHING: _nothing,
    }
)
