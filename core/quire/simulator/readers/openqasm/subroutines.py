"""Subroutines of OpenQASM programs, written out at each call."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from quire.simulator.readers.openqasm.assignments import set_bits, set_variable
from quire.simulator.readers.openqasm.nodes import returns
from quire.simulator.readers.openqasm.values import Bits, Qubits, Scope, Subroutine, Variable
from quire.simulator.readers.openqasm.writer import MAX_BITS, Handler, Writer

_MAX_CALLS = 50


def _subroutine(w: Writer, node: Any) -> None:
    w.bind(node, node.name.name, Subroutine(node, w.scope))


def _expression(w: Writer, node: Any) -> None:
    w.expressions.value(node.expr)


def call(w: Writer, node: Any) -> Any:
    """Writes a call; answers what it returns."""
    found = w.scope.find(node.name.name)
    if not isinstance(found, Subroutine):
        raise w.fault(node, f"{node.name.name} is no subroutine")
    if len(w.returns) >= _MAX_CALLS:
        raise w.fault(node, f"more than {_MAX_CALLS} subroutines call one another")
    params = found.node.params
    if len(params) != len(node.args):
        raise w.fault(node, f"{node.name.name} takes {len(params)} arguments, not {len(node.args)}")
    scope = Scope(found.scope, is_closed=True)
    for param, argument in zip(params, node.args, strict=True):
        scope.bind(param.identifier.name, _argument(w, param.type, argument))
    loops, w.loops = w.loops, []
    if _returns_at_its_end(found.node):
        result = _straight(w, found.node, scope)
    else:
        result = _with_blocks(w, found.node, scope)
    w.loops = loops
    return result


def _returns_at_its_end(node: Any) -> bool:
    """Whether the only way out of a subroutine is its last statement."""
    count = returns(node.body)
    return count == 0 or (count == 1 and type(node.body[-1]).__name__ == "ReturnStatement")


def _straight(w: Writer, node: Any, scope: Scope) -> Any:
    """Writes a body that is left at its end; a number that is known stays known."""
    last = node.body[-1] if returns(node.body) else None
    value = None if last is None else last.value
    if (node.return_type is None) != (value is None):
        raise w.fault(node, "what is returned is not what the subroutine declares")
    # Nothing in this body reads the entry, which counts the calls under way.
    w.returns.append((None, -1))
    w.within(node.body if last is None else node.body[:-1], scope)
    before = w.scope
    w.enter(scope)
    result = None
    if value is not None:
        scalar = w.expressions.scalar(node.return_type)
        if scalar is None:
            result = _place_of_result(w, node)
            set_bits(w, result, value)
        else:
            result = w.copied(w.expressions.converted(w.expressions.value(value), scalar, value))
    w.enter(before)
    w.returns.pop()
    return result


def _with_blocks(w: Writer, node: Any, scope: Scope) -> Any:
    """Writes a body that may be left in several places."""
    place = _place_of_result(w, node)
    done = w.builder.new_block()
    w.returns.append((place, done))
    if w.within(node.body, scope):
        w.builder.jump(done)
    w.returns.pop()
    w.builder.begin(done)
    return place.value if isinstance(place, Variable) else place


def _argument(w: Writer, type_node: Any, argument: Any) -> Any:
    value = w.expressions.value(argument)
    kind = type(type_node).__name__
    if kind == "QubitType":
        size = 1 if type_node.size is None else w.expressions.known_integer(type_node.size, "a size")
        if not isinstance(value, Qubits) or len(value.items) != size:
            raise w.fault(argument, f"{size} qubits are needed")
        return value
    if kind == "BitType":
        size = 1 if type_node.size is None else w.expressions.known_integer(type_node.size, "a size")
        bits = w.new_bits(size, type_node.size is not None, argument)
        set_bits(w, bits, argument)
        return bits
    if kind.endswith("ReferenceType"):
        return value
    scalar = w.expressions.scalar(type_node)
    if scalar is None:
        raise w.fault(argument, "this parameter's type is not supported")
    return Variable(scalar, w.copied(w.expressions.converted(value, scalar, argument)))


def _place_of_result(w: Writer, node: Any) -> Any:
    """Where a subroutine leaves what it returns."""
    if node.return_type is None:
        return None
    scalar = w.expressions.scalar(node.return_type)
    if scalar is not None:
        return Variable(scalar, w.builder.variable(scalar.kind))
    size = node.return_type.size
    count = 1 if size is None else w.size(size, MAX_BITS)
    return w.new_bits(count, size is not None, node)


def _return(w: Writer, node: Any) -> bool:
    if not w.returns:
        raise w.fault(node, "return outside of a subroutine")
    place, done = w.returns[-1]
    if (place is None) != (node.value is None):
        raise w.fault(node, "what is returned is not what the subroutine declares")
    if isinstance(place, Bits):
        set_bits(w, place, node.value)
    elif place is not None:
        set_variable(w, place, w.expressions.value(node.value), node)
    w.builder.jump(done)
    return False


HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        "SubroutineDefinition": _subroutine,
        "ExpressionStatement": _expression,
        "ReturnStatement": _return,
    }
)
