"""The keyword options of one submission, and who has taken which of them: none is ever ignored in silence."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from quire.errors import OptionError
from quire.lookup import close_names

T = TypeVar("T")

OF_EVERY_SUBMISSION = (
    "name",
    "shots",
    "seed",
    "session",
    "job_id",
    "input_params",
    "output_data_format",
    "metadata",
    "tags",
    "priority",
)
"""The options that ``Target.submit`` takes itself, whatever the program."""


class Options:
    """Options that adapters take by name; what nobody took is refused.

    An adapter calls :meth:`take` for each option it knows. After the program is encoded the
    workspace calls :meth:`refuse_rest`.
    """

    __slots__ = ("_known", "_rest")

    def __init__(self, values: Mapping[str, object] | None = None) -> None:
        self._rest = dict(values) if values else {}
        self._known: list[str] = []

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
        self._known.append(name)
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
        if not self._rest:
            return None
        self._known.append(name)
        return self._rest.pop(name, None)

    def has(self, name: str) -> bool:
        """Whether an option was given and nobody has taken it yet."""
        return name in self._rest

    def refuse_rest(self, taker: str, known: Iterable[str] = ()) -> None:
        """Refuses the options that nobody took.

        Args:
            taker: Who was asked, for the message.
            known: What ``taker`` says there is; empty for those that were asked for, and those that every
                submission has.

        Raises:
            OptionError: There are such options; it names the first.
        """
        if self._rest:
            names = ", ".join(f"{name}=" for name in sorted(self._rest))
            raise OptionError(
                f"{taker} does not take {names}{self._hint(tuple(known))}", argument=min(self._rest)
            )

    def _hint(self, said: tuple[str, ...]) -> str:
        """What else there is: the names that resemble those nobody took, or those that are taken."""
        known = said or tuple(dict.fromkeys([*self._known, *OF_EVERY_SUBMISSION]))
        close = dict.fromkeys(name for given in sorted(self._rest) for name in close_names(given, known))
        if close:
            return f"; did you mean {' or '.join(f'{name}=' for name in close)}?"
        return "" if said else f"; it takes {', '.join(f'{name}=' for name in known)}"
