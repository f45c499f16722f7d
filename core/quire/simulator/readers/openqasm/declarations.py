"""What OpenQASM programs declare: qubits, bits, variables, arrays, gates, other names for them."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from quire.simulator.readers.builder import BIT, INTEGER, Number
from quire.simulator.readers.openqasm.assignments import set_bits, write_number
from quire.simulator.readers.openqasm.values import Array, Bits, Duration, Qubits, Scalar, Variable
from quire.simulator.readers.openqasm.writer import MAX_BITS, Handler, Writer

_MAX_QUBITS = 4096
_MAX_ELEMENTS = 100_000


def _include(w: Writer, node: Any) -> None:
    w.gates.include(node.filename, node)


def _gate_definition(w: Writer, node: Any) -> None:
    w.gates.define(node)


def _qubits_declared(w: Writer, node: Any) -> None:
    size = 1 if node.size is None else w.size(node.size, _MAX_QUBITS)
    if w.builder.num_qubits + size > _MAX_QUBITS:
        raise w.fault(node, f"more than {_MAX_QUBITS} qubits are declared")
    items = w.builder.add_qubits(size)
    w.bind(node, node.qubit.name, Qubits(items, node.size is not None))


def _declaration(w: Writer, node: Any) -> None:
    name, init = node.identifier.name, node.init_expr
    kind = type(node.type).__name__
    if kind == "BitType":
        _bits_declared(w, node, name, init)
    elif kind == "ArrayType":
        w.bind(node, name, _array(w, node, init))
    elif kind in ("DurationType", "StretchType"):
        w.bind(node, name, Duration())
    else:
        variable = _variable(w, node.type, init)
        w.bind(node, name, variable)


def _constant(w: Writer, node: Any) -> None:
    if type(node.type).__name__ in ("BitType", "ArrayType", "DurationType"):
        _declaration(w, node)
        return
    variable = _variable(w, node.type, node.init_expr)
    variable.is_constant = True
    w.bind(node, node.identifier.name, variable)


def _variable(w: Writer, type_node: Any, init: Any) -> Variable:
    scalar = w.expressions.scalar(type_node)
    if scalar is None:
        raise w.fault(type_node, "bits cannot stand here")
    if init is None:
        return Variable(scalar, _zero(scalar))
    value = w.expressions.converted(w.expressions.value(init), scalar, init)
    return Variable(scalar, w.copied(value))


def _bits_declared(w: Writer, node: Any, name: str, init: Any) -> None:
    size = 1 if node.type.size is None else w.size(node.type.size, MAX_BITS)
    bits = w.new_bits(size, node.type.size is not None, node)
    if init is not None:
        set_bits(w, bits, init)
    elif w.loops or w.returns:
        # Results keep their values, and this is a new register each time.
        write_number(w, bits, 0, node)
    w.bind(node, name, bits)
    if w.scope is w.global_scope:
        w.registers.append((name, bits))


def _array(w: Writer, node: Any, init: Any) -> Array:
    scalar = w.expressions.scalar(node.type.base_type)
    if scalar is None:
        raise w.fault(node, "arrays of bits are not supported; bit[n] is")
    sizes = [w.size(size, _MAX_ELEMENTS) for size in node.type.dimensions]
    total = 1
    for size in sizes:
        total *= size
    if total > _MAX_ELEMENTS:
        raise w.fault(node, f"an array of more than {_MAX_ELEMENTS} elements")
    array: Array = _filled(w, scalar, sizes, init, node)
    return array


def _filled(w: Writer, scalar: Scalar, sizes: Sequence[int], init: Any, node: Any) -> Any:
    if not sizes:
        return Variable(scalar, _zero(scalar)) if init is None else _element(w, scalar, init)
    parts: Sequence[Any] = [None] * sizes[0]
    if init is not None:
        parts = getattr(init, "values", ())
        if len(parts) != sizes[0]:
            raise w.fault(node, f"{sizes[0]} values are needed")
    return Array([_filled(w, scalar, sizes[1:], part, node) for part in parts])


def _element(w: Writer, scalar: Scalar, init: Any) -> Variable:
    value = w.expressions.converted(w.expressions.value(init), scalar, init)
    return Variable(scalar, w.copied(value))


def _io(w: Writer, node: Any) -> None:
    if node.io_keyword.value == "input":
        _input(w, node, node.identifier.name)
        return
    if type(node.type).__name__ != "BitType":
        raise w.fault(node, "outputs other than bits cannot be put out")
    _bits_declared(w, node, node.identifier.name, None)


def _input(w: Writer, node: Any, name: str) -> None:
    """Declares a variable, or bits that are not put out, with the value that the job gives."""
    scalar = w.expressions.scalar(node.type)
    if scalar is not None:
        value = w.inputs.take(name, scalar.name)
        w.bind(node, name, Variable(scalar, w.expressions.converted(value, scalar, node)))
        return
    size = 1 if node.type.size is None else w.size(node.type.size, MAX_BITS)
    bits = w.new_bits(size, node.type.size is not None, node)
    write_number(w, bits, w.inputs.take_bits(name, size), node)
    w.bind(node, name, bits)


def _extern(w: Writer, node: Any) -> None:
    raise w.fault(
        node, f"extern {node.name.name}: functions outside of the program are not supported; define it"
    )


def _alias(w: Writer, node: Any) -> None:
    values = [w.expressions.value(expr) for expr in node.exprs]
    if any(type(value) not in (Qubits, Bits) for value in values) or len(set(map(type, values))) > 1:
        raise w.fault(node, "let names qubits, or bits")
    items = [item for value in values for item in value.items]
    is_register = len(values) > 1 or values[0].is_register
    w.bind(node, node.target.name, type(values[0])(items, is_register))


def _zero(scalar: Scalar) -> Number:
    return {BIT: False, INTEGER: 0}.get(scalar.kind, 0.0)


HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        "Include": _include,
        "QuantumGateDefinition": _gate_definition,
        "QubitDeclaration": _qubits_declared,
        "ClassicalDeclaration": _declaration,
        "ConstantDeclaration": _constant,
        "IODeclaration": _io,
        "ExternDeclaration": _extern,
        "AliasStatement": _alias,
    }
)
