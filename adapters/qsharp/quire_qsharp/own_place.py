"""A source that is compiled in a context of quire's own, for any profile, on any thread of the user."""

from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeVar

import attrs

from quire import QirProfile
from quire.errors import MissingDependencyError
from quire_qsharp.batch import Batch
from quire_qsharp.compiler_fault import CompilerFault
from quire_qsharp.contexts import CONTEXTS, THREAD
from quire_qsharp.declarations import Declarations
from quire_qsharp.source import Source
from quire_qsharp.types import QSharpType

T = TypeVar("T")


@attrs.frozen
class OwnPlace:
    """A source, and the profile to compile it for; a context is made when it is needed.

    Attributes:
        source: The source.
        profile: The profile.
    """

    source: Source
    profile: QirProfile

    @property
    def declarations(self) -> Declarations:
        """What the source declares."""
        return self.source.declarations

    @property
    def structs(self) -> Mapping[str, QSharpType]:
        """The source's structs."""
        return self.declarations.visible_structs("")

    @property
    def takes_callables(self) -> bool:
        """No: the user's callables belong to the user's interpreter, and their names do here."""
        return False

    def key_of(self, _function: object, /) -> Hashable:
        """What tells its programs from others."""
        return (self.source.key, self.profile)

    def knows(self, name: str, _function: object, /) -> bool:
        """Whether the source itself declares a callable; libraries are reached by expressions."""
        return self.declarations.find(name) is not None

    def evaluate(self) -> CompilerFault | None:
        """Has the source evaluated, for the profile.

        Returns:
            Why that is not possible; None if it is.
        """
        return _answer(CONTEXTS.evaluate, self.source, self.profile)

    def type_of(self, name: str, _function: object, /) -> str | CompilerFault:
        """The compiler's text of a callable's type."""
        return _answer(CONTEXTS.probe_type, self.source, self.profile, name)

    def compile_call(self, name: str, _function: object, args: tuple[Any, ...], /) -> str | CompilerFault:
        """The QIR of a callable with plain arguments."""
        return _answer(CONTEXTS.compile_call, self.source, self.profile, name, args)

    def compile_batch(self, batch: Batch) -> str | CompilerFault:
        """The QIR of a program that makes some calls."""
        return _answer(CONTEXTS.compile_batch, self.source, self.profile, batch)

    def compile_expression(self, expression: str, /) -> str | CompilerFault:
        """The QIR of an entry expression."""
        return _answer(CONTEXTS.compile_expression, self.source, self.profile, expression)


def _answer(function: Callable[..., T], *args: Any) -> T:
    """What the contexts answer on their thread; without a compiler there is nothing to ask."""
    try:
        import qdk  # noqa: F401
    except ModuleNotFoundError as error:
        if error.name != "qdk":
            raise
        raise MissingDependencyError(
            "Q# needs the QDK; pip install 'quire[qsharp]'", package="qsharp", extra="qsharp"
        ) from error
    return THREAD.call(function, *args)
