"""quire's own Q# contexts: one per source and profile, made on demand, on their thread, recycled."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

import attrs

from quire import QirProfile
from quire_qsharp.batch import MARKER_SOURCE, Batch
from quire_qsharp.compiler_fault import CompilerFault, probe
from quire_qsharp.context_thread import ContextThread
from quire_qsharp.native import compiled_by, lookup, native_values
from quire_qsharp.source import Source

# A context holds about 30 MB; programs rarely switch between more sources and profiles than that.
MAX_CONTEXTS = 4
# The compiler keeps about 10 KB of every expression, for good; so a context may grow by a tenth.
MAX_EXPRESSIONS = 300
# Refused sources are not tried again.
_MAX_REFUSED = 64


@attrs.define
class _Held:
    context: Any
    texts: tuple[str, ...] = ()
    expressions: int = 0
    helpers: dict[str, str] = attrs.field(factory=dict)


class Contexts:
    """The contexts of this process. Its methods run on the contexts' thread and answer with plain data."""

    def __init__(self) -> None:
        self._held: OrderedDict[Hashable, _Held] = OrderedDict()
        self._refused: OrderedDict[Hashable, CompilerFault] = OrderedDict()
        self._left_behind: list[_Held] = []

    def evaluate(self, source: Source, profile: QirProfile) -> CompilerFault | None:
        """Whether a source can be evaluated for a profile: None, or why not."""
        held = self._context(source, profile)
        return held if isinstance(held, CompilerFault) else None

    def compile_call(
        self, source: Source, profile: QirProfile, name: str, args: tuple[Any, ...]
    ) -> str | CompilerFault:
        """The QIR of a callable with arguments; see ``native.native_values`` for these.

        The text equals that of the same call as an expression; it takes two thirds of the time and leaks
        nothing.
        """
        held = self._context(source, profile)
        if isinstance(held, CompilerFault):
            return held
        context = held.context
        callable_ = lookup(context.code, name)
        if callable_ is None:
            return CompilerFault(f"{name} is not declared in its source", is_undeclared=True)
        return self._attempt(source, profile, context, lambda: (callable_, *native_values(args)))

    def compile_expression(self, source: Source, profile: QirProfile, expression: str) -> str | CompilerFault:
        """The QIR of an entry expression."""
        held = self._context(source, profile)
        if isinstance(held, CompilerFault):
            return held
        return self._expression(source, profile, held, expression)

    def compile_batch(self, source: Source, profile: QirProfile, batch: Batch) -> str | CompilerFault:
        """The QIR of a program that makes some calls, for ``batch.split``."""
        held = self._context(source, profile)
        if isinstance(held, CompilerFault):
            return held
        helper = _helper(held, batch)
        if isinstance(helper, CompilerFault):
            self._retire(_key(source, profile))
            return helper
        if batch.rows is None:
            return self._expression(source, profile, held, batch.expression(), 1 + len(batch.calls) // 10)
        callable_ = lookup(held.context.code, helper)
        arguments = batch.arguments()
        return self._attempt(source, profile, held.context, lambda: (callable_, *native_values(arguments)))

    def probe_type(self, source: Source, profile: QirProfile, name: str) -> str | CompilerFault:
        """The type of a callable as the type checker names it, without blanks."""
        held = self._context(source, profile)
        if isinstance(held, CompilerFault):
            return held
        answer = self._expression(source, profile, held, probe(name))
        found = answer.probed_type if isinstance(answer, CompilerFault) else None
        return found if found is not None else answer

    def close(self) -> None:
        """Lets go of all contexts."""
        for key in list(self._held):
            self._retire(key)

    def leave_behind(self) -> None:
        """Puts all contexts aside without freeing them: in a forked child their thread is gone."""
        self._left_behind += self._held.values()
        self._held = OrderedDict()

    def _expression(
        self, source: Source, profile: QirProfile, held: _Held, expression: str, weight: int = 1
    ) -> str | CompilerFault:
        answer = self._attempt(source, profile, held.context, lambda: (expression,))
        held.expressions += weight
        if held.expressions >= MAX_EXPRESSIONS:
            self._retire(_key(source, profile))
        return answer

    def _attempt(
        self, source: Source, profile: QirProfile, context: Any, entry: Callable[[], tuple[Any, ...]]
    ) -> str | CompilerFault:
        answer = compiled_by(context, entry, source.declarations.has_last_fail)
        if isinstance(answer, CompilerFault) and answer.is_crash:
            self._retire(_key(source, profile))
        return answer

    def _context(self, source: Source, profile: QirProfile) -> _Held | CompilerFault:
        key = _key(source, profile)
        if key in self._refused:
            return self._refused[key]
        held = self._held.pop(key, None) or self._grown(source, profile) or _ready(source, profile)
        if isinstance(held, _Held):
            self._held[key] = held
            while len(self._held) > MAX_CONTEXTS:
                self._retire(next(iter(self._held)))
        elif not held.is_about_project:
            self._refused[key] = held
            if len(self._refused) > _MAX_REFUSED:
                self._refused.popitem(last=False)
        return held

    def _grown(self, source: Source, profile: QirProfile) -> _Held | None:
        """A context that knew the first texts of a source, and now knows all; None if there is none."""
        for count in range(len(source.texts) - 1, 0, -1):
            held = self._held.pop(_key(attrs.evolve(source, texts=source.texts[:count]), profile), None)
            if held is not None:
                # Batches name what may be declared anew.
                held.helpers.clear()
                return held if _evaluate(held, source.texts) is None else None
        return None

    def _retire(self, key: Hashable) -> None:
        held = self._held.pop(key, None)
        if held is not None:
            _dispose(held.context)


def _key(source: Source, profile: QirProfile) -> Hashable:
    return (source.key, profile)


def _ready(source: Source, profile: QirProfile) -> _Held | CompilerFault:
    """A new context that knows a source."""
    import qdk

    try:
        context = qdk.Context(
            target_profile=getattr(qdk.TargetProfile, profile.value),
            project_root=source.project_root,
            language_features=list(source.language_features) or None,
            qdk_config=dict(source.qdk_config),
        )
    except BaseException as error:  # noqa: BLE001 - the compiler's panics derive from BaseException
        return CompilerFault.of(error, is_about_project=source.project_root is not None)
    held = _Held(context)
    return _evaluate(held, source.texts) or held


def _evaluate(held: _Held, texts: tuple[str, ...]) -> CompilerFault | None:
    """Evaluates the texts that a context lacks; after a fault the context is freed, since names stay behind.

    Where a text does not fit the profile, the others are evaluated all the same, so that all that does not
    fit is known at once.
    """
    found: CompilerFault | None = None
    for text in texts[len(held.texts) :]:
        try:
            held.context.eval(text)
        except BaseException as error:  # noqa: BLE001 - the compiler's panics derive from BaseException
            fault = CompilerFault.of(error)
            if not fault.is_about_profile:
                found = found or fault
                break
            found = fault if found is None else attrs.evolve(found, text=f"{found.text}\n{fault.text}")
    if found is not None:
        _dispose(held.context)
        return found
    held.texts = texts
    return None


def _helper(held: _Held, batch: Batch) -> str | CompilerFault:
    """The operation that makes a batch's calls from rows, declared when it is first needed."""
    try:
        if not held.helpers:
            held.context.eval(MARKER_SOURCE)
            held.helpers[""] = ""
        if batch.rows is not None and batch.name not in held.helpers:
            name = f"QuireBatch{len(held.helpers)}"
            held.context.eval(batch.operation(name))
            held.helpers[batch.name] = name
    except BaseException as error:  # noqa: BLE001 - the compiler's panics derive from BaseException
        return CompilerFault.of(error)
    return held.helpers.get(batch.name, "")


def _dispose(context: Any) -> None:
    """Frees a context here and now: it is part of cycles, which the collector may find on another thread."""
    vars(context.code).clear()
    context._disposed = True
    del context._interpreter


CONTEXTS = Contexts()
THREAD = ContextThread(on_exit=CONTEXTS.close, on_fork=CONTEXTS.leave_behind)
