"""How a package offers names whose modules are loaded when the names are first used; not which names.

Workspaces load every plug-in, so what a plug-in offers to its own users must not load its SDK with it.
"""

import importlib
import sys
from collections.abc import Callable, Mapping
from typing import Any

from quire.errors import MissingDependencyError


def lazy_names(
    package: str, homes: Mapping[str, str], *, sdk: str, module: str, distribution: str, extra: str
) -> Callable[[str], Any]:
    """A package's ``__getattr__``.

    No ``__dir__`` goes with it: some versions of pluggy look up all that it lists.

    Args:
        package: The package's own name.
        homes: The module of each public name, within the package.
        sdk: What these modules need, for people.
        module: The module that is missing where the SDK is.
        distribution: The SDK's distribution.
        extra: The extra of quire that brings it.

    Raises:
        MissingDependencyError: By what is answered: the SDK is not installed.
        AttributeError: By what is answered: there is no such name.
    """

    def load(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        try:
            found = getattr(importlib.import_module(f"{package}.{homes[name]}"), name)
        except ModuleNotFoundError as error:
            if error.name != module:
                raise
            raise MissingDependencyError(
                f"{package}.{name} needs {sdk}; pip install 'quire[{extra}]'",
                package=distribution,
                extra=extra,
            ) from error
        setattr(sys.modules[package], name, found)
        return found

    return load
