"""What a callable takes and returns: names from its source, checked against the compiler's own types."""

from collections.abc import Hashable, Mapping
from typing import Any, Protocol

import attrs

from quire.errors import InputError
from quire_qsharp.cache import Cache
from quire_qsharp.compiler_fault import CompilerFault
from quire_qsharp.declarations import Declaration, Declarations, Parameter
from quire_qsharp.types import UNIT, CallableType, QSharpType, TupleType, parse_type, same_shape


@attrs.frozen
class Signature:
    """What a Q# operation or function takes and returns.

    Attributes:
        name: Its full name; empty for a closure.
        parameters: Its parameters, in order. They have names only if its source was seen.
        output: What it returns.
        is_function: Whether it is a function.
    """

    name: str
    parameters: tuple[Parameter, ...]
    output: QSharpType
    is_function: bool = False

    def __str__(self) -> str:
        return f"{self.name}({', '.join(map(str, self.parameters))}) : {self.output}"


class Place(Protocol):
    """Where a callable is compiled: an interpreter of the user, or a context of ours."""

    @property
    def declarations(self) -> Declarations | None:
        """What the source declares, as far as it was seen."""
        ...

    @property
    def structs(self) -> Mapping[str, QSharpType]:
        """The structs that types may name."""
        ...

    @property
    def takes_callables(self) -> bool:
        """Whether :meth:`compile_call` takes Q# callables among the arguments."""
        ...

    def key_of(self, function: object, /) -> Hashable | None:
        """What tells the programs of a callable from others; None if they are not to be remembered."""
        ...

    def knows(self, name: str, function: object, /) -> bool:
        """Whether :meth:`compile_call` works for a callable; an expression always does if it has a name."""
        ...

    def type_of(self, name: str, function: object, /) -> str | CompilerFault:
        """The compiler's text of a callable's type."""
        ...

    def compile_call(self, name: str, function: object, args: tuple[Any, ...], /) -> str | CompilerFault:
        """The QIR of a callable with plain arguments."""
        ...

    def compile_expression(self, expression: str, /) -> str | CompilerFault:
        """The QIR of an entry expression."""
        ...


_SIGNATURES: Cache[Signature] = Cache(1000)


def signature_at(place: Place, name: str, function: object) -> Signature | CompilerFault:
    """The signature of a callable.

    Args:
        place: Where it is compiled.
        name: Its full name; empty for a closure.
        function: What the user holds of it; None if it is known by name only.
    """
    key = place.key_of(function)
    known = None if key is None else _SIGNATURES.get((key, name))
    if known is not None:
        return known
    made = _made(place, name, function)
    if key is not None and isinstance(made, Signature):
        _SIGNATURES.put((key, name), made)
    return made


def _made(place: Place, name: str, function: object) -> Signature | CompilerFault:
    text = place.type_of(name, function)
    if isinstance(text, CompilerFault):
        return text
    probed = parse_type(text, place.structs)
    if not isinstance(probed, CallableType):
        raise InputError(f"{name} is of type {probed}, not an operation or function", argument="program")
    declarations = place.declarations
    declared = declarations.find(name) if declarations is not None and name else None
    if declarations is not None and declared is not None:
        # The compiler names a struct as the declaration does: by the name that an import there gives to it.
        there = parse_type(text, declarations.visible_structs(declared.name.rpartition(".")[0]))
        for head in declarations.variants(declared.name):
            if isinstance(there, CallableType) and _agree(head, there):
                return Signature(head.name, head.parameters, head.output, head.is_function)
    return Signature(name, _unnamed(probed.input), probed.output, probed.is_function)


def _agree(declared: Declaration, probed: CallableType) -> bool:
    types = tuple(parameter.type for parameter in declared.parameters)
    source = types[0] if len(types) == 1 else TupleType(types)
    return same_shape(source, probed.input) and same_shape(declared.output, probed.output)


def _unnamed(source: QSharpType) -> tuple[Parameter, ...]:
    """The parameters of an input type. One tuple and several parameters look the same to Q#."""
    if source == UNIT:
        return ()
    types = source.items if isinstance(source, TupleType) and len(source.items) > 1 else (source,)
    return tuple(Parameter(None, type_) for type_ in types)
