"""As much of a source as a profile can express: one declaration has the compiler refuse a whole text."""

from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path

import attrs

from quire_qsharp.compiler_fault import CompilerFault, Location
from quire_qsharp.imports import import_parts
from quire_qsharp.items import Item, assembled, items
from quire_qsharp.references import DECLARATIONS, Key, References, reached
from quire_qsharp.source import Source, dependencies
from quire_qsharp.syntax import joined, tokens

# Each round needs a new context; every text of a source can take one.
_MAX_ROUNDS = 20


@attrs.frozen
class Fitted:
    """A source without what does not fit a profile.

    Attributes:
        source: What is left.
        dropped: What was left out.
        whole: The source that it was left out of, as texts.
        references: Who refers to whom in that.
    """

    source: Source
    dropped: frozenset[Key]
    whole: Source
    references: References

    def meant_by(self, names: Iterable[str], expression: str) -> set[Key]:
        """The declarations that a program begins with.

        Args:
            names: Callables that it names by their full names.
            expression: Its expression; empty for a call.
        """
        end = len(self.references.texts)
        found = self.references.of_tokens(tokens(expression), end)
        for name in names:
            found |= self.references.of_name(name) or self.references.of_tokens(tokens(name), end)
        return found

    def needed(self, start: set[Key]) -> Source:
        """The source without what a program does not use, so that the compiler's reasons are about it alone.

        Args:
            start: The declarations that the program begins with.
        """
        links = self.references.links()
        return _without(self.whole, self.references, links.keys() - reached(links, start))


def fitted(
    source: Source, fault: CompilerFault, evaluate: Callable[[Source], CompilerFault | None]
) -> Fitted | None:
    """Leaves out what a profile cannot express, and what uses that, until the rest can be evaluated.

    Args:
        source: The source.
        fault: What the compiler said to it.
        evaluate: Evaluates a source for the profile.

    Returns:
        What is left; None if the faults are not all about the profile, or a project depends on others, so
        that its files alone are not the program.
    """
    found: CompilerFault | None = fault
    if source.project_root is not None:
        if dependencies(Path(source.project_root)):
            return None
        source = _as_text(source)
        found = evaluate(source)
    references = References([items(text) for text in source.texts])
    links = references.links()
    dropped: set[Key] = set()
    rest = source
    for _ in range(_MAX_ROUNDS):
        if found is None:
            return Fitted(rest, frozenset(dropped), source, references)
        guilty = _guilty(rest, found.locations) if found.is_about_profile else set()
        if not guilty:
            return None
        while guilty:
            dropped |= guilty
            guilty = {key for key, meant in links.items() if meant & dropped} - dropped
        rest = _without(source, references, dropped)
        found = evaluate(rest)
    return None


def _as_text(source: Source) -> Source:
    """A project's files as one text, each in a block of its namespace."""
    files = source.namespaced_texts()[: -len(source.texts) or None]
    found = [
        attrs.evolve(item, namespace=item.namespace or namespace)
        for text, namespace in files
        for item in items(text)
    ]
    return attrs.evolve(source, project_root=None, texts=(assembled(found), *source.texts))


def _guilty(source: Source, locations: Sequence[Location]) -> set[Key]:
    """The declarations at some places; a text is known by its number."""
    texts = [items(text) for text in source.texts]
    return {
        (location.text, item.full_name)
        for location in locations
        if location.text < len(texts)
        for item in texts[location.text]
        if item.name and item.covers(location.line, location.column)
    }


def _without(source: Source, references: References, dropped: Collection[Key]) -> Source:
    """The source without some declarations, and without imports of them."""
    texts = [
        assembled([kept for item in text for kept in _kept(references, number, item, dropped)])
        for number, text in enumerate(references.texts)
    ]
    return attrs.evolve(source, texts=tuple(texts))


def _kept(references: References, number: int, item: Item, dropped: Collection[Key]) -> list[Item]:
    if item.kind in DECLARATIONS:
        # An empty namespace can still be opened.
        return [attrs.evolve(item, text="")] if (number, item.full_name) in dropped else [item]
    parts = import_parts(item)
    left = [part for part in parts if not references.of_tokens(part, number, item.namespace) & set(dropped)]
    if len(left) == len(parts):
        return [item]
    return [attrs.evolve(item, text=f"{item.kind} {', '.join(map(joined, left))};")] if left else []
