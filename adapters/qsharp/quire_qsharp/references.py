"""Which declarations of a source the names in a piece of it may mean; rather one too many than one too few.

A name that means a local variable, a field, or a declaration of another namespace is told from one that means
a declaration. Where that is not certain, it counts.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from quire_qsharp.imports import Import, imports_of
from quire_qsharp.items import CALLABLES, TYPES, Item
from quire_qsharp.locals import local_words
from quire_qsharp.syntax import Token, words

Key: TypeAlias = tuple[int, str]
"""A declaration: the number of its text, and its full name. Later texts may declare the same name anew."""

DECLARATIONS = CALLABLES | TYPES


class References:
    """The declarations of some texts, and who refers to whom.

    Attributes:
        texts: The items of each text.
    """

    def __init__(self, texts: Sequence[Sequence[Item]]) -> None:
        """Reads the declarations and imports of texts, in the order of their evaluation."""
        self.texts = texts
        self._declared: dict[str, list[int]] = {}
        self._full_names: dict[str, list[str]] = {}
        self._imports: dict[str, list[tuple[int, str, Import]]] = {}
        for number, text in enumerate(texts):
            for item in text:
                if item.kind in DECLARATIONS:
                    self._declared.setdefault(item.full_name, []).append(number)
                    names = self._full_names.setdefault(item.name, [])
                    names += [] if item.full_name in names else [item.full_name]
                for found in imports_of(item):
                    self._imports.setdefault(found.alias, []).append((number, item.namespace, found))

    def links(self) -> dict[Key, set[Key]]:
        """For each declaration what it may refer to."""
        return {
            (number, item.full_name): self.of_item(number, item)
            for number, text in enumerate(self.texts)
            for item in text
            if item.kind in DECLARATIONS
        }

    def of_name(self, name: str) -> set[Key]:
        """The latest declaration of a full name; none if there is none."""
        return self._latest(name, len(self.texts))

    def of_item(self, number: int, item: Item) -> set[Key]:
        """What an item of a text may refer to, other than itself."""
        found = self.of_tokens(item.tokens, number, item.namespace, item.kind in TYPES)
        return found - {(number, item.full_name)} if item.kind in DECLARATIONS else found

    def of_tokens(
        self, tokens: Sequence[Token], number: int, namespace: str = "", is_type: bool = False
    ) -> set[Key]:
        """What the names in some tokens may mean, as seen from a namespace of a text."""
        local = local_words(tokens)
        found: set[Key] = set()
        for i, token in enumerate(tokens):
            if token.kind == "string" and token.text.startswith("$"):
                for word in words(token.text):
                    found |= self._named((), word, number, namespace)
            elif token.kind == "word" and not _is_field(tokens, i, is_type):
                path = _qualifier(tokens, i)
                is_local = i - 2 * len(path) in local
                if not is_local:
                    found |= self._named(path, token.text, number, namespace)
                elif not path:
                    # Types have names of their own, which no variable hides.
                    found |= self._types(token.text, number, namespace)
        return found

    def _types(self, word: str, number: int, namespace: str) -> set[Key]:
        return {key for key in self._named((), word, number, namespace) if self._is_type(key)}

    def _is_type(self, key: Key) -> bool:
        number, name = key
        return any(item.full_name == name and item.kind in TYPES for item in self.texts[number])

    def _named(self, path: tuple[str, ...], word: str, number: int, namespace: str) -> set[Key]:
        """What a name with its qualifier may mean."""
        written = ".".join([*path, word])
        exact = (f"{namespace}.{written}" if namespace else written, *([written] if path else []))
        imports = [] if path else self._imports_of(word, number, namespace)
        names = [name for name in exact if self._latest(name, number)][:1]
        if imports and all(self._latest(found.path, number) for found in imports):
            names += [found.path for found in imports]
        if not names:
            shorts = {word, *(found.path.rpartition(".")[2] for found in imports)}
            names = [name for short in shorts for name in self._full_names.get(short, ())]
        return set().union(*(self._latest(name, number) for name in names))

    def _imports_of(self, alias: str, number: int, namespace: str) -> list[Import]:
        return [
            found
            for at, where, found in self._imports.get(alias, ())
            if at <= number and where in (namespace, "")
        ]

    def _latest(self, name: str, number: int) -> set[Key]:
        """The declaration that a full name means in a text: its own, or else the last before."""
        numbers = [at for at in self._declared.get(name, ()) if at <= number]
        return {(numbers[-1], name)} if numbers else set()


def _qualifier(tokens: Sequence[Token], i: int) -> tuple[str, ...]:
    """The words with dots before a word."""
    path: list[str] = []
    while i >= 2 and tokens[i - 1].text == "." and tokens[i - 2].kind == "word":
        i -= 2
        path.insert(0, tokens[i].text)
    return tuple(path)


def _is_field(tokens: Sequence[Token], i: int, is_type: bool) -> bool:
    """Whether a word is the name of a field where it stands: declared, assigned, or read."""
    before = tokens[i - 1].text if i else ""
    after = tokens[i + 1].text if i + 1 < len(tokens) else ""
    if before == "::" or (is_type and after == ":"):
        return True
    if before in ("{", ",") and after == "=" and _next(tokens, i + 2) != "=":
        return True
    return before == "/" and tokens[i - 2].text == "w" and (after, _next(tokens, i + 2)) == ("<", "-")


def _next(tokens: Sequence[Token], i: int) -> str:
    return tokens[i].text if i < len(tokens) else ""


def reached(links: Mapping[Key, set[Key]], start: set[Key]) -> set[Key]:
    """All that some declarations lead to, themselves included."""
    found: set[Key] = set()
    pending = set(start)
    while pending:
        key = pending.pop()
        if key not in found:
            found.add(key)
            pending |= links.get(key, set())
    return found
