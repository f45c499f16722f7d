"""What the user's own interpreters have been told, since the compiler keeps no source that one could ask for.

The source is needed for two things that the QDK cannot do: to compile for another profile than the
interpreter was started with, and to know the names of parameters. So evaluations are noted from the moment
that this adapter is loaded: by ``import quire_qsharp``, or by the first workspace. Nothing else changes.
"""

import os
import threading
import weakref
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from quire.errors import InputError
from quire_qsharp.items import CALLABLES, assembled, items
from quire_qsharp.native import lookup
from quire_qsharp.source import Source

_lock = threading.Lock()


@attrs.define
class _Record:
    """What one interpreter has been told.

    Attributes:
        thread: The thread that it belongs to.
        source: What was seen, so far.
        is_whole: Whether everything was seen, from the interpreter's start on.
        is_broken: Whether something was evaluated past us, so that nobody knows what the names mean now.
        declared: For each callable by full name, how many of the texts there were when it was declared.
        current: The functions by full name, as the last evaluation made them. Each evaluation makes all anew,
            so that others in their place tell of one that was not seen.
        counts: The number in ``declared`` that belongs to a function, also one that has been replaced.
    """

    thread: int
    source: Source
    is_whole: bool
    is_broken: bool = False
    declared: dict[str, int] = attrs.field(factory=dict)
    current: "dict[str, weakref.ref[Any]]" = attrs.field(factory=dict)
    counts: "weakref.WeakKeyDictionary[Any, int]" = attrs.field(factory=weakref.WeakKeyDictionary)


@attrs.frozen
class Recorded:
    """The source of a program, as far as it was seen.

    Attributes:
        source: What was seen.
        is_whole: Whether that is all.
    """

    source: Source
    is_whole: bool


_records: "weakref.WeakKeyDictionary[Any, _Record]" = weakref.WeakKeyDictionary()


def note_start(context: Any, settings: Mapping[str, Any]) -> None:
    """Begins the record of an interpreter.

    Args:
        context: The interpreter's context.
        settings: What it was started with.
    """
    root = settings.get("project_root")
    source = Source(
        project_root=None if root is None else os.path.abspath(root),
        language_features=settings.get("language_features") or (),
        qdk_config=settings.get("qdk_config") or {},
    )
    record = _Record(threading.get_ident(), source, is_whole=True)
    with _lock:
        _records[context] = record
    try:
        _note(context, record, source.declarations.callables)
    except (InputError, OSError):
        record.is_broken = True


def check(context: Any) -> None:
    """Looks, before an evaluation, whether there was one since the last that was noted."""
    record = _records.get(context)
    if record is not None and _was_touched(context, record):
        record.is_broken = True


def note_evaluation(context: Any, text: str) -> None:
    """Adds a text that an interpreter has evaluated without an error."""
    with _lock:
        record = _records.get(context)
        if record is None:
            record = _Record(threading.get_ident(), Source(), is_whole=False)
            _records[context] = record
    try:
        found = items(text)
    except InputError:
        # The compiler has accepted what the tokenizer does not understand; nothing may be left out.
        record.is_broken = True
        return
    if found:
        record.source = attrs.evolve(record.source, texts=(*record.source.texts, assembled(found)))
    _note(context, record, [item.full_name for item in found if item.kind in CALLABLES])


def _note(context: Any, record: _Record, names: Iterable[str]) -> None:
    """Notes the functions that an evaluation has made: for these names newly declared, for others again."""
    record.declared.update(dict.fromkeys(names, len(record.source.texts)))
    for name, count in record.declared.items():
        function = lookup(context.code, name)
        if function is not None:
            record.counts[function] = count
            record.current[name] = weakref.ref(function)


def _was_touched(context: Any, record: _Record) -> bool:
    return any(lookup(context.code, name) is not known() for name, known in record.current.items())


def thread_of(context: Any) -> int:
    """The thread that an interpreter belongs to; the main thread if its start was not seen."""
    record = _records.get(context)
    main = threading.main_thread().ident or 0
    return main if record is None else record.thread


def source_of_context(context: Any) -> Recorded | None:
    """What an interpreter has been told, as far as it was seen; None if nothing certain is known."""
    record = _records.get(context)
    if record is None or not _is_usable(context, record):
        return None
    return Recorded(record.source, record.is_whole)


def source_of(function: Any) -> Recorded | None:
    """The source that a callable of ``qsharp.code`` was declared with; None if it was not seen."""
    context = function._qdk_context
    record = _records.get(context)
    count = None if record is None else record.counts.get(function)
    if record is None or count is None or not _is_usable(context, record):
        return None
    if is_current(function):
        # The latest source serves all current callables, so that they share one compiled context.
        return Recorded(record.source, record.is_whole)
    return Recorded(attrs.evolve(record.source, texts=record.source.texts[:count]), record.is_whole)


def is_current(function: Any) -> bool:
    """Whether the name of a callable still means the same one."""
    record = _records.get(function._qdk_context)
    if record is not None and function in record.counts:
        return record.counts[function] == record.declared.get(function.__name__)
    return lookup(function._qdk_context.code, function.__name__) is function


def _is_usable(context: Any, record: _Record) -> bool:
    asks_for_settings = any("ConfigValue" in text for text in record.source.texts)
    if record.is_broken or _was_touched(context, record):
        return False
    return record.is_whole or not asks_for_settings
