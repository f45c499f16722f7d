"""What a program's source declares: callables with their parameters, structs with their fields."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import attrs

from quire.errors import InputError
from quire_qsharp.imports import imports_of
from quire_qsharp.items import CALLABLES, TYPES, Item, items
from quire_qsharp.syntax import Token, closing, joined, split
from quire_qsharp.types import UNIT, Field, QSharpType, ScalarType, StructType, TupleType, parse_type

T = TypeVar("T")

_COMPLEX = frozenset({"Std.Math.Complex", "Std.Core.Complex", "Complex"})


@attrs.frozen
class Parameter:
    """A parameter of a callable.

    Attributes:
        name: Its name; None where it is not known, and for a tuple of parameters.
        type: Its type.
        parts: The parameters inside, if it is a tuple of them; else empty.
    """

    name: str | None
    type: QSharpType
    parts: "tuple[Parameter, ...]" = ()

    def __str__(self) -> str:
        if self.parts:
            return f"({', '.join(map(str, self.parts))}{',' if len(self.parts) == 1 else ''})"
        return f"{self.name} : {self.type}" if self.name else str(self.type)


@attrs.frozen
class Declaration:
    """The head of an operation or function.

    Attributes:
        name: Its full name.
        parameters: Its parameters, in order.
        output: What it returns.
        is_function: Whether it is a function.
        is_entry_point: Whether it is marked with ``@EntryPoint``.
    """

    name: str
    parameters: tuple[Parameter, ...]
    output: QSharpType
    is_function: bool
    is_entry_point: bool


class Declarations:
    """The callables and types of some source texts.

    Attributes:
        callables: The heads by full name; a later declaration replaces an earlier one. A head that is not
            understood here is left out: what the compiler says of it is enough to call it, but for names.
        structs: Structs and newtypes by full name.
        has_last_fail: Whether a body ends in ``fail``.
    """

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        """Reads source texts.

        Args:
            texts: Each with the namespace that its items are in if they stand in no block.

        Raises:
            InputError: A text is not Q#, as far as brackets, strings and structs go.
        """
        found = [
            attrs.evolve(item, namespace=item.namespace or namespace)
            for text, namespace in texts
            for item in items(text)
        ]
        self._raw = {item.full_name: item for item in found if item.kind in TYPES}
        self._imports = [(item.namespace, each) for item in found for each in imports_of(item)]
        self.structs: dict[str, StructType] = {}
        for name in self._raw:
            self._struct(name, ())
        heads = [self._head(item) for item in found if item.kind in CALLABLES]
        self._heads = [head for head in heads if head is not None]
        self.callables = {head.name: head for head in self._heads}
        self.has_last_fail = any(_ends_in_fail(item.tokens) for item in found if item.kind in CALLABLES)

    def find(self, name: str) -> Declaration | None:
        """The callable of a name, with or without its namespace; None if there is none or several."""
        return _lookup(self.callables, name, "")

    def variants(self, name: str) -> Sequence[Declaration]:
        """All heads of a full name, the latest first: ``@Config`` can give a name several."""
        return [head for head in reversed(self._heads) if head.name == name]

    def entry_point(self) -> Declaration | None:
        """Where a program begins: the callable marked ``@EntryPoint``, else ``Main``, else the only one."""
        heads = list(self.callables.values())
        for chosen in (
            [head for head in heads if head.is_entry_point],
            [head for head in heads if head.name.rpartition(".")[2] == "Main"],
            heads,
        ):
            if len(chosen) == 1:
                return chosen[0]
        return None

    def visible_structs(self, namespace: str) -> Mapping[str, QSharpType]:
        """The structs and newtypes by the names that they have in a namespace, also by imports."""
        return _Structs(self, namespace, ())

    def _meant(self, name: str, namespace: str) -> str:
        """The full name of what a name means in a namespace by its imports; the name itself if by none."""
        first, dot, rest = name.partition(".")
        for where in dict.fromkeys((namespace, "")):
            known = [each for at, each in self._imports if at == where]
            named = [each.path for each in known if each.alias == first]
            if named:
                return f"{named[-1]}{dot}{rest}"
            opened = {f"{each.path}.{name}" for each in known if not each.alias}
            found = sorted(opened & (self._raw.keys() | _COMPLEX))
            if len(found) == 1:
                return found[0]
        return name

    def _type(self, text: str, namespace: str, outer: tuple[str, ...]) -> QSharpType:
        return parse_type(text, _Structs(self, namespace, outer))

    def _struct(self, name: str, outer: tuple[str, ...]) -> StructType:
        known = self.structs.get(name)
        if known is not None:
            return known
        if name in outer:
            raise InputError(f"the struct {name} contains itself")
        item = self._raw[name]
        body = item.tokens[3:-1]
        parts = _group(body) if item.kind == "newtype" and _is_group(body) else [body]
        parts = split(body) if item.kind == "struct" else parts
        outer = (*outer, name)
        fields = tuple(self._field(part, item.namespace, outer) for part in parts)
        made = StructType(name, fields, is_newtype=item.kind == "newtype")
        self.structs[name] = made
        return made

    def _field(self, part: Sequence[Token], namespace: str, outer: tuple[str, ...]) -> Field:
        if _is_named(part):
            return Field(part[0].text, self._type(joined(part[2:]), namespace, outer))
        if _is_group(part) and any(token.text == ":" for token in part):
            parts = tuple(self._field(inner, namespace, outer) for inner in _group(part))
            return Field(None, TupleType(tuple(inner.type for inner in parts)), parts)
        return Field(None, self._type(joined(part), namespace, outer))

    def _head(self, item: Item) -> Declaration | None:
        try:
            return self._declaration(item)
        except InputError:
            return None

    def _declaration(self, item: Item) -> Declaration:
        opening = next((i for i, token in enumerate(item.tokens) if token.text == "("), 0)
        if not opening:
            raise InputError(f"{item.name} has no parameters in brackets")
        end = closing(item.tokens, opening)
        output: list[Token] = []
        for token in item.tokens[end + 2 :]:
            if token.text in ("{", "is") and not _depth(output):
                break
            output.append(token)
        return Declaration(
            item.full_name,
            self._parameters(item.tokens[opening : end + 1], item.namespace),
            self._type(joined(output), item.namespace, ()),
            item.kind == "function",
            "EntryPoint" in item.attributes,
        )

    def _parameters(self, group: Sequence[Token], namespace: str) -> tuple[Parameter, ...]:
        """The parameters in brackets; one with a comma behind it is a tuple of one."""
        parts = tuple(self._parameter(part, namespace) for part in _group(group))
        return (_tuple_of(parts),) if len(parts) == 1 and group[-2].text == "," else parts

    def _parameter(self, part: Sequence[Token], namespace: str) -> Parameter:
        if _is_named(part):
            name = part[0].text
            return Parameter(None if name == "_" else name, self._type(joined(part[2:]), namespace, ()))
        if not _is_group(part):
            raise InputError(f"{joined(part)!r} is not a parameter of Q#")
        parts = self._parameters(part, namespace)
        return parts[0] if len(parts) == 1 else _tuple_of(parts)


class _Structs(Mapping[str, QSharpType]):
    """The structs as seen from a namespace, made when they are asked for."""

    def __init__(self, owner: Declarations, namespace: str, outer: tuple[str, ...]) -> None:
        self._owner, self._namespace, self._outer = owner, namespace, outer

    def __getitem__(self, name: str) -> QSharpType:
        own = f"{self._namespace}.{name}" if self._namespace else name
        meant = own if own in self._owner._raw else self._owner._meant(name, self._namespace)
        item = _lookup(self._owner._raw, meant, self._namespace)
        if item is not None:
            return self._owner._struct(item.full_name, self._outer)
        if meant in _COMPLEX and meant != name:
            return ScalarType("Complex")
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._owner._raw)

    def __len__(self) -> int:
        return len(self._owner._raw)


def _ends_in_fail(found: Sequence[Token]) -> bool:
    """Whether the last statement of a callable's last body is ``fail``."""
    end = len(found)
    while end and found[end - 1].text in ("}", ";"):
        end -= 1
    start = next((i for i in range(end - 1, -1, -1) if found[i].text in ("{", "}", ";")), -1)
    return start >= 0 and found[start + 1].text == "fail"


def _tuple_of(parts: tuple[Parameter, ...]) -> Parameter:
    return Parameter(None, TupleType(tuple(inner.type for inner in parts)) if parts else UNIT, parts)


def _lookup(known: Mapping[str, T], name: str, namespace: str) -> T | None:
    for full in (f"{namespace}.{name}" if namespace else name, name):
        if full in known:
            return known[full]
    ends = [full for full in known if full.endswith(f".{name}")]
    return known[ends[0]] if len(ends) == 1 else None


def _is_named(part: Sequence[Token]) -> bool:
    return len(part) > 2 and part[0].kind == "word" and part[1].text == ":"


def _is_group(part: Sequence[Token]) -> bool:
    return bool(part) and part[0].text == "(" and closing(part, 0) == len(part) - 1


def _group(part: Sequence[Token]) -> list[list[Token]]:
    return split(part[1:-1])


def _depth(found: Sequence[Token]) -> int:
    return sum((token.text in ("(", "[")) - (token.text in (")", "]")) for token in found)
