"""Choices in OpenQASM programs: made at once if what they depend on is known, else at run time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from quire.simulator.readers.builder import Number, Register
from quire.simulator.readers.openqasm.nodes import assigned_names, statements_of
from quire.simulator.readers.openqasm.values import Array, Variable
from quire.simulator.readers.openqasm.writer import Handler, Writer


def _block(w: Writer, node: Any) -> bool:
    return w.within(node.statements)


def _box(w: Writer, node: Any) -> bool:
    return w.within(node.body)


def write_body(w: Writer, node: Any) -> bool:
    """The body of an if or a loop: a block or a single statement."""
    return w.within(statements_of(node))


def settle(w: Writer, nodes: Iterable[Any]) -> None:
    """Moves the variables that statements assign to into registers, before the ways part."""
    for name in sorted(assigned_names(nodes)):
        found = w.scope.find(name)
        for variable in _variables(found):
            if not isinstance(variable.value, Register):
                register = w.builder.variable(variable.type.kind)
                w.builder.assign(register, variable.value)
                variable.value = register


def _if(w: Writer, node: Any) -> bool:
    condition = w.expressions.condition(node.condition)
    return _choose(w, condition, node.if_body, node.else_body)


def _choose(w: Writer, condition: Number, if_body: Any, else_body: Any) -> bool:
    bodies = [body for body in (if_body, else_body) if body is not None]
    if not isinstance(condition, Register):
        chosen = if_body if condition else else_body
        return chosen is None or write_body(w, chosen)
    settle(w, bodies)
    builder = w.builder
    if_one, join = builder.new_block(), builder.new_block()
    if_zero = join if else_body is None else builder.new_block()
    builder.branch(condition, if_one, if_zero)
    reachable = else_body is None
    for body, block in ((if_body, if_one), (else_body, if_zero)):
        if body is not None:
            builder.begin(block)
            if write_body(w, body):
                reachable = True
                builder.jump(join)
    return _go_on(w, join, reachable)


def _go_on(w: Writer, block: int, reachable: bool) -> bool:
    w.builder.begin(block)
    if not reachable:
        w.builder.unreachable()
    return reachable


def _switch(w: Writer, node: Any) -> bool:
    target = w.arithmetic.integer(w.expressions.number(node.target))
    cases = [
        ([w.expressions.known_integer(label, "a case") for label in case.labels], case.body)
        for case in node.cases
    ]
    if not isinstance(target, Register):
        for labels, body in cases:
            if target in labels:
                return w.within(body)
        return w.within(node.default or ())
    settle(w, [statement for _, body in cases for statement in body] + list(node.default or ()))
    return _cases(w, target, cases, node.default or ())


def _cases(w: Writer, target: Register, cases: Sequence[Any], default: Sequence[Any]) -> bool:
    builder = w.builder
    join = builder.new_block()
    reachable = False
    for labels, body in cases:
        matches: Number = False
        for label in labels:
            matches = w.arithmetic.binary("|", matches, w.arithmetic.compare("==", target, label))
        matches = w.arithmetic.bit(matches)
        if not isinstance(matches, Register):
            continue
        if_one, if_zero = builder.new_block(), builder.new_block()
        builder.branch(matches, if_one, if_zero)
        builder.begin(if_one)
        if w.within(body):
            reachable = True
            builder.jump(join)
        builder.begin(if_zero)
    if w.within(default):
        reachable = True
        builder.jump(join)
    return _go_on(w, join, reachable)


def _end_statement(w: Writer, _node: Any) -> bool:
    if w.end is None:
        w.end = w.builder.new_block()
    w.builder.jump(w.end)
    return False


def _variables(value: Any) -> Iterator[Variable]:
    if isinstance(value, Variable):
        yield value
    elif isinstance(value, Array):
        for item in value.items:
            yield from _variables(item)


HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        "CompoundStatement": _block,
        "Box": _box,
        "BranchingStatement": _if,
        "SwitchStatement": _switch,
        "EndStatement": _end_statement,
    }
)
