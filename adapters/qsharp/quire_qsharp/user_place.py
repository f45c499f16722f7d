"""An interpreter of the user's own, used as it is: with its profile, on its thread, without its source."""

import dataclasses
import re
from collections.abc import Hashable, Iterator, Mapping
from typing import Any

from quire import QirProfile
from quire_qsharp.cache import identity_of
from quire_qsharp.compiler_fault import CompilerFault, probe
from quire_qsharp.declarations import Declarations
from quire_qsharp.native import compiled_by, fault_of, native_values, profile_of
from quire_qsharp.primitives import is_native_callable
from quire_qsharp.recorder import is_current, source_of_context
from quire_qsharp.types import CallableType, Field, QSharpType, StructType, TupleType, parse_type

_EXPECTED = re.compile(r"expected arguments of type `(.*)`", re.DOTALL)
_STRUCT = re.compile(r'UDT<"([^"]+)"[^>]*>')
_FUNCTORS = re.compile(r"is Param<\d+>")


class UserPlace:
    """A context of the user.

    Attributes:
        context: The context.
        profile: The profile that it compiles for; None if it was started without one, and compiles nothing.
    """

    def __init__(self, context: Any) -> None:
        """Makes the place.

        Args:
            context: A ``qdk.Context``: that of a callable, or the one behind ``qsharp.eval``.
        """
        self.context = context
        self.profile: QirProfile | None = profile_of(context)

    @property
    def declarations(self) -> Declarations | None:
        """What its source declares; None if that was not seen."""
        recorded = source_of_context(self.context)
        return None if recorded is None else recorded.source.declarations

    @property
    def structs(self) -> Mapping[str, QSharpType]:
        """The structs of its source, and those that the interpreter has made Python classes of."""
        declarations = self.declarations
        seen: Mapping[str, QSharpType] = {} if declarations is None else declarations.visible_structs("")
        return _Either(seen, _Classes(self))

    @property
    def takes_callables(self) -> bool:
        """Yes, those of the same interpreter."""
        return True

    def key_of(self, function: Any, /) -> Hashable | None:
        """What tells a callable from others; expressions are not remembered, as names may change."""
        return None if function is None or is_native_callable(function) else ("user", identity_of(function))

    def knows(self, _name: str, function: Any, /) -> bool:
        """Whether the callable itself is at hand."""
        return function is not None

    def type_of(self, name: str, function: Any, /) -> str | CompilerFault:
        """The compiler's text of a callable's type; for one that was declared anew since, its input only."""
        if name and (function is None or is_current(function)):
            fault = self.probe(name)
            return fault if fault.probed_type is None else fault.probed_type
        answer = compiled_by(self.context, lambda: (function,))
        if not isinstance(answer, CompilerFault) or "Qsc.Interpret.UnsupportedRuntime" in answer.text:
            return "(Unit => ?)"
        expected = _EXPECTED.search(answer.text)
        if expected is None:
            return answer
        source = _FUNCTORS.sub("", _STRUCT.sub(r"\1", expected[1]))
        return f"({source} => ?)"

    def probe(self, name: str) -> CompilerFault:
        """The type checker's answer to a probe of a name."""
        if self.profile is None:
            answer = fault_of(lambda: self.context.run(probe(name), 1))
        else:
            answer = fault_of(lambda: self.context.compile(probe(name)))
        return answer if isinstance(answer, CompilerFault) else CompilerFault(f"{name} has no type")

    def compile_call(self, _name: str, function: Any, args: tuple[Any, ...], /) -> str | CompilerFault:
        """The QIR of a callable with plain arguments."""
        return compiled_by(self.context, lambda: (function, *native_values(args)), self._may_only_fail)

    def compile_expression(self, expression: str, /) -> str | CompilerFault:
        """The QIR of an entry expression."""
        return compiled_by(self.context, lambda: (expression,), self._may_only_fail)

    @property
    def _may_only_fail(self) -> bool:
        declarations = self.declarations
        return declarations is not None and declarations.has_last_fail


class _Either(Mapping[str, QSharpType]):
    """What is in one mapping, or else in another."""

    def __init__(self, first: Mapping[str, QSharpType], second: Mapping[str, QSharpType]) -> None:
        self._maps = (first, second)

    def __getitem__(self, name: str) -> QSharpType:
        first, second = self._maps
        return first[name] if name in first else second[name]

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for mapping in self._maps for name in mapping))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _Classes(Mapping[str, QSharpType]):
    """The structs of an interpreter by name, from the Python classes that it has made of them."""

    def __init__(self, place: UserPlace, outer: frozenset[str] = frozenset()) -> None:
        self._place = place
        # The constructor of a struct names it, and no struct contains itself.
        self._outer = outer

    def __getitem__(self, name: str) -> StructType:
        short = name.rpartition(".")[2]
        if short in self._outer:
            raise KeyError(name)
        found = [(full, made) for full, made in _classes(self._place.context.code) if made.__name__ == short]
        if len(found) != 1:
            raise KeyError(name)
        full, made = found[0]
        inner = _Classes(self._place, self._outer | {short})
        constructor = parse_type(self._place.probe(full).probed_type or "?", inner)
        if not isinstance(constructor, CallableType):
            raise KeyError(name)
        source = constructor.input
        names = [field.name for field in dataclasses.fields(made)]
        types = source.items if isinstance(source, TupleType) and len(names) > 1 else (source,)
        if len(types) != len(names):
            raise KeyError(name)
        # Whether it is a struct or a newtype cannot be seen; both are made by calling their name.
        return StructType(full, tuple(map(Field, names, types)), is_newtype=True)

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in _classes(self._place.context.code))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _classes(code: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in vars(code).items():
        if name.startswith("__"):
            continue
        if isinstance(value, type):
            if dataclasses.is_dataclass(value):
                yield prefix + name, value
        elif not callable(value) and hasattr(value, "__dict__"):
            yield from _classes(value, f"{prefix}{name}.")
