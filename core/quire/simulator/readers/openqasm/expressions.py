"""What OpenQASM's expressions come to: known numbers at once, others as instructions of the program."""

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from quire.simulator.faults import PayloadError
from quire.simulator.readers.arithmetic import Arithmetic
from quire.simulator.readers.builder import BIT, INTEGER, Number, ProgramBuilder, Register
from quire.simulator.readers.openqasm.source import Source
from quire.simulator.readers.openqasm.values import (
    Array,
    Bits,
    BitString,
    Duration,
    Qubits,
    Scalar,
    Scope,
    Variable,
    index_of,
)

_CONSTANTS = {
    "pi": math.pi,
    "π": math.pi,
    "tau": math.tau,
    "τ": math.tau,
    "euler": math.e,
    "ℇ": math.e,
}
_FUNCTIONS: Mapping[str, Callable[..., float]] = MappingProxyType(
    {
        "sin": math.sin,
        "cos": math.cos,
        "tan": math.tan,
        "asin": math.asin,
        "acos": math.acos,
        "atan": math.atan,
        "arcsin": math.asin,
        "arccos": math.acos,
        "arctan": math.atan,
        "exp": math.exp,
        "ln": math.log,
        "log": math.log,
        "sqrt": math.sqrt,
        "floor": math.floor,
        "ceiling": math.ceil,
        "pow": math.pow,
        "mod": math.fmod,
        "popcount": lambda value: int(value).bit_count(),
    }
)
_WHOLE = ("floor", "ceiling", "popcount")
_RELATIONS = ("==", "!=", "<", "<=", ">", ">=")
_LOGIC = {"&&": "&", "||": "|"}
_MAX_REGISTER_NUMBER = 63
_MAX_EXPONENT = 1024


