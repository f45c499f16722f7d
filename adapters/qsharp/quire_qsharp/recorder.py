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
from quire_qsharp.items import CALLABLES, Item, assembled, items
from quire_qsharp.native import lookup
from quire_qsharp.source import Source

_lock = threading.Lock()


@attrs.define
class _Record:
    """What one interpreter has been told.

    Attributes:
        thread: The thread that it belongs to.
        source: What was seen, so far.
        counts: For each callable, how many of the texts it was declared with.
        current: The callables by full name, as they were declared last.
        is_whole: Whether everything was seen, from the interpreter's start on.
        is_broken: Whether something was declared behind our back.
    """

    thread: int
    source: Source
    is_whole: bool
    is_broken: bool = False
    counts: "weakref.WeakKeyDictionary[Any, int]" = attrs.field(factory=weakref.WeakKeyDictionary)
    current: "dict[str, weakref.ref[Any]]" = attrs.field(factory=dict)


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
    if not found:
        return
    _check(context, record, found)
    record.source = attrs.evolve(record.source, texts=(*record.source.texts, assembled(found)))
    _note(context, record, [item.full_name for item in found if item.kind in CALLABLES])


def _check(context: Any, record: _Record, found: Iterable[Item]) -> None:
    """Whether what was declared before is still there, but for what is declared anew."""
    declared = {item.full_name for item in found}
    for name, known in record.current.items():
        if name not in declared and lookup(context.code, name) is not known():
            record.is_broken = True


def _note(context: Any, record: _Record, names: Iterable[str]) -> None:
    for name in names:
        function = lookup(context.code, name)
        if function is not None:
            record.counts[function] = len(record.source.texts)
            record.current[name] = weakref.ref(function)


def thread_of(context: Any) -> int:
    """The thread that an interpreter belongs to; the main thread if its start was not seen."""
    record = _records.get(context)
    main = threading.main_thread().ident or 0
    return main if record is None else record.thread


def source_of_context(context: Any) -> Recorded | None:
    """What an interpreter has been told, as far as it was seen; None if nothing was."""
    record = _records.get(context)
    if record is None or not _is_usable(record):
        return None
    return Recorded(record.source, record.is_whole)


def source_of(function: Any) -> Recorded | None:
    """The source that a callable of ``qsharp.code`` was declared with; None if it was not seen."""
    record = _records.get(function._qdk_context)
    count = None if record is None else record.counts.get(function)
    if record is None or count is None or not _is_usable(record):
        return None
    known = record.current.get(function.__name__)
    if known is not None and known() is function:
        # The latest source serves all current callables, so that they share one compiled context.
        return Recorded(record.source, record.is_whole)
    return Recorded(attrs.evolve(record.source, texts=record.source.texts[:count]), record.is_whole)


def _is_usable(record: _Record) -> bool:
    asks_for_settings = any("ConfigValue" in text for text in record.source.texts)
    return not record.is_broken and (record.is_whole or not asks_for_settings)
