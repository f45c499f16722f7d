"""Assignments to variables and bits of OpenQASM programs."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from quire.simulator.readers.builder import BIT, Number, Register
from quire.simulator.readers.openqasm.operations import measure_into
from quire.simulator.readers.openqasm.values import Bits, BitString, Variable
from quire.simulator.readers.openqasm.writer import Handler, Writer


def _assignment(w: Writer, node: Any) -> None:
    target = _target(w, node.lhs)
    if isinstance(target, Bits):
        set_bits(w, target, node.rhs)
    else:
        set_variable(w, target, w.expressions.value(node.rhs), node)


def _compound(w: Writer, node: Any) -> None:
    target = _target(w, node.lhs)
    old = target.value if isinstance(target, Variable) else w.expressions.as_number(target, node)
    op = node.op.value
    right = w.expressions.number(node.rhs)
    if op == "**":
        raise w.fault(node, "**= is not supported; write the power out")
    new = w.arithmetic.binary(op, old, right)
    if isinstance(target, Bits):
        write_number(w, target, new, node)
    else:
        set_variable(w, target, new, node)


def _target(w: Writer, node: Any) -> Variable | Bits:
    """What an assignment goes to."""
    indexed = type(node).__name__ == "IndexedIdentifier"
    found = w.scope.find(node.name.name if indexed else node.name)
    for index in node.indices if indexed else ():
        for part in index.values if type(index).__name__ == "IndexList" else [index]:
            found = w.expressions.part(found, part, node)
    if isinstance(found, Variable | Bits):
        return found
    raise w.fault(node, "this cannot be assigned to")


def set_variable(w: Writer, variable: Variable, value: Any, node: Any) -> None:
    """Sets a variable to a value."""
    if variable.is_constant:
        raise w.fault(node, "a constant cannot be assigned to")
    number = w.expressions.converted(value, variable.type, node)
    if isinstance(variable.value, Register):
        w.builder.assign(variable.value, number)
    else:
        variable.value = w.copied(number)


def set_bits(w: Writer, bits: Bits, node: Any) -> None:
    """Sets bits to what an expression stands for."""
    if type(node).__name__ == "QuantumMeasurement":
        (operand,) = w.operands(node.qubits)
        measure_into(w, operand, bits, node)
        return
    value = w.expressions.value(node)
    if isinstance(value, BitString) and value.width != len(bits.items):
        raise w.fault(node, f"{value.width} bits are assigned to {len(bits.items)}")
    if isinstance(value, Bits) and value.is_register:
        if len(value.items) != len(bits.items):
            raise w.fault(node, f"{len(value.items)} bits are assigned to {len(bits.items)}")
        read = [w.builder.read(item) for item in value.items]
        for bit, item in zip(read, bits.items, strict=True):
            w.builder.write(bit, item)
        return
    write_number(w, bits, w.expressions.as_number(value, node), node)


def write_number(w: Writer, bits: Bits, number: Number, node: Any) -> None:
    """Sets bits to a whole number, the first to its least significant bit."""
    if not bits.is_register:
        w.builder.write(_as_int(w.arithmetic.bit(number)), bits.items[0])
        return
    if isinstance(number, float):
        raise w.fault(node, "a real number is assigned to bits")
    for place, item in enumerate(bits.items):
        w.builder.write(_bit_of(w, number, place), item)


def _bit_of(w: Writer, number: Number, place: int) -> Number:
    if not isinstance(number, Register):
        return int(number) >> place & 1
    if number.kind == BIT:
        return number if place == 0 else 0
    if place > 63:
        return 0
    shifted = w.arithmetic.binary(">>", number, place)
    return w.builder.emit("trunc", (shifted,), BIT, (64, 1))


def _as_int(value: Number) -> Number:
    return int(value) if isinstance(value, bool) else value


HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        "ClassicalAssignment": _assignment,
        "CompoundAssignment": _compound,
    }
)
