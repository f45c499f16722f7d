"""Q# types as a tree: read from the text of a type, and written as Q# writes them; nothing about values."""

import re
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

import attrs

from quire.errors import InputError
from quire_qsharp.syntax import FOLLOWING

SCALARS: Final = frozenset(
    {"Int", "BigInt", "Double", "Bool", "String", "Result", "Pauli", "Range", "Complex", "Qubit"}
)
"""The types without parts. Complex is a struct of the standard library, and a number to Python."""


@attrs.frozen
class ScalarType:
    """A type without parts, one of :data:`SCALARS`."""

    name: str

    def __str__(self) -> str:
        return self.name


@attrs.frozen
class ArrayType:
    """An array type, such as ``Double[]``."""

    item: "QSharpType"

    def __str__(self) -> str:
        return f"{self.item}[]"


@attrs.frozen
class TupleType:
    """A tuple type, such as ``(Int, Double)``; ``Unit`` is the one without items."""

    items: "tuple[QSharpType, ...]" = ()

    def __str__(self) -> str:
        if not self.items:
            return "Unit"
        return f"({self.items[0]},)" if len(self.items) == 1 else f"({', '.join(map(str, self.items))})"


@attrs.frozen
class Field:
    """A part of a struct or newtype.

    Attributes:
        name: Its name; None for an anonymous part of a newtype.
        type: Its type.
        parts: The named parts inside an anonymous tuple of a newtype; else empty.
    """

    name: str | None
    type: "QSharpType"
    parts: "tuple[Field, ...]" = ()


@attrs.frozen
class StructType:
    """A struct or a newtype.

    Attributes:
        name: Its name, as a program may write it.
        fields: Its parts; None where only the name is known.
        is_newtype: Whether it was declared with ``newtype``, and so is made by calling its name.
    """

    name: str
    fields: tuple[Field, ...] | None = None
    is_newtype: bool = False

    def __str__(self) -> str:
        return self.name


@attrs.frozen
class CallableType:
    """The type of an operation (``=>``) or a function (``->``).

    Attributes:
        input: What it takes: a tuple type where it has several parameters.
        output: What it returns.
        is_function: Whether it is a function.
        functors: What follows ``is``, such as ``Adj + Ctl``; empty for none.
    """

    input: "QSharpType"
    output: "QSharpType"
    is_function: bool = False
    functors: str = ""

    def __str__(self) -> str:
        functors = f" is {self.functors}" if self.functors else ""
        return f"({self.input} {'->' if self.is_function else '=>'} {self.output}{functors})"


@attrs.frozen
class GenericType:
    """A type parameter such as ``'T``; ``?`` where the compiler does not say which."""

    name: str = "?"

    def __str__(self) -> str:
        return self.name


QSharpType: TypeAlias = ScalarType | ArrayType | TupleType | StructType | CallableType | GenericType
"""Any type of Q#."""

UNIT: Final = TupleType()

_TOKEN = re.compile(rf"\s*('{FOLLOWING}+|\?|(?:{FOLLOWING}|\.)+|->|=>|\[\]|[(),]|f\?\d+)")
# The compiler's messages are wrapped anywhere, so that the text may have lost its blanks.
_FUNCTORS = re.compile(r"\s*is\s*((?:Adj|Ctl|\(|\)|f\?\d+)(?:\s*[+*]\s*(?:Adj|Ctl))*)(?=\s*[),\[]|\s*$)")
_GLUED_FUNCTORS = re.compile(rf"({FOLLOWING}+?)is(Adj|Ctl|f)$")


