"""The keyword options of one submission, and who has taken which of them: none is ever ignored in silence."""

from collections.abc import Mapping
from typing import TypeVar

from quire.errors import OptionError

T = TypeVar("T")


class Options:
    """Options that adapters take by name; what nobody took is refused.

    An adapter calls :meth:`take` for each option it knows. After the program is encoded the
    workspace calls :meth:`refuse_rest`.
    """

    __slots__ = ("_rest",)

    def __init__(self, values: Mapping[str, object] | None = None) -> None:
        self._rest = dict(values) if values else {}

    def take(self, name: str, kind: type[T] | tuple[type[T], ...], default: T) -> T:
        """Takes an option.

        Args:
            name: Its name.
            kind: The type, or types, its value may have.
            default: The answer when it was not given, or given as None.

        Raises:
            OptionError: Its value has another type.
        """
        if not self._rest:
            return default
        value = self._rest.pop(name, None)
        if value is None:
            return default
        if not isinstance(value, kind):
            kinds = kind if isinstance(kind, tuple) else (kind,)
            wanted = " or ".join(k.__name__ for k in kinds)
            raise OptionError(
                f"{name}= takes {wanted}, not {type(value).__name__} ({value!r})", argument=name
            )
        return value

    def take_any(self, name: str) -> object | None:
        """Takes an option of any type; None when it was not given."""
        return self._rest.pop(name, None) if self._rest else None

    def refuse_rest(self, taker: str) -> None:
        """Refuses the options that nobody took.

        Args:
            taker: Who was asked, for the message.

        Raises:
            OptionError: There are such options; it names the first.
        """
        if self._rest:
            names = ", ".join(f"{name}=" for name in sorted(self._rest))
            raise OptionError(f"{taker} does not take {names}", argument=min(self._rest))