class Expressions:
    """Evaluates expressions of one program.

    Attributes:
        scope: Where names are looked up.
        arithmetic: What does the arithmetic.
        physical_qubits: For each physical qubit named so far, the qubit of the program that it is.
        call: Calls a subroutine of the program, given its name and arguments' nodes.
        measure: Measures qubits into new bits.
    """

    def __init__(self, source: Source, builder: ProgramBuilder, scope: Scope) -> None:
        """Evaluates what stands in this source."""
        self._source = source
        self._builder = builder
        self.scope = scope
        self.physical_qubits: dict[int, int] = {}
        self.arithmetic = Arithmetic(builder)
        self.call: Callable[[Any], Any] = self._no_call
        self.measure: Callable[[Any], Bits] = self._no_call
        # Between angles 1/2 is a half, as in the language's own examples; else whole numbers divide as such.
        self._divides_exactly = source.version == "2"

    def fault(self, node: Any, why: str) -> PayloadError:
        """What to raise if something is wrong with a node."""
        return PayloadError(f"line {self._source.line(node)}: {why}")

    def _no_call(self, node: Any) -> Any:
        raise self.fault(node, "a subroutine or a measurement within a gate's definition")

    # Values

    def value(self, node: Any) -> Any:
        """What an expression stands for."""
        handler = _HANDLERS.get(type(node).__name__)
        if handler is None:
            raise self.fault(node, f"{type(node).__name__} is not supported here")
        try:
            return handler(self, node)
        except (ArithmeticError, ValueError, TypeError) as error:
            raise self.fault(node, f"the expression has no value: {error}") from None

    def number(self, node: Any) -> Number:
        """The number that an expression comes to."""
        return self.as_number(self.value(node), node)

    def as_number(self, value: Any, node: Any) -> Number:
        """A value as a number; a register of bits is one with its first bit as the least significant."""
        if isinstance(value, Variable):
            return value.value
        if isinstance(value, bool | int | float | Register):
            return value
        if isinstance(value, BitString):
            return value.value
        if isinstance(value, Bits):
            return self._number_of_bits(value, node)
        raise self.fault(node, "a number is needed")

    def _number_of_bits(self, bits: Bits, node: Any) -> Number:
        if not bits.is_register:
            return self._builder.read(bits.items[0])
        if len(bits.items) > _MAX_REGISTER_NUMBER:
            raise self.fault(
                node,
                f"a register of more than {_MAX_REGISTER_NUMBER} bits as a number",
            )
        number: Number = 0
        for place, item in enumerate(bits.items):
            bit = self.arithmetic.integer(self._builder.read(item))
            number = self.arithmetic.binary("|", number, self.arithmetic.binary("<<", bit, place))
        return number

    def angle(self, node: Any) -> Number:
        """The real number that an angle or an exponent comes to."""
        before, self._divides_exactly = self._divides_exactly, True
        try:
            angle = self.arithmetic.real(self.number(node))
        except OverflowError:
            raise self.fault(node, "the angle is too large") from None
        finally:
            self._divides_exactly = before
        if isinstance(angle, float) and not math.isfinite(angle):
            raise self.fault(node, f"the angle is {angle}")
        return angle

    def known_integer(self, node: Any, what: str) -> int:
        """The whole number that an expression comes to, which must be known before the program runs."""
        number = self.number(node)
        if isinstance(number, Register) or number != int(number):
            raise self.fault(node, f"{what} must be a whole number that is known before the program runs")
        return int(number)

    def condition(self, node: Any) -> Number:
        """Whether a condition holds: a bool or a bit."""
        return self.arithmetic.bit(self.number(node))

    def converted(self, value: Any, to: Scalar, node: Any) -> Number:
        """A value as one of a scalar type."""
        number = self.as_number(value, node)
        arithmetic = self.arithmetic
        if to.kind == BIT:
            return arithmetic.bit(number)
        if to.kind != INTEGER:
            return arithmetic.real(number)
        return arithmetic.truncated(arithmetic.integer(number), to.width, to.name == "int")

    # Kinds of expressions

    def _identifier(self, node: Any) -> Any:
        found = self.scope.find(node.name)
        if found is None:
            if node.name in _CONSTANTS:
                return _CONSTANTS[node.name]
            raise self.fault(node, f"{node.name} is not declared")
        return found.value if isinstance(found, Variable) else found

    def _literal(self, node: Any) -> Any:
        return node.value

    def _bit_string(self, node: Any) -> BitString:
        return BitString(node.value, node.width)

    def _parenthesis(self, node: Any) -> Any:
        return self.value(node.operand)

    def _unary(self, node: Any) -> Number:
        value = self.value(node.operand)
        number = self.as_number(value, node)
        if node.op.value == "-":
            return self.arithmetic.negative(number)
        if node.op.value == "!":
            return self.arithmetic.inverted(number)
        if isinstance(value, Bits):
            return self.arithmetic.binary("^", number, (1 << len(value.items)) - 1)
        return self.arithmetic.binary("^", self.arithmetic.integer(number), -1)

    def _binary(self, node: Any) -> Number:
        op = node.op.value
        left, right = self.value(node.lhs), self.value(node.rhs)
        if op in ("==", "!=") and (equal := self._equal_bits(left, right)) is not None:
            return equal if op == "==" else self.arithmetic.inverted(equal)
        a, b = self.as_number(left, node.lhs), self.as_number(right, node.rhs)
        if op in _RELATIONS:
            return self.arithmetic.compare(op, a, b)
        if op in _LOGIC:
            return self.arithmetic.binary(_LOGIC[op], self.arithmetic.bit(a), self.arithmetic.bit(b))
        if op == "**":
            return _power(a, b)
        if op == "/" and self._divides_exactly:
            a, b = self.arithmetic.real(a), self.arithmetic.real(b)
        return self.arithmetic.binary(op, a, b)

    def _equal_bits(self, left: Any, right: Any) -> Number | None:
        """Whether a register of bits is a known number; None if this is another comparison."""
        if isinstance(right, Bits):
            left, right = right, left
        if isinstance(right, BitString):
            right = right.value
        if not isinstance(left, Bits) or isinstance(right, Register) or not isinstance(right, int | float):
            return None
        if not 0 <= right < 1 << len(left.items) or right != int(right):
            return False
        equal: Number = True
        for place, item in enumerate(left.items):
            bit = self._builder.read(item)
            wanted = bit if int(right) >> place & 1 else self.arithmetic.inverted(bit)
            equal = wanted if equal is True else self.arithmetic.binary("&", equal, wanted)
        return equal

    def _function(self, node: Any) -> Any:
        name = node.name.name
        if self.scope.find(name) is not None:
            return self.call(node)
        if name == "sizeof":
            return len(self.items(node.args[0]))
        function = _FUNCTIONS.get(name)
        if function is None:
            raise self.fault(node, f"{name} is no function")
        numbers = [self.number(argument) for argument in node.args]
        if any(isinstance(number, Register) for number in numbers):
            raise self.fault(node, f"{name} of a number that is known at run time only")
        value = function(*numbers)
        return value if name in _WHOLE else float(value)

    def items(self, node: Any) -> Sequence[Any]:
        """The parts of a register or an array."""
        value = self.value(node)
        if isinstance(value, Bits | Qubits | Array):
            return value.items
        raise self.fault(node, "a register or an array is needed")

    def _cast(self, node: Any) -> Any:
        to = self.scalar(node.type)
        value = self.value(node.operand)
        if to is None:
            return (
                value
                if isinstance(value, Bits | BitString)
                else self.arithmetic.bit(self.as_number(value, node))
            )
        return self.converted(value, to, node)

    def scalar(self, node: Any) -> Scalar | None:
        """A scalar type; None for bits."""
        name = type(node).__name__.removesuffix("Type").lower()
        if name == "bit":
            return None
        if name not in ("int", "uint", "float", "angle", "bool"):
            raise self.fault(node, f"the type {name} is not supported")
        size = getattr(node, "size", None)
        width = self.known_integer(size, "a width") if size is not None else 64
        if not 1 <= width <= 64:
            raise self.fault(node, f"{name}[{width}]: widths from 1 to 64 are supported")
        return Scalar(name, width)

    # Indices

    def _index(self, node: Any) -> Any:
        collection = self.value(node.collection)
        for index in node.indices:
            collection = self._indexed(collection, index, node)
        return collection

    def _indexed_name(self, node: Any) -> Any:
        collection = self._identifier(node.name)
        for index in node.indices:
            collection = self._indexed(collection, index, node)
        return collection

    def _indexed(self, collection: Any, index: Any, node: Any) -> Any:
        for part in index.values if type(index).__name__ == "IndexList" else [index]:
            collection = self.part(collection, part, node)
        return collection.value if isinstance(collection, Variable) else collection

    def part(self, collection: Any, index: Any, node: Any) -> Any:
        """What an index takes of a collection."""
        if isinstance(collection, Variable):
            collection = collection.value
        if isinstance(collection, int | Register):
            shifted = self.arithmetic.binary(">>", self.arithmetic.integer(collection), self.number(index))
            return self.arithmetic.bit(self.arithmetic.binary("&", shifted, 1))
        if not isinstance(collection, Qubits | Bits | Array):
            raise self.fault(node, "this has no parts to be taken by an index")
        count = len(collection.items)
        if type(index).__name__ in ("RangeDefinition", "DiscreteSet"):
            chosen = [collection.items[index_of(place, count)] for place in self.places(index, count)]
            return Array(chosen) if isinstance(collection, Array) else type(collection)(chosen, True)
        number = self.number(index)
        if isinstance(number, Register):
            return self._moving(collection, number, node)
        item = collection.items[index_of(number, count)]
        return item if isinstance(collection, Array) else type(collection)((item,), False)

    def _moving(self, collection: Any, index: Register, node: Any) -> Any:
        """A part that is chosen at run time, of a register that lies in one piece."""
        items = collection.items
        if isinstance(collection, Array) or list(items) != list(range(items[0], items[0] + len(items))):
            raise self.fault(node, "an index known at run time only, of what does not lie in one piece")
        # An index beyond the register would reach what lies next to it, so it is made one of nothing.
        beyond = self.arithmetic.compare("<", self.arithmetic.integer(index), 0)
        above = self.arithmetic.compare(">=", self.arithmetic.integer(index), len(items))
        outside = self.arithmetic.binary("|", beyond, above)
        wrong = self.arithmetic.binary("<<", self.arithmetic.integer(outside), 62)
        place = self.arithmetic.binary("+", self.arithmetic.integer(index), items[0])
        return type(collection)((self.arithmetic.binary("|", place, wrong),), False)

    def places(self, node: Any, count: int | None = None) -> Sequence[int]:
        """The numbers of a range or a set; of a range without ends, the places of a collection of so many."""
        if type(node).__name__ == "DiscreteSet":
            return [self.known_integer(value, "an index") for value in node.values]
        step = 1 if node.step is None else self.known_integer(node.step, "the step of a range")
        if step == 0:
            raise self.fault(node, "the step of a range is 0")
        ends = (node.start, node.end)
        first, last = (None if e is None else self.known_integer(e, "the end of a range") for e in ends)
        if count is None:
            if first is None or last is None:
                raise self.fault(node, "a range without an end")
        else:
            first = (0 if step > 0 else count - 1) if first is None else index_of(first, count)
            last = (count - 1 if step > 0 else 0) if last is None else index_of(last, count)
        return range(first, last + (1 if step > 0 else -1), step)

    def _concatenation(self, node: Any) -> Any:
        values = [self.value(operand) for operand in node.operands]
        kind = type(values[0])
        if kind not in (Qubits, Bits) or any(type(value) is not kind for value in values):
            raise self.fault(node, "++ joins qubits with qubits, or bits with bits")
        return kind([item for value in values for item in value.items], True)

    def _hardware_qubit(self, node: Any) -> Qubits:
        number = int(node.name)
        index = self.physical_qubits.get(number)
        if index is None:
            (index,) = self._builder.add_qubits(1)
            self.physical_qubits[number] = index
        return Qubits([index], False)

    def _measurement(self, node: Any) -> Bits:
        return self.measure(node)

    def _duration(self, _node: Any) -> Duration:
        return Duration()


