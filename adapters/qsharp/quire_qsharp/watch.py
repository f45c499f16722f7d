"""Has the QDK tell us what its interpreters evaluate, whenever it is imported; ``recorder`` says why.

Loaded with the plug-in, so it imports next to nothing itself.
"""

import functools
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_MODULE = "qdk._context"


def watch() -> None:
    """Notes evaluations from now on, in a QDK imported already or later; harmless to repeat."""
    module = sys.modules.get(_MODULE)
    if module is not None:
        _wrap(module)
    elif not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder:
    """Has the QDK's module wrapped when it is imported; finds nothing itself."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002 - the protocol's
        target: ModuleType | None = None,  # noqa: ARG002 - the protocol's
    ) -> ModuleSpec | None:
        if fullname != _MODULE:
            return None
        import importlib.util

        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                execute(module)
                _wrap(module)

            vars(spec.loader)["exec_module"] = exec_module
        return spec


def _wrap(module: ModuleType) -> None:
    context: Any = vars(module)["Context"]
    if hasattr(context.eval, "__wrapped__"):
        return
    start, evaluate = context.__init__, context.eval

    @functools.wraps(start)
    def init(self: Any, **settings: Any) -> None:
        start(self, **settings)
        from quire_qsharp.recorder import note_start

        note_start(self, settings)

    @functools.wraps(evaluate)
    def eval(self: Any, source: str, **settings: Any) -> Any:
        from quire_qsharp.recorder import check, note_evaluation

        check(self)
        answer = evaluate(self, source, **settings)
        note_evaluation(self, source)
        return answer

    context.__init__, context.eval = init, eval
