import gc
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import qdk
import qdk._interpreter as interpreter

import quire_qsharp  # noqa: F401 - evaluations are noted from here on
from quire import Workspace


def _collect() -> None:
    """Frees callables in the tracebacks of expected errors on this thread."""
    gc.collect()


def _dispose(context: Any) -> None:
    """Frees an interpreter on this thread; a collector on another one would complain."""
    if not context._is_global_context:
        vars(context.code).clear()
    del context._interpreter


@pytest.fixture
def make_context() -> Iterator[Callable[..., Any]]:
    """Makes interpreters of the user's, as ``make_context(profile, source)``."""
    made: list[Any] = []

    def make(profile: str = "Unrestricted", *sources: str, **settings: Any) -> Any:
        context = qdk.Context(target_profile=getattr(qdk.TargetProfile, profile), **settings)
        made.append(context)
        for source in sources:
            context.eval(source)
        return context

    yield make
    _collect()
    for context in made:
        _dispose(context)


@pytest.fixture
def start_global() -> Iterator[Callable[..., Any]]:
    """Starts the interpreter behind ``qsharp.eval``, as ``start_global(profile)``; it ends with the test."""
    started: list[Any] = []

    def start(profile: str = "Unrestricted", **settings: Any) -> Any:
        qdk.init(target_profile=getattr(qdk.TargetProfile, profile), **settings)
        started.append(interpreter._default_context)
        return qdk.code

    yield start
    _collect()
    interpreter._clear_code_module()
    interpreter._default_context = None
    for context in started:
        _dispose(context)


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with Workspace("memory:", executor="inline") as opened:
        yield opened
