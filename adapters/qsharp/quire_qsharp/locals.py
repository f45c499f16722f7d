"""Which words in an item's text mean its own parameters and variables; those of lambdas are left out."""

import itertools
from collections.abc import Iterator, Sequence

import attrs

from quire_qsharp.items import CALLABLES
from quire_qsharp.syntax import Token, closing

_BINDING = frozenset({"let", "mutable", "use", "borrow", "for"})
_PATTERN_ENDS = frozenset({"=", "in"})


@attrs.define
class _Binding:
    """A statement that binds names, not in force yet.

    Attributes:
        keyword: What it begins with.
        depth: How many brackets are open around it.
        names: What it binds.
        is_pattern: Whether its pattern has not ended.
    """

    keyword: str
    depth: int
    names: set[str] = attrs.field(factory=set)
    is_pattern: bool = True


def local_words(tokens: Sequence[Token]) -> set[int]:
    """The indices of words that mean a parameter or a variable of the text that they stand in.

    Args:
        tokens: An item, or an expression.
    """
    start, parameters = _parameters(tokens)
    found = {i for i in range(start) if tokens[i].text in parameters}
    scopes = [parameters]
    pending: list[_Binding] = []
    depth = 0
    for i in range(start, len(tokens)):
        token = tokens[i]
        if token.kind == "word":
            if _is_bound(token, pending, depth) or any(token.text in scope for scope in scopes):
                found.add(i)
        elif token.kind == "sign":
            depth += (token.text in "([{") - (token.text in ")]}")
            _advance(token.text, depth, scopes, pending)
    return found


def _is_bound(token: Token, pending: list[_Binding], depth: int) -> bool:
    """Whether a word stands in the pattern of a statement that binds it; begins and ends patterns."""
    if token.text in _BINDING:
        pending.append(_Binding(token.text, depth))
    elif pending and pending[-1].is_pattern:
        pending[-1].is_pattern = token.text not in _PATTERN_ENDS
        if pending[-1].is_pattern:
            pending[-1].names.add(token.text)
            return True
    return False


def _advance(sign: str, depth: int, scopes: list[set[str]], pending: list[_Binding]) -> None:
    """Opens and closes scopes; a statement's names are known after it, and in its block."""
    if pending and pending[-1].is_pattern and sign == "=":
        pending[-1].is_pattern = False
    if sign == "{":
        is_block = (
            bool(pending) and pending[-1].depth == depth - 1 and pending[-1].keyword not in ("let", "mutable")
        )
        scopes.append(pending.pop().names if is_block else set())
    elif sign == "}":
        if len(scopes) > 1:
            scopes.pop()
    elif sign == ";" and pending and pending[-1].depth == depth:
        scopes[-1] |= pending.pop().names


def _parameters(tokens: Sequence[Token]) -> tuple[int, set[str]]:
    """Where the head of a callable ends, and the names of its parameters."""
    if not tokens or tokens[0].text not in CALLABLES:
        return 0, set()
    opening = next((i for i, token in enumerate(tokens) if token.text == "("), None)
    if opening is None:
        return 0, set()
    end = closing(tokens, opening)
    return end, set(_named(tokens[opening:end]))


def _named(tokens: Sequence[Token]) -> Iterator[str]:
    for token, following in itertools.pairwise(tokens):
        if token.kind == "word" and following.text == ":":
            yield token.text
