"""What can be seen of a syntax tree without evaluating anything."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

_WAYS_OUT = ("BreakStatement", "ContinueStatement", "ReturnStatement", "EndStatement")


def statements_of(node: Any) -> Sequence[Any]:
    """The statements of a body: those of a block, or the one that it is."""
    statements: Sequence[Any] = node.statements if type(node).__name__ == "CompoundStatement" else [node]
    return statements


def _nodes(nodes: Iterable[Any]) -> Iterator[Any]:
    """Nodes with all that is in them."""
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        yield node
        waiting += node.children()


def assigned_names(nodes: Iterable[Any]) -> set[str]:
    """The names that statements assign to, or hand to subroutines, which may."""
    names: set[str] = set()
    for node in _nodes(nodes):
        kind = type(node).__name__
        if kind in ("ClassicalAssignment", "CompoundAssignment"):
            names.add(node.lhs.name.name if type(node.lhs).__name__ == "IndexedIdentifier" else node.lhs.name)
        elif kind == "FunctionCall":
            names.update(argument.name for argument in node.args if type(argument).__name__ == "Identifier")
    return names


def may_leave(nodes: Iterable[Any]) -> bool:
    """Whether statements may leave the loop that they are in, or the whole program."""
    return any(type(node).__name__ in _WAYS_OUT for node in _nodes(nodes))


def returns(nodes: Iterable[Any]) -> int:
    """How many return statements there are."""
    return sum(type(node).__name__ == "ReturnStatement" for node in _nodes(nodes))
