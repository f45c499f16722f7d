"""As much of a source as a profile can express: one declaration has the compiler refuse a whole text."""

from collections.abc import Callable, Iterable
from pathlib import Path

import attrs

from quire_qsharp.compiler_fault import CompilerFault, Location
from quire_qsharp.items import CALLABLES, TYPES, Item, assembled, items
from quire_qsharp.source import Source, dependencies

_DECLARATIONS = CALLABLES | TYPES
# Each round needs a new context; every text of a source can take one.
_MAX_ROUNDS = 20


@attrs.frozen
class Fitted:
    """A source without what does not fit a profile.

    Attributes:
        source: What is left.
        dropped: The names of what was left out.
    """

    source: Source
    dropped: frozenset[str]


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
    if source.project_root is not None:
        if dependencies(Path(source.project_root)):
            return None
        source = _as_text(source)
        found = evaluate(source)
        if found is None:
            return Fitted(source, frozenset())
        fault = found
    texts = [items(text) for text in source.texts]
    dropped: set[str] = set()
    for _ in range(_MAX_ROUNDS):
        guilty = _guilty(texts, fault.locations) if fault.is_about_profile else set()
        if not guilty:
            return None
        dropped |= guilty
        texts = _without(texts, dropped)
        rest = attrs.evolve(source, texts=tuple(map(assembled, texts)))
        again = evaluate(rest)
        if again is None:
            return Fitted(rest, frozenset(dropped))
        fault, source = again, rest
        texts = [items(text) for text in rest.texts]
    return None


def needed(source: Source, words: Iterable[str]) -> Source:
    """The source without what a program does not use, so that the compiler's reasons are about the program.

    Args:
        source: A source of texts.
        words: Names that the program uses.
    """
    texts = [items(text) for text in source.texts]
    by_name: dict[str, list[Item]] = {}
    for item in (item for text in texts for item in text):
        by_name.setdefault(item.name, []).append(item)
    pending, reached = list(words), set()
    while pending:
        word = pending.pop()
        if word not in reached:
            reached.add(word)
            pending += [inner for item in by_name.get(word, ()) for inner in item.words]
    kept = [
        [item for item in text if item.kind not in _DECLARATIONS or item.name in reached] for text in texts
    ]
    return attrs.evolve(source, texts=tuple(assembled(text) for text in kept if text))


def _as_text(source: Source) -> Source:
    """A project's files as one text, each in a block of its namespace."""
    files = source.namespaced_texts()[: -len(source.texts) or None]
    found = [
        attrs.evolve(item, namespace=item.namespace or namespace)
        for text, namespace in files
        for item in items(text)
    ]
    return attrs.evolve(source, project_root=None, texts=(assembled(found), *source.texts))


def _guilty(texts: list[list[Item]], locations: Iterable[Location]) -> set[str]:
    """The names of the declarations at some places; a text is known by its number."""
    return {
        item.name
        for location in locations
        if location.text < len(texts)
        for item in texts[location.text]
        if item.name and item.covers(location.line, location.column)
    }


def _without(texts: list[list[Item]], dropped: set[str]) -> list[list[Item]]:
    """The texts without some declarations and, again and again, without those that use one."""
    while True:
        kept = [
            [item for item in text if item.kind not in _DECLARATIONS or not item.words & dropped]
            for text in texts
        ]
        gone = {
            item.name
            for text in texts
            for item in text
            if item.kind in _DECLARATIONS and item.words & dropped
        }
        if gone <= dropped:
            return kept
        dropped |= gone
