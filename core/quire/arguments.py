"""How the arguments of the handles are read: what a user may write for a target, a policy, a session."""

import numbers
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from quire.errors import InputError, QuireError
from quire.status import SessionJobFailurePolicy

if TYPE_CHECKING:
    from quire.session import Session
    from quire.target import Target

_LEAST_SECONDS = 0.001
MOST_SECONDS = 3e10
"""A thousand years."""


def target_name(target: "str | Target | None") -> str:
    """The name of a target given by name or handle.

    Raises:
        InputError: It is neither.
    """
    name: object = target if isinstance(target, str) else getattr(target, "name", None)
    # A session or a job, which have details, has a name as well, and that is another matter.
    if hasattr(target, "details"):
        name = None
    if not isinstance(name, str) or not name:
        raise InputError(f"target= takes a target or its name, not {target!r}", argument="target")
    return name


def failure_policy(policy: SessionJobFailurePolicy | str) -> SessionJobFailurePolicy:
    """A job failure policy given as a member or as its text, in any letter case.

    Raises:
        InputError: There is no such policy.
    """
    try:
        return SessionJobFailurePolicy(str(policy).capitalize())
    except ValueError as error:
        known = " or ".join(repr(member.value) for member in SessionJobFailurePolicy)
        raise InputError(
            f"job_failure_policy= takes {known}, not {policy!r:.100}", argument="job_failure_policy"
        ) from error


def session_id(session: "Session | str | None") -> str | None:
    """The id of a session given by handle or id; None for none.

    Raises:
        InputError: It is neither, or it has not been opened.
    """
    if session is None:
        return None
    if isinstance(session, str):
        return identity("session", session)
    details = getattr(session, "details", None)
    if details is None or not isinstance(session.id, str):
        raise InputError(f"session= takes a session or its id, not {session!r}", argument="session")
    if details.status is None:
        raise InputError(
            f"session {session.name!r} has not been opened; call session.open() first", argument="session"
        )
    return session.id


def identity(name: str, value: object) -> str:
    """An id.

    Raises:
        InputError: It is no text, empty, or no valid Unicode.
    """
    if not isinstance(value, str) or not value:
        raise InputError(f"{name}= takes an id, not {value!r:.100}", argument=name)
    _unicode(name, value)
    return value


def _unicode(name: str, value: str) -> bytes:
    try:
        return value.encode()
    except UnicodeEncodeError as error:
        raise InputError(f"{name}= is no valid Unicode text: {value!r:.100}", argument=name) from error


def content(value: object) -> bytes:
    """The content of a file, given as bytes or as text, which is kept as UTF-8.

    Raises:
        InputError: It is neither, or no valid Unicode.
    """
    if isinstance(value, str):
        return _unicode("data", value)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    raise InputError(f"data= takes bytes or text, not {value!r:.100}", argument="data")


def seconds(name: str, value: object, error: type[QuireError] = InputError) -> float:
    """A length of time, at least a millisecond and at most a thousand years.

    Args:
        name: The argument's name.
        value: What was given, in seconds.
        error: The error to raise, which takes a message and the argument's name.

    Raises:
        InputError: It is something else, such as True, NaN or infinity.
    """
    is_number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if not is_number or not _LEAST_SECONDS <= value <= MOST_SECONDS:  # type: ignore[operator]
        raise error(  # type: ignore[call-arg]
            f"{name}= takes a number of seconds from {_LEAST_SECONDS} to {MOST_SECONDS:.0e}, "
            f"not {value!r:.100}",
            name,
        )
    return float(value)  # type: ignore[arg-type]


def texts(name: str, values: object) -> tuple[str, ...]:
    """A sequence of texts, such as tags.

    Raises:
        InputError: It is a single text, or holds something else.
    """
    if isinstance(values, str) or not hasattr(values, "__iter__"):
        raise InputError(f"{name}= takes a sequence of texts, not {values!r}", argument=name)
    found = tuple(values)
    wrong = [value for value in found if not isinstance(value, str)]
    if wrong:
        raise InputError(f"{name}= takes texts, not {wrong[0]!r}", argument=name)
    return found


def mapping(name: str, value: object) -> Mapping[str, Any]:
    """A mapping, such as metadata; what is in it is for others to judge.

    Raises:
        InputError: It is something else.
    """
    if not isinstance(value, Mapping):
        raise InputError(f"{name}= takes a mapping, not {value!r:.100}", argument=name)
    return value


def known_words(name: str, words: Iterable[object], known: Iterable[str]) -> tuple[str, ...]:
    """Words of which each is one that there is, to the letter.

    Raises:
        InputError: One is not.
    """
    given, allowed = tuple(words), tuple(known)
    for word in given:
        if not isinstance(word, str) or word not in allowed:
            raise InputError(f"{name}= takes {', '.join(allowed)}; not {word!r:.100}", argument=name)
    return tuple(str(word) for word in given)


def optional_text(name: str, value: object) -> str | None:
    """A text, or None.

    Raises:
        InputError: It is something else.
    """
    if value is None or isinstance(value, str):
        return value
    raise InputError(f"{name}= takes a text, not {value!r:.100}", argument=name)


def plain_integer(value: object) -> Any:
    """An integer of another kind, such as NumPy's, as Python's own; anything else as it is, to be judged."""
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, numbers.Integral) else value


def whole_number(name: str, value: object, least: int, most: int | None = None) -> int:
    """A whole number within limits.

    Raises:
        InputError: It is something else, such as True or 2.0.
    """
    # bool is an int in Python; True is a mistake all the same.
    if (
        isinstance(value, bool)
        or not isinstance(value, int)
        or value < least
        or (most is not None and value > most)
    ):
        limits = f"from {least} on" if most is None else f"from {least} to {most}"
        raise InputError(f"{name}= takes a whole number {limits}, not {value!r}", argument=name)
    return value


def positive_integer(name: str, value: object, error: type[QuireError] = InputError) -> int:
    """A whole number above zero.

    Args:
        name: The argument's name.
        value: What was given.
        error: The error to raise, which takes a message and the argument's name.

    Raises:
        InputError: It is something else, such as True or 2.0.
    """
    # bool is an int in Python; True is a mistake all the same.
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise error(f"{name}= takes a positive integer, not {value!r}", name)  # type: ignore[call-arg]
    return value
