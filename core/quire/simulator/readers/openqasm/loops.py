"""Loops of OpenQASM programs: written out if the number of rounds is known, else blocks of the program.

Variables that a round may leave in more than one way are kept in registers; see ``settle``.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from quire.simulator.readers.builder import Register
from quire.simulator.readers.openqasm.branches import settle, write_body
from quire.simulator.readers.openqasm.nodes import may_leave, statements_of
from quire.simulator.readers.openqasm.values import Array, Scope, Variable
from quire.simulator.readers.openqasm.writer import Handler, Loop, Writer


def _while(w: Writer, node: Any) -> bool:
    settle(w, [node.body])
    builder = w.builder
    head = builder.new_block()
    builder.jump(head)
    builder.begin(head)
    condition = w.expressions.condition(node.condition)
    if not isinstance(condition, Register) and not condition:
        return True
    loop = Loop(builder)
    loop.go_on = head
    body = builder.new_block()
    if isinstance(condition, Register):
        loop.leave = builder.new_block()
        builder.branch(condition, body, loop.leave)
    else:
        builder.jump(body)
    builder.begin(body)
    w.loops.append(loop)
    if write_body(w, node.body):
        builder.jump(head)
    w.loops.pop()
    if loop.leave is None:
        return False
    builder.begin(loop.leave)
    return True


def _for(w: Writer, node: Any) -> bool:
    values = _rounds(w, node.iterable)
    w.count(node, len(values))
    scalar = w.expressions.scalar(node.type)
    if scalar is None:
        raise w.fault(node, "a loop over bits is not supported")
    statements = statements_of(node.body)
    if may_leave(statements):
        settle(w, statements)
    loop = Loop(w.builder)
    w.loops.append(loop)
    reachable = True
    for value in values:
        scope = Scope(w.scope)
        number = w.expressions.converted(value, scalar, node)
        scope.bind(node.identifier.name, Variable(scalar, number))
        reachable = _round(w, loop, statements, scope)
        if not reachable:
            break
    w.loops.pop()
    if loop.leave is None:
        return reachable
    if reachable:
        w.builder.jump(loop.leave)
    w.builder.begin(loop.leave)
    return True


def _round(w: Writer, loop: Loop, statements: Sequence[Any], scope: Scope) -> bool:
    loop.begin_round()
    reachable = w.within(statements, scope)
    if loop.go_on is None:
        return reachable
    if reachable:
        loop.jump_on()
    w.builder.begin(loop.go_on)
    return True


def _rounds(w: Writer, node: Any) -> Sequence[Any]:
    kind = type(node).__name__
    if kind in ("RangeDefinition", "DiscreteSet"):
        return w.expressions.places(node)
    value = w.expressions.value(node)
    if isinstance(value, Array) and all(isinstance(item, Variable) for item in value.items):
        return [item.value for item in value.items]
    raise w.fault(node, "a loop goes over a range, a set or an array of numbers")


def _break(w: Writer, node: Any) -> bool:
    if not w.loops:
        raise w.fault(node, "break outside of a loop")
    w.loops[-1].jump_out()
    return False


def _continue(w: Writer, node: Any) -> bool:
    if not w.loops:
        raise w.fault(node, "continue outside of a loop")
    w.loops[-1].jump_on()
    return False


HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        "WhileLoop": _while,
        "ForInLoop": _for,
        "BreakStatement": _break,
        "ContinueStatement": _continue,
    }
)
