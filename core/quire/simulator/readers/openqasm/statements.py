"""OpenQASM's statements, written into a program one after another; loops of known length are written out."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from quire.simulator.faults import PayloadError
from quire.simulator.readers.arithmetic import Arithmetic
from quire.simulator.readers.builder import (
    BIT,
    INTEGER,
    MAX_OPERATIONS,
    Number,
    ProgramBuilder,
    Register,
)
from quire.simulator.readers.modifiers import PHASE
from quire.simulator.readers.openqasm.expressions import Expressions
from quire.simulator.readers.openqasm.gates import Gates
from quire.simulator.readers.openqasm.source import Source
from quire.simulator.readers.openqasm.values import (
    Array,
    Bits,
    BitString,
    Duration,
    Qubits,
    Scalar,
    Scope,
    Subroutine,
    Variable,
)

MAX_QUBITS = 4096
MAX_BITS = 1_000_000
_MAX_ELEMENTS = 100_000
_MAX_CALLS = 50


class Loop:
    """A loop under way: where to go on after it, and with its next round."""

    def __init__(self, builder: ProgramBuilder) -> None:
        """A loop whose blocks are made when they are first gone to."""
        self._builder = builder
        self.leave: int | None = None
        self.go_on: int | None = None

    def jump_out(self) -> None:
        """Ends the loop."""
        if self.leave is None:
            self.leave = self._builder.new_block()
        self._builder.jump(self.leave)

    def jump_on(self) -> None:
        """Ends the round."""
        if self.go_on is None:
            self.go_on = self._builder.new_block()
        self._builder.jump(self.go_on)


class Statements:
    """Writes statements into a program.

    A statement's handler answers whether what follows it can be reached.

    Attributes:
        registers: The registers of bits that the program declares, in order.
    """

    def __init__(self, source: Source, builder: ProgramBuilder) -> None:
        """Begins a program."""
        self.registers: list[tuple[str, Bits]] = []
        self._source = source
        self._builder = builder
        self._global = Scope()
        self._scope = self._global
        self._expressions = Expressions(source, builder, self._scope)
        self._expressions.call = self._call
        self._expressions.measure = self._measured
        self._arithmetic: Arithmetic = self._expressions.arithmetic
        self._gates = Gates(self._expressions, source.version)
        self._loops: list[Loop] = []
        self._returns: list[tuple[Any, int]] = []
        self._end: int | None = None
        self._executed = 0

    def _fault(self, node: Any, why: str) -> PayloadError:
        return self._expressions.fault(node, why)

    def write(self) -> None:
        """Writes the whole program."""
        reachable = self._all(self._source.statements)
        if self._end is not None:
            if reachable:
                self._builder.jump(self._end)
            self._builder.begin(self._end)
        elif not reachable:
            raise PayloadError("the program never ends")

    def _all(self, nodes: Iterable[Any]) -> bool:
        return all(self._one(node) for node in nodes)

    def _one(self, node: Any) -> bool:
        self._executed += 1
        if self._executed > MAX_OPERATIONS:
            raise self._fault(node, f"the program expands to more than {MAX_OPERATIONS} statements")
        handler = _HANDLERS.get(type(node).__name__)
        if handler is None:
            raise self._fault(node, f"{type(node).__name__} is not supported")
        self._builder.line = self._source.line(node)
        try:
            return handler(self, node) is not False
        except (ArithmeticError, ValueError, TypeError) as error:
            raise self._fault(node, f"the statement has no meaning: {error}") from None

    def _within(self, nodes: Iterable[Any], scope: Scope | None = None) -> bool:
        """Writes statements in a scope of their own."""
        before = self._scope
        self._scope = self._expressions.scope = scope or Scope(before)
        try:
            return self._all(nodes)
        finally:
            self._scope = self._expressions.scope = before

    # Declarations

    def _bind(self, node: Any, name: str, value: Any) -> None:
        if not self._scope.bind(name, value):
            raise self._fault(node, f"{name} is declared twice")

    def _size(self, node: Any, most: int) -> int:
        size = self._expressions.known_integer(node, "a size")
        if not 1 <= size <= most:
            raise self._fault(node, f"a size of {size}; 1 to {most} are possible")
        return size

    def _include(self, node: Any) -> None:
        self._gates.include(node.filename, node)

    def _gate_definition(self, node: Any) -> None:
        self._gates.define(node)

    def _qubits_declared(self, node: Any) -> None:
        size = 1 if node.size is None else self._size(node.size, MAX_QUBITS)
        if self._builder.num_qubits + size > MAX_QUBITS:
            raise self._fault(node, f"more than {MAX_QUBITS} qubits are declared")
        items = self._builder.add_qubits(size)
        self._bind(node, node.qubit.name, Qubits(items, node.size is not None))

    def _declaration(self, node: Any) -> None:
        name, init = node.identifier.name, node.init_expr
        kind = type(node.type).__name__
        if kind == "BitType":
            self._bits_declared(node, name, init)
        elif kind == "ArrayType":
            self._bind(node, name, self._array(node, init))
        elif kind in ("DurationType", "StretchType"):
            self._bind(node, name, Duration())
        else:
            variable = self._variable(node.type, init)
            self._bind(node, name, variable)

    def _constant(self, node: Any) -> None:
        if type(node.type).__name__ in ("BitType", "ArrayType", "DurationType"):
            self._declaration(node)
            return
        variable = self._variable(node.type, node.init_expr)
        variable.is_constant = True
        self._bind(node, node.identifier.name, variable)

    def _variable(self, type_node: Any, init: Any) -> Variable:
        scalar = self._expressions.scalar(type_node)
        if scalar is None:
            raise self._fault(type_node, "bits cannot stand here")
        if init is None:
            return Variable(scalar, _zero(scalar))
        value = self._expressions.converted(self._expressions.value(init), scalar, init)
        return Variable(scalar, self._copied(value))

    def _copied(self, value: Number) -> Number:
        """A number that stays what it is if its register is assigned to."""
        if not isinstance(value, Register):
            return value
        copy = self._builder.variable(value.kind)
        self._builder.assign(copy, value)
        return copy

    def _bits_declared(self, node: Any, name: str, init: Any) -> None:
        size = 1 if node.type.size is None else self._size(node.type.size, MAX_BITS)
        bits = self._new_bits(size, node.type.size is not None, node)
        if init is not None:
            self._set_bits(bits, init)
        elif self._loops or self._returns:
            # Results keep their values, and this is a new register each time.
            self._write_number(bits, 0, node)
        self._bind(node, name, bits)
        if self._scope is self._global:
            self.registers.append((name, bits))

    def _new_bits(self, size: int, is_register: bool, node: Any) -> Bits:
        if self._builder.num_results + size > MAX_BITS:
            raise self._fault(node, f"more than {MAX_BITS} bits are declared")
        return Bits(self._builder.add_results(size), is_register)

    def _array(self, node: Any, init: Any) -> Array:
        scalar = self._expressions.scalar(node.type.base_type)
        if scalar is None:
            raise self._fault(node, "arrays of bits are not supported; bit[n] is")
        sizes = [self._size(size, _MAX_ELEMENTS) for size in node.type.dimensions]
        total = 1
        for size in sizes:
            total *= size
        if total > _MAX_ELEMENTS:
            raise self._fault(node, f"an array of more than {_MAX_ELEMENTS} elements")
        return self._filled(scalar, sizes, init, node)

    def _filled(self, scalar: Scalar, sizes: Sequence[int], init: Any, node: Any) -> Any:
        if not sizes:
            return Variable(scalar, _zero(scalar)) if init is None else self._element(scalar, init)
        parts: Sequence[Any] = [None] * sizes[0]
        if init is not None:
            parts = getattr(init, "values", ())
            if len(parts) != sizes[0]:
                raise self._fault(node, f"{sizes[0]} values are needed")
        return Array([self._filled(scalar, sizes[1:], part, node) for part in parts])

    def _element(self, scalar: Scalar, init: Any) -> Variable:
        value = self._expressions.converted(self._expressions.value(init), scalar, init)
        return Variable(scalar, self._copied(value))

    def _io(self, node: Any) -> None:
        if node.io_keyword.value == "input":
            raise self._fault(node, f"the input {node.identifier.name} has no value; compile it in")
        if type(node.type).__name__ != "BitType":
            raise self._fault(node, "outputs other than bits cannot be put out")
        self._bits_declared(node, node.identifier.name, None)

    def _alias(self, node: Any) -> None:
        values = [self._expressions.value(expr) for expr in node.exprs]
        if any(type(value) not in (Qubits, Bits) for value in values) or len(set(map(type, values))) > 1:
            raise self._fault(node, "let names qubits, or bits")
        items = [item for value in values for item in value.items]
        is_register = len(values) > 1 or values[0].is_register
        self._bind(node, node.target.name, type(values[0])(items, is_register))

    # Quantum

    def _operands(self, nodes: Sequence[Any]) -> list[Qubits]:
        found = [self._expressions.value(node) for node in nodes]
        for node, operand in zip(nodes, found, strict=True):
            if not isinstance(operand, Qubits):
                raise self._fault(node, "a qubit is needed")
        return found

    def _gate(self, node: Any) -> None:
        operands = self._operands(node.qubits)
        for qubits in _broadcast(operands, lambda why: self._fault(node, why)):
            for gate in self._gates.call(node, qubits):
                if gate[0] != PHASE:
                    self._builder.gate(gate)

    def _reset(self, node: Any) -> None:
        for operand in self._operands(node.qubits):
            for qubit in operand.items:
                self._builder.reset(qubit)

    def _measured(self, node: Any) -> Bits:
        (operand,) = self._operands(node.qubits)
        bits = self._new_bits(len(operand.items), operand.is_register, node)
        self._measure_into(operand, bits, node)
        return bits

    def _measure_into(self, qubits: Qubits, bits: Bits, node: Any) -> None:
        if len(qubits.items) != len(bits.items):
            raise self._fault(node, f"{len(qubits.items)} qubits are measured into {len(bits.items)} bits")
        for qubit, bit in zip(qubits.items, bits.items, strict=True):
            self._builder.measure(qubit, bit)

    def _measure(self, node: Any) -> None:
        if node.target is None:
            self._measured(node)
            return
        (operand,) = self._operands(node.qubits)
        self._measure_into(operand, self._bits(node.target), node)

    def _bits(self, node: Any) -> Bits:
        bits = self._expressions.value(node)
        if not isinstance(bits, Bits):
            raise self._fault(node, "bits are needed")
        return bits

    # Assignments

    def _assignment(self, node: Any) -> None:
        target = self._target(node.lhs)
        if isinstance(target, Bits):
            self._set_bits(target, node.rhs)
        else:
            self._set(target, self._expressions.value(node.rhs), node)

    def _compound(self, node: Any) -> None:
        target = self._target(node.lhs)
        old = target.value if isinstance(target, Variable) else self._expressions.as_number(target, node)
        op = node.op.value
        right = self._expressions.number(node.rhs)
        if op == "**":
            raise self._fault(node, "**= is not supported; write the power out")
        new = self._arithmetic.binary(op, old, right)
        if isinstance(target, Bits):
            self._write_number(target, new, node)
        else:
            self._set(target, new, node)

    def _target(self, node: Any) -> Variable | Bits:
        """What an assignment goes to."""
        indexed = type(node).__name__ == "IndexedIdentifier"
        found = self._scope.find(node.name.name if indexed else node.name)
        for index in node.indices if indexed else ():
            for part in index.values if type(index).__name__ == "IndexList" else [index]:
                found = self._expressions.part(found, part, node)
        if isinstance(found, Variable | Bits):
            return found
        raise self._fault(node, "this cannot be assigned to")

    def _set(self, variable: Variable, value: Any, node: Any) -> None:
        if variable.is_constant:
            raise self._fault(node, "a constant cannot be assigned to")
        number = self._expressions.converted(value, variable.type, node)
        if isinstance(variable.value, Register):
            self._builder.assign(variable.value, number)
        else:
            variable.value = self._copied(number)

    def _set_bits(self, bits: Bits, node: Any) -> None:
        if type(node).__name__ == "QuantumMeasurement":
            (operand,) = self._operands(node.qubits)
            self._measure_into(operand, bits, node)
            return
        value = self._expressions.value(node)
        if isinstance(value, BitString) and value.width != len(bits.items):
            raise self._fault(node, f"{value.width} bits are assigned to {len(bits.items)}")
        if isinstance(value, Bits) and value.is_register:
            if len(value.items) != len(bits.items):
                raise self._fault(node, f"{len(value.items)} bits are assigned to {len(bits.items)}")
            read = [self._builder.read(item) for item in value.items]
            for bit, item in zip(read, bits.items, strict=True):
                self._builder.write(bit, item)
            return
        self._write_number(bits, self._expressions.as_number(value, node), node)

    def _write_number(self, bits: Bits, number: Number, node: Any) -> None:
        if not bits.is_register:
            self._builder.write(_as_int(self._arithmetic.bit(number)), bits.items[0])
            return
        if isinstance(number, float):
            raise self._fault(node, "a real number is assigned to bits")
        for place, item in enumerate(bits.items):
            self._builder.write(self._bit_of(number, place), item)

    def _bit_of(self, number: Number, place: int) -> Number:
        if not isinstance(number, Register):
            return int(number) >> place & 1
        if number.kind == BIT:
            return number if place == 0 else 0
        if place > 63:
            return 0
        shifted = self._arithmetic.binary(">>", number, place)
        return self._builder.emit("trunc", (shifted,), BIT, (64, 1))

    # Control flow

    def _block(self, node: Any) -> bool:
        return self._within(node.statements)

    def _box(self, node: Any) -> bool:
        return self._within(node.body)

    def _body(self, node: Any) -> bool:
        """The body of an if or a loop: a block or a single statement."""
        return self._within(_statements_of(node))

    def _settle(self, nodes: Iterable[Any]) -> None:
        """Moves the variables that statements assign to into registers, before the ways part."""
        for name in sorted(_assigned(nodes)):
            found = self._scope.find(name)
            for variable in _variables(found):
                if not isinstance(variable.value, Register):
                    register = self._builder.variable(variable.type.kind)
                    self._builder.assign(register, _as_int(variable.value))
                    variable.value = register

    def _if(self, node: Any) -> bool:
        condition = self._expressions.condition(node.condition)
        return self._choose(condition, node.if_body, node.else_body)

    def _choose(self, condition: Number, if_body: Any, else_body: Any) -> bool:
        bodies = [body for body in (if_body, else_body) if body is not None]
        if not isinstance(condition, Register):
            chosen = if_body if condition else else_body
            return chosen is None or self._body(chosen)
        self._settle(bodies)
        builder = self._builder
        if_one, join = builder.new_block(), builder.new_block()
        if_zero = join if else_body is None else builder.new_block()
        builder.branch(condition, if_one, if_zero)
        reachable = else_body is None
        for body, block in ((if_body, if_one), (else_body, if_zero)):
            if body is not None:
                builder.begin(block)
                if self._body(body):
                    reachable = True
                    builder.jump(join)
        return self._go_on(join, reachable)

    def _go_on(self, block: int, reachable: bool) -> bool:
        self._builder.begin(block)
        if not reachable:
            self._builder.unreachable()
        return reachable

    def _while(self, node: Any) -> bool:
        self._settle([node.body])
        builder = self._builder
        head = builder.new_block()
        builder.jump(head)
        builder.begin(head)
        condition = self._expressions.condition(node.condition)
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
        self._loops.append(loop)
        if self._body(node.body):
            builder.jump(head)
        self._loops.pop()
        if loop.leave is None:
            return False
        builder.begin(loop.leave)
        return True

    def _for(self, node: Any) -> bool:
        values = self._rounds(node.iterable)
        scalar = self._expressions.scalar(node.type)
        if scalar is None:
            raise self._fault(node, "a loop over bits is not supported")
        statements = _statements_of(node.body)
        if _leaves(statements):
            self._settle(statements)
        loop = Loop(self._builder)
        self._loops.append(loop)
        reachable = True
        for value in values:
            self._executed += 1
            scope = Scope(self._scope)
            number = self._expressions.converted(value, scalar, node)
            scope.bind(node.identifier.name, Variable(scalar, number))
            loop.go_on = None
            reachable = self._within(statements, scope)
            if loop.go_on is not None:
                if reachable:
                    self._builder.jump(loop.go_on)
                self._builder.begin(loop.go_on)
                reachable = True
            if not reachable:
                break
        self._loops.pop()
        if loop.leave is None:
            return reachable
        if reachable:
            self._builder.jump(loop.leave)
        self._builder.begin(loop.leave)
        return True

    def _rounds(self, node: Any) -> Iterable[Any]:
        kind = type(node).__name__
        if kind in ("RangeDefinition", "DiscreteSet"):
            return self._expressions.places(node)
        value = self._expressions.value(node)
        if isinstance(value, Array) and all(isinstance(item, Variable) for item in value.items):
            return [item.value for item in value.items]
        raise self._fault(node, "a loop goes over a range, a set or an array of numbers")

    def _break(self, node: Any) -> bool:
        if not self._loops:
            raise self._fault(node, "break outside of a loop")
        self._loops[-1].jump_out()
        return False

    def _continue(self, node: Any) -> bool:
        if not self._loops:
            raise self._fault(node, "continue outside of a loop")
        self._loops[-1].jump_on()
        return False

    def _switch(self, node: Any) -> bool:
        target = self._arithmetic.integer(self._expressions.number(node.target))
        cases = [
            ([self._expressions.known_integer(label, "a case") for label in case.labels], case.body)
            for case in node.cases
        ]
        if not isinstance(target, Register):
            for labels, body in cases:
                if target in labels:
                    return self._within(body)
            return self._within(node.default or ())
        self._settle([statement for _, body in cases for statement in body] + list(node.default or ()))
        return self._cases(target, cases, node.default or ())

    def _cases(self, target: Register, cases: Sequence[Any], default: Sequence[Any]) -> bool:
        builder = self._builder
        join = builder.new_block()
        reachable = False
        for labels, body in cases:
            matches: Number = False
            for label in labels:
                matches = self._arithmetic.binary(
                    "|", matches, self._arithmetic.compare("==", target, label)
                )
            matches = self._arithmetic.bit(matches)
            if not isinstance(matches, Register):
                continue
            if_one, if_zero = builder.new_block(), builder.new_block()
            builder.branch(matches, if_one, if_zero)
            builder.begin(if_one)
            if self._within(body):
                reachable = True
                builder.jump(join)
            builder.begin(if_zero)
        if self._within(default):
            reachable = True
            builder.jump(join)
        return self._go_on(join, reachable)

    def _end_statement(self, _node: Any) -> bool:
        if self._end is None:
            self._end = self._builder.new_block()
        self._builder.jump(self._end)
        return False

    # Subroutines

    def _subroutine(self, node: Any) -> None:
        self._bind(node, node.name.name, Subroutine(node, self._scope))

    def _expression(self, node: Any) -> None:
        self._expressions.value(node.expr)

    def _call(self, node: Any) -> Any:
        found = self._scope.find(node.name.name)
        if not isinstance(found, Subroutine):
            raise self._fault(node, f"{node.name.name} is no subroutine")
        if len(self._returns) >= _MAX_CALLS:
            raise self._fault(node, f"more than {_MAX_CALLS} subroutines call one another")
        params = found.node.params
        if len(params) != len(node.args):
            raise self._fault(node, f"{node.name.name} takes {len(params)} arguments, not {len(node.args)}")
        scope = Scope(found.scope)
        for param, argument in zip(params, node.args, strict=True):
            scope.bind(param.identifier.name, self._argument(param.type, argument))
        place = self._place_of_result(found.node)
        done = self._builder.new_block()
        loops, self._loops = self._loops, []
        self._returns.append((place, done))
        if self._within(found.node.body, scope):
            self._builder.jump(done)
        self._returns.pop()
        self._loops = loops
        self._builder.begin(done)
        return place.value if isinstance(place, Variable) else place

    def _argument(self, type_node: Any, argument: Any) -> Any:
        value = self._expressions.value(argument)
        kind = type(type_node).__name__
        if kind == "QubitType":
            size = 1 if type_node.size is None else self._expressions.known_integer(type_node.size, "a size")
            if not isinstance(value, Qubits) or len(value.items) != size:
                raise self._fault(argument, f"{size} qubits are needed")
            return value
        if kind == "BitType":
            size = 1 if type_node.size is None else self._expressions.known_integer(type_node.size, "a size")
            bits = self._new_bits(size, type_node.size is not None, argument)
            self._set_bits(bits, argument)
            return bits
        if kind.endswith("ReferenceType"):
            return value
        scalar = self._expressions.scalar(type_node)
        if scalar is None:
            raise self._fault(argument, "this parameter's type is not supported")
        return Variable(scalar, self._copied(self._expressions.converted(value, scalar, argument)))

    def _place_of_result(self, node: Any) -> Any:
        """Where a subroutine leaves what it returns."""
        if node.return_type is None:
            return None
        scalar = self._expressions.scalar(node.return_type)
        if scalar is not None:
            return Variable(scalar, self._builder.variable(scalar.kind))
        size = node.return_type.size
        count = 1 if size is None else self._size(size, MAX_BITS)
        return self._new_bits(count, size is not None, node)

    def _return(self, node: Any) -> bool:
        if not self._returns:
            raise self._fault(node, "return outside of a subroutine")
        place, done = self._returns[-1]
        if (place is None) != (node.value is None):
            raise self._fault(node, "what is returned is not what the subroutine declares")
        if isinstance(place, Bits):
            self._set_bits(place, node.value)
        elif place is not None:
            self._set(place, self._expressions.value(node.value), node)
        self._builder.jump(done)
        return False

    def _nothing(self, _node: Any) -> None:
        """Statements that change nothing here."""


def _zero(scalar: Scalar) -> Number:
    return {BIT: False, INTEGER: 0}.get(scalar.kind, 0.0)


def _as_int(value: Number) -> Number:
    return int(value) if isinstance(value, bool) else value


def _statements_of(node: Any) -> Sequence[Any]:
    statements: Sequence[Any] = node.statements if type(node).__name__ == "CompoundStatement" else [node]
    return statements


def _variables(value: Any) -> Iterator[Variable]:
    if isinstance(value, Variable):
        yield value
    elif isinstance(value, Array):
        for item in value.items:
            yield from _variables(item)


def _nodes(nodes: Iterable[Any]) -> Iterator[Any]:
    """Nodes with all that is in them."""
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        yield node
        waiting += node.children()


def _assigned(nodes: Iterable[Any]) -> set[str]:
    """The names that statements assign to, or hand to subroutines, which may."""
    names: set[str] = set()
    for node in _nodes(nodes):
        kind = type(node).__name__
        if kind in ("ClassicalAssignment", "CompoundAssignment"):
            names.add(node.lhs.name.name if type(node.lhs).__name__ == "IndexedIdentifier" else node.lhs.name)
        elif kind == "FunctionCall":
            names.update(argument.name for argument in node.args if type(argument).__name__ == "Identifier")
    return names


def _leaves(nodes: Iterable[Any]) -> bool:
    """Whether statements may leave the loop that they are in, or the whole program."""
    ways = ("BreakStatement", "ContinueStatement", "ReturnStatement", "EndStatement")
    return any(type(node).__name__ in ways for node in _nodes(nodes))


def _broadcast(
    operands: Sequence[Qubits], fault: Callable[[str], PayloadError]
) -> Iterable[Sequence[int | Register]]:
    """The qubits of each application of a gate: registers side by side, single qubits each time."""
    sizes = {len(operand.items) for operand in operands if operand.is_register}
    if not sizes:
        return [[operand.items[0] for operand in operands]]
    if len(sizes) > 1:
        raise fault(f"registers of different sizes, {', '.join(map(str, sorted(sizes)))}")
    (size,) = sizes
    return zip(
        *(operand.items if operand.is_register else [operand.items[0]] * size for operand in operands),
        strict=True,
    )


_HANDLERS: Mapping[str, Callable[[Statements, Any], bool | None]] = MappingProxyType(
    {
        "Include": Statements._include,
        "QuantumGateDefinition": Statements._gate_definition,
        "QubitDeclaration": Statements._qubits_declared,
        "ClassicalDeclaration": Statements._declaration,
        "ConstantDeclaration": Statements._constant,
        "IODeclaration": Statements._io,
        "AliasStatement": Statements._alias,
        "QuantumGate": Statements._gate,
        "QuantumPhase": Statements._gate,
        "QuantumReset": Statements._reset,
        "QuantumMeasurementStatement": Statements._measure,
        "ClassicalAssignment": Statements._assignment,
        "CompoundAssignment": Statements._compound,
        "CompoundStatement": Statements._block,
        "Box": Statements._box,
        "BranchingStatement": Statements._if,
        "WhileLoop": Statements._while,
        "ForInLoop": Statements._for,
        "BreakStatement": Statements._break,
        "ContinueStatement": Statements._continue,
        "SwitchStatement": Statements._switch,
        "EndStatement": Statements._end_statement,
        "SubroutineDefinition": Statements._subroutine,
        "ExpressionStatement": Statements._expression,
        "ReturnStatement": Statements._return,
        "QuantumBarrier": Statements._nothing,
        "DelayInstruction": Statements._nothing,
        "Pragma": Statements._nothing,
    }
)