class _Reader:
    """A recursive descent over the text of one type."""

    def __init__(self, text: str, structs: "Mapping[str, QSharpType]") -> None:
        self.text = text
        self.position = 0
        self.structs = structs

    def fault(self) -> InputError:
        return InputError(
            f"{self.text!r} is not a Q# type, at {self.text[self.position :]!r}", argument="type"
        )

    def peek(self) -> str:
        match = _TOKEN.match(self.text, self.position)
        return match[1] if match else ""

    def take(self) -> str:
        match = _TOKEN.match(self.text, self.position)
        if match is None:
            raise self.fault()
        self.position = match.end()
        return match[1]

    def whole(self) -> QSharpType:
        read = self.arrow()
        if self.text[self.position :].strip():
            raise self.fault()
        return read

    def arrow(self) -> QSharpType:
        source = self.postfix()
        if self.peek() not in ("->", "=>"):
            return source
        is_function = self.take() == "->"
        output = self.arrow()
        functors = _FUNCTORS.match(self.text, self.position)
        if functors is not None:
            self.position = functors.end()
        return CallableType(source, output, is_function, _spaced(functors[1]) if functors else "")

    def postfix(self) -> QSharpType:
        read = self.atom()
        while self.peek() == "[]":
            self.take()
            read = ArrayType(read)
        return read

    def atom(self) -> QSharpType:
        if self.peek() == "(":
            self.take()
            return self.tuple()
        word = self.word()
        if word == "Unit":
            return UNIT
        if word in self.structs:
            return self.structs[word]
        if word in SCALARS or word == "Std.Math.Complex":
            return ScalarType(word.rpartition(".")[2])
        if word == "?" or word.startswith("'"):
            return GenericType(word)
        return StructType(word)

    def word(self) -> str:
        start = self.position
        word = self.take()
        glued = _GLUED_FUNCTORS.match(word)
        if glued is not None:
            self.position = self.text.index(word, start) + len(glued[1])
            word = glued[1]
        if word[0] in ".0123456789-=[]()," or word[0].isspace():
            raise self.fault()
        return word

    def tuple(self) -> QSharpType:
        items: list[QSharpType] = []
        comma = False
        while self.peek() != ")":
            items.append(self.arrow())
            comma = self.peek() == ","
            if not comma:
                break
            self.take()
        if self.peek() != ")":
            raise self.fault()
        self.take()
        return items[0] if len(items) == 1 and not comma else TupleType(tuple(items))


def _spaced(functors: str) -> str:
    return " + ".join(part.strip() for part in functors.split("+"))


def parse_type(text: str, structs: "Mapping[str, QSharpType] | None" = None) -> QSharpType:
    """Reads a type as Q# or the compiler writes it.

    Args:
        text: Such as ``Double[]``, ``(Int, Pauli[])`` or ``((Qubit => Unit is Adj), Int)``; blanks are free.
        structs: The structs and newtypes that it may name, by name. Others are known by name only.

    Raises:
        InputError: It is not a type.
    """
    return _Reader(text, {} if structs is None else structs).whole()


def struct_type(name: str, fields: Mapping[str, "str | QSharpType"]) -> StructType:
    """A struct by its name and fields, for programs whose source quire does not see.

    Args:
        name: The struct's name, with its namespace where it has one.
        fields: The fields' types by name, in order; texts or types.

    Raises:
        InputError: One of the types is not a type.
    """
    return StructType(
        name,
        tuple(Field(key, parse_type(t) if isinstance(t, str) else t) for key, t in fields.items()),
    )


def same_shape(first: QSharpType, second: QSharpType) -> bool:
    """Whether two types agree but for the namespaces of names, the names of type parameters, and functors."""
    if isinstance(first, GenericType) or isinstance(second, GenericType):
        return isinstance(first, GenericType) and isinstance(second, GenericType)
    if isinstance(first, StructType) or isinstance(second, StructType):
        return str(first).rpartition(".")[2] == str(second).rpartition(".")[2]
    if isinstance(first, ArrayType) and isinstance(second, ArrayType):
        return same_shape(first.item, second.item)
    if isinstance(first, TupleType) and isinstance(second, TupleType):
        return _all_same(first.items, second.items)
    if isinstance(first, CallableType) and isinstance(second, CallableType):
        return first.is_function == second.is_function and _all_same(
            (first.input, first.output), (second.input, second.output)
        )
    return first == second


def _all_same(first: Sequence[QSharpType], second: Sequence[QSharpType]) -> bool:
    return len(first) == len(second) and all(map(same_shape, first, second))
