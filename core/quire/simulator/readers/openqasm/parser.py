"""The QDK's parser of OpenQASM, which a worker loads with no notebook around it."""

import contextlib
import importlib
import sys
from collections.abc import Iterator
from typing import Any


class Parser:
    """The QDK's module.

    Attributes:
        is_in_worker: Whether this process only runs tasks, so that it may keep the QDK from loading IPython,
            which it does wherever that is installed to see whether it is in a notebook.
    """

    __slots__ = ("is_in_worker",)

    def __init__(self) -> None:
        """Begins in the user's own process."""
        self.is_in_worker = False

    def load(self) -> Any:
        """The module, imported the first time.

        Raises:
            ImportError: The QDK is not installed.
        """
        with _no_notebook() if self.is_in_worker else contextlib.nullcontext():
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
