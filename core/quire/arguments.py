"""How the arguments of the handles are read: what a user may write for a target, a policy, a session."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from quire.errors import InputError, QuireError
from quire.status import SessionJobFailurePolicy

if TYPE_CHECKING:
    from quire.session import Session
    from quire.target import Target


def target_name(target: "str | Target | None") -> str:
    """The name of a target given by name or handle.

    Raises:
        InputError: It is neither.
    """
    name = target if isinstance(target, str) else getattr(target, "name", None)
    if not isinstance(name, str) or not name:
        raise InputError(f"target= takes a target or its name, not {target!r}", argument="target")
    return name


def failure_policy(policy: SessionJobFailurePolicy | str) -> SessionJobFailurePolicy:
    """A job failure policy given as a member or as its text.

    Raises:
        InputError: There is no such policy.
    """
    try:
        return SessionJobFailurePolicy(policy)
    except ValueError as error:
        known = " or ".join(repr(member.value) for member in SessionJobFailurePolicy)
        raise InputError(
            f"job_failure_policy= takes {known}, not {policy!r}", argument="job_failure_policy"
        ) from error


def session_id(session: "Session | str | None") -> str | None:
    """The id of a session given by handle or id; None for none.

    Raises:
        InputError: It is neither, or it has not been opened.
    """
    if session is None or isinstance(session, str):
        return session
    details = getattr(session, "details", None)
    if details is None or not isinstance(session.id, str):
        raise InputError(f"session= takes a session or its id, not {session!r}", argument="session")
    if details.status is None:
        raise InputError(
            f"session {session.name!r} has not been opened; call session.open() first", argument="session"
        )
    return session.id


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
