"""The QDK's parser of OpenQASM, which a worker loads with no notebook around it."""

import contextlib
import importlib
import sys
from collections.abc import Iterator
from typing import Any


class Parser:
    """The QDK's module.

    Attributes:
        is_for_tasks: Whether this process is there to run tasks, and is not the user's: then the QDK is kept
            from loading IPython, which it does to see whether it is in a notebook.
    """

    __slots__ = ("is_for_tasks",)

    def __init__(self) -> None:
        """Begins in the user's own process."""
        self.is_for_tasks = False

    def load(self) -> Any:
        """The module, imported the first time.

        Raises:
            ImportError: The QDK is not installed.
        """
        with _no_notebook() if self.is_for_tasks else contextlib.nullcontext():
            return importlib.import_module("qdk.openqasm.parser")


PARSER = Parser()


@contextlib.contextmanager
def _no_notebook() -> Iterator[None]:
    if "IPython" in sys.modules:
        yield
        return
    sys.modules["IPython"] = None  # type: ignore[assignment]  # an import of it finds that it is not there
    try:
        yield
    finally:
        del sys.modules["IPython"]
