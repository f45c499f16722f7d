"""A call of a Q# operation as a program, by name; nothing is compiled here."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from quire.errors import InputError
from quire_qsharp.scalars import IDENTIFIER, shown
from quire_qsharp.snapshot import snapshot

if TYPE_CHECKING:
    from quire_qsharp.source import Source


class EntryPoint:
    """An operation with arguments, or an expression, to be submitted as a program.

    ``EntryPoint("GenerateRandomBits", 2, angles)`` calls an operation of what ``qsharp.eval`` was told;
    ``Source(...).entry_point("GenerateRandomBits", 2, angles)`` one of a source of its own.

    Attributes:
        name: The operation's name, or an expression, which takes no further arguments.
        args: Arguments in order, as Python values, as they were when it was made.
        named: Arguments by the names of the parameters.
        source: The source that declares it; None for the interpreter behind ``qsharp.eval``.
    """

    __slots__ = ("args", "name", "named", "source")

    def __init__(self, name: str, /, *args: Any, **named: Any) -> None:
        """Describes a call.

        Args:
            name: The operation's name, or an expression.
            *args: Its arguments, in order.
            **named: Its arguments by the names of its parameters.

        Raises:
            InputError: It is no text, the name is empty, or an expression is given arguments.
            ArgumentError: The arguments are nested too deep, or reading them raised an error.
        """
        self.name = _checked(name)
        self.args: tuple[Any, ...] = snapshot(args)
        self.named: Mapping[str, Any] = snapshot(named)
        self.source: Source | None = None
        if self.is_expression and (args or named):
            raise InputError(
                f"{name!r} is an expression and takes no arguments; give an operation's name to have values "
                "formatted",
                argument="program",
            )

    @classmethod
    def _of(
        cls, name: str, args: tuple[Any, ...], named: Mapping[str, Any], source: "Source"
    ) -> "EntryPoint":
        made = cls(name, *args, **named)
        made.source = source
        return made

    @property
    def is_expression(self) -> bool:
        """Whether it is an expression rather than a name."""
        return IDENTIFIER.fullmatch(self.name) is None

    def __repr__(self) -> str:
        named = (f"{name}={shown(value)}" for name, value in self.named.items())
        given = [repr(self.name), *map(shown, self.args), *named]
        return f"EntryPoint({', '.join(given)})"


def _checked(name: object) -> str:
    if not isinstance(name, str):
        hint = "; submit an operation itself, as target.submit(operation, args=...)" if callable(name) else ""
        kind = type(name).__name__
        raise InputError(
            f"an entry point is a name or an expression, not {shown(name)} ({kind}){hint}", argument="program"
        )
    if not name.strip():
        raise InputError("an entry point is a name or an expression, not empty", argument="program")
    return name.strip()