def _power(base: Number, exponent: Number) -> Number:
    if isinstance(base, Register) or isinstance(exponent, Register):
        raise TypeError("** of a number that is known at run time only")
    if abs(exponent) > _MAX_EXPONENT:
        raise ArithmeticError(f"an exponent of {exponent}")
    power = base**exponent
    if isinstance(power, complex):
        raise ArithmeticError(f"{base} ** {exponent} is not real")
    result: float = power
    return result


_HANDLERS: Mapping[str, Callable[[Expressions, Any], Any]] = MappingProxyType(
    {
        "Identifier": Expressions._identifier,
        "IndexedIdentifier": Expressions._indexed_name,
        "IntegerLiteral": Expressions._literal,
        "FloatLiteral": Expressions._literal,
        "BooleanLiteral": Expressions._literal,
        "BitstringLiteral": Expressions._bit_string,
        "DurationLiteral": Expressions._duration,
        "ParenExpression": Expressions._parenthesis,
        "UnaryExpression": Expressions._unary,
        "BinaryExpression": Expressions._binary,
        "FunctionCall": Expressions._function,
        "Cast": Expressions._cast,
        "IndexExpression": Expressions._index,
        "Concatenation": Expressions._concatenation,
        "HardwareQubit": Expressions._hardware_qubit,
        "QuantumMeasurement": Expressions._measurement,
    }
)
