"""What a program's source declares: callables with their parameters, structs with their fields."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import attrs

from quire.errors import InputError
from quire_qsharp.items import CALLABLES, TYPES, Item, items
from quire_qsharp.syntax import Token, closing, joined, split
from quire_qsharp.types import UNIT, Field, QSharpType, StructType, TupleType, parse_type

T = TypeVar("T")


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
            return f"({', '.join(map(str, self.parts))})"
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
        callables: The heads by full name; a later declaration replaces an earlier one.
        structs: Structs and newtypes by full name.
    """

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        """Reads source texts.

        Args:
            texts: Each with the namespace that its items are in if they stand in no block.

        Raises:
            InputError: A text is not Q#, as far as its heads go.
        """
        found = [
            attrs.evolve(item, namespace=item.namespace or namespace)
            for text, namespace in texts
            for item in items(text)
        ]
        self._raw = {item.full_name: item for item in found if item.kind in TYPES}
        self.structs: dict[str, StructType] = {}
        for name in self._raw:
            self._struct(name, ())
        self.callables = {item.full_name: self._head(item) for item in found if item.kind in CALLABLES}

    def find(self, name: str) -> Declaration | None:
        """The callable of a name, with or without its namespace; None if there is none or several."""
        return _lookup(self.callables, name, "")

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

    def visible_structs(self, namespace: str) -> Mapping[str, StructType]:
        """The structs and newtypes by the names that they have in a namespace."""
        return _Structs(self, namespace, ())

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

    def _head(self, item: Item) -> Declaration:
        opening = next(i for i, token in enumerate(item.tokens) if token.text == "(")
        end = closing(item.tokens, opening)
        output: list[Token] = []
        for token in item.tokens[end + 2 :]:
            if token.text in ("{", "is") and not _depth(output):
                break
            output.append(token)
        return Declaration(
            item.full_name,
            tuple(self._parameter(part, item.namespace) for part in split(item.tokens[opening + 1 : end])),
            self._type(joined(output), item.namespace, ()),
            item.kind == "function",
            "EntryPoint" in item.attributes,
        )

    def _parameter(self, part: Sequence[Token], namespace: str) -> Parameter:
        if _is_named(part):
            name = part[0].text
            return Parameter(None if name == "_" else name, self._type(joined(part[2:]), namespace, ()))
        if not _is_group(part):
            raise InputError(f"{joined(part)!r} is not a parameter of Q#")
        parts = tuple(self._parameter(inner, namespace) for inner in _group(part))
        if len(parts) == 1:
            return parts[0]
        return Parameter(None, TupleType(tuple(inner.type for inner in parts)) if parts else UNIT, parts)


class _Structs(Mapping[str, StructType]):
    """The structs as seen from a namespace, made when they are asked for."""

    def __init__(self, owner: Declarations, namespace: str, outer: tuple[str, ...]) -> None:
        self._owner, self._namespace, self._outer = owner, namespace, outer

    def __getitem__(self, name: str) -> StructType:
        item = _lookup(self._owner._raw, name, self._namespace)
        if item is None:
            raise KeyError(name)
        return self._owner._struct(item.full_name, self._outer)

    def __iter__(self) -> Iterator[str]:
        return iter(self._owner._raw)

    def __len__(self) -> int:
        return len(self._owner._raw)


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
